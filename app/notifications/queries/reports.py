"""The intervention report (compte rendu) as it is told to the person concerned: one shape for page, PDF and mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_, gettext
from app.core.security import Actor
from app.equipment.models import Equipment
from app.interventions.models import StepResult
from app.interventions.queries.steps import Doing, thread_of
from app.journal.models import File
from app.notifications.schemas import ConcernedView, ReportLineView, ReportPartView, ReportView
from app.people.models import Person, User
from app.places.models import Organisation
from app.procedures.rules.steps import StepKind
from app.requests.models import WorkRequest
from app.resources.models import PartUsage
from app.resources.queries import minutes_on, times_of, usages_of
from app.workorders.models import Resolution, WorkOrder
from app.workorders.queries import orders
from app.workorders.rules.resolution import LABELS
from app.workorders.rules.states import order_number

PHOTOS_SHOWN = 12
TOLD = (
    *("done_on", "kind", "finding", "explanation", "restoration", "curative_due_on"),
    *("signed_by", "signed_at", "signature_file_id"),
)
MEASURED = (StepKind.NUMBER, StepKind.READING)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody whom the work was for. `language` null: the organisation's."""

    name: str
    email: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A step with its answer: a number, or one of the words of its kind, or a text; None for a photo."""

    title: str
    value: Decimal | str | None
    unit: str | None
    is_failed: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class Report:
    organisation: Organisation | None
    order: WorkOrder
    resolution: Resolution
    concerned: list[Concerned]
    workers: list[str]
    minutes: int | None
    steps: list[tuple[str | None, list[Line]]]
    parts: Sequence[PartUsage]
    photos: list[File]

    @property
    def language(self) -> str:
        """Of the first person concerned."""
        first = next((who.language for who in self.concerned if who.language), None)
        return first or (self.organisation.language if self.organisation else "en")

    @property
    def what(self) -> str:
        """What was done, in the current language."""
        return gettext(LABELS[self.resolution.kind])


def get_report(session: Session, order_id: int, *, by: Actor) -> Report:
    """Raises Conflict where nothing was reported yet."""
    order = orders.get_order(session, order_id, by=by)
    resolution = orders.current_resolution(session, order_id)
    if resolution is None:
        raise Conflict("no_report", N_("Nothing has been reported on this order yet."))
    photos = [file for file in orders.files_of(session, order_id) if file.media_type.startswith("image/")]
    return Report(
        organisation=session.get(Organisation, 1),
        order=order,
        resolution=resolution,
        concerned=concerned_by(session, order),
        workers=_workers(session, order),
        minutes=resolution.minutes_spent or minutes_on(session, order_id) or None,
        steps=_answered(session, order),
        parts=[usage for usage in usages_of(session, order_id) if usage.quantity > usage.returned],
        photos=photos[:PHOTOS_SHOWN],
    )


def concerned_by(session: Session, order: WorkOrder) -> list[Concerned]:
    """Who asked for the work, then who uses the piece; each mail address once."""
    asked = session.execute(
        select(
            WorkRequest.contact_name,
            WorkRequest.contact_email,
            WorkRequest.language,
            Person.name,
            Person.email,
            Person.language.label("own_language"),
        )
        .outerjoin(Person, Person.id == WorkRequest.person_id)
        .where(WorkRequest.order_id == order.id)
        .order_by(WorkRequest.id)
    ).all()
    found = [
        Concerned(row.name or row.contact_name or "", row.contact_email or row.email, row.own_language or row.language)
        for row in asked
    ]
    if order.equipment_id is not None:
        user = session.execute(
            select(Person.name, Person.email, Person.language)
            .join(Equipment, Equipment.person_id == Person.id)
            .where(Equipment.id == order.equipment_id)
        ).first()
        found += [Concerned(user.name, user.email, user.language)] if user else []
    first: dict[str, Concerned] = {}
    for who in found:
        if who.email or who.name:
            first.setdefault((who.email or who.name).lower(), who)
    return list(first.values())


def _workers(session: Session, order: WorkOrder) -> list[str]:
    """Who reported it, then who else worked on it."""
    reported = select(Person.name).join(User, User.person_id == Person.id).where(User.id == order.completed_by)
    names = [*session.scalars(reported), *(entry.person.name for entry in times_of(session, order.id))]
    return list(dict.fromkeys(names))


def _answered(session: Session, order: WorkOrder) -> list[tuple[str | None, list[Line]]]:
    """Steps with an answer, section by section."""
    found: list[tuple[str | None, list[Line]]] = []
    for section, own in thread_of(session, order, with_former=False).sections:
        lines = [_line(doing, doing.result) for doing in own if doing.applies and doing.result is not None]
        if lines:
            found.append((section.name, lines))
    return found


def _line(doing: Doing, result: StepResult) -> Line:
    step = doing.asked.step
    value = Decimal(result.value) if step.kind in MEASURED and result.value is not None else result.value
    return Line(step.title, value, step.unit, result.is_failed, result.note)


def report_view(session: Session, order_id: int, *, by: Actor) -> ReportView:
    report = get_report(session, order_id, by=by)
    told = report.resolution
    return ReportView(
        order_id=order_id,
        number=order_number(order_id),
        title=report.order.title,
        concerned=[ConcernedView.model_validate(who) for who in report.concerned],
        workers=report.workers,
        minutes=report.minutes,
        steps=[_line_view(section, line) for section, lines in report.steps for line in lines],
        parts=[
            ReportPartView(name=usage.part.name, quantity=usage.quantity - usage.returned) for usage in report.parts
        ],
        photo_ids=[file.id for file in report.photos],
        language=report.language,
        **{name: getattr(told, name) for name in TOLD},
    )


def _line_view(section: str | None, line: Line) -> ReportLineView:
    value = None if line.value is None else str(line.value)
    return ReportLineView(
        section=section, title=line.title, value=value, unit=line.unit, is_failed=line.is_failed, note=line.note
    )
