"""The demonstration is begun once, however often somebody presses."""

import threading
from datetime import date

from sqlalchemy import func, select

from app.core.errors import Conflict
from app.core.security import Actor, Role
from app.demonstration.actions.on_demand import begin_demonstration
from app.journal.models import Job
from tests.factories.places import make_calendar, make_organisation
from tests.rooms.engine.test_tick import at

ADAM = Actor(name="Adam", role=Role.ADMIN)


def test_a_second_press_waits_for_the_first_and_is_refused(database):
    with database.writing() as session:
        make_organisation(session, make_calendar(session))
    refused = []

    def press():
        try:
            with database.writing() as session:
                begin_demonstration(session, by=ADAM, now=at(date(2026, 11, 23)))
        except Conflict as error:
            refused.append(error.code)

    second = threading.Thread(target=press)
    with database.writing() as session:
        begin_demonstration(session, by=ADAM, now=at(date(2026, 11, 23)))
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
    second.join()
    with database.reading() as session:
        assert session.scalar(select(func.count(Job.id))) == 1
    assert refused == ["being_made"]
