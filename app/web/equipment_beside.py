"""What a piece's page shows beside it: loans, its chain, what became of it; and the few taps that change these."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from app.changes.actions.commissioning import commission_equipment
from app.changes.actions.disposing import attach_certificate, record_disposal
from app.changes.actions.lending import lend_equipment, return_equipment
from app.changes.queries import pieces
from app.changes.schemas import DisposalInput, LoanInput
from app.core.errors import AppError
from app.core.i18n import N_, gettext
from app.core.security import Actor
from app.equipment.models import Equipment
from app.http import CurrentActor, Now, RondeRoute, slow
from app.http.asking import house_of
from app.http.downloads import downloadable
from app.web.equipment_form import piece_tagged
from app.web.forms import Form, parse, parse_edit, wrongs
from app.web.pages import see_other

router = APIRouter(route_class=RondeRoute, prefix="/equipment")
MIB = 1 << 20
HOW_WORDS = {
    "recycled": N_("Recycled"),
    "sold": N_("Sold"),
    "donated": N_("Donated"),
    "returned": N_("Sent back"),
    "destroyed": N_("Destroyed"),
    "kept": N_("Kept for parts"),
}


def beside(session: Session, piece: Equipment, *, by: Actor) -> dict[str, Any]:
    """For the template of a piece's page."""
    loans = pieces.loans_of(session, piece.id, by=by, limit=8)
    is_down = piece.status in ("in_maintenance", "out_of_order")
    stand_ins = pieces.stand_ins(session, piece.category_id, by=by) if is_down else []
    return {
        "loans": loans,
        "loan": next((loan for loan in loans if loan.returned_at is None), None),
        "stand_in_choices": [(row.id, " · ".join(filter(None, (row.tag, row.name)))) for row in stand_ins],
        "stand_ins": stand_ins,
        "chain": pieces.chain(session, piece.id, by=by),
        "disposal": pieces.find_disposal(session, piece.id, by=by) if piece.status == "retired" else None,
        "how_words": HOW_WORDS,
        "how_choices": how_choices(),
    }


def how_choices() -> list[tuple[str, str]]:
    return [(how, gettext(words)) for how, words in HOW_WORDS.items()]


def not_saved(address: str, error: AppError) -> Response:
    """These forms stand on a page that shows much else: it says why, and is as it was."""
    why = next(iter(wrongs(error).values()))
    return see_other(address, message=N_("Not saved: %(why)s"), tone="warn", why=why)


@router.post("/{equipment_id:int}/loan")
def lend(equipment_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    """A piece is named by its tag, or chosen from the stock."""
    address = f"/equipment/{equipment_id}"
    try:
        tag = str(form.get("tag") or "").strip()
        rest = FormData([(name, value) for name, value in form.multi_items() if name != "tag"])
        named = {"equipment_id": piece_tagged(session, tag, by=by, field="tag")} if tag else {}
        lend_equipment(session, equipment_id, parse(LoanInput, rest, **named), by=by, now=now)
    except AppError as error:
        if error.status in (403, 404):
            raise
        session.rollback()
        return not_saved(address, error)
    return see_other(address, message=N_("Lent: it stands in until this one serves again."))


@router.post("/{equipment_id:int}/return")
def give_back(equipment_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    """Of the piece that is lent."""
    loan = return_equipment(session, equipment_id, by=by, now=now)
    return see_other(f"/equipment/{loan.for_equipment_id}", message=N_("It is back in the stock."))


@router.post("/{equipment_id:int}/commission")
def commission(equipment_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    orders = commission_equipment(session, equipment_id, by=by, now=now)
    text = N_("Its orders for being put into service: %(count)s.") if orders else N_("Its category asks for no orders.")
    return see_other(f"/equipment/{equipment_id}", message=text, count=len(orders))


@router.post("/{equipment_id:int}/disposal")
@slow
def dispose(request: Request, equipment_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    """What became of it, and the certificate where one is sent along."""
    rest = FormData([(name, value) for name, value in form.multi_items() if name != "certificate"])
    try:
        data, version = parse_edit(DisposalInput, rest)
    except AppError as error:
        return not_saved(f"/equipment/{equipment_id}", error)
    record_disposal(session, equipment_id, data, version=version, by=by, now=now)
    certificate = form.get("certificate")
    if isinstance(certificate, UploadFile) and certificate.filename:
        keep_certificate(request, session, equipment_id, certificate, by=by, now=now)
    return see_other(f"/equipment/{equipment_id}", message=N_("Saved."))


def keep_certificate(
    request: Request, session: Session, equipment_id: int, certificate: UploadFile, *, by: Actor, now: datetime
) -> None:
    settings = house_of(request).settings
    most = settings.max_upload_mib * MIB
    name, data = certificate.filename or "file", certificate.file.read(most + 1)
    attach_certificate(session, equipment_id, name, data, files_dir=settings.files_dir, most=most, by=by, now=now)


@router.get("/{equipment_id:int}/disposal/certificate")
def certificate_file(request: Request, equipment_id: int, session: Session, by: CurrentActor) -> Response:
    return downloadable(pieces.get_certificate(session, equipment_id, by=by), house_of(request).settings.files_dir)
