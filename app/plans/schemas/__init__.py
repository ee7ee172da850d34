"""Plans as they come in and go out: one shape for JSON and for forms."""

from app.plans.schemas.filters import OccurrenceFilter, PlanFilter, TargetFilter
from app.plans.schemas.inputs import (
    AnchorChoice,
    CatchUpAnswer,
    OpenOrdersChoice,
    Pause,
    PlanEdit,
    PlanInput,
    PlanPatch,
    Scope,
    TargetEdit,
)
from app.plans.schemas.schedule import ScheduleFields
from app.plans.schemas.views import (
    CycleView,
    Explanation,
    OccurrenceView,
    PlanRow,
    PlanView,
    Preview,
    TargetView,
    VersionView,
)

__all__ = [
    "AnchorChoice",
    "CatchUpAnswer",
    "CycleView",
    "Explanation",
    "OccurrenceFilter",
    "OccurrenceView",
    "OpenOrdersChoice",
    "Pause",
    "PlanEdit",
    "PlanFilter",
    "PlanInput",
    "PlanPatch",
    "PlanRow",
    "PlanView",
    "Preview",
    "ScheduleFields",
    "Scope",
    "TargetEdit",
    "TargetFilter",
    "TargetView",
    "VersionView",
]
