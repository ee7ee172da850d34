"""The intervention report: what it tells, in whose language, and to whom it is sent."""

from base64 import b64encode
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.core.render import pdf_writer
from app.core.security import Actor, Role
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.journal.actions import file_path
from app.journal.models import AuditEntry, File, Message
from app.notifications.actions import send_report
from app.notifications.queries import papers
from app.notifications.queries.reports import get_report, report_view
from app.notifications.schemas import SendingInput
from app.requests.actions import accept_request, tell_of_done_work
from app.requests.schemas import AcceptInput
from app.workorders.actions.papers import attach_file
from tests.factories.equipment import make_equipment
from tests.factories.people import make_person, make_user
from tests.factories.requests import make_request
from tests.factories.workorders import NOON, make_order


def picture(colour="red"):
    out = BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def bob(session):
    user = make_user(session, "bob", Role.TECHNICIAN, name="Bob Martin")
    return Actor(name="Bob Martin", role=Role.TECHNICIAN, user_id=user.id, person_id=user.person_id)


@pytest.fixture
def piece(session):
    piece = make_equipment(session)
    piece.person_id = make_person(session, "Chloé Dupré", email="chloe@example.org", language="fr").id
    session.flush()
    return piece


@pytest.fixture
def order(session, piece, bob, tmp_path):
    """Repaired, photographed and signed for."""
    order = make_order(session, piece, "Printer <jams>")
    attach_file(session, order.id, "roller.png", picture(), files_dir=tmp_path, most=9_999, by=bob, now=NOON)
    said = {
        "finding": "failed",
        "restoration": "palliative",
        "curative_due_on": "2026-12-01",
        "failure_mode": "degraded_output",
        "explanation": "Le rouleau est usé <b>.",
        "minutes_spent": 25,
        "signature": {"name": "Chloé Dupré", "image": b64encode(picture("white")).decode()},
    }
    complete_work_order(session, order.id, CompletionInput.model_validate(said), files_dir=tmp_path, by=bob, now=NOON)
    session.commit()  # the files are in their place
    return order


def test_it_tells_what_was_done_in_the_language_of_the_person(session, order, bob):
    report = get_report(session, order.id, by=bob)
    assert (report.language, report.workers, report.minutes) == ("fr", ["Bob Martin"], 25)
    html = papers.as_html(session, report, report.language, now=NOON).replace("\xa0", " ")
    for words in (
        "Compte rendu d’intervention",
        "Réparé",
        "Chloé Dupré",
        "25 min",
        "lundi 23 novembre",
        "Bob Martin",
    ):
        assert words in html
    assert "Le rouleau est usé &lt;b&gt;." in html
    assert "Printer &lt;jams&gt;" in html
    assert f'src="/work-orders/{order.id}/files/{report.resolution.signature_file_id}"' in html
    assert "Intervention report" in papers.as_html(session, report, "en", now=NOON)


def test_a_program_is_told_the_same(session, order, bob):
    view = report_view(session, order.id, by=bob)
    assert (view.kind, view.signed_by, view.language) == ("repaired", "Chloé Dupré", "fr")
    assert [who.email for who in view.concerned] == ["chloe@example.org"]
    assert len(view.photo_ids) == 1, "the signature is no photo"


def test_an_order_without_a_report_has_none(session, piece, bob):
    with pytest.raises(Conflict):
        get_report(session, make_order(session, piece).id, by=bob)


def test_it_is_sent_to_the_person_concerned(session, order, bob, tmp_path):
    send_report(session, order.id, SendingInput(), files_dir=tmp_path, by=bob, now=NOON)
    (mail,) = session.scalars(select(Message))
    assert mail.recipient == "chloe@example.org"
    assert mail.subject == f"Compte rendu d’intervention OT-{order.id:06d}\xa0: Printer <jams>"
    assert "Le rouleau est usé <b>." in mail.body
    assert "Printer <jams>" in mail.body
    assert "mardi 1er décembre" in mail.body.replace("\xa0", " ")
    audited = session.scalars(select(AuditEntry).where(AuditEntry.action == "report_sent")).one()
    assert audited.changes == {"to": [None, "chloe@example.org"]}
    assert (mail.file_id is not None) == (pdf_writer() is not None)


def test_who_asked_and_is_sent_the_report_gets_no_second_mail(session, piece, bob, tmp_path):
    request = make_request(session, piece, contact_email="Asks@example.org", contact_name="Ann", language="en")
    accepted = accept_request(session, request.id, AcceptInput(), by=bob, now=NOON)
    complete_work_order(session, accepted.order_id, CompletionInput(explanation="New belt"), by=bob, now=NOON)
    said = {"files_dir": tmp_path, "base": "https://ronde.example.org", "by": bob, "now": NOON}
    mail = send_report(session, accepted.order_id, SendingInput(to="Asks@example.org"), **said)
    assert "Is it solved?" in mail.body
    assert f"https://ronde.example.org/r/{request.secret}" in mail.body
    assert tell_of_done_work(session, base=None, now=NOON + timedelta(days=1)) == 0


def test_who_is_sent_the_report_of_work_left_undone_is_told_when_it_is_done(session, piece, bob, tmp_path):
    request = make_request(session, piece, contact_email="asks@example.org", contact_name="Ann", language="en")
    order_id = accept_request(session, request.id, AcceptInput(), by=bob, now=NOON).order_id
    undone = CompletionInput(kind="not_done", not_done_reason="Locked")
    complete_work_order(session, order_id, undone, by=bob, now=NOON)
    said = {"files_dir": tmp_path, "base": "https://ronde.example.org", "by": bob, "now": NOON}
    assert "Is it solved?" not in send_report(session, order_id, SendingInput(to="asks@example.org"), **said).body
    assert request.told_done_at is None


def test_the_first_who_asked_is_the_first_concerned(session, piece, order, bob):
    for email in ("chloe@example.org", "dan@example.org"):
        asked = make_request(session, piece, contact_name=email, contact_email=email)
        asked.state, asked.order_id = "accepted", order.id
    session.flush()
    view = report_view(session, order.id, by=bob)
    assert [who.email for who in view.concerned] == ["chloe@example.org", "dan@example.org"]


def test_it_is_sent_to_nobody_else(session, order, bob, tmp_path):
    with pytest.raises(InvalidInput):
        send_report(session, order.id, SendingInput(to="eve@example.org"), files_dir=tmp_path, by=bob, now=NOON)
    chloe = Actor(name="Chloé", role=Role.REQUESTER)
    with pytest.raises(NotAllowed):
        send_report(session, order.id, SendingInput(), files_dir=tmp_path, by=chloe, now=NOON)
    assert session.scalars(select(Message)).all() == []


def test_a_person_without_an_address_gets_none(session, bob, tmp_path):
    piece = make_equipment(session)
    piece.person_id = make_person(session).id
    order = make_order(session, piece)
    complete_work_order(session, order.id, CompletionInput(), by=bob, now=NOON)
    with pytest.raises(Conflict):
        send_report(session, order.id, SendingInput(), files_dir=tmp_path, by=bob, now=NOON)


@pytest.mark.skipif(pdf_writer() is None, reason="optional: weasyprint, or Pango that it draws with, is not installed")
def test_the_pdf_holds_the_pictures_and_fetches_nothing(session, order, bob, tmp_path):
    order.title = "<img src=http://127.0.0.1:1/x> <img src=file:///etc/hostname>"
    report = get_report(session, order.id, by=bob)
    pdf = papers.as_pdf(session, report, "fr", files_dir=tmp_path, now=NOON)
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Subtype /Image") >= 2


@pytest.mark.skipif(pdf_writer() is None, reason="optional: weasyprint, or Pango that it draws with, is not installed")
def test_a_photo_that_is_lost_leaves_its_place_empty(session, order, bob, tmp_path):
    for file in session.scalars(select(File)):
        file_path(file, tmp_path).unlink()
    report = get_report(session, order.id, by=bob)
    assert papers.as_pdf(session, report, "fr", files_dir=tmp_path, now=NOON).startswith(b"%PDF-")
