"""What each kind of entry is asked with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor


@dataclass(frozen=True, slots=True)
class Look:
    """At most `limit` entries with an id beyond `after_id`."""

    session: Session
    by: Actor
    now: datetime
    after_id: int
    limit: int

    @property
    def today(self) -> date:
        return today(self.now, self.by.time_zone)

    def day(self, at: datetime) -> date:
        return today(at, self.by.time_zone)

    def at(self, site_id: Any) -> ColumnElement[bool]:
        """What stands at a site that the reader sees."""
        return true() if self.by.site_ids is None else site_id.in_(self.by.site_ids)

    def of(self, plan: Any) -> ColumnElement[bool]:
        """Plans that the reader may change: those of the whole house are for those who see all of it."""
        return true() if self.by.site_ids is None else plan.site_id.in_(self.by.site_ids)
