"""Who may do what to whose account."""

from app.core.errors import Conflict, NotAllowed
from app.core.i18n import N_
from app.core.security import Actor, Rank, Role


def refuse_takeover(actor: Actor, role_before: str, role_after: str) -> None:
    """A lower role neither touches the account of a higher one nor makes one of its own account."""
    rank = Rank[actor.role.value]
    if max(Rank[role_before], Rank[role_after]) > rank:
        raise NotAllowed("higher_role", N_("This account has a higher role than yours."))


def refuse_last_admin(*, other_admins: int, was: str, becomes: str, stays_active: bool) -> None:
    """Somebody must be able to administer the house tomorrow."""
    leaves = was == Role.ADMIN and (becomes != Role.ADMIN or not stays_active)
    if leaves and not other_admins:
        raise Conflict("last_admin", N_("This is the last active administrator. Make another one first."))
