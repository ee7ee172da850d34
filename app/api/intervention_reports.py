"""The intervention report: as data, as a PDF, sent to the person concerned."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from app.http import CurrentActor, Now, RondeRoute, slow
from app.http.asking import house_of
from app.notifications import actions
from app.notifications.queries import papers
from app.notifications.queries.reports import get_report, report_view
from app.notifications.schemas import MessageView, ReportView, SendingInput
from app.people.schemas import Language
from app.workorders.rules.states import order_number

router = APIRouter(route_class=RondeRoute, prefix="/work-orders", tags=["work-orders"])


class PaperQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Language | None = None


@router.get("/{order_id}/report")
def get_intervention_report(order_id: int, session: Session, by: CurrentActor) -> ReportView:
    """What the person concerned is told."""
    return report_view(session, order_id, by=by)


@router.get(
    "/{order_id}/report.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}, 503: {}}
)
@slow
def get_intervention_report_pdf(
    order_id: int, query: Annotated[PaperQuery, Query()], request: Request, session: Session, by: CurrentActor, now: Now
) -> Response:
    """In the language of the person concerned; 503 `no_pdf` where this installation makes no PDF."""
    report = get_report(session, order_id, by=by)
    files_dir = house_of(request).settings.files_dir
    pdf = papers.as_pdf(session, report, query.language or report.language, files_dir=files_dir, now=now)
    headers = {"content-disposition": f'attachment; filename="{order_number(order_id)}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.post("/{order_id}/report/send", status_code=202)
def send_intervention_report(
    order_id: int, data: SendingInput, request: Request, session: Session, by: CurrentActor, now: Now
) -> MessageView:
    """By mail, to a person concerned; it leaves with the next round of the scheduler."""
    house = house_of(request).settings
    mail = actions.send_report(
        session, order_id, data, files_dir=house.files_dir, base=house.public_url, by=by, now=now
    )
    return MessageView.model_validate(mail)
