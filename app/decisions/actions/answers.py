"""S21, `ask`: a person says whether a date that passed while nothing ran is to be made up for."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal.actions import record_change
from app.ledger.actions.outcomes import lock_target
from app.ledger.queries.facts import get_occurrence
from app.ledger.queries.occurrences import get_occurrence_view


def answer_catch_up(session: Session, occurrence_id: int, *, is_wanted: bool, by: Actor, now: datetime) -> None:
    """Wanted: the next tick judges it as one that came back, so that it meets the open orders. Else it is missed."""
    asked = get_occurrence_view(session, occurrence_id, by=by)
    require(by, Permission.PLAN, site_id=asked.site_id)
    target = lock_target(session, asked.target_id)
    occurrence = get_occurrence(session, occurrence_id)
    if (occurrence.fate, occurrence.reason) != ("waiting", "ask"):
        raise Conflict("not_asked", N_("Nobody asks about this date any more."))
    if is_wanted:
        occurrence.reason = "came_back"
        target.wake_at = now
    else:
        occurrence.fate, occurrence.reason = "missed", "outage"
    occurrence.decided_at = now
    session.flush()
    changes = {"fate": ["waiting", occurrence.fate], "reason": ["ask", occurrence.reason]}
    record_change(session, "answered", "occurrence", occurrence_id, changes, by=by, now=now, site_id=target.site_id)
