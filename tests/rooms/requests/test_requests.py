"""A request is told, decided, followed and judged, on both databases."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from pydantic import ValidationError
from sqlalchemy import select

from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, PreconditionFailed
from app.core.security import Actor, Role
from app.equipment.models import Downtime
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput, LogInput
from app.journal.models import AuditEntry, Message
from app.requests import actions, queries
from app.requests.actions.mailing import GRACE
from app.requests.models import WorkRequest
from app.requests.rules import Status
from app.requests.schemas import (
    AcceptInput,
    DuplicateInput,
    FeedbackInput,
    MessageInput,
    RejectInput,
    RequestInput,
    RequestPatch,
    StrangerInput,
)
from app.workorders.actions import cancel_work_order, hold_work_order, start_work_order
from app.workorders.models import Comment, WorkOrder
from app.workorders.queries import files_of as files_of_order
from app.workorders.schemas import HoldInput
from tests.factories.equipment import make_category, make_equipment
from tests.factories.people import make_person
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, BOB, eve
from tests.factories.requests import NOON, make_request
from tests.factories.workorders import make_order

HERE = "https://ronde.example.org"


@pytest.fixture
def site(session):
    calendar = make_calendar(session)
    make_organisation(session, calendar)
    return make_site(session, "LYO", calendar, allows_anonymous_requests=True)


@pytest.fixture
def printer(session, site):
    return make_equipment(session, "IMP-0001", site, make_category(session, "Printer"), name="Hall printer")


@pytest.fixture
def chloe(session):
    person = make_person(session, "Chloe Martin", email="chloe@example.org")
    return Actor(name=person.name, role=Role.REQUESTER, user_id=3, person_id=person.id, language="fr")


@pytest.fixture
def asked(session, printer, chloe):
    """By Chloe, in the portal."""
    data = RequestInput(equipment_id=printer.id, text="It eats the paper\nsince Monday", urgency="blocks")
    return actions.create_request(session, data, by=chloe, now=NOON)


def accept(session, request, by=BOB, **more):
    return actions.accept_request(session, request.id, AcceptInput(**more), base=HERE, by=by, now=NOON)


def order_of(session, request):
    return session.get_one(WorkOrder, queries.view_of(session, request).order_id)


def finish(session, request, explanation="Rollers changed"):
    order = order_of(session, request)
    return complete_work_order(session, order.id, CompletionInput(explanation=explanation), by=BOB, now=NOON)


def mails(session):
    return [(mail.recipient, mail.subject) for mail in session.scalars(select(Message).order_by(Message.id))]


def picture():
    out = BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    return out.getvalue()


def attach(session, request, tmp_path, by=BOB, name="photo.jpg", data=None):
    said = {"files_dir": tmp_path, "most": 1 << 20, "by": by, "now": NOON}
    return actions.attach_photo(session, request.id, name, data or picture(), **said)


def test_who_asks_for_themselves_is_the_person_concerned_whatever_else_is_said(session, printer, chloe):
    data = RequestInput(equipment_id=printer.id, text="No paper", channel="mail", contact_name="Somebody else")
    request = actions.create_request(session, data, by=chloe, now=NOON)
    assert (request.channel, request.contact_name, request.person_id) == ("portal", "Chloe Martin", chloe.person_id)
    assert (request.contact_email, request.language) == ("chloe@example.org", "fr")


def test_a_technician_takes_it_down_and_the_person_is_recognised(session, printer, chloe):
    request = make_request(session, printer, contact_name="chloe MARTIN")
    assert (request.channel, request.person_id, request.contact_email) == (
        "phone",
        chloe.person_id,
        "chloe@example.org",
    )
    assert queries.get_request(session, request.id, by=chloe).id == request.id


def test_the_same_form_sent_twice_is_one_request_and_another_text_is_another(session, printer):
    once = "a-number-of-the-form-itself"
    first, again = (make_request(session, printer, "Paper", once=once) for _ in range(2))
    other = make_request(session, printer, "Toner", once=once)
    assert (first.id, other.id != first.id) == (again.id, True)


def test_an_item_of_another_site_does_not_exist(session, printer):
    nantes = make_site(session, "NTE")
    with pytest.raises(InvalidInput):
        actions.create_request(session, RequestInput(equipment_id=printer.id, text="Paper"), by=eve(nantes), now=NOON)


def test_a_stranger_asks_where_the_site_allows_it_alone(session, site, printer):
    request = actions.send_from_label(session, printer.qr_token, StrangerInput(text="Paper"), now=NOON)
    assert (request.channel, request.contact_name, request.person_id) == ("portal", None, None)
    for token in ("unknown", "x" * 300):
        with pytest.raises(NotFound):
            actions.send_from_label(session, token, StrangerInput(text="Paper"), now=NOON)
    site.allows_anonymous_requests = False
    session.flush()
    with pytest.raises(NotFound):
        actions.send_from_label(session, printer.qr_token, StrangerInput(text="Paper"), now=NOON)


def test_only_the_person_and_who_works_there_see_a_request(session, asked):
    others = make_person(session, "Dan")
    somebody = Actor(name="Dan", role=Role.REQUESTER, person_id=others.id)
    nobody = Actor(name="x", role=Role.REQUESTER)
    for actor in (somebody, nobody, eve(make_site(session, "NTE"))):
        with pytest.raises(NotFound):
            queries.get_request(session, asked.id, by=actor)
        assert queries.request_rows(session, queries.RequestFilter(), by=actor, limit=9) == []
    assert len(queries.request_rows(session, queries.RequestFilter(), by=BOB, limit=9)) == 1


def test_accepting_makes_an_order_with_what_was_said_and_its_photos(session, asked, chloe, tmp_path):
    file = attach(session, asked, tmp_path, by=chloe)
    accept(session, asked, answer="I come at two")
    order = order_of(session, asked)
    assert (order.origin, order.title, order.priority) == ("request", "It eats the paper", "high")
    assert (str(order.due_on), order.equipment_id) == ("2026-11-23", asked.equipment_id)
    assert [one.id for one in files_of_order(session, order.id)] == [file.id]
    assert queries.view_of(session, asked).status is Status.ACCEPTED
    later = attach(session, asked, tmp_path, by=chloe, name="again.jpg")
    assert later.id in [one.id for one in files_of_order(session, order.id)]
    entity = select(AuditEntry.action).where(AuditEntry.entity == "request", AuditEntry.entity_id == asked.id)
    assert session.scalars(entity.order_by(AuditEntry.id)).all()[:3] == ["created", "file_added", "changed"]


def test_the_person_is_written_to_in_their_language_with_their_link(session, asked):
    accept(session, asked)
    assert mails(session) == [("chloe@example.org", f"Votre demande DI-{asked.id:06d}\u00a0: nous nous en occupons")]
    assert f"{HERE}/r/{asked.secret}" in session.scalars(select(Message.body)).one()


def test_without_a_configured_address_no_mail_holds_a_link(session, asked):
    actions.accept_request(session, asked.id, AcceptInput(), by=BOB, now=NOON)
    assert "/r/" not in session.scalars(select(Message.body)).one()


def test_it_is_decided_once_and_by_who_works_alone(session, asked, chloe):
    with pytest.raises(NotAllowed):
        accept(session, asked, by=chloe)
    accept(session, asked)
    with pytest.raises(Conflict):
        accept(session, asked)
    with pytest.raises(Conflict):
        actions.reject_request(session, asked.id, RejectInput(reason="No"), by=BOB, now=NOON)


def test_a_stale_page_meets_the_current_state(session, asked):
    actions.edit_request(session, asked.id, RequestPatch(urgency="can_wait"), version=1, by=BOB, now=NOON)
    with pytest.raises(PreconditionFailed):
        actions.reject_request(session, asked.id, RejectInput(reason="No"), version=1, by=BOB, now=NOON)


def test_a_refusal_keeps_its_reason_and_is_taken_back(session, asked):
    actions.reject_request(session, asked.id, RejectInput(reason="Leased"), by=BOB, now=NOON)
    assert queries.view_of(session, asked).status is Status.REJECTED
    actions.reopen_request(session, asked.id, by=BOB, now=NOON)
    assert (asked.state, asked.reason, asked.decided_at) == ("new", None, None)


def test_an_order_that_was_cancelled_lets_its_request_go(session, asked):
    accept(session, asked)
    with pytest.raises(Conflict):
        actions.reopen_request(session, asked.id, by=BOB, now=NOON)
    cancel_work_order(session, asked.order_id, "By mistake", by=ALICE, now=NOON)
    assert queries.view_of(session, asked).status is Status.NOT_DONE
    actions.reopen_request(session, asked.id, by=BOB, now=NOON)
    assert queries.view_of(session, asked).status is Status.NEW


def test_a_duplicate_follows_its_original_and_brings_its_photos(session, printer, asked, tmp_path):
    double = make_request(session, printer, "Paper jam")
    triple = make_request(session, printer, "Jam again")
    file = attach(session, triple, tmp_path)
    actions.mark_duplicate(session, triple.id, DuplicateInput(request_id=double.id), by=BOB, now=NOON)
    actions.mark_duplicate(session, double.id, DuplicateInput(request_id=asked.id), by=BOB, now=NOON)
    session.refresh(triple)
    assert triple.duplicate_of_id == asked.id
    with pytest.raises(InvalidInput):
        actions.mark_duplicate(session, asked.id, DuplicateInput(request_id=triple.id), by=BOB, now=NOON)
    accept(session, asked)
    assert queries.view_of(session, triple).status is Status.ACCEPTED
    assert [one.id for one in files_of_order(session, asked.order_id)] == [file.id]
    rows = queries.request_rows(session, queries.RequestFilter(status="open"), by=BOB, limit=9)
    assert [row.status for row in rows] == ["accepted"] * 3


def test_who_asked_the_same_is_told_too_that_it_is_rejected_and_nobody_follows_that_one_later(session, printer, asked):
    double, late = make_request(session, printer, "Jam"), make_request(session, printer, "Jam again")
    double.contact_email = "dan@example.org"
    actions.mark_duplicate(session, double.id, DuplicateInput(request_id=asked.id), by=BOB, now=NOON)
    actions.reject_request(session, asked.id, RejectInput(reason="Leased: call its supplier"), by=BOB, now=NOON)
    told = select(Message.recipient, Message.body).order_by(Message.id.desc()).limit(1)
    recipient, body = session.execute(told).one()
    assert (recipient, "Leased: call its supplier" in body) == ("dan@example.org", True)
    with pytest.raises(InvalidInput) as refused:
        actions.mark_duplicate(session, late.id, DuplicateInput(request_id=asked.id), by=BOB, now=NOON)
    assert refused.value.fields[0].code == "rejected"


def test_it_may_be_known_by_an_open_order(session, printer, asked):
    order = make_order(session, printer)
    actions.mark_duplicate(session, asked.id, DuplicateInput(order_id=order.id), by=BOB, now=NOON)
    assert queries.view_of(session, asked).order_id == order.id
    assert [row.id for row in queries.requests_of_order(session, order.id, by=BOB)] == [asked.id]
    ended = make_order(session, printer, "Other")
    cancel_work_order(session, ended.id, "Not needed", by=ALICE, now=NOON)
    with pytest.raises(InvalidInput):
        actions.mark_duplicate(
            session, make_request(session, printer).id, DuplicateInput(order_id=ended.id), by=BOB, now=NOON
        )


def test_what_was_solved_on_the_phone_is_logged_with_the_request(session, printer):
    request = make_request(session, printer)
    data = LogInput(equipment_id=printer.id, title="Tray put right", minutes_spent=5)
    logged = actions.log_request(session, request.id, data, by=BOB, now=NOON)
    assert (logged.order.origin, request.order_id) == ("request", logged.order.id)
    assert queries.view_of(session, request).status is Status.DONE


def test_the_person_follows_the_work(session, asked):
    accept(session, asked)
    start_work_order(session, asked.order_id, by=BOB, now=NOON)
    hold_work_order(session, asked.order_id, HoldInput(reason="parts", until="2026-12-01"), by=BOB, now=NOON)
    held = queries.thread(session, asked, "Europe/Paris")[-1]
    assert (held.kind, held.text, str(held.day)) == ("on_hold", "parts", "2026-12-01")
    finish(session, asked)
    done = queries.thread(session, asked, "Europe/Paris")[-1]
    assert (done.kind, done.text) == ("done", "Rollers changed")


def test_words_go_both_ways_and_are_seen_on_the_order(session, asked, chloe):
    accept(session, asked)
    actions.write_message(session, asked.id, MessageInput(text="Which tray?"), base=HERE, by=BOB, now=NOON)
    actions.write_message(session, asked.id, MessageInput(text="The second"), by=chloe, now=NOON)
    actions.write_by_link(session, asked.secret, MessageInput(text="Or the third"), now=NOON)
    said = [(one.is_from_person, one.text) for one in queries.messages_of(session, asked.id)]
    assert said == [(False, "Which tray?"), (True, "The second"), (True, "Or the third")]
    assert session.scalars(select(Comment.text).order_by(Comment.id)).all() == ["The second", "Or the third"]
    assert len(mails(session)) == 2
    with pytest.raises(NotFound):
        actions.write_by_link(session, "unknown", MessageInput(text="x"), now=NOON)


def test_whether_it_is_solved_is_said_when_it_is_done(session, asked):
    accept(session, asked)
    with pytest.raises(Conflict):
        actions.judge_by_link(session, asked.secret, FeedbackInput(feedback="solved"), now=NOON)
    finish(session, asked)
    judged, _ = actions.judge_by_link(session, asked.secret, FeedbackInput(feedback="solved"), now=NOON)
    version = judged.version
    actions.judge_by_link(session, asked.secret, FeedbackInput(feedback="solved"), now=NOON)
    assert (judged.feedback, judged.version) == ("solved", version)


def test_what_is_not_solved_is_told_on_the_order_and_asked_again_within_a_limit(session, asked):
    request, ids = asked, []
    for _ in range(3):
        accept(session, request)
        finish(session, request)
        data = FeedbackInput(feedback="not_solved", text="Still jams", asks_again=True)
        _, follow_up = actions.judge_by_link(session, request.secret, data, now=NOON)
        _, again = actions.judge_by_link(session, request.secret, data, now=NOON)
        assert again.id == follow_up.id
        ids.append(follow_up.id)
        request = follow_up
    assert (request.state, request.person_id, len(set(ids))) == ("new", asked.person_id, 3)
    assert "Still jams" in session.scalars(select(Comment.text)).first()
    accept(session, request)
    finish(session, request)
    with pytest.raises(Conflict):
        actions.judge_by_link(session, request.secret, data, now=NOON)


def test_the_person_is_written_to_once_when_the_work_is_done(session, asked, printer):
    accept(session, asked)
    make_request(session, printer, "Nobody to write to")
    assert actions.tell_of_done_work(session, base=HERE, now=NOON) == 0
    finish(session, asked)
    assert actions.tell_of_done_work(session, base=HERE, now=NOON) == 0  # a report may still be sent
    told = [actions.tell_of_done_work(session, base=HERE, now=NOON + GRACE) for _ in range(2)]
    assert told == [1, 0]
    assert "Rollers changed" in session.scalars(select(Message.body).order_by(Message.id.desc())).first()


def test_what_is_not_done_goes_with_its_piece_to_another_site(session, printer, asked):
    accepted, rejected = (make_request(session, printer, text) for text in ("Jam", "Noise"))
    accept(session, accepted)
    actions.reject_request(session, rejected.id, RejectInput(reason="Leased"), by=BOB, now=NOON)
    was, printer.site_id = printer.site_id, make_site(session, "NTE").id
    session.flush()
    assert [actions.follow_moved_pieces(session, now=NOON) for _ in range(2)] == [2, 0]
    assert [each.site_id for each in (asked, accepted, rejected)] == [printer.site_id, printer.site_id, was]


def test_documents_are_no_photos_and_photos_are_few(session, asked, tmp_path):
    with pytest.raises(InvalidInput):
        attach(session, asked, tmp_path, name="bill.pdf", data=b"%PDF-1.4")
    for n in range(5):
        attach(session, asked, tmp_path, name=f"{n}.jpg")
    with pytest.raises(InvalidInput):
        attach(session, asked, tmp_path)


def test_lists_are_narrowed_and_the_most_urgent_comes_first(session, printer, asked):
    other = make_request(session, printer, "Écran noir", urgency="can_wait", contact_name="Zoé")
    rows = queries.request_rows(session, queries.RequestFilter(state="new"), by=BOB, limit=9)
    assert [row.id for row in rows] == [asked.id, other.id]
    for words in ("ecran", "ZOE", f"DI-{other.id:06d}", "imp-0001 noir"):
        found = queries.request_rows(session, queries.RequestFilter(q=words), by=BOB, limit=9)
        assert [row.id for row in found] == [other.id], words
    assert queries.count_new(session, by=BOB) == 2
    accept(session, asked)
    for status, ids in (("open", [asked.id]), ("new", [other.id]), ("done", []), ("accepted", [asked.id])):
        found = queries.request_rows(session, queries.RequestFilter(status=status), by=BOB, limit=9)
        assert [row.id for row in found] == ids, status
    assert [row.id for row in queries.open_requests_on(session, printer.id, by=BOB)] == [other.id, asked.id]


def test_an_item_is_corrected_while_nothing_is_decided(session, printer, asked):
    other = make_equipment(session, "IMP-0002")
    actions.edit_request(session, asked.id, RequestPatch(equipment_id=other.id), by=BOB, now=NOON)
    assert session.get_one(WorkRequest, asked.id).equipment_id == other.id
    with pytest.raises(InvalidInput):
        actions.edit_request(session, asked.id, RequestPatch(urgency=None), by=BOB, now=NOON)


def test_who_asks_finds_what_they_use_and_what_they_name(session, printer, chloe):
    printer.person_id = chloe.person_id
    session.flush()
    assert [row.tag for row in queries.own_pieces(session, by=chloe)] == ["IMP-0001"]
    assert [row.tag for row in queries.pieces_named(session, "hall", by=chloe)] == ["IMP-0001"]
    assert [row.tag for row in queries.pieces_named(session, "hall", by=eve(make_site(session, "NTE")))] == []


SATURDAY = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
FIXED = {"finding": "failed", "restoration": "curative"}


def downtimes(session):
    return [(row.from_at, row.until_at) for row in session.scalars(select(Downtime).order_by(Downtime.id))]


def test_a_failure_counts_from_when_the_person_says_else_from_when_they_asked(session, printer):
    later = NOON + timedelta(hours=3)
    for more, since in (({"since_at": SATURDAY}, SATURDAY), ({}, NOON)):
        request = make_request(session, printer, **more)
        accepted = actions.accept_request(session, request.id, AcceptInput(), by=BOB, now=later)
        complete_work_order(session, accepted.order_id, CompletionInput(**FIXED), by=BOB, now=later)
        assert downtimes(session)[-1] == (since, later)


def test_the_first_of_several_who_ask_counts_and_what_is_logged_at_once_too(session, printer):
    later = NOON + timedelta(hours=3)
    first = actions.accept_request(session, make_request(session, printer).id, AcceptInput(), by=BOB, now=later)
    second = make_request(session, printer, since_at=SATURDAY)
    actions.mark_duplicate(session, second.id, DuplicateInput(request_id=first.id), by=BOB, now=later)
    assert session.get_one(WorkOrder, first.order_id).asked_at == SATURDAY
    actions.reopen_request(session, second.id, by=BOB, now=later)
    assert session.get_one(WorkOrder, first.order_id).asked_at == NOON
    third = make_request(session, printer, since_at=SATURDAY)
    data = LogInput(equipment_id=printer.id, title="Belt", **FIXED)
    logged = actions.log_request(session, third.id, data, by=BOB, now=later)
    assert (logged.order.asked_at, downtimes(session)) == (SATURDAY, [(SATURDAY, later)])


def test_a_fault_of_tomorrow_is_refused(session, printer, asked):
    tomorrow = NOON + timedelta(days=1)
    with pytest.raises(InvalidInput):
        make_request(session, printer, since_at=tomorrow)
    with pytest.raises(InvalidInput):
        actions.edit_request(session, asked.id, RequestPatch(since_at=tomorrow), by=BOB, now=NOON)
    assert actions.edit_request(session, asked.id, RequestPatch(since_at=NOON), by=BOB, now=NOON).since_at == NOON


def test_it_refuses_signs_in_the_order_s_instructions_that_no_order_takes():
    with pytest.raises(ValidationError):
        AcceptInput(instructions="Look at the fan\x01")
