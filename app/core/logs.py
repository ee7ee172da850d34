"""Structured logs: what happened, with the request's or the run's id beside it."""

import logging
import sys
from typing import Any

import structlog

from app.core.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Text for people, JSON lines where a machine reads them; on stderr, because stdout belongs to the commands."""
    render: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
