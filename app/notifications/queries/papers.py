"""A report on paper: the same in a page, a PDF and a mail, in the language of the person concerned."""

from base64 import b64encode
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.i18n import gettext, in_language
from app.core.i18n.formats import in_zone, long_day
from app.core.render import render, render_pdf
from app.equipment.queries import codes_for
from app.journal.actions import file_path
from app.journal.models import File
from app.notifications.queries.reports import Report
from app.workorders.rules.resolution import LABELS

PAPER = "workorders/_intervention.html"


def as_html(session: Session, report: Report, language: str, *, now: datetime) -> str:
    """For a page of Ronde's own, which may show the order's files."""
    with ExitStack() as around:
        _for_the_person(around, report, language, now)
        return render(PAPER, **_context(session, report, lambda file: f"/work-orders/{report.order.id}/files/{file}"))


def as_text(report: Report, language: str, *, now: datetime) -> str:
    """For a mail, in a few lines; the whole stands in the PDF."""
    order, told = report.order, report.resolution
    with ExitStack() as around:
        _for_the_person(around, report, language, now)
        facts = [(gettext("What was done"), report.what), (gettext("Done on"), long_day(told.done_on))]
        if order.equipment is not None:
            facts.append((gettext("Device"), order.equipment.name or order.equipment.tag))
        if report.parts:
            used = (f"{usage.quantity - usage.returned} × {usage.part.name}" for usage in report.parts)
            facts.append((gettext("Parts used"), ", ".join(used)))
        temporary = gettext("This is a temporary fix: the lasting one is due by %(day)s.")
        parts = [
            gettext("Hello,"),
            gettext("Here is what was done about: %(title)s") % {"title": order.title},
            told.explanation,
            "\n".join(gettext("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in facts),
            told.not_done_reason,
            temporary % {"day": long_day(told.curative_due_on)} if told.curative_due_on else None,
            "\n".join([*report.workers[:1], report.organisation.name if report.organisation else "Ronde"]),
        ]
    return "\n\n".join(part for part in parts if part)


def as_pdf(session: Session, report: Report, language: str, *, files_dir: Path, now: datetime) -> bytes:
    """Raises Unavailable where this installation makes no PDF."""
    signed = report.resolution.signature_file_id
    files = [*report.photos, *([session.get_one(File, signed)] if signed is not None else [])]
    pictures = {file.id: _inside(file, files_dir) for file in files}
    with ExitStack() as around:
        _for_the_person(around, report, language, now)
        paper = _context(session, report, pictures.__getitem__)
        return render_pdf("workorders/report_pdf.html", "workorders/report_pdf.css", **paper)


def _for_the_person(around: ExitStack, report: Report, language: str, now: datetime) -> None:
    """Their language, and the days of the site."""
    zone = report.order.site.time_zone
    around.enter_context(in_language(language))
    around.enter_context(in_zone(zone, today(now, zone)))


def _context(session: Session, report: Report, src: Callable[[int], str]) -> dict[str, object]:
    return {
        "report": report,
        "order": report.order,
        "resolution": report.resolution,
        "codes": codes_for(session, report.order.equipment_id),
        "labels": LABELS,
        "src": src,
    }


def _inside(file: File, files_dir: Path) -> str:
    """A picture as part of the document; one that is lost leaves its place empty."""
    path = file_path(file, files_dir)
    body = path.read_bytes() if path.is_file() else b""
    return f"data:{file.media_type};base64,{b64encode(body).decode()}"
