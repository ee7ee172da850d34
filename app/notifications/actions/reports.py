"""The intervention report is sent to the person whom the work was for."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_, gettext, in_language
from app.core.render import pdf_writer
from app.core.security import Actor, Permission, require
from app.journal.actions import enqueue_mail, keep_file
from app.journal.models import Message
from app.notifications.queries import papers
from app.notifications.queries.reports import Report, get_report
from app.notifications.schemas import SendingInput
from app.requests.actions.mailing import told_by_report
from app.workorders.actions.telling import tell
from app.workorders.rules.states import order_number

PDF_MAX = 50 << 20  # bytes


def send_report(
    session: Session,
    order_id: int,
    data: SendingInput,
    *,
    files_dir: Path,
    base: str | None = None,
    by: Actor,
    now: datetime,
) -> Message:
    """To one of the people concerned and to nobody else: no mail of somebody's choice leaves the house.

    In their language; with the PDF where this installation makes one. To who asked for the work it is the word that it
    is done, too: there is no second mail. `base` is where this installation is reached, for the link to answer.
    """
    report = get_report(session, order_id, by=by)
    require(by, Permission.WORK, site_id=report.order.site_id)
    address = _address(report, data)
    language = data.language or report.language
    with in_language(language):
        subject = gettext("Intervention report %(number)s: %(title)s") % {
            "number": order_number(order_id),
            "title": report.order.title,
        }
        judged = told_by_report(session, order_id, address, base=base, now=now)
    text = "\n\n".join([papers.as_text(report, language, now=now), *judged])
    mail = enqueue_mail(
        session,
        address,
        subject,
        text,
        about=("work_order", order_id),
        site_id=report.order.site_id,
        file_id=_paper(session, report, language, files_dir=files_dir, by=by, now=now),
        by=by,
        now=now,
    )
    tell(session, report.order, "report_sent", by=by, now=now, changes={"to": [None, address]})
    return mail


def _address(report: Report, data: SendingInput) -> str:
    known = [who.email for who in report.concerned if who.email]
    if not known:
        raise Conflict("no_address", N_("Nobody concerned has a mail address: enter it on the person’s page."))
    if data.to is None:
        return known[0]
    if data.to not in known:
        raise InvalidInput.at("to", "not_concerned", N_("This is no address of a person concerned."))
    return data.to


def _paper(session: Session, report: Report, language: str, *, files_dir: Path, by: Actor, now: datetime) -> int | None:
    if pdf_writer() is None:
        return None
    pdf = papers.as_pdf(session, report, language, files_dir=files_dir, now=now)
    name = f"{order_number(report.order.id)}.pdf"
    return keep_file(session, name, pdf, files_dir=files_dir, most=PDF_MAX, by=by, now=now).id
