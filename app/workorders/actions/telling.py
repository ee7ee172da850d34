"""What each change of an order leaves behind: its history, an audit row and an event, in the same transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.core.security import Actor
from app.journal import actions as journal
from app.workorders.models import WorkOrder, WorkOrderEvent

ENTITY = "work_order"
NEW_EVENT = insert(table_of(WorkOrderEvent))


def tell(
    session: Session,
    order: WorkOrder,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    states = {"from_state": from_state, "to_state": to_state}
    said = {"at": now, "user_id": by.user_id, "user_name": by.name, "reason": reason, "changes": changes}
    session.execute(NEW_EVENT, states | said | {"order_id": order.id, "kind": kind})
    audited = dict(changes or {})
    if to_state is not None:
        audited["state"] = [from_state, to_state]
    if reason:
        audited["reason"] = [None, reason]
    journal.record_change(session, kind, ENTITY, order.id, audited, by=by, now=now, site_id=order.site_id)
