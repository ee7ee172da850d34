"""Plans as they come in and go out: one shape for JSON and for forms."""

from app.plans.schemas.filters import PlanFilter, TargetFilter
from app.plans.schemas.inputs import (
    AnchorChoice,
    OpenOrdersChoice,
    Pause,
    PlanEdit,
    PlanInput,
    PlanPatch,
    Scope,
    TargetEdit,
    dates_anew,
)
from app.plans.schemas.schedule import ScheduleFields
from app.plans.schemas.views import (
    CycleView,
    PlanRow,
    PlanView,
    TargetView,
    VersionView,
)

__all__ = [
    "AnchorChoice",
    "CycleView",
    "OpenOrdersChoice",
    "Pause",
    "PlanEdit",
    "PlanFilter",
    "PlanInput",
    "PlanPatch",
    "PlanRow",
    "PlanView",
    "ScheduleFields",
    "Scope",
    "TargetEdit",
    "TargetFilter",
    "TargetView",
    "VersionView",
    "dates_anew",
]
