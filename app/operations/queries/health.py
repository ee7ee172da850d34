"""Whether the house is in order, in what can be read at a glance; `ronde doctor` looks into everything."""

import shutil
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core.db import has_safe_wal, sqlite_driver
from app.core.security import Actor, Permission, require
from app.core.settings import Settings
from app.journal import queries as journal
from app.journal.models import AuditEntry
from app.ledger.models import GenerationRun
from app.notifications.queries import count_waiting, message_rows
from app.notifications.schemas import MessageView
from app.operations.queries.schema import schema_state_of
from app.plans.models import MaintenancePlan, PlanTarget

ERRORS_SHOWN = 20


class SchedulerHealth(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    instance: str
    started_at: datetime
    seen_at: datetime
    ticked_at: datetime | None
    tick_ms: int | None
    error: str | None


class RunHealth(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    instance: str
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]


class PlanHealth(BaseModel):
    """A plan that needs somebody: it raised, and is tried again later and later (S15)."""

    id: int
    code: str
    title: str
    reason: str | None


class MailHealth(BaseModel):
    """What waits to be sent, and what no server took (the newest)."""

    is_set_up: bool
    waiting: int
    given_up: list[MessageView]


class Health(BaseModel):
    is_whole: bool
    database: str
    database_version: str
    revision: str | None
    is_revision_current: bool
    is_sqlite_safe: bool | None
    is_scheduler_silent: bool
    schedulers: list[SchedulerHealth]
    last_run: RunHealth | None
    failing_targets: int
    failing_plans: list[PlanHealth]
    audit_sealed_at: datetime | None
    audit_unsealed: int
    free_bytes: int
    free_share: float
    mail: MailHealth


def health(session: Session, *, settings: Settings, by: Actor, now: datetime) -> Health:
    require(by, Permission.PLAN)
    schema = schema_state_of(session.connection())
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    is_silent = journal.is_scheduler_silent(session, now=now)
    last_run = session.scalar(select(GenerationRun).order_by(GenerationRun.id.desc()).limit(1))
    sealed = journal.last_block(session)
    unsealed = select(func.count()).where(AuditEntry.id > (sealed.last_entry_id if sealed else 0))
    disk = shutil.disk_usage(settings.data_dir)
    failing = count_failing_targets(session, by=by)
    mail = mail_health(session, settings, by=by)
    return Health(
        is_whole=schema.is_current and not is_silent and not failing and not mail.given_up,
        database="SQLite" if is_sqlite else "PostgreSQL",
        database_version=version_of(session, is_sqlite=is_sqlite),
        revision=schema.current,
        is_revision_current=schema.is_current,
        is_sqlite_safe=has_safe_wal(sqlite_driver.sqlite_version_info) if is_sqlite else None,
        is_scheduler_silent=is_silent,
        schedulers=[SchedulerHealth.model_validate(beat) for beat in journal.heartbeats(session)],
        last_run=RunHealth.model_validate(last_run) if last_run else None,
        failing_targets=failing,
        failing_plans=failing_plans(session, by=by),
        audit_sealed_at=sealed.sealed_at if sealed else None,
        audit_unsealed=session.scalar(unsealed) or 0,
        free_bytes=disk.free,
        free_share=disk.free / disk.total,
        mail=mail,
    )


def mail_health(session: Session, settings: Settings, *, by: Actor) -> MailHealth:
    dead = message_rows(session, by=by, state="dead", limit=ERRORS_SHOWN)
    return MailHealth(
        is_set_up=settings.smtp_host is not None,
        waiting=count_waiting(session, by=by),
        given_up=[MessageView.model_validate(row, from_attributes=True) for row in dead],
    )


def version_of(session: Session, *, is_sqlite: bool) -> str:
    return str(session.scalar(text("SELECT sqlite_version()" if is_sqlite else "SHOW server_version")))


def count_failing_targets(session: Session, *, by: Actor) -> int:
    statement = select(func.count()).where(PlanTarget.state == "error")
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    return session.scalar(statement) or 0


def failing_plans(session: Session, *, by: Actor) -> list[PlanHealth]:
    """Plans in error, and plans one of whose targets failed."""
    has_failing_target = (
        select(PlanTarget.id).where(PlanTarget.plan_id == MaintenancePlan.id, PlanTarget.state == "error").exists()
    )
    statement = select(MaintenancePlan.id, MaintenancePlan.code, MaintenancePlan.title, MaintenancePlan.reason).where(
        (MaintenancePlan.state == "error") | has_failing_target
    )
    if by.site_ids is not None:
        statement = statement.where(MaintenancePlan.site_id.in_(by.site_ids))
    rows = session.execute(statement.order_by(MaintenancePlan.code).limit(ERRORS_SHOWN))
    return [PlanHealth.model_validate(row, from_attributes=True) for row in rows]
