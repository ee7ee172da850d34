"""Reads of places, and of who belongs where."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.security import Actor, Role
from app.people.models import User
from app.places.models import Organisation, Site, SiteScope


def find_organisation(session: Session) -> Organisation | None:
    """None before the set-up."""
    return session.get(Organisation, 1)


def site_ids_of(session: Session, user: User) -> frozenset[int] | None:
    """The sites that a user may see, or None for all."""
    if user.has_all_sites:
        return None
    return frozenset(
        session.scalars(
            select(Site.id)
            .join(SiteScope, or_(SiteScope.site_id == Site.id, SiteScope.customer_id == Site.customer_id))
            .where(SiteScope.user_id == user.id)
        )
    )


def actor_of(session: Session, user: User, *, language: str, scopes: frozenset[str] | None = None) -> Actor:
    """A signed-in user as the one who acts. `language` is spoken where the user has chosen none."""
    organisation = find_organisation(session)
    return Actor(
        name=user.person.name,
        role=Role(user.role),
        user_id=user.id,
        person_id=user.person_id,
        site_ids=site_ids_of(session, user),
        scopes=scopes,
        language=user.language or language,
        time_zone=organisation.time_zone if organisation else "UTC",
    )
