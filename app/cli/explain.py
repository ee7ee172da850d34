"""`ronde explain`."""

from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.cli.app import JsonFlag, WrongCall, answer, cli, installation
from app.cli.dates import day_of
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor
from app.equipment.queries import find_equipment_id
from app.ledger.schemas import Explanation
from app.plans.queries.plans import get_plan_id
from app.reports.queries.explaining import explain_day, explain_next
from app.workorders.queries.by_cycle import explain_order


@cli.command()
def explain(
    ctx: typer.Context,
    number: Annotated[str | None, typer.Argument(metavar="[OT-000123]", help="An order.")] = None,
    plan: Annotated[str | None, typer.Option(help="The code of a plan.")] = None,
    equipment: Annotated[str | None, typer.Option(help="The tag of a piece that it covers.")] = None,
    on: Annotated[str | None, typer.Option("--date", help="Why on this day, or why not; else the next date.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Why there is an order, a date, or none. Example: ronde explain --plan P12 --equipment SRV-42 --date 2027-01-04"""
    if (number is None) == (plan is None and equipment is None) or (plan is None) != (equipment is None):
        raise WrongCall("explain_what", N_("Name an order, such as OT-000123, or --plan and --equipment."))
    day = day_of("--date", on) if on else None
    with installation(ctx) as house, house.database.reading() as session:
        told = (
            explain_order(session, number, by=Actor.system())
            if number
            else of_item(session, plan, equipment, day, now=house.now)
        )
    answer(told.model_dump(mode="json"), as_json, lambda _: "\n".join(told.sentences))


def of_item(session: Session, plan: str | None, tag: str | None, day: date | None, *, now: datetime) -> Explanation:
    by = Actor.system()
    plan_id = get_plan_id(session, plan or "", by=by)
    equipment_id = find_equipment_id(session, tag=tag or "", by=by)
    if equipment_id is None:
        raise NotFound("no_equipment", N_("No equipment bears the tag %(tag)s."), tag=tag)
    if day is None:
        return explain_next(session, plan_id, equipment_id=equipment_id, location_id=None, by=by, now=now)
    return explain_day(session, plan_id, on=day, equipment_id=equipment_id, location_id=None, by=by)
