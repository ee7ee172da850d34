"""That this scheduler lives, and how its last tick went."""

import os
import secrets
import socket
from dataclasses import dataclass, field
from datetime import datetime

from app.core.clock import Clock
from app.core.db import Database
from app.core.settings import Settings
from app.journal.actions import beat


def instance_name() -> str:
    """One for each start: a container's process number alone is always the same."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"


@dataclass(slots=True)
class Instance:
    """One running scheduler."""

    settings: Settings
    database: Database
    clock: Clock
    name: str = field(default_factory=instance_name)
    started_at: datetime = field(init=False)
    tick_ms: int | None = None
    error: str | None = None
    gave_all_at: datetime | None = None  # when it last looked at all orders that nobody has

    def __post_init__(self) -> None:
        self.started_at = self.clock()

    def beat(self) -> None:
        """Tells of a tick once, so that a scheduler whose ticks hang shows it."""
        tick_ms, self.tick_ms = self.tick_ms, None
        with self.database.writing() as session:
            beat(
                session,
                self.name,
                started_at=self.started_at,
                now=self.clock(),
                tick_ms=tick_ms,
                error=self.error,
            )
