"""What stands in the live installation: a small house in which every page has something to show."""

from sqlalchemy.orm import Session

from app.core.security import Role
from app.people.rules.passwords import hash_password
from tests.factories.people import make_sign_in, make_user
from tests.factories.places import make_calendar, make_location, make_organisation, make_site

PASSWORD = "correct horse battery"
ROLES = {"adam": Role.ADMIN, "alice": Role.MANAGER, "bob": Role.TECHNICIAN}


def furnish(session: Session) -> dict[str, str]:
    """The sessions of those who are signed in."""
    calendar = make_calendar(session)
    make_organisation(session, calendar)
    lyon = make_site(session, "LYO", calendar, name="Siège Lyon")
    make_location(session, lyon, "Salle serveurs S1")
    password = hash_password(PASSWORD)
    users = [make_user(session, login, role, password_hash=password) for login, role in ROLES.items()]
    return {user.login: make_sign_in(session, user) for user in users}
