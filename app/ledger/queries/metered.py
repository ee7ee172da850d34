"""Plans that go by a meter: why nothing is to come on an item (S44)."""

from datetime import date

from sqlalchemy.orm import Session

from app.core.i18n import gettext
from app.core.i18n.formats import number
from app.ledger.queries.facts import last_rows
from app.ledger.rules.facts import Facts, Gauged
from app.ledger.rules.metering import reading_of
from app.meters.rules.values import unscaled
from app.plans.queries.wording import with_weekday


def why_nothing(facts: Facts) -> list[str]:
    """What an item waits for, where its plan goes by a meter and no date can be said."""
    trigger, meter = facts.schedule.trigger, facts.meter
    if trigger is None:
        return [gettext("The rule has ended: no date is left.")]
    named = {"meter": trigger.meter}
    if meter is None:
        return [gettext("The item has no meter called “%(meter)s”: nothing comes until it has one.") % named]
    if meter.last_on is None:
        return [gettext("“%(meter)s” has not been read yet.") % named]
    if trigger.kind == "condition":
        return [_condition(meter, trigger.meter)]
    reading = reading_of(facts)
    if reading is None:
        return [gettext("“%(meter)s” is no counter: the plan needs one.") % named]
    total = number(unscaled(reading.total, meter.scale.decimals))
    said = gettext("“%(meter)s” shows a total of %(total)s; three readings or more say when the next step comes.")
    return [said % {**named, "total": total}]


def is_without_order(session: Session, target_id: int, done_on: date | None) -> bool:
    """Of a floating target that has no next date: its meter does not say when; no order of its own or of a plan of
    higher rank is waited for (S24).
    """
    last = last_rows(session, [target_id], 1)[target_id]
    if not last or (done_on is not None and done_on >= last[0].raw_due_on):
        return True
    return last[0].fate != "generated" and last[0].kind != ("merged", "family")


def _condition(meter: Gauged, name: str) -> str:
    if meter.watch.is_open and meter.watch.opened_at is not None:
        on = with_weekday(meter.watch.opened_at.date())
        return gettext("What “%(meter)s” shows holds since %(on)s; the next order comes after it is over.") % {
            "meter": name, "on": on,
        }  # fmt: skip
    return gettext("“%(meter)s” is watched: nothing that the plan waits for holds now.") % {"meter": name}
