"""Accounts: who may sign in, as what, and which sites they see."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.core.security import Actor, Role
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, secret, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.people import queries as people
from app.people.actions import users as accounts
from app.people.schemas import NewPasswordInput
from app.places.actions import members as actions
from app.places.queries import members as queries
from app.places.schemas import MemberInput, MemberView, NewMemberInput

router = APIRouter(tags=["users"], route_class=RondeRoute)


class UserFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in login, name or address.")] = ""
    role: Role | None = None
    is_active: bool | None = None
    sort: people.UserSort = "login"

    def listing(self, by: Actor) -> Listing[MemberView]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, people.USER_ORDERS, queries.members, by=by, **asked)


class UserQuery(PageQuery, UserFilter):
    pass


@router.get("/me")
def get_me(session: Session, by: CurrentActor) -> MemberView:
    """The account that the token acts for."""
    return queries.get_member(session, by.user_id or 0, by=by)


@router.get("/users")
def list_users(query: Annotated[UserQuery, Query()], session: Session, by: CurrentActor) -> Page[MemberView]:
    """By login, or by name; for administrators."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/users/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_users(
    request: Request, kind: FileKind, query: Annotated[UserFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "users", kind, query.listing(by), columns.USERS)


@router.post("/users", status_code=201)
@slow
@secret
def create_user(data: NewMemberInput, session: Session, by: CurrentActor, now: Now) -> MemberView:
    """Sees no site unless told which; administrators see all."""
    return actions.create_member(session, data, by=by, now=now)


@router.get("/users/{user_id}")
def get_user(user_id: int, session: Session, by: CurrentActor) -> MemberView:
    """One's own account, or any for administrators."""
    return queries.get_member(session, user_id, by=by)


@router.patch("/users/{user_id}", openapi_extra=merge_patch(MemberInput))
def edit_user(user_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> MemberView:
    data = merged(MemberInput, queries.get_member(session, user_id, by=by), patch)
    return actions.edit_member(session, user_id, data, version=version, by=by, now=now)


@router.post("/users/{user_id}/set-password", status_code=204)
@slow
@secret
def set_user_password(user_id: int, data: NewPasswordInput, session: Session, by: CurrentActor, now: Now) -> None:
    """Ends their sessions."""
    accounts.set_password(session, user_id, data, by=by, now=now)


@router.post("/users/{user_id}/deactivate")
def deactivate_user(user_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> MemberView:
    """From now on no session and no token of theirs works."""
    accounts.deactivate_user(session, user_id, version=version, by=by, now=now)
    return queries.get_member(session, user_id, by=by)


@router.post("/users/{user_id}/activate")
def activate_user(user_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> MemberView:
    accounts.activate_user(session, user_id, version=version, by=by, now=now)
    return queries.get_member(session, user_id, by=by)
