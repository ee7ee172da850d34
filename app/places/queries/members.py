"""Accounts with what they may see."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Role
from app.people import queries as people
from app.people.schemas import UserView
from app.places.models import SiteScope
from app.places.schemas import MemberView


def get_member(session: Session, user_id: int, *, by: Actor) -> MemberView:
    return with_scopes(session, [people.get_user(session, user_id, by=by)])[0]


def members(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    role: Role | None = None,
    is_active: bool | None = None,
    sort: people.UserSort = "login",
    after: Sequence[Any] | None = None,
    limit: int = 50,
) -> Sequence[MemberView]:
    found = people.users(session, by=by, q=q, role=role, is_active=is_active, sort=sort, after=after, limit=limit)
    return with_scopes(session, found)


def with_scopes(session: Session, users: Sequence[UserView]) -> list[MemberView]:
    """One query for all of them."""
    statement = select(SiteScope.user_id, SiteScope.site_id, SiteScope.customer_id).where(
        SiteScope.user_id.in_([user.id for user in users])
    )
    sites: dict[int, list[int]] = {user.id: [] for user in users}
    customers: dict[int, list[int]] = {user.id: [] for user in users}
    for user_id, site_id, customer_id in session.execute(statement.order_by(SiteScope.id)):
        if site_id is not None:
            sites[user_id].append(site_id)
        if customer_id is not None:
            customers[user_id].append(customer_id)
    return [MemberView(**user.model_dump(), site_ids=sites[user.id], customer_ids=customers[user.id]) for user in users]
