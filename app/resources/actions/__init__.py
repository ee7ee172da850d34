"""Writes of what an order takes: who works on it, how long, with what, for how much."""

from app.resources.actions.costs import add_cost_line, remove_cost_line
from app.resources.actions.moving import hold_work_order, resume_work_order, start_work_order
from app.resources.actions.parts import return_part, use_part
from app.resources.actions.people import add_helper, hand_over, remove_helper
from app.resources.actions.times import correct_time, enter_time, start_timer, stop_timer

__all__ = [
    "add_cost_line",
    "add_helper",
    "correct_time",
    "enter_time",
    "hand_over",
    "hold_work_order",
    "remove_cost_line",
    "remove_helper",
    "resume_work_order",
    "return_part",
    "start_timer",
    "start_work_order",
    "stop_timer",
    "use_part",
]
