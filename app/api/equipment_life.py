"""The life of a piece: put into service, lent, disposed of; who held its place before."""

from fastapi import APIRouter, Request, Response, UploadFile
from sqlalchemy.orm import Session

from app.changes.actions import commissioning, disposing, lending
from app.changes.queries import commissioning as tasks
from app.changes.queries import pieces
from app.changes.schemas import (
    ChainView,
    CommissionedView,
    CommissioningTaskInput,
    CommissioningTaskPatch,
    CommissioningTaskView,
    DisposalInput,
    DisposalView,
    LoanInput,
    LoanView,
)
from app.http import CurrentActor, IfMatch, Now, RondeRoute
from app.http.asking import house_of
from app.http.downloads import downloadable

router = APIRouter(route_class=RondeRoute, tags=["equipment"])
MIB = 1 << 20


@router.get("/equipment/{equipment_id}/chain")
def get_equipment_chain(equipment_id: int, session: Session, by: CurrentActor) -> ChainView:
    """Two histories: of the place that it holds, and of the thing with its serial number."""
    return pieces.chain(session, equipment_id, by=by)


@router.get("/equipment/{equipment_id}/loans")
def list_equipment_loans(equipment_id: int, session: Session, by: CurrentActor) -> list[LoanView]:
    """When it was lent, and what stood in for it; the newest first."""
    return [LoanView.model_validate(loan) for loan in pieces.loans_of(session, equipment_id, by=by)]


@router.post("/equipment/{equipment_id}/loans", status_code=201)
def lend_equipment(equipment_id: int, data: LoanInput, session: Session, by: CurrentActor, now: Now) -> LoanView:
    """A piece of the stock takes the place of this one while it is repaired. Plans stay with this one."""
    return LoanView.model_validate(lending.lend_equipment(session, equipment_id, data, by=by, now=now))


@router.post("/equipment/{equipment_id}/return")
def return_lent_equipment(equipment_id: int, session: Session, by: CurrentActor, now: Now) -> LoanView:
    """Of the piece that is lent: back to the stock."""
    return LoanView.model_validate(lending.return_equipment(session, equipment_id, by=by, now=now))


@router.post("/equipment/{equipment_id}/commission")
def commission_equipment(equipment_id: int, session: Session, by: CurrentActor, now: Now) -> CommissionedView:
    """Its category's commissioning defaults become orders, each once however often it is asked."""
    orders = commissioning.commission_equipment(session, equipment_id, by=by, now=now)
    return CommissionedView(order_ids=orders)


@router.get("/equipment/{equipment_id}/disposal")
def get_equipment_disposal(equipment_id: int, session: Session, by: CurrentActor) -> DisposalView:
    return pieces.disposal_view(pieces.get_disposal(session, equipment_id, by=by))


@router.put("/equipment/{equipment_id}/disposal")
def record_equipment_disposal(
    equipment_id: int, data: DisposalInput, session: Session, by: CurrentActor, now: Now
) -> DisposalView:
    """Of a retired piece. Said again, the newer holds."""
    disposing.record_disposal(session, equipment_id, data, by=by, now=now)
    return pieces.disposal_view(pieces.get_disposal(session, equipment_id, by=by))


@router.post("/equipment/{equipment_id}/disposal/certificate", status_code=201)
def attach_disposal_certificate(
    equipment_id: int, file: UploadFile, request: Request, session: Session, by: CurrentActor, now: Now
) -> DisposalView:
    settings = house_of(request).settings
    most = settings.max_upload_mib * MIB
    name, data = file.filename or "file", file.file.read(most + 1)
    files_dir = settings.files_dir
    disposing.attach_certificate(session, equipment_id, name, data, files_dir=files_dir, most=most, by=by, now=now)
    return pieces.disposal_view(pieces.get_disposal(session, equipment_id, by=by))


@router.get("/equipment/{equipment_id}/disposal/certificate")
def download_disposal_certificate(equipment_id: int, request: Request, session: Session, by: CurrentActor) -> Response:
    return downloadable(pieces.get_certificate(session, equipment_id, by=by), house_of(request).settings.files_dir)


@router.get("/equipment-categories/{category_id}/commissioning-tasks")
def list_commissioning_tasks(category_id: int, session: Session, by: CurrentActor) -> list[CommissioningTaskView]:
    """What holds for a category: its own, else those of the nearest one above that has some (`category_id`)."""
    found = tasks.commissioning_tasks(session, category_id, by=by)
    return [CommissioningTaskView.model_validate(task) for task in found]


@router.post("/equipment-categories/{category_id}/commissioning-tasks", status_code=201)
def create_commissioning_task(
    category_id: int, data: CommissioningTaskInput, session: Session, by: CurrentActor, now: Now
) -> CommissioningTaskView:
    task = commissioning.create_task(session, category_id, data, by=by, now=now)
    return CommissioningTaskView.model_validate(task)


@router.patch("/commissioning-tasks/{task_id}")
def edit_commissioning_task(
    task_id: int, data: CommissioningTaskPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> CommissioningTaskView:
    """Orders that were made stay as they are."""
    values = data.model_dump(exclude_unset=True)
    task = commissioning.edit_task(session, task_id, values, version=version, by=by, now=now)
    return CommissioningTaskView.model_validate(task)


@router.post("/commissioning-tasks/{task_id}/archive")
def archive_commissioning_task(
    task_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> CommissioningTaskView:
    task = commissioning.archive_task(session, task_id, version=version, by=by, now=now)
    return CommissioningTaskView.model_validate(task)


@router.post("/commissioning-tasks/{task_id}/restore")
def restore_commissioning_task(
    task_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> CommissioningTaskView:
    task = commissioning.archive_task(session, task_id, is_archived=False, version=version, by=by, now=now)
    return CommissioningTaskView.model_validate(task)
