"""Meters: what can be read on a piece, and what it showed last."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.enrolment.actions import readings as engine
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.meters import queries
from app.meters.schemas import MeterInput, MeterView, OneReadingInput, ReadingView, ReplacementInput
from app.people.schemas import Id

router = APIRouter(prefix="/meters", tags=["meters"], route_class=RondeRoute)


class MeterQuery(PageQuery):
    equipment_id: Id | None = None
    archived: bool = False


class OverdueQuery(PageQuery):
    """S29: nothing else is asked."""


@router.get("")
def list_meters(query: Annotated[MeterQuery, Query()], session: Session, by: CurrentActor) -> Page[MeterView]:
    """In the order of their numbers."""
    asked = query.model_dump(include={"equipment_id", "archived", "limit"})
    found = queries.meters(session, by=by, **asked, after=cursor_after(query.cursor))
    return page_of([queries.meter_view(meter) for meter in found], query.limit, lambda meter: (meter.id,))


@router.get("/overdue")
def list_overdue_meters(
    query: Annotated[OverdueQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Page[MeterView]:
    """Those that should have been read by now, the longest silent first (S29)."""
    after = cursor_after(query.cursor)
    found = queries.overdue_readings(session, by=by, now=now, limit=query.limit, after=after)
    views = [queries.meter_view(meter) for meter in found]
    return page_of(views, query.limit, lambda meter: (meter.overdue_at, meter.id))


@router.post("", status_code=201)
def create_meter(data: MeterInput, session: Session, by: CurrentActor, now: Now) -> MeterView:
    return queries.meter_view(engine.create_meter(session, data, by=by, now=now))


@router.get("/{meter_id}")
def get_meter(meter_id: int, session: Session, by: CurrentActor) -> MeterView:
    """With its average use, where three readings or more say one."""
    meter = queries.get_meter(session, meter_id, by=by)
    return queries.meter_view(meter, queries.use_of(session, meter))


@router.patch("/{meter_id}", openapi_extra=merge_patch(MeterInput))
def edit_meter(
    meter_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> MeterView:
    """Kind, decimals and what had been run before stay once it was read."""
    current = queries.meter_view(queries.get_meter(session, meter_id, by=by))
    data = merged(MeterInput, current, patch)
    return queries.meter_view(engine.edit_meter(session, meter_id, data, version=version, by=by, now=now))


@router.post("/{meter_id}/archive")
def archive_meter(meter_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> MeterView:
    """It takes no reading any more, and none is overdue."""
    return queries.meter_view(engine.archive_meter(session, meter_id, version=version, by=by, now=now))


@router.post("/{meter_id}/restore")
def restore_meter(meter_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> MeterView:
    meter = engine.archive_meter(session, meter_id, is_archived=False, version=version, by=by, now=now)
    return queries.meter_view(meter)


@router.post("/{meter_id}/readings", status_code=201)
def record_reading(meter_id: int, data: OneReadingInput, session: Session, by: CurrentActor, now: Now) -> ReadingView:
    """One reading; sent twice it is one."""
    reading = engine.record_reading(session, meter_id, data, source="program", by=by, now=now)
    return queries.reading_view(reading, queries.get_meter(session, meter_id, by=by))


@router.post("/{meter_id}/replace")
def replace_meter(meter_id: int, data: ReplacementInput, session: Session, by: CurrentActor, now: Now) -> MeterView:
    """The counter was exchanged: the lifetime total runs through."""
    return queries.meter_view(engine.replace_meter(session, meter_id, data, source="program", by=by, now=now))
