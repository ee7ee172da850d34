"""The audit chain, and who is supposed to be ticking."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.i18n import N_
from app.journal import queries as journal
from app.operations.queries.doctor.finding import Finding, fault, warning


def examine(session: Session, now: datetime) -> Iterator[Finding]:
    broken = list(journal.broken_blocks(session))
    if broken:
        yield fault("audit_broken", N_("The audit log was changed: %(detail)s"), detail=broken[0])
    beats = journal.heartbeats(session)
    if journal.is_scheduler_silent(session, now=now):
        yield warning("scheduler_silent", N_("No scheduler was seen in the last five minutes; no orders appear."))
    elif beats and beats[0].error:
        yield warning("scheduler_failing", N_("The last tick failed: %(detail)s"), detail=beats[0].error)
    if beats and beats[0].seen_at > now:
        yield warning("clock_back", N_("A scheduler was last seen in the future: this machine's clock went back."))
