"""Writes of interventions: the work itself, and what is told of it."""

from app.interventions.actions.completing import complete_work_order
from app.interventions.actions.past_work import count_work_order, log_work

__all__ = ["complete_work_order", "count_work_order", "log_work"]
