"""Resolved cases like the trouble at hand."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from app.cases.queries.cases import candidates, told
from app.cases.queries.matching import matching, seen_by
from app.cases.rules.filing import marks
from app.cases.rules.ranking import Asked, ranked, weights
from app.cases.rules.words import asked
from app.cases.schemas import CaseView
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import current_resolution, get_plain_order

KIN = 60  # the latest cases of the same model or category that are looked at
OF_A_WORD = 40  # the latest cases with one of the words; a word that so many have counts for little
SHOWN = 5


def similar_cases(
    session: Session,
    *,
    equipment_id: int | None,
    words: Sequence[str | None],
    failure_mode: str | None = None,
    by: Actor,
    on: date,
    limit: int = SHOWN,
    but: int | None = None,
) -> list[CaseView]:
    """The nearest first (rules/ranking.py). `words` are texts, the one that says most first."""
    require(by, Permission.READ)
    model_id, category_id = None, None
    if equipment_id is not None:
        kin = select(Equipment.model_id, Equipment.category_id).where(Equipment.id == equipment_id)
        model_id, category_id = session.execute(kin).one_or_none() or (None, None)
    named = len(asked(*words[:1]))
    like = Asked(tuple(asked(*words)), named, model_id, category_id, failure_mode)
    found = _found(session, like, by=by)
    ids = {key for keys in found.values() for key in keys} - {but}
    counts = {word: len(found[word]) for word in like.words}
    cases = ranked(like, candidates(session, ids), weights(like.words, counts, OF_A_WORD))
    return told(session, like, cases, by=by, on=on, limit=limit)


def _found(session: Session, like: Asked, *, by: Actor) -> dict[str, list[int]]:
    """Case ids by what they were found by: each word alone, and with it the same model or category."""
    seen, mode = seen_by(by), [[mark] for mark in marks(failure_mode=like.failure_mode)]
    any_word = [like.words] if like.words else []
    sought = {word: matching(session, [[word], *seen], OF_A_WORD) for word in like.words}
    for kin in (marks(model_id=like.model_id), marks(category_id=like.category_id)):
        for name, shared in (("words", any_word), ("mode", mode)):
            if kin and shared:
                sought[f" {kin[0]} {name}"] = matching(session, [kin, *shared, *seen], KIN)
    found: dict[str, list[int]] = {name: [] for name in sought}
    if sought:
        parts = [select(literal(name).label("name"), each.subquery().c.order_id) for name, each in sought.items()]
        for name, order_id in session.execute(union_all(*parts)):
            found[name].append(order_id)
    return found


def similar_to_order(session: Session, order_id: int, *, by: Actor, on: date, limit: int = SHOWN) -> list[CaseView]:
    """For the order's page: what it is called and asks for, and what its report says already."""
    order: WorkOrder = get_plain_order(session, order_id, by=by)
    report = current_resolution(session, order_id)
    said = (order.title, order.instructions, report.observed if report else None)
    mode = report.failure_mode if report else None
    return similar_cases(
        session, equipment_id=order.equipment_id, words=said, failure_mode=mode, by=by, on=on, limit=limit, but=order_id
    )
