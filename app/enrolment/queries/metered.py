"""What a form makes of a plan that goes by a meter, and what it says of it (S27)."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.i18n import gettext, ngettext
from app.core.i18n.folding import fold
from app.ledger.rules.facts import Gauged
from app.meters.models import Meter
from app.meters.queries import uses_of
from app.meters.rules.use import Use
from app.plans.queries.scope import covers, members
from app.plans.rules.schedule import Schedule
from app.plans.schemas import PlanInput

A_LOOK = 500  # meters


@dataclass(frozen=True, slots=True)
class Covered:
    """How many pieces a plan would cover, and those of their meters that it would go by."""

    pieces: int = 0
    by_kind: tuple[tuple[str, str, int], ...] = ()  # kind, unit, how many meters
    meters: Select[Meter] | None = None


def covered_meters(session: Session, data: PlanInput, schedule: Schedule) -> Covered:
    if schedule.trigger is None or not covers(data):
        return Covered()
    found = members(data, data.site_id)
    count = session.scalar(select(func.count(found.c.equipment_id))) or 0
    of_pieces = Meter.equipment_id.in_(select(found.c.equipment_id)), Meter.archived_at.is_(None)
    wanted = fold(schedule.trigger.meter)
    names = [name for name in session.scalars(select(Meter.name).where(*of_pieces).distinct()) if fold(name) == wanted]
    named = *of_pieces, Meter.name.in_(names)
    kinds = session.execute(select(Meter.kind, Meter.unit, func.count()).where(*named).group_by(Meter.kind, Meter.unit))
    return Covered(count, tuple((kind, unit, meters) for kind, unit, meters in kinds), select(Meter).where(*named))


def gauged(session: Session, covered: Covered, time_zone: str) -> Gauged | None:
    """The first of them that says when, as if its piece entered the plan now."""
    if covered.meters is None:
        return None
    last_id = 0
    read = covered.meters.where(Meter.last_read_at.is_not(None)).order_by(Meter.id).limit(A_LOOK)
    while meters := session.scalars(read.where(Meter.id > last_id)).all():
        uses = uses_of(session, meters)
        for meter in meters:
            if meter.id in uses:
                return as_entering(meter, uses[meter.id], time_zone)
        last_id = meters[-1].id
    return None


def as_entering(meter: Meter, use: Use | None, time_zone: str) -> Gauged:
    """As if its piece entered a plan now."""
    on = today(meter.last_read_at, time_zone) if meter.last_read_at else None
    return Gauged(meter.id, meter.scale, on, meter.last_total, meter.last_total, use=use)


def about_meters(schedule: Schedule, covered: Covered) -> list[str]:
    """What is worth a look before a plan that goes by a meter is saved."""
    trigger = schedule.trigger
    if trigger is None or not covered.pieces:
        return []
    said = []
    missing = covered.pieces - sum(count for _, _, count in covered.by_kind)
    if missing > 0:
        text = ngettext(
            "%(n)d piece has no meter called “%(meter)s”: it waits until it has one.",
            "%(n)d pieces have no meter called “%(meter)s”: they wait until they have one.",
            missing,
        )
        said.append(text % {"n": missing, "meter": trigger.meter})
    units = sorted({unit for _, unit, _ in covered.by_kind} - {trigger.unit, ""})
    if trigger.unit and units:
        text = gettext("Some meters are in %(units)s, not in %(unit)s: numbers are taken as they are.")
        said.append(text % {"units": ", ".join(units), "unit": trigger.unit})
    if trigger.kind == "counter" and any(kind != "counter" for kind, _, _ in covered.by_kind):
        said.append(
            gettext("“%(meter)s” is no counter on some pieces: nothing comes there.") % {"meter": trigger.meter}
        )
    return said
