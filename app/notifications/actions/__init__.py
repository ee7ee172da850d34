"""Mail leaves the house: written by a person, sent by the clock, tried again by a person."""

from app.notifications.actions.messages import drop_message, forget_sent_mail, forget_untried_mail, retry_message
from app.notifications.actions.reports import send_report
from app.notifications.actions.sending import send_waiting_mail

__all__ = [
    "drop_message",
    "forget_sent_mail",
    "forget_untried_mail",
    "retry_message",
    "send_report",
    "send_waiting_mail",
]
