"""What nobody foresaw, told by both doors alike."""

import structlog
from fastapi import Request

from app.core.errors import AppError
from app.core.i18n import N_
from app.http.middleware import loggable

log = structlog.get_logger()


def fault(request: Request, error: Exception) -> AppError:
    """A fault of ours. The transaction was rolled back; the number leads to the trace in the log.

    What REST has told comes by again at the door around it: it is logged once.
    """
    number = structlog.contextvars.get_contextvars().get("request_id", "")
    if not getattr(error, "is_logged", False):
        log.error("unexpected", path=loggable(request.url.path), exc_info=error)
        error.is_logged = True  # type: ignore[attr-defined]
    told = N_("Nothing was changed. If it happens again, report it with the number %(number)s.")
    return AppError("internal", told, number=number)
