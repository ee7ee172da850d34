"""What a plan covers and who does it, in the reader's words."""

from collections.abc import Mapping, Sequence

from app.core.i18n import gettext, ngettext
from app.core.i18n.formats import number
from app.plans.schemas import PlanView
from app.web.plan_differences import FIELD_WORDS

NAMED = 12
COVERED = ("category_ids", "model_ids", "site_ids", "within_location_ids", "item_location_ids")
DONE_BY = ("site_id", "family_id", "team_id", "assignee_id")


def about(plan: PlanView, names: Mapping[str, Sequence[str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Labels and names: of what it covers, and of who does it."""
    covered = [_line(name, names[name]) for name in COVERED if names.get(name)]
    if count := len(plan.equipment_ids):
        text = ngettext("%(num)s chosen by tag", "%(num)s chosen by tag", count) % {"num": number(count)}
        covered.append((_label("equipment_ids"), text))
    return covered, [_line(name, names[name]) for name in DONE_BY if names.get(name)]


def _line(field: str, names: Sequence[str]) -> tuple[str, str]:
    """The first few; how many more there are."""
    more = len(names) - NAMED
    text = " · ".join(names[:NAMED])
    if more > 0:
        text += " " + ngettext("and %(num)s more", "and %(num)s more", more) % {"num": number(more)}
    return _label(field), text


def _label(field: str) -> str:
    return gettext(FIELD_WORDS[field])
