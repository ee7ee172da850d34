"""What people of the demonstration have asked for in the last days: one is done, one is on its way, two wait.

Texts are what people of a French firm wrote; like their names they are data, and not translated.
"""

from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n import in_language
from app.core.security import Actor, Role
from app.demonstration.actions.firm import Firm
from app.equipment.models import Equipment
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.people.models import User
from app.places.models import Site
from app.plans.queries.calendars import house_calendar
from app.requests import actions
from app.requests.schemas import AcceptInput, MessageInput, RequestInput, StrangerInput

ASKS, HELPS, HOUSE = "Paul Girard", "Nadia Benali", "LYO"


def ask_for_help(session: Session, firm: Firm, *, on: date) -> None:
    """At the first site, whose labels anybody may use, on the last two days that were worked there."""
    site_id = firm.sites[HOUSE]
    session.get_one(Site, site_id).allows_anonymous_requests = True
    calendar, zone = house_calendar(session, site_id)
    before = (on - timedelta(days=n) for n in range(1, 60))
    worked = (day for day in before if calendar is None or calendar.is_working(day))
    last, first = (datetime.combine(day, time(9), ZoneInfo(zone)) for day in islice(worked, 2))
    laptop = session.get_one(Equipment, firm.pieces[site_id, "LAP"][0])
    printer = session.get_one(Equipment, firm.pieces[site_id, "PRN"][0])
    laptop.person_id = firm.persons[ASKS]
    asks, helps = actor(session, firm, ASKS, Role.REQUESTER), actor(session, firm, HELPS, Role.TECHNICIAN)

    told = RequestInput(equipment_id=laptop.id, text="Le ventilateur tourne à fond et la batterie tient une heure.")
    done = actions.create_request(session, told, by=asks, now=first)
    answer = AcceptInput(answer="Je passe demain matin.")
    actions.accept_request(session, done.id, answer, by=helps, now=first)
    report = CompletionInput(
        explanation="Ventilateur dépoussiéré. La batterie est à 58 % de sa capacité : son remplacement est prévu.",
        minutes_spent=25,
    )
    complete_work_order(session, done.order_id or 0, report, by=helps, now=last)

    told = RequestInput(equipment_id=printer.id, text="Traits noirs sur toutes les pages", contact_name="Accueil")
    known = actions.create_request(session, told, by=helps, now=last + timedelta(hours=5))
    actions.accept_request(session, known.id, AcceptInput(), by=helps, now=last + timedelta(hours=5))
    question = MessageInput(text="Est-ce aussi le cas en copie, ou seulement à l’impression ?")
    actions.write_message(session, known.id, question, by=helps, now=last + timedelta(hours=5))

    with in_language("fr"):
        scanned = StrangerInput(text="Bourrage papier dans le bac 2", urgency="blocks", contact_name="Manon, 1er étage")
        actions.send_from_label(session, printer.qr_token, scanned, now=last + timedelta(hours=7))
    place = RequestInput(
        location_id=firm.rooms[HOUSE, "1er étage > Bureaux"], text="Pas de Wi-Fi près des fenêtres", urgency="can_wait"
    )
    actions.create_request(session, place, by=asks, now=last + timedelta(hours=8))


def actor(session: Session, firm: Firm, name: str, role: Role) -> Actor:
    """Who has no account in a house that was set up by others acts by their name."""
    person_id = firm.persons[name]
    user_id = session.scalar(select(User.id).where(User.person_id == person_id))
    return Actor(name=name, role=role, user_id=user_id, person_id=person_id, language="fr")
