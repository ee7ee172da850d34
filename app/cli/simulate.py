"""`ronde simulate`."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.cli.app import JsonFlag, WrongCall, answer, cli, columns, installation
from app.cli.dates import day_of
from app.core.i18n import N_, gettext
from app.core.i18n.formats import number, tiny_day
from app.core.security import Actor
from app.forecasts.queries import naming
from app.forecasts.queries.simulation import simulate
from app.forecasts.schemas import ForecastView, Simulation, SimulationView
from app.http.validation import invalid_input
from app.plans.queries.plans import get_plan, get_plan_id, input_of


@cli.command("simulate")
def simulate_command(  # noqa: PLR0913, PLR0917 - each is an option
    ctx: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="[FILE.json]", help="As REST takes it; - for stdin.")] = None,
    plan: Annotated[str | None, typer.Option(help="The code of a plan that is changed.")] = None,
    every: Annotated[int | None, typer.Option(help="Its interval.")] = None,
    unit: Annotated[str | None, typer.Option(help="Of the interval: day, week, month, year or working_day.")] = None,
    estimate: Annotated[int | None, typer.Option(help="Minutes that its orders take.")] = None,
    add: Annotated[int | None, typer.Option(help="So many pieces enter.")] = None,
    category: Annotated[str | None, typer.Option(help="The code of their category.")] = None,
    site: Annotated[str | None, typer.Option(help="The code of their site.")] = None,
    absent: Annotated[str | None, typer.Option(help="The name of a person who is away.")] = None,
    team: Annotated[str | None, typer.Option(help="The name of a team that is away.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="The first day away.")] = None,
    last: Annotated[str | None, typer.Option("--until", help="The last day away.")] = None,
    weeks: Annotated[int | None, typer.Option(help="How far ahead; 52 by default.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """What if? Today and then, by week; writes nothing. Example: ronde simulate --add 20 --category SRV --site PAR"""
    said = read(file) if file else {}
    if weeks is not None:
        said["forecast"] = said.get("forecast", {}) | {"weeks": weeks}
    with installation(ctx) as house, house.database.reading() as session:
        if plan:
            said.setdefault("plans", []).append(changed(session, plan, every, unit, estimate))
        if add is not None:
            said.setdefault("equipment", []).append(entering(session, add, category, site))
        if absent or team:
            said.setdefault("absences", []).append(away(session, absent, team, first, last))
        told = simulate(session, understood(said), by=Actor.system(), now=house.now)
    answer(told, as_json, lambda _: in_words(told))


def understood(said: dict[str, Any]) -> Simulation:
    try:
        return Simulation.model_validate(said)
    except ValidationError as error:
        raise invalid_input(error.errors()) from None


def read(file: str) -> dict[str, Any]:
    try:
        said = json.loads(sys.stdin.read() if file == "-" else Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WrongCall("unreadable", N_("%(file)s cannot be read: %(error)s"), file=file, error=error) from None
    if not isinstance(said, dict):
        raise WrongCall("unreadable", N_("%(file)s holds no simulation."), file=file)
    understood(said)
    return said


def changed(session: Session, code: str, every: int | None, unit: str | None, estimate: int | None) -> dict[str, Any]:
    by = Actor.system()
    plan_id = get_plan_id(session, code, by=by)
    said = {"interval": every, "freq": unit, "estimate_minutes": estimate}
    plan = input_of(session, get_plan(session, plan_id, by=by)).model_dump(mode="json")
    return {"plan_id": plan_id, "plan": plan | {name: value for name, value in said.items() if value is not None}}


def entering(session: Session, count: int, category: str | None, site: str | None) -> dict[str, Any]:
    if not (category and site):
        raise WrongCall("add_what", N_("--add needs --category and --site."))
    by = Actor.system()
    category_id = naming.get_category_id(session, category, by=by)
    return {"count": count, "category_id": category_id, "site_id": naming.get_site_id(session, site, by=by)}


def away(session: Session, person: str | None, team: str | None, first: str | None, last: str | None) -> dict[str, Any]:
    if not (first and last):
        raise WrongCall("away_when", N_("An absence needs --from and --until."))
    by = Actor.system()
    return {
        "person_id": naming.get_person_id(session, person, by=by) if person else None,
        "team_id": naming.get_team_id(session, team, by=by) if team else None,
        "first_on": day_of("--from", first),
        "last_on": day_of("--until", last),
    }


def in_words(told: SimulationView) -> str:
    head = [gettext("Week of"), gettext("Today"), gettext("Then"), gettext("Hours")]
    lines = [
        [tiny_day(then.first_on), hours(now.minutes), hours(then.minutes), hours(then.capacity_minutes), mark(then)]
        for now, then in zip(told.today.weeks, told.then.weeks, strict=True)
    ]
    whole = [gettext("In all"), *(hours(sum_of(each, "minutes")) for each in (told.today, told.then))]
    return columns([[*head, ""], *lines, [*whole, hours(sum_of(told.then, "capacity_minutes")), ""]])


def hours(minutes: int) -> str:
    return gettext("%(n)s h") % {"n": number(minutes / 60, 1)}


def sum_of(told: ForecastView, name: str) -> int:
    return sum(getattr(week, name) for week in told.weeks)


def mark(week: Any) -> str:
    return gettext("beyond the hours") if week.minutes > week.capacity_minutes else ""
