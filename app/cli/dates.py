"""`ronde dates`: the pure engine, for anyone to check. No installation is asked for."""

from collections.abc import Iterator
from datetime import date
from itertools import islice, takewhile
from typing import Annotated, Any, get_args

import typer

from app.cli.app import JsonFlag, WrongCall, answer, cli, columns
from app.core.i18n import N_, gettext
from app.plans.queries.wording import cycle_view, with_weekday
from app.plans.rules.countries import country_calendar
from app.plans.rules.errors import NeverMatches, RuleError
from app.plans.rules.policy import Schedule, check_schedule, days_from
from app.plans.rules.rrule import parse_rrule
from app.plans.rules.rule import MonthEnd, Rule
from app.plans.rules.schedule import Cycle, fixed_cycles
from app.plans.rules.shift import Shift

SHOWN, MOST = 12, 100_000
PEEKED = 1_000  # skipped dates in a row after which the calendar is taken to refuse them all


@cli.command()
def dates(  # noqa: PLR0913, PLR0917 - each is an option
    rule: Annotated[str, typer.Option(help="An RRULE of RFC 5545: FREQ=MONTHLY;INTERVAL=3.")],
    anchor: Annotated[str, typer.Option(help="The day that the rule counts from.")],
    first: Annotated[str | None, typer.Option("--from", help="Leave out earlier dates of the rule.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day for a date of the rule.")] = None,
    count: Annotated[str | None, typer.Option(help="How many dates; 12 where nothing ends them.")] = None,
    month_end: Annotated[
        str | None, typer.Option(help="clamp, skip or last_day; skip where the rule names BYMONTHDAY, else clamp.")
    ] = None,
    calendar: Annotated[str | None, typer.Option(help="Week and holidays of FR, FR-Alsace-Moselle, DE-BY, …")] = None,
    shift: Annotated[str, typer.Option(help="On days off: none, next, previous, nearest or skip.")] = "none",
    lead: Annotated[str, typer.Option(help="Days from the order to its due date.")] = "0",
    as_json: JsonFlag = False,
) -> None:
    """The dates of a rule. Example: ronde dates --rule FREQ=MONTHLY --anchor 2026-01-31 --calendar FR --shift next

    Exits with 2 on a rule or a value that cannot be.
    """
    if until and count is not None:
        raise WrongCall("two_ends", N_("Give --count or --until, not both."))
    wanted = None if count is None else number_of("--count", count)
    if wanted is not None and not 1 <= wanted <= MOST:
        raise WrongCall("count_out_of_range", N_("--count lies between 1 and %(most)d."), most=MOST)
    ends = one_of("--month-end", month_end, MonthEnd), one_of("--shift", shift, Shift)
    from_on, until_on = day_of("--from", first) if first else None, day_of("--until", until) if until else date.max
    try:
        schedule = Schedule(read_rule(rule, ends[0]), shift=ends[1], lead_days=number_of("--lead", lead))
        check_schedule(schedule)
        worked = country_calendar(calendar) if calendar is not None else None
        after = days_from(from_on, -1) if from_on else None
        cycles = fixed_cycles(schedule, worked, day_of("--anchor", anchor), after, anchor_is_due=True)
        until_then = takewhile(lambda cycle: cycle.raw_due_on <= until_on, cycles)
        found = list(islice(due_ones(until_then), wanted or (MOST + 1 if until else SHOWN)))
    except RuleError as error:
        params: dict[str, Any] = error.params
        raise WrongCall(error.code, error.message, **params) from None
    if len(found) > MOST:
        raise WrongCall("too_many_dates", N_("More than %(most)d dates: give an earlier --until."), most=MOST)
    answer([row(cycle) for cycle in found], as_json, lambda _: table(found))


def read_rule(text: str, month_end: Any) -> Rule:
    """A rule that names no day of the month takes its anchor's, clamped as a plan's is (S2), unless told otherwise."""
    rule = parse_rrule(text, month_end)
    return rule if month_end or rule.month_days else parse_rrule(text, "clamp")


def due_ones(cycles: Iterator[Cycle]) -> Iterator[Cycle]:
    """Raise NeverMatches where a calendar skips every date."""
    skipped = 0
    for cycle in cycles:
        skipped = 0 if cycle.outcome == "due" else skipped + 1
        if skipped > PEEKED:
            raise NeverMatches
        if not skipped:
            yield cycle


def day_of(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongCall("wrong_day", N_("%(option)s needs a day such as 2027-01-31."), option=option) from None


def number_of(option: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise WrongCall("wrong_number", N_("%(option)s needs a whole number."), option=option) from None


def one_of(option: str, text: str | None, choices: Any) -> Any:
    if text is not None and text not in get_args(choices):
        known = ", ".join(get_args(choices))
        raise WrongCall("wrong_choice", N_("%(option)s is one of %(known)s."), option=option, known=known)
    return text


def row(cycle: Cycle) -> dict[str, str]:
    days = {"raw": cycle.raw_due_on, "due": cycle.due_on, "generate_on": cycle.generate_on}
    return {name: day.isoformat() for name, day in days.items()}


def table(cycles: list[Cycle]) -> str:
    if not cycles:
        return gettext("No date.")
    lines = [[gettext("Rule"), gettext("Due"), gettext("Order made"), ""]]
    for cycle in cycles:
        days = (cycle.raw_due_on, cycle.due_on, cycle.generate_on)
        lines.append([*(with_weekday(day) for day in days), cycle_view(cycle).note])
    return columns(lines)
