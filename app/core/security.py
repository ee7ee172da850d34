"""Who acts, and what they may do. Pure but for randomness: rooms ask here, doors only find out who is asking."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from app.core.errors import NotAllowed, NotFound
from app.core.i18n import N_


class Role(StrEnum):
    REQUESTER = "requester"
    TECHNICIAN = "technician"
    MANAGER = "manager"
    ADMIN = "admin"


class Rank(IntEnum):
    """Roles in rising order: each may do all that the ones below it may."""

    requester = 1
    technician = 2
    manager = 3
    admin = 4


class Permission(StrEnum):
    """What an action asks for."""

    READ = "read"
    WORK = "work"
    PLAN = "plan"
    ADMINISTER = "administer"


LEAST_RANK = {
    Permission.READ: Rank.technician,
    Permission.WORK: Rank.technician,
    Permission.PLAN: Rank.manager,
    Permission.ADMINISTER: Rank.admin,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts. `site_ids` None means every site; `scopes` None means not limited by a token."""

    name: str
    role: Role
    user_id: int | None = None
    person_id: int | None = None
    site_ids: frozenset[int] | None = None
    scopes: frozenset[str] | None = None
    language: str = "en"
    time_zone: str = "UTC"
    is_system: bool = False

    @classmethod
    def system(cls) -> "Actor":
        """The clock, a migration, the command line on the server itself."""
        return cls(name="Ronde", role=Role.ADMIN, is_system=True)

    def has(self, permission: Permission) -> bool:
        return Rank[self.role.value] >= LEAST_RANK[permission]

    def sees_site(self, site_id: int | None) -> bool:
        """A row without a site belongs to the whole house."""
        return self.site_ids is None or site_id is None or site_id in self.site_ids


def require(actor: Actor, permission: Permission, *, site_id: int | None = None) -> None:
    """Refuse what the actor's role or scope does not cover.

    A row of a foreign site is *not found* rather than forbidden: its existence is nobody else's business.
    """
    if not actor.sees_site(site_id):
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    if not actor.has(permission):
        raise NotAllowed("not_allowed", N_("Your role does not allow this."))


def require_write(actor: Actor) -> None:
    """A token with the scope `read` alone changes nothing; checked at the API door for every unsafe method."""
    if actor.scopes is not None and "write" not in actor.scopes:
        raise NotAllowed("read_only_token", N_("This token may read, but not change anything."))


def new_secret() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """How secrets of full entropy are kept: a plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
