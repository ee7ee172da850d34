"""Evidence and rungs as sentences in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.i18n import gettext, ngettext
from app.core.i18n.formats import money, percent, short_day
from app.proposals.queries.tuning import tuning_sentences
from app.proposals.rules.ladder import Test
from app.proposals.rules.measuring import FAILED
from app.workorders.rules.resolution import LABELS

Names = Mapping[str, str]  # failure modes by code, the house's own among them (equipment.queries.mode_names)
ORDERS_NAMED = 6


def evidence_sentences(evidence: Mapping[str, Any], modes: Names) -> list[str]:
    """One for each rule that speaks, then the orders that they rest on."""
    rules = evidence.get("rules", [])
    orders = {order["id"]: order for rule in rules for order in rule["orders"]}
    told = [_order(order, modes) for _, order in sorted(orders.items())]
    if len(told) > ORDERS_NAMED:
        more = len(told) - ORDERS_NAMED
        told = [
            ngettext("and %(num)s order before that", "and %(num)s orders before that", more) % {"num": more},
            *told[-ORDERS_NAMED:],
        ]
    return [*tuning_sentences(evidence), *(rule_sentence(rule, modes) for rule in rules), *told]


@dataclass(frozen=True, slots=True)
class EvidenceOrder:
    """An order of the evidence as a page shows it."""

    id: int
    number: str
    title: str
    found: str
    failed_on: date
    cost_minor: int
    currency: str | None
    is_failure: bool


def rule_sentences(evidence: Mapping[str, Any], modes: Names) -> list[str]:
    return [*tuning_sentences(evidence), *(rule_sentence(rule, modes) for rule in evidence.get("rules", []))]


def evidence_orders(evidence: Mapping[str, Any], modes: Names) -> list[EvidenceOrder]:
    """Each once, the oldest first."""
    rules = evidence.get("rules", [])
    currency = next((rule["currency"] for rule in rules if rule.get("currency")), None)
    orders = {order["id"]: order for rule in rules for order in rule["orders"]}
    return [
        EvidenceOrder(
            id=order["id"],
            number=order["number"],
            title=order["title"],
            found=found_words(order, modes),
            failed_on=date.fromisoformat(order["failed_on"]),
            cost_minor=order["cost_minor"],
            currency=currency,
            is_failure=order["finding"] in FAILED,
        )
        for _, order in sorted(orders.items())
    ]


def rule_sentence(rule: Mapping[str, Any], modes: Names) -> str:
    """What a rule found: "Failures of one mode (Overheats) in 90 days: 3 (limit 3)"."""
    value, threshold, days = rule["value"], rule["threshold"], rule["window_days"]
    subject = subject_words(rule.get("subject"), modes)
    match Test(rule["test"]):
        case Test.FINDINGS:
            text = gettext("Visits with a finding%(window)s: %(num)s (limit %(threshold)s)")
        case Test.FAILURES:
            text = gettext("Failures of one mode%(subject)s%(window)s: %(num)s (limit %(threshold)s)")
        case Test.REPAIRS:
            text = gettext("Repairs of one component or mode%(subject)s%(window)s: %(num)s (limit %(threshold)s)")
        case Test.COST:
            return _cost(rule) + (_window(days) if value is not None else "")
        case Test.AGE:
            return _age(rule)
        case Test.SUPPORT:
            return _support(rule)
    named = f" ({subject})" if subject else ""
    return text % {"num": value, "threshold": threshold, "subject": named, "window": _window(days)}


def _window(days: int | None) -> str:
    return "" if days is None else " " + ngettext("in %(num)s day", "in %(num)s days", days) % {"num": days}


def subject_words(subject: str | None, modes: Names) -> str:
    """A failure mode by its name; a component as it is called."""
    if not subject:
        return ""
    return modes.get(subject) or subject.removeprefix("part:")


def _cost(rule: Mapping[str, Any]) -> str:
    if rule["value"] is None:
        return gettext("Corrective cost: the replacement value is not known")
    text = gettext("Corrective cost is %(share)s of the replacement value (%(cost)s of %(value)s; limit %(limit)s)") % {
        "share": percent(rule["value"] / 100),
        "limit": percent(rule["threshold"] / 100),
        "cost": _money(rule["cost_minor"], rule["currency"]),
        "value": _money(rule["replacement_value_minor"], rule["currency"]),
    }
    if others := rule.get("other_costs"):
        sums = " + ".join(_money(minor, currency) for currency, minor in others.items())
        text += gettext(", beside %(sums)s in other currencies") % {"sums": sums}
    return text


def _money(minor: int, currency: str | None) -> str:
    return money(Decimal(minor) / 100, currency or "EUR")


def _age(rule: Mapping[str, Any]) -> str:
    if rule["value"] is None:
        return gettext("Age: the expected life or the day of commissioning is not known")
    text = ngettext(
        "%(age)s months old, expected life %(life)s (%(share)s); "
        "%(failures)s failure in the last %(days)s days, %(before)s in as many before",
        "%(age)s months old, expected life %(life)s (%(share)s); "
        "%(failures)s failures in the last %(days)s days, %(before)s in as many before",
        rule["failures"],
    )
    return text % {
        "age": rule["age_months"],
        "life": rule["expected_life_months"],
        "share": percent(rule["value"] / 100),
        "failures": rule["failures"],
        "days": rule["window_days"],
        "before": rule["failures_before"],
    }


def _support(rule: Mapping[str, Any]) -> str:
    if rule["value"] is None:
        return gettext("Support: no end is known for the model")
    day = short_day(date.fromisoformat(rule["support_ends_on"]), year=True)
    if rule["value"] < 0:
        return gettext("The maker’s support ended on %(day)s") % {"day": day}
    return gettext("The maker’s support ends on %(day)s") % {"day": day}


def _order(order: Mapping[str, Any], modes: Names) -> str:
    day = short_day(date.fromisoformat(order["failed_on"]), year=True)
    return gettext("%(number)s, %(day)s: %(title)s (%(found)s)") % {
        "number": order["number"],
        "day": day,
        "title": order["title"],
        "found": found_words(order, modes),
    }


def found_words(order: Mapping[str, Any], modes: Names) -> str:
    """How it failed, else how bad it was."""
    mode, finding = order["mode"], order["finding"]
    return modes.get(mode, mode) if mode else gettext(LABELS.get(finding, finding))
