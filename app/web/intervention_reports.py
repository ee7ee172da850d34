"""The intervention report as a page to print, as a PDF, and sent to the person concerned."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.render import pdf_writer
from app.http import CurrentActor, Now, RondeRoute, slow
from app.http.asking import house_of
from app.notifications import actions
from app.notifications.queries import papers
from app.notifications.queries.reports import get_report
from app.notifications.schemas import SendingInput
from app.people.schemas import Language
from app.web.forms import Form, messages, parse
from app.web.pages import page, see_other
from app.workorders.rules.states import order_number

router = APIRouter(route_class=RondeRoute, prefix="/work-orders/{order_id:int}")


class PaperQuery(BaseModel):
    language: Language | None = None


def report_page(
    request: Request,
    session: Session,
    order_id: int,
    language: Language | None,
    *,
    by: CurrentActor,
    now: Now,
    error: InvalidInput | None = None,
) -> Response:
    report = get_report(session, order_id, by=by)
    shown = language or report.language
    return page(
        request,
        "workorders/report.html",
        by=by,
        status=error.status if error else 200,
        report=report,
        paper=Markup(papers.as_html(session, report, shown, now=now)),  # noqa: S704 - rendered by our own template
        language=shown,
        has_pdf=pdf_writer() is not None,
        has_mail=house_of(request).settings.smtp_host is not None,
        errors=messages(error) if error else {},
    )


@router.get("/report")
@slow
def show_report(
    request: Request,
    order_id: int,
    query: Annotated[PaperQuery, Query()],
    session: Session,
    by: CurrentActor,
    now: Now,
) -> Response:
    return report_page(request, session, order_id, query.language, by=by, now=now)


@router.get("/report.pdf")
@slow
def download_report(
    request: Request,
    order_id: int,
    query: Annotated[PaperQuery, Query()],
    session: Session,
    by: CurrentActor,
    now: Now,
) -> Response:
    report = get_report(session, order_id, by=by)
    files_dir = house_of(request).settings.files_dir
    pdf = papers.as_pdf(session, report, query.language or report.language, files_dir=files_dir, now=now)
    headers = {"content-disposition": f'attachment; filename="{order_number(order_id)}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.post("/report/send")
def send_report(request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data = parse(SendingInput, form)
        house = house_of(request).settings
        mail = actions.send_report(
            session, order_id, data, files_dir=house.files_dir, base=house.public_url, by=by, now=now
        )
    except InvalidInput as error:
        session.rollback()
        return report_page(request, session, order_id, None, by=by, now=now, error=error)
    return see_other(
        f"/work-orders/{order_id}/report", message=N_("The report is on its way to %(to)s."), to=mail.recipient
    )
