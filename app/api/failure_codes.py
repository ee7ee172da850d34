"""Failure codes: what can be chosen for a piece, and a site's own (ISO 14224)."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Permission, require
from app.equipment import actions, queries
from app.equipment.schemas import FailureCodeInput, FailureCodePatch, FailureCodeView, FailureWordView
from app.http import CurrentActor, IfMatch, Now, RondeRoute
from app.people.schemas import Id
from app.workorders.queries import find_piece

router = APIRouter(route_class=RondeRoute, prefix="/failure-codes", tags=["failure-codes"])


class CodesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    category_id: Annotated[Id | None, Field(description="Null: those of the whole house.")] = None
    archived: bool = False


class WordsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    equipment_id: Annotated[Id | None, Field(description="Null: a place.")] = None


@router.get("")
def list_failure_codes(
    query: Annotated[CodesQuery, Query()], session: Session, by: CurrentActor
) -> list[FailureCodeView]:
    """The rows of one category, or of the whole house."""
    rows = queries.failure_codes(session, query.category_id, by=by, archived=query.archived)
    return [FailureCodeView.model_validate(row) for row in rows]


@router.get("/choices")
def list_failure_code_choices(
    query: Annotated[WordsQuery, Query()], session: Session, by: CurrentActor
) -> list[FailureWordView]:
    """What a report may name for a piece: the known codes and its category's own."""
    require(by, Permission.READ)
    if query.equipment_id is not None and find_piece(session, query.equipment_id, by=by) is None:
        raise NotFound("not_found", N_("This equipment does not exist, or you have no access to it."))
    codes = queries.codes_for(session, query.equipment_id)
    return [
        FailureWordView(
            kind=word.kind,
            code=word.code,
            name=codes.name(word.kind, word.code),
            follows=list(word.follows),
            is_common=word.is_common,
        )
        for word in codes.words
    ]


@router.post("", status_code=201)
def create_failure_code(data: FailureCodeInput, session: Session, by: CurrentActor, now: Now) -> FailureCodeView:
    return FailureCodeView.model_validate(actions.add_failure_code(session, data, by=by, now=now))


@router.get("/{code_id}")
def get_failure_code(code_id: int, session: Session, by: CurrentActor) -> FailureCodeView:
    return FailureCodeView.model_validate(queries.get_failure_code(session, code_id, by=by))


@router.patch("/{code_id}")
def edit_failure_code(
    code_id: int, data: FailureCodePatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> FailureCodeView:
    values = data.model_dump(exclude_unset=True)
    return FailureCodeView.model_validate(
        actions.edit_failure_code(session, code_id, values, version=version, by=by, now=now)
    )


@router.post("/{code_id}/archive")
def archive_failure_code(
    code_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> FailureCodeView:
    """No longer offered; reports that name it keep it."""
    return FailureCodeView.model_validate(
        actions.archive_failure_code(session, code_id, version=version, by=by, now=now)
    )


@router.post("/{code_id}/restore")
def restore_failure_code(
    code_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> FailureCodeView:
    return FailureCodeView.model_validate(
        actions.archive_failure_code(session, code_id, is_archived=False, version=version, by=by, now=now)
    )
