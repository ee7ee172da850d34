"""People who wait for an answer."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import select

from app.core.i18n import gettext
from app.core.i18n.formats import moment
from app.places.models import Site
from app.plans.queries.calendars import work_calendars
from app.reports.queries.attention.look import Look
from app.reports.schemas import AttentionEntry
from app.requests.models import WorkRequest
from app.requests.queries.lists import IS_NEW
from app.requests.rules import ANSWER_HOURS, has_waited, request_number, title_of

CHUNK = 200


def unanswered(look: Look) -> list[AttentionEntry]:
    """After a working day at the site, by its own calendar."""
    return [
        AttentionEntry(
            kind="unanswered_request",
            id=row.id,
            what=f"{request_number(row.id)} · {title_of(row.text)}",
            since_on=look.day(row.created_at),
            why=gettext("%(who)s waits for an answer since %(moment)s: more than %(hours)s working hours.")
            % {
                "who": row.contact_name or gettext("Anonymous"),
                "moment": moment(row.created_at),
                "hours": ANSWER_HOURS,
            },
            todo=gettext("Accept it, reject it, or say that it is known."),
            page=f"/requests/{row.id}",
            equipment_id=row.equipment_id,
            site_id=row.site_id,
        )
        for row in islice(_waiting(look), look.limit)
    ]


def _waiting(look: Look) -> Iterator[Any]:
    last_id = look.after_id
    while True:
        rows = look.session.execute(_statement(look, last_id)).all()
        calendars = work_calendars(look.session, {row.calendar_id for row in rows})
        for row in rows:
            if has_waited(row.created_at, look.now, row.time_zone, calendars[row.calendar_id].is_working):
                yield row
        if len(rows) < CHUNK:
            return
        last_id = rows[-1].id


def _statement(look: Look, after_id: int) -> Any:
    """A piece or place may have a calendar of its own; people are answered by those of the site."""
    return (
        select(
            WorkRequest.id,
            WorkRequest.text,
            WorkRequest.contact_name,
            WorkRequest.created_at,
            WorkRequest.equipment_id,
            WorkRequest.site_id,
            Site.time_zone,
            Site.calendar_id,
        )
        .join(Site, Site.id == WorkRequest.site_id)
        .where(IS_NEW, WorkRequest.id > after_id, look.at(WorkRequest.site_id))
        .order_by(WorkRequest.id)
        .limit(CHUNK)
    )
