"""Writes of interventions: the work itself, and what is told of it."""

from app.interventions.actions.answering import answer_step
from app.interventions.actions.completing import complete_work_order
from app.interventions.actions.costs import add_cost_line, remove_cost_line
from app.interventions.actions.moving import hold_work_order, resume_work_order, start_work_order
from app.interventions.actions.parts import return_part, use_part
from app.interventions.actions.past_work import count_work_order, log_work
from app.interventions.actions.people import add_helper, hand_over, remove_helper
from app.interventions.actions.times import correct_time, enter_time, start_timer, stop_timer

__all__ = [
    "add_cost_line",
    "add_helper",
    "answer_step",
    "complete_work_order",
    "correct_time",
    "count_work_order",
    "enter_time",
    "hand_over",
    "hold_work_order",
    "log_work",
    "remove_cost_line",
    "remove_helper",
    "resume_work_order",
    "return_part",
    "start_timer",
    "start_work_order",
    "stop_timer",
    "use_part",
]
