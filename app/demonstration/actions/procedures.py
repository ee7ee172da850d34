"""Procedures out of the library, named by some of the firm's plans; a technician suggests, the manager answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.edits import edit_plan
from app.core.security import Actor, Role
from app.interventions.actions import give_procedure
from app.interventions.schemas import ProcedureChoice
from app.library.actions import load_entry
from app.library.schemas import LoadInput
from app.people.models import User
from app.places.queries.actors import actor_of
from app.plans.models import MaintenancePlan
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import PlanEdit
from app.procedures.actions import suggest, take_suggestion
from app.procedures.models import ProcedureStep
from app.procedures.queries.versions import current_version_id
from app.workorders.models import WorkOrder

SYSTEM = Actor.system()


@dataclass(frozen=True, slots=True)
class Guide:
    """The firm's plan, and the entry of the library that says how its work is done."""

    plan: str
    entry: str


GUIDES = (
    Guide("OND-TEST", "ups-self-test"),
    Guide("SALLE-RONDE", "server-room-round"),
    Guide("SRV-NETT", "server-dust-cleaning"),
    Guide("DISQ-SMART", "disk-smart-raid"),
)
ON_A_STEP = "Dire où lire cette valeur : sur la façade et dans la carte de gestion, elle n’est pas la même."
ON_THE_WHOLE = "Prévenir l’accueil avant de commencer : on entend l’alarme jusqu’au couloir."


def guide_plans(session: Session, *, now: datetime) -> None:
    """Once the year's work is done: the open orders have steps from then on, those that somebody has begun, too."""
    loaded = {}
    for guide in GUIDES:
        made = load_entry(session, guide.entry, LoadInput(language="fr"), by=SYSTEM, now=now)
        plan_id = session.scalars(select(MaintenancePlan.id).where(MaintenancePlan.code == guide.plan)).one()
        said = input_of(session, get_plan(session, plan_id, by=SYSTEM)).model_dump(exclude={"rrule"})
        data = PlanEdit.model_validate(said | {"procedure_id": made.procedure_id, "open_orders": "update"})
        edit_plan(session, plan_id, data, by=SYSTEM, now=now)
        loaded[guide.plan] = made.procedure_id
        begun = select(WorkOrder.id).where(WorkOrder.plan_id == plan_id, WorkOrder.state == "in_progress")
        for order_id in session.scalars(begun.order_by(WorkOrder.id)):
            give_procedure(session, order_id, ProcedureChoice(procedure_id=made.procedure_id), by=SYSTEM, now=now)
    _talk(session, loaded["OND-TEST"], now=now)


def _talk(session: Session, procedure_id: int, *, now: datetime) -> None:
    """Two suggestions, one of which is in the draft of the next version."""
    version_id = current_version_id(session, procedure_id)
    author = session.scalars(select(User).where(User.role == Role.TECHNICIAN.value).order_by(User.id).limit(1)).one()
    if version_id is None:
        return
    steps = select(ProcedureStep.id).where(
        ProcedureStep.procedure_version_id == version_id, ProcedureStep.kind == "number"
    )
    by = actor_of(session, author, language="fr")
    suggest(session, version_id, ON_A_STEP, step_id=session.scalar(steps.limit(1)), by=by, now=now)
    whole = suggest(session, version_id, ON_THE_WHOLE, by=by, now=now)
    take_suggestion(session, whole.id, "Bonne idée, merci.", by=SYSTEM, now=now)
