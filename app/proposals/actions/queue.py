"""Pieces of which something was reported climb their ladders, in transactions of their own."""

from datetime import datetime

import structlog

from app.core.db import Database
from app.proposals.actions.climbing import BATCH, climb, has_reported, put_aside

BATCHES = 50  # in one tick: some 20 seconds; a night may queue a hundred thousand pieces


def climb_all(database: Database, *, now: datetime) -> None:
    """Until nothing is left, or as much as other work can wait for: the next tick goes on. A piece that fails stops no
    other one: it is put aside, and comes again every night.
    """
    for _ in range(BATCHES):
        if not _has_more(database):
            return
        try:
            with database.writing() as session:
                if not climb(session, now=now, limit=BATCH):
                    return
        except Exception as error:  # noqa: BLE001 - S18
            structlog.get_logger().warning("climb_failed", error=repr(error))
            _one_by_one(database, now=now)


def _has_more(database: Database) -> bool:
    with database.reading() as session:
        return has_reported(session)


def _one_by_one(database: Database, *, now: datetime) -> None:
    for _ in range(BATCH):
        try:
            with database.writing() as session:
                if not climb(session, now=now, limit=1):
                    return
        except Exception as error:  # noqa: BLE001 - S18
            structlog.get_logger().warning("ladder_failed", error=repr(error))
            with database.writing() as session:
                put_aside(session)
