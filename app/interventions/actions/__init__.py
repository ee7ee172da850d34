"""Writes of interventions: answers to steps, the report, and what follows from both."""

from app.interventions.actions.answering import answer_step
from app.interventions.actions.completing import complete_work_order
from app.interventions.actions.guiding import give_procedure
from app.interventions.actions.past_work import count_work_order, log_work

__all__ = ["answer_step", "complete_work_order", "count_work_order", "give_procedure", "log_work"]
