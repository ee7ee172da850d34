"""Writes of work orders: one function an intention of a person or of the clock."""

from app.workorders.actions.clockwork import close_reviewed_orders, release_due_orders
from app.workorders.actions.life import (
    cancel_work_order,
    close_work_order,
    hold_work_order,
    release_work_order,
    reopen_work_order,
    resume_work_order,
    skip_work_order,
    start_work_order,
)
from app.workorders.actions.making import create_work_order, edit_work_order
from app.workorders.actions.papers import attach_file, comment_on

__all__ = [
    "attach_file",
    "cancel_work_order",
    "close_reviewed_orders",
    "close_work_order",
    "comment_on",
    "create_work_order",
    "edit_work_order",
    "hold_work_order",
    "release_due_orders",
    "release_work_order",
    "reopen_work_order",
    "resume_work_order",
    "skip_work_order",
    "start_work_order",
]
