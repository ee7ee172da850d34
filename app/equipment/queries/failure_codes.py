"""Failure codes: what a category adds to the known ones, and what can be chosen for a piece."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_, current_language, gettext
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment, EquipmentCategory, FailureCode
from app.equipment.rules.failures import LABELS, FailureMode, Named, Offer, Word, narrowed, words_for


def get_failure_code(session: Session, code_id: int, *, by: Actor) -> FailureCode:
    require(by, Permission.READ)
    code = session.get(FailureCode, code_id)
    if code is None:
        raise NotFound("not_found", N_("This failure code does not exist."))
    return code


def failure_codes(
    session: Session, category_id: int | None, *, by: Actor, archived: bool = False
) -> Sequence[FailureCode]:
    """The rows of one category, or of the whole house."""
    require(by, Permission.READ)
    of = FailureCode.category_id.is_(None) if category_id is None else FailureCode.category_id == category_id
    statement = select(FailureCode).where(of).order_by(FailureCode.kind.desc(), FailureCode.code)
    if not archived:
        statement = statement.where(FailureCode.archived_at.is_(None))
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Codes:
    """What can be chosen for a piece, and what it is called in the reader's language."""

    words: list[Word]
    names: dict[tuple[str, str], str]
    others: dict[tuple[str, str], str]

    def has(self, kind: str, code: str) -> bool:
        return (kind, code) in self.names

    def name(self, kind: str, code: str) -> str:
        """Also of a code that is no longer offered."""
        return self.names.get((kind, code)) or self.others.get((kind, code)) or gettext(LABELS.get(code, code))

    def narrowed(self, mode: str | None = None, mechanism: str | None = None) -> dict[str, Offer]:
        return narrowed(self.words, mode or None, mechanism or None)


def codes_for(session: Session, equipment_id: int | None) -> Codes:
    """A place has the codes of the house."""
    chain = _categories_above(session, equipment_id)
    levels: list[int | None] = [*chain, None]
    rows = session.scalars(
        select(FailureCode)
        .where(
            or_(FailureCode.category_id.in_(chain), FailureCode.category_id.is_(None)),
            FailureCode.archived_at.is_(None),
        )
        .order_by(FailureCode.id)
    ).all()
    words = words_for(
        [Named(row.kind, row.code, tuple(row.follows)) for row in rows if row.category_id == level] for level in levels
    )
    is_french = current_language() == "fr"
    own = {(row.kind, row.code): (row.name_fr if is_french else None) or row.name for row in rows if row.name}
    names = {(w.kind, w.code): own.get((w.kind, w.code)) or gettext(LABELS.get(w.code, w.code)) for w in words}
    return Codes(words, names, own_names(session))


def own_names(session: Session) -> dict[tuple[str, str], str]:
    """What the house calls codes of its own, by kind and code, in the reader's language: for records of any piece.

    Archived ones too, since records keep them. Of two names a living one counts, then the whole house's.
    """
    columns = (FailureCode.kind, FailureCode.code, FailureCode.name, FailureCode.name_fr)
    rows = session.execute(
        select(*columns)
        .where(FailureCode.name.is_not(None))
        .order_by(FailureCode.archived_at.is_(None), FailureCode.category_id.is_(None), FailureCode.id)
    )
    is_french = current_language() == "fr"
    return {(kind, code): (french if is_french else None) or name or "" for kind, code, name, french in rows}


def mode_names(session: Session) -> dict[str, str]:
    """All failure modes by code: those that Ronde knows, and the house's own."""
    own = {code: name for (kind, code), name in own_names(session).items() if kind == "mode"}
    return {mode.value: gettext(LABELS[mode.value]) for mode in FailureMode} | own


def _categories_above(session: Session, equipment_id: int | None) -> list[int]:
    """The piece's category, the one above it, and so on."""
    if equipment_id is None:
        return []
    here = session.scalar(select(Equipment.category_id).where(Equipment.id == equipment_id))
    above = {
        row.id: row.parent_id for row in session.execute(select(EquipmentCategory.id, EquipmentCategory.parent_id))
    }
    found: list[int] = []
    while here is not None and here not in found:
        found.append(here)
        here = above[here]
    return found
