"""Alerts from monitoring: each is a state of the piece that it is about, and wakes the plans that watch it (S29)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import FieldError, InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.enrolment.actions.readings import record_readings
from app.equipment.models import Equipment, EquipmentIdentity
from app.journal import actions as journal
from app.meters.actions import Recorded
from app.meters.models import Meter
from app.meters.rules.alerts import SEVERITIES, Alert
from app.meters.rules.values import Kind
from app.meters.schemas import ReadingInput

SECOND = timedelta(seconds=1)
METERS_MAX = 50
A_STATEMENT = 5_000  # names or ids


def take_alerts(session: Session, alerts: Sequence[Alert], *, by: Actor, now: datetime) -> Recorded:
    """Each opens or closes a state; one about a piece that nobody knows is refused and stops no other.

    The same alert sent again is one. What has no meter yet gets one: ok, warning, critical.
    """
    require(by, Permission.WORK)
    rows: list[ReadingInput] = []
    places: list[int] = []
    refused: dict[int, FieldError] = {}
    pieces = _find_pieces(session, {alert.names for alert in alerts}, by=by)
    for place, alert in enumerate(alerts):
        try:
            meter = _meter(session, pieces[alert.names], alert, by=by, now=now)
        except InvalidInput as error:
            refused[place] = error.fields[0]
            continue
        rows.append(_reading(meter, alert, now))
        places.append(place)
    taken = record_readings(session, rows, source="program", by=by, now=now)
    taken.errors = refused | {places[place]: error for place, error in taken.errors.items()}
    return taken


def _find_pieces(
    session: Session, asked: Collection[tuple[str, ...]], *, by: Actor
) -> dict[tuple[str, ...], Equipment | None]:
    """By tag, number in another system, remote host, then name; two of one name are none.

    A handful of statements, however many hosts there are.
    """
    spelled = {names: {form for said in names for form in _spellings(said)} for names in asked}
    external = EquipmentIdentity.source != "position"
    found: dict[tuple[str, ...], set[int]] = {}
    for known, *conditions in (
        (Equipment.tag,),
        (EquipmentIdentity.value, external),
        (Equipment.remote_host,),
        (Equipment.name,),
    ):
        wanted = {form for names in spelled.keys() - found.keys() for form in spelled[names]}
        by_form = _named(session, known, wanted, conditions, by=by)
        for names in spelled.keys() - found.keys():
            ids = {piece_id for form in spelled[names] for piece_id in by_form.get(form, ())}
            if ids:
                found[names] = ids
    only = {names: min(ids) for names, ids in found.items() if len(ids) == 1}
    pieces = _by_id(session, set(only.values()))
    return {names: pieces.get(only[names]) if names in only else None for names in asked}


def _spellings(said: str) -> set[str]:
    return {said, said.lower(), said.upper(), said.partition(".")[0]}


def _named(
    session: Session, known: Any, forms: Collection[str], conditions: Sequence[Any], *, by: Actor
) -> dict[str, tuple[int, int]]:
    """By name, the first and the last piece of those that bear it: one, or not."""
    ids = func.min(Equipment.id), func.max(Equipment.id)
    statement = select(known, *ids).where(Equipment.archived_at.is_(None), *conditions).group_by(known)
    if known.class_ is EquipmentIdentity:
        statement = statement.join(Equipment, Equipment.id == EquipmentIdentity.equipment_id)
    if by.site_ids is not None:
        statement = statement.where(Equipment.site_id.in_(by.site_ids))
    rest = iter(sorted(forms))
    found: dict[str, tuple[int, int]] = {}
    while part := list(islice(rest, A_STATEMENT)):
        found |= {form: (first, last) for form, first, last in session.execute(statement.where(known.in_(part)))}
    return found


def _by_id(session: Session, ids: Collection[int]) -> dict[int, Equipment]:
    rest = iter(sorted(ids))
    found: dict[int, Equipment] = {}
    while part := list(islice(rest, A_STATEMENT)):
        found |= {piece.id: piece for piece in session.scalars(select(Equipment).where(Equipment.id.in_(part)))}
    return found


def _meter(session: Session, piece: Equipment | None, alert: Alert, *, by: Actor, now: datetime) -> Meter:
    if piece is None:
        told = N_("No piece, or more than one, is known by these names: %(names)s.")
        raise InvalidInput.at("host", "unknown_piece", told, names=", ".join(alert.names) or "—")
    meters = session.scalars(select(Meter).where(Meter.equipment_id == piece.id)).all()
    meter = next((one for one in meters if fold(one.name) == fold(alert.name)), None)
    if meter is None:
        if len(meters) >= METERS_MAX:
            told = N_("This piece already has %(most)s meters.")
            raise InvalidInput.at("name", "too_many", told, most=METERS_MAX)
        meter = Meter(
            equipment_id=piece.id, name=alert.name, kind="state", unit="", states=[*SEVERITIES], created_at=now
        )
        session.add(meter)
        session.flush()
        changes = {"name": [None, meter.name]}
        journal.record_change(session, "created", "meter", meter.id, changes, by=by, now=now, site_id=piece.site_id)
    if meter.kind != Kind.STATE:
        told = N_("“%(name)s” is a number on this piece, not a state.")
        raise InvalidInput.at("name", "not_a_state", told, name=meter.name)
    return meter


def _reading(meter: Meter, alert: Alert, now: datetime) -> ReadingInput:
    """A state that the meter has no word for is its worst; news with an old date are news of now."""
    states = {fold(state): state for state in meter.states}
    said = states.get(alert.severity) or (meter.states[0] if alert.severity == "ok" else meter.states[-1])
    at = min(alert.at or now, now)
    is_news = meter.last_value is None or meter.states[meter.last_value] != said
    if is_news and meter.last_read_at is not None and at <= meter.last_read_at:
        at = max(now, meter.last_read_at + SECOND)
    return ReadingInput(meter_id=meter.id, value=said, read_at=at)
