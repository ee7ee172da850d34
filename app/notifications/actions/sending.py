"""Mail is sent over SMTP, one transaction before and one after each: none is open while a server takes its time.

At least once: where the house falls silent between the server's yes and the second transaction, the mail is sent
again, with the same Message-ID. A claim that nobody has answered for after `CLAIM` is taken over.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

import structlog

from app.core.clock import Clock
from app.core.db import Database
from app.core.settings import Settings
from app.journal.actions import file_path
from app.journal.models import File, Message
from app.notifications import queries
from app.notifications.rules import is_final, next_attempt

CLAIM = timedelta(minutes=10)
TIMEOUT = 30.0  # seconds for a server that says nothing
MOST = 100  # mails in one round
ERROR_MAX = 300


class Line(Protocol):
    def send_message(self, msg: EmailMessage) -> object: ...


@dataclass(frozen=True, slots=True)
class Refused:
    """What the server, or the way to it, said. `ends_round`: the way is shut, for the other mails too."""

    said: str
    is_final: bool = False
    ends_round: bool = False


def send_waiting_mail(database: Database, settings: Settings, *, clock: Clock) -> int:
    """Whatever is due, over one connection; answers how many were taken. Without a server nothing is tried."""
    if settings.smtp_host is None:
        return 0
    with database.reading() as session:
        if not queries.has_due_mail(session, now=clock()):
            return 0
    taken = 0
    line: Line | None = None
    with connection_to(settings) as connect:
        for _ in range(MOST):
            claimed = claim(database, now=clock())
            if claimed is None:
                break
            message, file = claimed
            refused = None
            try:
                mail = written(message, file, settings)
                line = line or connect()
                line.send_message(mail)
            except (OSError, smtplib.SMTPException, ValueError) as error:
                refused, line = what_happened(error), None
            record(database, message.id, refused, now=clock())
            taken += refused is None
            if refused is not None and refused.ends_round:
                break
    return taken


@contextmanager
def connection_to(settings: Settings) -> Iterator["Connect"]:
    connect = Connect(settings)
    try:
        yield connect
    finally:
        connect.close()


class Connect:
    """Opens the line to the server when the first mail goes out, and anew after one that went wrong."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._line: smtplib.SMTP | None = None

    def __call__(self) -> smtplib.SMTP:
        self.close()
        at = self._settings
        host, context = at.smtp_host or "", ssl.create_default_context()
        if at.smtp_security == "tls":
            self._line = smtplib.SMTP_SSL(host, at.smtp_port, timeout=TIMEOUT, context=context)
        else:
            self._line = smtplib.SMTP(host, at.smtp_port, timeout=TIMEOUT)
        if at.smtp_security == "starttls":
            self._line.starttls(context=context)
        if at.smtp_user is not None:
            password = at.smtp_password.get_secret_value() if at.smtp_password else ""
            self._line.login(at.smtp_user, password)
        return self._line

    def close(self) -> None:
        if self._line is not None:
            self._line.close()  # without a farewell: the server may be the one that hangs
            self._line = None


def claim(database: Database, *, now: datetime) -> tuple[Message, File | None] | None:
    with database.writing() as session:
        message = queries.next_to_send(session, now=now)
        if message is None:
            return None
        message.attempts += 1
        message.next_attempt_at = now + CLAIM
        return message, session.get(File, message.file_id) if message.file_id is not None else None


def written(message: Message, file: File | None, settings: Settings) -> EmailMessage:
    """`EmailMessage` refuses a line break in a header, whoever put it there."""
    mail = EmailMessage()
    sender = settings.smtp_from or f"ronde@{settings.smtp_host}"
    mail["From"], mail["To"], mail["Subject"] = sender, message.recipient, message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.message_key}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
    mail.set_content(message.body)
    if file is not None:
        main, _, sub = file.media_type.partition("/")
        path = file_path(file, settings.files_dir)
        if not path.is_file():
            raise ValueError(f"the attachment {file.name} is lost")
        body = path.read_bytes()
        mail.add_attachment(body, maintype=main, subtype=sub, filename=file.name)
    return mail


def what_happened(error: Exception) -> Refused:
    """Whose fault it was: this mail's (its recipient, what it says), or the way's to the server."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return Refused(words(code, said), is_final=is_final(code))
    if isinstance(error, smtplib.SMTPDataError):
        return Refused(words(error.smtp_code, error.smtp_error), is_final=is_final(error.smtp_code))
    if isinstance(error, smtplib.SMTPResponseException):
        return Refused(words(error.smtp_code, error.smtp_error), ends_round=True)
    if isinstance(error, ValueError):  # it cannot be written down as a mail at all
        return Refused(str(error)[:ERROR_MAX], is_final=True)
    return Refused(f"{type(error).__name__}: {error}"[:ERROR_MAX], ends_round=True)


def words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:ERROR_MAX]


def record(database: Database, message_id: int, refused: Refused | None, *, now: datetime) -> None:
    with database.writing() as session:
        message = session.get_one(Message, message_id)
        if refused is None:
            message.state, message.sent_at, message.next_attempt_at, message.error = "sent", now, None, None
            return
        again = None if refused.is_final else next_attempt(message.attempts, now)
        message.error, message.next_attempt_at = refused.said, again
        if again is None:
            message.state = "dead"
            structlog.get_logger().warning("mail_given_up", message_id=message.id, error=refused.said)
