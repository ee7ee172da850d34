"""Accounts and what they may see, in one action."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Role
from app.journal import actions as journal
from app.people.actions.users import create_user, edit_user
from app.people.models import User
from app.people.schemas import NewPasswordInput, UserInput
from app.places.models import Customer, Site, SiteScope
from app.places.queries.members import get_member
from app.places.schemas import MemberInput, MemberView, NewMemberInput, ScopeInput


def create_member(session: Session, data: NewMemberInput, *, by: Actor, now: datetime) -> MemberView:
    password = NewPasswordInput(password=data.password)
    user = create_user(session, account_of(data), password, by=by, now=now)
    limit_to(session, user, data, by=by, now=now)
    return get_member(session, user.id, by=by)


def edit_member(
    session: Session, user_id: int, data: MemberInput, *, version: int | None = None, by: Actor, now: datetime
) -> MemberView:
    user = edit_user(session, user_id, account_of(data), version=version, by=by, now=now)
    limit_to(session, user, data, by=by, now=now)
    return get_member(session, user.id, by=by)


def account_of(data: MemberInput) -> UserInput:
    return UserInput(**data.model_dump(include=set(UserInput.model_fields)))


def limit_to(session: Session, user: User, data: ScopeInput, *, by: Actor, now: datetime) -> None:
    """Which sites an account sees; holds from its next request on."""
    has_all = data.has_all_sites or user.role == Role.ADMIN
    before = get_member(session, user.id, by=by)
    sites = [] if has_all else sorted(set(data.site_ids))
    customers = [] if has_all else sorted(set(data.customer_ids))
    if (before.has_all_sites, sorted(before.site_ids), sorted(before.customer_ids)) == (has_all, sites, customers):
        return
    if set(session.scalars(select(Site.id).where(Site.id.in_(sites)))) != set(sites):
        raise InvalidInput.at("site_ids", "unknown", N_("This site does not exist."))
    if set(session.scalars(select(Customer.id).where(Customer.id.in_(customers)))) != set(customers):
        raise InvalidInput.at("customer_ids", "unknown", N_("This customer does not exist."))
    session.execute(delete(SiteScope).where(SiteScope.user_id == user.id))
    session.add_all([SiteScope(user_id=user.id, site_id=site_id) for site_id in sites])
    session.add_all([SiteScope(user_id=user.id, customer_id=customer_id) for customer_id in customers])
    user.has_all_sites, user.version = has_all, user.version + 1
    session.flush()
    changes = {
        "has_all_sites": [before.has_all_sites, has_all],
        "site_ids": [before.site_ids, sites],
        "customer_ids": [before.customer_ids, customers],
    }
    journal.record_change(session, "scope_changed", "user", user.id, changes, by=by, now=now)
