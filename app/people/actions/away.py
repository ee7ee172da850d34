"""Absences: entered by who plans, or by people themselves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.i18n.formats import short_day
from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.people.models import Absence, Person
from app.people.queries.away import absence_row
from app.people.rules.absences import Away, Joined, join
from app.people.schemas import AbsenceEdit, AbsenceInput

ENTITY = "absence"


def enter_absence(session: Session, data: AbsenceInput, *, by: Actor, now: datetime) -> Absence:
    """Days that go on from ones of the same kind make those longer: one holiday stays one row."""
    _require_own(by, data.person_id)
    person = session.scalar(select(Person).where(Person.id == data.person_id).with_for_update())
    if person is None:
        raise InvalidInput.at("person_id", "unknown_person", N_("This person does not exist."))
    joined = _join(session, data.person_id, data)
    if joined.merged:
        kept = session.get_one(Absence, joined.merged[0].id)
        return _spread(session, kept, joined, data, by=by, now=now)
    absence = Absence(**data.model_dump(), created_at=now)
    session.add(absence)
    session.flush()
    journal.record_change(session, "created", ENTITY, absence.id, _told(data.model_dump()), by=by, now=now)
    return absence


def edit_absence(
    session: Session, absence_id: int, data: AbsenceEdit, *, version: int | None = None, by: Actor, now: datetime
) -> Absence:
    absence = absence_row(session, absence_id, by=by)
    _require_own(by, absence.person_id)
    session.scalar(select(Person.id).where(Person.id == absence.person_id).with_for_update())
    journal.look_again(session, absence)
    journal.refuse_stale(absence, version)
    return _spread(session, absence, _join(session, absence.person_id, data, but=absence.id), data, by=by, now=now)


def withdraw_absence(
    session: Session, absence_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> None:
    """They will be there after all. What was decided by it stays as it is; the audit log keeps the days."""
    absence = absence_row(session, absence_id, by=by)
    _require_own(by, absence.person_id)
    journal.look_again(session, absence)
    journal.refuse_stale(absence, version)
    _remove(session, absence, by=by, now=now)


def _require_own(by: Actor, person_id: int) -> None:
    require(by, Permission.WORK if person_id == by.person_id else Permission.PLAN)


def _join(session: Session, person_id: int, data: AbsenceEdit, *, but: int | None = None) -> Joined:
    rows = session.scalars(select(Absence).where(Absence.person_id == person_id, Absence.id != (but or 0)))
    joined = join(
        data.kind, data.first_on, data.last_on, [Away(row.id, row.kind, row.first_on, row.last_on) for row in rows]
    )
    if joined.conflict is not None:
        raise Conflict(
            "away_already",
            N_("Another absence runs from %(first)s to %(last)s: shorten that one first."),
            first=short_day(joined.conflict.first_on, year=True),
            last=short_day(joined.conflict.last_on, year=True),
        )
    return joined


def _spread(session: Session, kept: Absence, joined: Joined, data: AbsenceEdit, *, by: Actor, now: datetime) -> Absence:
    for away in joined.merged:
        if away.id != kept.id:
            _remove(session, session.get_one(Absence, away.id), by=by, now=now)
    values: dict[str, Any] = {"first_on": joined.first_on, "last_on": joined.last_on, "kind": data.kind}
    if data.note is not None or not joined.merged:
        values["note"] = data.note
    journal.edit_row(session, kept, values, entity=ENTITY, by=by, now=now)
    return kept


def _remove(session: Session, absence: Absence, *, by: Actor, now: datetime) -> None:
    said = {name: getattr(absence, name) for name in ("person_id", "kind", "first_on", "last_on", "note")}
    changes = {name: [value[1], None] for name, value in _told(said).items()}
    journal.record_change(session, "withdrawn", ENTITY, absence.id, changes, by=by, now=now)
    session.delete(absence)
    session.flush()


def _told(values: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [None, value.isoformat() if isinstance(value, date) else value] for name, value in values.items()}
