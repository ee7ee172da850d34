"""Writes of requests: one function an intention of a person or of the clock."""

from app.requests.actions.answering import (
    judge_by_link,
    judge_request,
    write_by_link,
    write_message,
)
from app.requests.actions.asking import (
    attach_photo,
    create_request,
    edit_request,
    keep_photo,
    send_from_label,
)
from app.requests.actions.deciding import (
    accept_request,
    log_request,
    mark_duplicate,
    reject_request,
    reopen_request,
)
from app.requests.actions.following import follow_moved_pieces
from app.requests.actions.mailing import tell_of_done_work

__all__ = [
    "accept_request",
    "attach_photo",
    "create_request",
    "edit_request",
    "follow_moved_pieces",
    "judge_by_link",
    "judge_request",
    "keep_photo",
    "log_request",
    "mark_duplicate",
    "reject_request",
    "reopen_request",
    "send_from_label",
    "tell_of_done_work",
    "write_by_link",
    "write_message",
]
