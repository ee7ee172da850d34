"""What monitoring sends: alerts open and close states, which plans watch."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from sqlalchemy.orm import Session

from app.changes.actions.alerts import take_alerts
from app.http import CurrentActor, Now, RondeRoute
from app.meters.rules.alerts import Source, read_alerts
from app.meters.schemas import ReadingsReport
from app.operations.actions.import_readings import report_of

router = APIRouter(prefix="/hooks", tags=["hooks"], route_class=RondeRoute)
EXAMPLE = {"alerts": [{"host": "srv-lyo-01", "name": "Disk full", "status": "critical"}]}


@router.post("/{source}")
def receive_alerts(
    source: Source,
    body: Annotated[dict[str, Any], Body(examples=[EXAMPLE])],
    session: Session,
    by: CurrentActor,
    now: Now,
) -> ReadingsReport:
    """Alertmanager, Nagios, Zabbix or plain: `{"alerts": [{"host", "name", "status", "at"}]}`.

    A piece is known by its tag, its number elsewhere, its remote host or its name. The same alert sent again is
    `unchanged`; one about an unknown piece is refused, and stops no other.
    """
    report = take_alerts(session, read_alerts(source, body), by=by, now=now)
    return report_of(report, lambda place, field: f"/alerts/{place}/{field}")
