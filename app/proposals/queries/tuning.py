"""What the visits of plans found under their present interval, and what that says in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.core.clock import today
from app.core.i18n import gettext, ngettext
from app.core.i18n.formats import percent, short_day
from app.equipment.models import Equipment, EquipmentCategory
from app.equipment.queries.registry import category_name
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.queries.calendars import house_calendar
from app.plans.queries.wording import speech
from app.plans.rules.policy import Schedule
from app.plans.rules.rule import Rule
from app.plans.rules.words import describe
from app.proposals.rules.measuring import FAILED
from app.proposals.rules.tuning import STEPS, TUNABLE, Tuned, Visit, Why, tuned
from app.workorders.models import Resolution, WorkOrder
from app.workorders.rules.states import DONE

VISITS_MOST = 200  # the latest of a plan


@dataclass(frozen=True, slots=True)
class Looked:
    """A plan as the nightly job sees it."""

    plan: MaintenancePlan
    visits: list[Visit]
    today: date
    found: Tuned | None


def plans_looked_at(session: Session, *, now: datetime) -> Iterator[Looked]:
    """Active plans of a plain interval, whatever they cover."""
    plans = select(MaintenancePlan).where(MaintenancePlan.state == "active", MaintenancePlan.archived_at.is_(None))
    current = joinedload(MaintenancePlan.current)
    for plan in session.scalars(plans.where(MaintenancePlan.kind.in_(TUNABLE)).options(current)).all():
        if looked := look_at_plan(session, plan, now=now):
            yield looked


def look_at_plan(session: Session, plan: MaintenancePlan, *, now: datetime) -> Looked | None:
    """None where its interval is no number that could be another."""
    rule = Schedule.from_dict(plan.current.schedule).rule
    if not has_plain_interval(rule):
        return None
    on = today(now, house_calendar(session, plan.site_id)[1])
    visits = _visits(session, plan, rule)
    failures = _failures(session, plan.id, visits[0].done_on) if visits else 0
    may_be_longer = not visits or not _has_warranty(session, plan.id, on)
    found = tuned(plan.kind, rule.freq, rule.interval, visits, failures=failures, may_be_longer=may_be_longer)
    return Looked(plan, visits, on, found)


def has_plain_interval(rule: Rule) -> bool:
    """Given months, positions and dates say more than an interval does: a person changes them."""
    is_open = rule.count is None and rule.until is None
    return rule.freq in STEPS and is_open and not (rule.months or rule.set_positions or rule.dates)


def _visits(session: Session, plan: MaintenancePlan, rule: Rule) -> list[Visit]:
    """The latest ones, the oldest first; those under another interval say nothing of this one."""
    versions = session.execute(
        select(PlanVersion.id, PlanVersion.schedule)
        .where(PlanVersion.plan_id == plan.id)
        .order_by(PlanVersion.number.desc())
    )
    same = []
    for version_id, schedule in versions:
        before = Rule.from_dict(schedule["rule"])
        if (before.freq, before.interval) != (rule.freq, rule.interval):
            break
        same.append(version_id)
    rows = session.execute(
        select(Resolution.done_on, Resolution.finding, Equipment.category_id)
        .join(WorkOrder, WorkOrder.id == Resolution.order_id)
        .outerjoin(Equipment, Equipment.id == WorkOrder.equipment_id)
        .where(
            WorkOrder.plan_id == plan.id,
            WorkOrder.plan_version_id.in_(same),
            WorkOrder.state.in_(DONE),
            Resolution.is_current,
        )
        .order_by(WorkOrder.id.desc())
        .limit(VISITS_MOST)
    )
    return sorted((Visit(*row) for row in rows), key=lambda visit: visit.done_on)


def _failures(session: Session, plan_id: int, since_on: date) -> int:
    """Repairs of what the plan covers, since the first of these visits; what follows from another order is none."""
    covered = select(PlanTarget.equipment_id).where(PlanTarget.plan_id == plan_id, PlanTarget.state != "ended")
    counted = (
        select(func.count())
        .select_from(WorkOrder)
        .join(Resolution, Resolution.order_id == WorkOrder.id)
        .where(
            WorkOrder.equipment_id.in_(covered),
            WorkOrder.type == "corrective",
            WorkOrder.origin.not_in(("follow_up", "escalation")),
            WorkOrder.state.in_(DONE),
            Resolution.is_current,
            Resolution.finding.in_(FAILED),
            Resolution.done_on >= since_on,
        )
    )
    return session.scalar(counted) or 0


def _has_warranty(session: Session, plan_id: int, on: date) -> bool:
    pieces = select(Equipment.id).join(PlanTarget, PlanTarget.equipment_id == Equipment.id)
    running = pieces.where(PlanTarget.plan_id == plan_id, PlanTarget.state != "ended", Equipment.warranty_until >= on)
    return session.scalar(running.limit(1)) is not None


def evidence_of(session: Session, looked: Looked, found: Tuned) -> dict[str, Any]:
    """As it stood then; the plan's categories apart where they are several."""
    by_category: dict[int, list[Visit]] = {}
    for visit in looked.visits:
        if visit.category_id is not None:
            by_category.setdefault(visit.category_id, []).append(visit)
    names = _names(session, list(by_category)) if len(by_category) > 1 else {}
    categories = [
        {"names": name, "visits": len(visits), "found": sum(visit.finding != "none" for visit in visits)}
        for category_id, name in names.items()
        for visits in [by_category[category_id]]
    ]
    freq = Schedule.from_dict(looked.plan.current.schedule).rule.freq
    told = {"why": found.why.value, "freq": freq, "since_on": found.since_on.isoformat(), "categories": categories}
    counts = {name: getattr(found, name) for name in ("before", "after", "visits", "found", "in_a_row", "failures")}
    bounds = {"low": round(found.share.low, 3), "high": round(found.share.high, 3)}
    return {"rules": [], "tuning": told | counts | bounds}


def _names(session: Session, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    both = (category_name("en").label("en"), category_name("fr").label("fr"))
    rows = session.execute(select(EquipmentCategory.id, *both).where(EquipmentCategory.id.in_(ids)))
    return {row.id: {"en": row.en, "fr": row.fr} for row in rows}


def tuning_sentences(evidence: Mapping[str, Any]) -> list[str]:
    """What is proposed, how sure that is, and what it means; none for evidence of another kind."""
    told = evidence.get("tuning")
    if told is None:
        return []
    say = speech()
    every = [describe(Schedule(Rule(told["freq"], told[name])), say) for name in ("before", "after")]
    since = short_day(date.fromisoformat(told["since_on"]), year=True)
    share = {"found": told["found"], "low": percent(told["low"]), "high": percent(told["high"]), "day": since}
    certain = ngettext(
        "%(found)s of %(num)s visit since %(day)s found something: with 95 %% certainty between %(low)s and %(high)s"
        " of all visits do.",
        "%(found)s of %(num)s visits since %(day)s found something: with 95 %% certainty between %(low)s and %(high)s"
        " of all visits do.",
        told["visits"],
    )
    sentences = [
        gettext("Now: %(before)s. Proposed: %(after)s.") % dict(zip(("before", "after"), every, strict=True)),
        certain % (share | {"num": told["visits"]}),
        _meaning(told),
    ]
    for each in told["categories"]:
        named = {"category": each["names"][say.language], "found": each["found"], "visits": each["visits"]}
        sentences.append(gettext("%(category)s: %(found)s of %(visits)s visits found something.") % named)
    return sentences


def _meaning(told: Mapping[str, Any]) -> str:
    match Why(told["why"]):
        case Why.NOTHING_FOUND:
            text = gettext(
                "The last %(num)s visits found nothing and nothing failed in between: fewer visits would do as well."
            )
            return text % {"num": told["in_a_row"]}
        case Why.OFTEN_FOUND:
            return gettext("So many visits find something that it should be looked for sooner.")
        case Why.FAILS_BETWEEN:
            text = gettext("%(num)s failures came between visits: earlier visits may forestall them.")
            return text % {"num": told["failures"]}
