"""Readings: one, thousands at once, from a file; corrected where they were wrong."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.equipment import CSV_BODY, read_csv
from app.enrolment.actions import readings as engine
from app.http import CurrentActor, Now, Page, PageQuery, RondeRoute, cursor_after, page_of, slow
from app.meters import queries
from app.meters.schemas import CorrectionInput, ReadingsInput, ReadingsReport, ReadingView
from app.operations.actions.import_readings import import_readings, report_of
from app.people.schemas import Id
from app.workorders.schemas import Moment

router = APIRouter(prefix="/readings", tags=["readings"], route_class=RondeRoute)


class ReadingQuery(PageQuery):
    meter_id: Id
    since: Moment | None = None
    until: Moment | None = None
    superseded: Annotated[bool, Field(description="With those that were corrected.")] = False


@router.get("")
def list_readings(query: Annotated[ReadingQuery, Query()], session: Session, by: CurrentActor) -> Page[ReadingView]:
    """Of one meter, the newest first."""
    meter = queries.get_meter(session, query.meter_id, by=by)
    asked = query.model_dump(include={"since", "until", "superseded", "limit"})
    found = queries.readings(session, meter.id, **asked, after=cursor_after(query.cursor))
    views = [queries.reading_view(reading, meter) for reading in found]
    return page_of(views, query.limit, lambda reading: (reading.read_at, reading.id))


@router.post("")
def record_readings(data: ReadingsInput, session: Session, by: CurrentActor, now: Now) -> ReadingsReport:
    """Up to 10,000 at once, of any meters, in any order. A row that is refused stops no other.

    Each is named by its pointer. The same readings sent again are `unchanged`.
    """
    report = engine.record_readings(session, data.readings, source="program", by=by, now=now)
    return report_of(report, lambda place, field: f"/readings/{place}/{field}")


@router.post("/import", openapi_extra=CSV_BODY)
@slow
def import_readings_file(
    data: Annotated[bytes, Depends(read_csv)], session: Session, by: CurrentActor, now: Now
) -> ReadingsReport:
    """CSV with the columns tag, meter, value and read_at. A line that is refused stops no other."""
    return import_readings(session, data, by=by, now=now)


@router.get("/{reading_id}")
def get_reading(reading_id: int, session: Session, by: CurrentActor) -> ReadingView:
    return queries.reading_view(*queries.get_reading(session, reading_id, by=by))


@router.post("/{reading_id}/correct")
def correct_reading(
    reading_id: int, data: CorrectionInput, session: Session, by: CurrentActor, now: Now
) -> ReadingView:
    """The reading that holds now; the wrong one itself, marked, where `value` was null."""
    right = engine.correct_reading(session, reading_id, data, by=by, now=now)
    return queries.reading_view(*queries.get_reading(session, right.id if right else reading_id, by=by))
