"""The scheduler and its clock (S17, S23)."""

from sqlalchemy import func, select

from app.core.i18n import gettext, ngettext
from app.journal import queries as journal
from app.journal.models import Heartbeat
from app.ledger.models import GenerationRun
from app.reports.queries.ahead import runs_ahead
from app.reports.queries.attention.look import Look
from app.reports.schemas import AttentionEntry


def scheduler_silent(look: Look) -> list[AttentionEntry]:
    if look.after_id or not journal.is_scheduler_silent(look.session, now=look.now):
        return []
    seen = look.session.scalar(select(func.max(Heartbeat.seen_at)))
    entry = AttentionEntry(
        kind="scheduler_silent",
        id=1,
        what=gettext("The scheduler is silent"),
        since_on=look.day(seen) if seen else None,
        why=gettext("No scheduler has been seen for five minutes: nothing is generated meanwhile."),
        todo=gettext("Start it; what fell due is made up for by each plan's own rule."),
        page="/health",
    )
    return [entry]


def clock_ahead(look: Look) -> list[AttentionEntry]:
    """Withdrawing a run concerns the whole house."""
    if look.by.site_ids is not None:
        return []
    counts = {run_id: made for run_id, made in runs_ahead(look.session, look.now).items() if run_id > look.after_id}
    runs = look.session.execute(
        select(GenerationRun.id, GenerationRun.started_at, GenerationRun.instance)
        .where(GenerationRun.id.in_(counts))
        .order_by(GenerationRun.id)
        .limit(look.limit)
    )
    return [
        AttentionEntry(
            kind="clock_ahead",
            id=run.id,
            what=gettext("Run no. %(id)s of %(instance)s") % {"id": run.id, "instance": run.instance},
            since_on=look.day(run.started_at),
            why=ngettext(
                "%(num)s order was made far ahead of its day.",
                "%(num)s orders were made far ahead of their day.",
                counts[run.id],
            )
            % {"num": counts[run.id]},
            todo=gettext("If a clock ran ahead, withdraw the run: orders that nobody touched are taken back."),
            page=f"/attention/runs/{run.id}",
            run_id=run.id,
        )
        for run in runs
    ]
