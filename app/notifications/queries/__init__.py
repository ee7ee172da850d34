"""Mail that waits or was given up, and what the person concerned is told of an intervention."""

from app.notifications.queries.messages import (
    count_waiting,
    has_due_mail,
    lock_message,
    message_rows,
    next_to_send,
)
from app.notifications.queries.reports import Concerned, Report, get_report

__all__ = [
    "Concerned",
    "Report",
    "count_waiting",
    "get_report",
    "has_due_mail",
    "lock_message",
    "message_rows",
    "next_to_send",
]
