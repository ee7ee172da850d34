"""Mail is written with what it tells, and reaches the person in spite of what servers do."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core.clock import fixed_clock
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.security import Actor, Role
from app.core.settings import Settings
from app.journal.actions import enqueue_mail, keep_file
from app.journal.models import AuditEntry, File, Message
from app.notifications import queries
from app.notifications.actions import (
    drop_message,
    forget_sent_mail,
    forget_untried_mail,
    retry_message,
    send_waiting_mail,
)
from app.notifications.actions.sending import CLAIM
from app.notifications.rules import WAITS
from tests.factories.smtp import post_office

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1)


@pytest.fixture
def office():
    with post_office() as office:
        yield office


@pytest.fixture
def settings(office, tmp_path):
    return settings_for(office.port, tmp_path)


def settings_for(port, data_dir):
    more = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    return Settings(data_dir=data_dir, smtp_from="Ronde <it@example.org>", **more)


def write(database, to="chloe@example.org", subject="Réparé", text="Bonjour", **more):
    with database.writing() as session:
        return enqueue_mail(session, to, subject, text, by=ALICE, now=NOW, **more).id


def send(database, settings, at=NOW):
    return send_waiting_mail(database, settings, clock=fixed_clock(at))


def message(database, message_id=None):
    with database.reading() as session:
        return session.scalars(select(Message)).one()


def test_a_mail_is_sent_once(database, office, settings):
    write(database)
    assert send(database, settings) == 1
    assert send(database, settings, NOW + timedelta(days=1)) == 0
    mail = office.mail()
    assert (mail["to"], mail["from"], mail["subject"]) == ("chloe@example.org", "Ronde <it@example.org>", "Réparé")
    assert mail["message-id"].endswith("@example.org>")
    assert mail.get_content().strip() == "Bonjour"
    assert (message(database).state, message(database).sent_at) == ("sent", NOW)


def test_its_file_goes_along(database, office, settings):
    with database.writing() as session:
        file = keep_file(session, "report.pdf", b"%PDF-1.7", files_dir=settings.files_dir, most=100, by=ALICE, now=NOW)
    write(database, file_id=file.id)
    send(database, settings)
    (attached,) = office.mail().iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("report.pdf", b"%PDF-1.7")


def test_what_is_rolled_back_is_not_sent(database, office, settings):
    with database.reading() as session:
        enqueue_mail(session, "chloe@example.org", "Réparé", "Bonjour", by=ALICE, now=NOW)
    assert send(database, settings) == 0
    assert office.mails == []


def test_without_a_server_mail_waits(database, tmp_path):
    write(database)
    assert send(database, Settings(data_dir=tmp_path)) == 0
    assert (message(database).state, message(database).attempts) == ("queued", 0)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"GREET": "421 busy"}, "421 busy"),
        ({"GREET": "554 go away"}, "554 go away"),
        ({"MAIL": "451 later"}, "451 later"),
        ({"MAIL": "550 not from you"}, "550 not from you"),
        ({"RCPT": "450 mailbox busy"}, "450 mailbox busy"),
        ({"DATA": None}, "Connection unexpectedly closed"),
        ({"END": "452 disk full"}, "452 disk full"),
        ({"END": None}, "Connection unexpectedly closed"),
    ],
)
def test_what_may_pass_is_tried_again_later(database, office, settings, answers, said):
    write(database)
    office.answers = answers
    assert send(database, settings) == 0
    assert message(database).state == "queued"
    assert said in message(database).error
    assert send(database, settings, NOW + WAITS[0] - timedelta(seconds=1)) == 0
    office.answers = {}
    assert send(database, settings, NOW + WAITS[0]) == 1
    assert (message(database).state, message(database).attempts, message(database).error) == ("sent", 2, None)


@pytest.mark.parametrize("answers", [{"RCPT": "550 no such user"}, {"END": "554 we do not like it"}])
def test_what_will_never_pass_is_given_up_at_once(database, office, settings, answers):
    write(database)
    office.answers = answers
    send(database, settings)
    assert (message(database).state, message(database).next_attempt_at) == ("dead", None)


def test_one_that_is_refused_does_not_keep_the_others(database, office, settings):
    write(database, to="first@example.org")
    office.answers = {"RCPT": "550 no such user"}
    send(database, settings)
    write(database, to="second@example.org")
    office.answers = {}
    assert send(database, settings) == 1


def test_nobody_there_is_tried_again_and_given_up_in_the_end(database, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        settings = settings_for(taken.getsockname()[1], tmp_path)
        write(database)
        write(database, to="bob@example.org")
        at = NOW
        send(database, settings, at)
        with database.reading() as session:
            assert sorted(session.scalars(select(Message.attempts))) == [0, 1], "the way was shut: one tried it"
        for _ in range(2 * len(WAITS) + 2):
            at += WAITS[-1]
            send(database, settings, at)
    with database.reading() as session:
        assert set(session.scalars(select(Message.state))) == {"dead"}


def test_a_scheduler_that_died_with_it_is_stood_in_for(database, office, settings):
    write(database)
    with database.writing() as session:
        claimed = queries.next_to_send(session, now=NOW)
        claimed.attempts, claimed.next_attempt_at = 1, NOW + CLAIM
    assert send(database, settings, NOW + timedelta(minutes=1)) == 0
    assert send(database, settings, NOW + CLAIM) == 1


@pytest.mark.parametrize(
    "to",
    [
        "chloe@example.org\r\nBcc: eve@example.org",
        "chloe@example.org, eve@example.org",
        "chloe@example.org\n",
        "Chloé <chloe@example.org>",
        "chloe",
        "",
    ],
)
def test_an_address_that_would_add_a_header_or_a_recipient_is_refused(session, to):
    with pytest.raises(InvalidInput):
        enqueue_mail(session, to, "Réparé", "Bonjour", by=ALICE, now=NOW)


@pytest.mark.parametrize("subject", ["Hi\r\nBcc: eve@example.org", "Hi\nthere", "Hi\u2028there", "\x00", " "])
def test_a_subject_that_would_add_a_header_is_refused(session, subject):
    with pytest.raises(InvalidInput):
        enqueue_mail(session, "chloe@example.org", subject, "Bonjour", by=ALICE, now=NOW)


def test_a_subject_from_elsewhere_that_breaks_a_header_is_never_sent(database, office, settings):
    message_id = write(database)
    with database.writing() as session:
        session.get_one(Message, message_id).subject = "Hi\nBcc: eve@example.org"
    send(database, settings)
    assert office.mails == []
    assert message(database).state == "dead"


def test_a_mail_whose_file_is_lost_keeps_no_other_back(database, office, settings):
    with database.writing() as session:
        lost = File(sha256="0" * 64, name="lost.pdf", media_type="application/pdf", size=1, created_at=NOW)
        session.add(lost)
        session.flush()
        enqueue_mail(session, "chloe@example.org", "Lost", "Bonjour", file_id=lost.id, by=ALICE, now=NOW)
    write(database, subject="Whole")
    assert send(database, settings) == 1
    assert office.mail()["subject"] == "Whole"


def test_what_was_sent_is_forgotten_after_a_season_with_its_file(database, settings):
    with database.writing() as session:
        kept = {"files_dir": settings.files_dir, "most": 100, "by": ALICE, "now": NOW}
        file = keep_file(session, "report.pdf", b"%PDF-1.7", **kept)
    write(database, file_id=file.id)
    send(database, settings)
    write(database, subject="Waits")
    with database.writing() as session:
        assert forget_sent_mail(session, now=NOW + timedelta(days=90)) == 0
        assert forget_sent_mail(session, now=NOW + timedelta(days=91)) == 1
        assert session.scalars(select(Message.subject)).all() == ["Waits"]
        assert session.scalars(select(File)).all() == []


def test_what_no_server_was_there_for_is_not_sent_a_year_later(session):
    enqueue_mail(session, "chloe@example.org", "Never tried", "Bonjour", by=ALICE, now=NOW)
    tried = enqueue_mail(session, "chloe@example.org", "Tried", "Bonjour", by=ALICE, now=NOW)
    tried.attempts = 1
    assert forget_untried_mail(session, now=NOW + timedelta(days=7)) == 0
    assert forget_untried_mail(session, now=NOW + timedelta(days=8)) == 1
    assert session.scalars(select(Message.subject)).all() == ["Tried"]


def test_what_was_given_up_is_tried_again_or_dropped_by_a_manager(session):
    for subject in ("First", "Second"):
        enqueue_mail(session, "chloe@example.org", subject, "Bonjour", by=ALICE, now=NOW)
    first, second = session.scalars(select(Message).order_by(Message.id))
    with pytest.raises(Conflict):
        retry_message(session, first.id, by=ALICE, now=NOW)
    first.state = second.state = "dead"
    retry_message(session, first.id, by=ALICE, now=NOW)
    drop_message(session, second.id, by=ALICE, now=NOW)
    assert [row.state for row in queries.message_rows(session, by=ALICE, limit=10)] == ["queued"]
    assert set(session.scalars(select(AuditEntry.action))) == {"retried", "dropped"}


def test_a_manager_of_some_sites_sees_no_mail_of_others(session):
    own = Actor(name="Eve", role=Role.MANAGER, user_id=2, site_ids=frozenset({5}))
    enqueue_mail(session, "chloe@example.org", "House", "Bonjour", by=ALICE, now=NOW)
    mail = enqueue_mail(session, "chloe@example.org", "Other", "Bonjour", site_id=4, by=ALICE, now=NOW)
    mail.state = "dead"
    enqueue_mail(session, "chloe@example.org", "Own", "Bonjour", site_id=5, by=ALICE, now=NOW)
    assert [row.subject for row in queries.message_rows(session, by=own, limit=10)] == ["Own"]
    assert queries.count_waiting(session, by=own) == 1
    with pytest.raises(NotFound):
        retry_message(session, mail.id, by=own, now=NOW)
