"""What a version's schedule says is stored as JSON: an older program does not read what it does not know."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core.db import Json

VERSIONS = sa.table(
    "plan_versions", sa.column("id"), sa.column("plan_id"), sa.column("number"), sa.column("schedule", Json)
)
PLANS = sa.table(
    "maintenance_plans", sa.column("id"), sa.column("current_number"), sa.column("state"), sa.column("reason")
)
TARGETS = sa.table("plan_targets", sa.column("plan_id"), sa.column("state"), sa.column("wake_at"))


def forget(name: str) -> None:
    """For a way down: take a part out of all schedules."""
    for version in _versions_with(name):
        _write(version.id, {key: value for key, value in version.schedule.items() if key != name})


def rest_without_dates(reason: str) -> None:
    """Plans that no date brings about are paused, with a yearly rule that they can be read by."""
    connection = op.get_bind()
    for version in _versions_with("trigger"):
        if version.schedule["rule"]["freq"] != "none":
            continue
        _write(version.id, version.schedule | {"rule": {"freq": "year"}})
        in_force = PLANS.c.id == version.plan_id, PLANS.c.current_number == version.number
        paused = connection.execute(sa.update(PLANS).where(*in_force).values(state="paused", reason=reason))
        if paused.rowcount:
            own = TARGETS.c.plan_id == version.plan_id, TARGETS.c.state != "ended"
            connection.execute(sa.update(TARGETS).where(*own).values(state="paused", wake_at=None))


def _write(version_id: int, schedule: dict[str, Any]) -> None:
    op.get_bind().execute(sa.update(VERSIONS).where(VERSIONS.c.id == version_id).values(schedule=schedule))


def _versions_with(name: str) -> list[Any]:
    columns = VERSIONS.c.id, VERSIONS.c.plan_id, VERSIONS.c.number, VERSIONS.c.schedule
    rows = op.get_bind().execute(sa.select(*columns).order_by(VERSIONS.c.id)).all()
    return [row for row in rows if name in row.schedule]
