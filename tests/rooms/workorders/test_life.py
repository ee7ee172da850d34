"""An order's life on a real database: who may, what is kept, what follows."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from app.core.errors import AppError, Conflict, InvalidInput, NotAllowed, NotFound, PreconditionFailed
from app.core.security import Actor, Role
from app.equipment.models import Equipment
from app.interventions import actions as interventions
from app.interventions.schemas import CompletionInput, LogInput
from app.journal.models import AuditEntry, OutboxEvent
from app.visits.queries.day import my_day
from app.workorders import actions, queries
from app.workorders.models import Hold, Resolution, WorkOrder
from app.workorders.schemas import CommentInput, HoldInput, WorkOrderInput
from tests.factories.equipment import make_equipment
from tests.factories.people import make_user
from tests.factories.places import make_site
from tests.factories.workorders import make_order


@pytest.fixture
def piece(session: Session) -> Equipment:
    return make_equipment(session)


@pytest.fixture
def bob(session: Session) -> Actor:
    user = make_user(session, "bob", Role.TECHNICIAN)
    return Actor(name="Bob", role=Role.TECHNICIAN, user_id=user.id, person_id=user.person_id)


ALICE = Actor(name="Alice", role=Role.MANAGER)
CHLOE = Actor(name="Chloe", role=Role.REQUESTER)


def history(session: Session, order: WorkOrder) -> list[tuple[str, str | None]]:
    return [(event.kind, event.to_state) for event in reversed(queries.events_of(session, order.id))]


def test_nothing_to_report_is_one_step(session: Session, piece: Equipment, bob: Actor, now: datetime) -> None:
    order = make_order(session, piece, kind="cleaning")
    interventions.complete_work_order(session, order.id, CompletionInput(), by=bob, now=now)
    report = queries.current_resolution(session, order.id)
    assert report is not None
    assert (order.state, report.kind, report.finding, report.done_on) == (
        "completed",
        "cleaned",
        "none",
        date(2026, 11, 23),
    )
    assert history(session, order) == [("created", "ready"), ("start", "in_progress"), ("complete", "completed")]
    audited = session.scalar(select(func.count()).where(AuditEntry.entity == "work_order"))
    told = session.scalar(select(func.count()).where(OutboxEvent.entity == "work_order"))
    assert (audited, told) == (3, 3)


def test_whoever_starts_an_order_that_nobody_has_takes_it(
    session: Session, piece: Equipment, bob: Actor, now: datetime
) -> None:
    order = actions.start_work_order(session, make_order(session, piece).id, by=bob, now=now)
    assert (order.assignee_id, order.started_at, order.started_by) == (bob.person_id, now, bob.user_id)


def test_a_hold_is_an_interval_with_a_reason(session: Session, piece: Equipment, bob: Actor, now: datetime) -> None:
    order = make_order(session, piece)
    actions.start_work_order(session, order.id, by=bob, now=now)
    data = HoldInput(reason="parts", until=date(2026, 11, 25))
    actions.hold_work_order(session, order.id, data, by=bob, now=now)
    assert (order.state, order.hold_reason, order.hold_until) == ("on_hold", "parts", date(2026, 11, 25))
    later = now + timedelta(hours=2)
    actions.resume_work_order(session, order.id, by=bob, now=later)
    hold = session.scalars(select(Hold)).one()
    assert (hold.started_at, hold.ended_at, hold.stops_clock) == (now, later, True)
    assert (order.state, order.hold_reason) == ("in_progress", None)


def test_work_that_was_not_done_ends_as_missed(session: Session, piece: Equipment, bob: Actor, now: datetime) -> None:
    order = make_order(session, piece)
    data = CompletionInput(kind="not_done", not_done_reason="Nobody let me in")
    interventions.complete_work_order(session, order.id, data, by=bob, now=now)
    assert (order.state, order.ended_reason, order.done_on) == ("missed", "Nobody let me in", None)


def test_a_temporary_fix_opens_the_lasting_one(session: Session, piece: Equipment, bob: Actor, now: datetime) -> None:
    order = make_order(session, piece)
    data = CompletionInput(kind="repaired", restoration="palliative", curative_due_on=date(2026, 12, 7))
    interventions.complete_work_order(session, order.id, data, by=bob, now=now)
    follow_up = session.scalars(select(WorkOrder).where(WorkOrder.parent_id == order.id)).one()
    assert (follow_up.origin, follow_up.state, follow_up.due_on) == ("follow_up", "ready", date(2026, 12, 7))
    assert follow_up.title == "Lasting fix: Replace the fan"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "not_done"}, "not_done_reason"),
        ({"method": "alternative"}, "method_note"),
        ({"restoration": "palliative"}, "curative_due_on"),
        ({"curative_due_on": "2026-12-01"}, "curative_due_on"),
        ({"failure_mode": "no_power"}, "finding"),
        ({"done_on": "2026-11-24"}, "done_on"),
        ({"done_on": "2026-09-01"}, "done_on"),
        ({"restoration": "palliative", "curative_due_on": "2026-01-01"}, "curative_due_on"),
    ],
)
def test_a_report_that_does_not_go_together_is_refused(
    session: Session, piece: Equipment, bob: Actor, now: datetime, said: dict[str, str], field: str
) -> None:
    order = make_order(session, piece)
    with pytest.raises(InvalidInput) as refused:
        interventions.complete_work_order(session, order.id, CompletionInput.model_validate(said), by=bob, now=now)
    assert [error.pointer for error in refused.value.fields] == [field]


def test_a_reopened_order_keeps_its_former_report(
    session: Session, piece: Equipment, bob: Actor, now: datetime
) -> None:
    order = make_order(session, piece)
    interventions.complete_work_order(session, order.id, CompletionInput(finding="minor"), by=bob, now=now)
    actions.reopen_work_order(session, order.id, "still noisy", by=bob, now=now)
    assert (order.state, order.done_on, queries.current_resolution(session, order.id)) == ("in_progress", None, None)
    interventions.complete_work_order(session, order.id, CompletionInput(finding="failed"), by=bob, now=now)
    reports = session.scalars(select(Resolution).order_by(Resolution.number)).all()
    assert [(report.finding, report.is_current) for report in reports] == [("minor", False), ("failed", True)]


@pytest.mark.parametrize(
    ("actor", "error"), [(CHLOE, NotAllowed), (Actor(name="E", role=Role.ADMIN, site_ids=frozenset({999})), NotFound)]
)
@pytest.mark.parametrize(
    "act",
    [
        lambda s, o, by, now: actions.start_work_order(s, o, by=by, now=now),
        lambda s, o, by, now: interventions.complete_work_order(s, o, CompletionInput(), by=by, now=now),
        lambda s, o, by, now: actions.cancel_work_order(s, o, "x", by=by, now=now),
        lambda s, o, by, now: actions.edit_work_order(s, o, {"priority": "high"}, by=by, now=now),
        lambda s, o, by, now: actions.comment_on(s, o, CommentInput(text="x"), by=by, now=now),
    ],
)
def test_who_may_not_changes_nothing(
    session: Session,
    piece: Equipment,
    now: datetime,
    actor: Actor,
    error: type[AppError],
    act: Callable[..., object],
) -> None:
    order = make_order(session, piece)
    with pytest.raises(error):
        act(session, order.id, actor, now)
    assert (order.state, order.version) == ("ready", 1)


def test_a_technician_cancels_nothing(session: Session, piece: Equipment, bob: Actor, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.cancel_work_order(session, make_order(session, piece).id, "no time", by=bob, now=now)


def test_a_change_made_from_an_old_version_is_refused(
    session: Session, piece: Equipment, bob: Actor, now: datetime
) -> None:
    order = make_order(session, piece)
    actions.start_work_order(session, order.id, version=1, by=bob, now=now)
    with pytest.raises(PreconditionFailed):
        interventions.complete_work_order(session, order.id, CompletionInput(), version=1, by=bob, now=now)


def test_an_ended_order_is_not_edited(session: Session, piece: Equipment, now: datetime) -> None:
    order = make_order(session, piece)
    actions.cancel_work_order(session, order.id, "double", by=ALICE, now=now)
    with pytest.raises(Conflict):
        actions.edit_work_order(session, order.id, {"priority": "high"}, by=ALICE, now=now)


def test_a_retired_piece_is_not_worked_on(session: Session, piece: Equipment, bob: Actor, now: datetime) -> None:
    order = make_order(session, piece)
    piece.status = "retired"
    session.flush()
    with pytest.raises(Conflict):
        actions.start_work_order(session, order.id, by=bob, now=now)


def test_work_done_by_the_way_is_one_form(session: Session, piece: Equipment, bob: Actor, now: datetime) -> None:
    data = LogInput(equipment_id=piece.id, title="Toner replaced", minutes_spent=5, diagnosis="remote")
    logged = interventions.log_work(session, data, by=bob, now=now)
    assert (logged.order.state, logged.order.kind, logged.order.done_on) == (
        "completed",
        "assistance",
        date(2026, 11, 23),
    )
    report = queries.current_resolution(session, logged.order.id)
    assert report is not None
    assert (report.kind, report.minutes_spent, report.diagnosis) == ("user_assisted", 5, "remote")


def test_an_item_of_a_foreign_site_gets_no_order(session: Session, piece: Equipment, now: datetime) -> None:
    other = make_site(session, "COR")
    eve = Actor(name="Eve", role=Role.MANAGER, site_ids=frozenset({other.id}))
    data = WorkOrderInput(equipment_id=piece.id, title="x", due_on=date(2026, 12, 1))
    with pytest.raises(InvalidInput):
        actions.create_work_order(session, data, by=eve, now=now)


def test_a_review_that_nobody_makes_ends_by_itself(
    session: Session, piece: Equipment, bob: Actor, now: datetime
) -> None:
    order = make_order(session, piece)
    interventions.complete_work_order(session, order.id, CompletionInput(), by=bob, now=now)
    sunday = now + timedelta(days=6)  # four working days have passed
    assert actions.close_reviewed_orders(session, now=sunday) == 0
    assert actions.close_reviewed_orders(session, now=now + timedelta(days=7)) == 1
    assert order.state == "closed"


def test_windows_begin_by_the_clock_of_each_site_and_many_sites_are_asked_about_at_once(session: Session) -> None:
    eve = datetime(2026, 11, 23, 12, tzinfo=UTC)  # the 24th has begun in Auckland
    zones = ("Europe/Paris", "Europe/Paris", "Europe/Paris", "Pacific/Auckland")
    sites = [make_site(session, f"S{n}", time_zone=zone) for n, zone in enumerate(zones)]
    orders = [make_order(session, make_equipment(session, f"P-{site.code}", site)) for site in sites]
    for order in orders:
        order.state, order.window_first_on = "planned", date(2026, 11, 24)
    session.flush()
    sent: list[object] = []
    connection = session.connection()  # gone with the test, and what listens to it
    listen(connection, "before_cursor_execute", lambda *said: sent.append(said[2]))
    assert actions.release_due_orders(session, now=eve.replace(hour=9)) == 0
    assert len(sent) == 3
    assert actions.release_due_orders(session, now=eve) == 1
    assert [order.state for order in orders] == ["planned", "planned", "planned", "ready"]


def test_a_day_is_late_work_today_and_the_week(session: Session, piece: Equipment, bob: Actor) -> None:
    for title, number in [("late", 20), ("today", 23), ("soon", 27), ("far", 30)]:
        make_order(session, piece, title, due_on=date(2026, 11, number), estimate_minutes=20)
    make_order(session, piece, "another's", due_on=date(2026, 11, 23), assignee_id=make_user(session, "zoe").person_id)
    day = my_day(session, by=bob, today=date(2026, 11, 23))
    assert [[row.title for row in part] for part in (day.overdue, day.due, day.coming)] == [
        ["late"],
        ["today"],
        ["soon"],
    ]
    assert day.minutes == 40


def test_S30_on_a_day_stands_what_a_person_planned_for_it(session: Session, piece: Equipment, bob: Actor) -> None:
    """Late is what is past its due date and not planned for a day to come; a site's midnight counts."""
    for title, due, planned in [
        ("wanted now", 30, 22), ("later this week", 20, 25), ("put off for long", 24, 29), ("late", 20, 21),
    ]:  # fmt: skip
        order = make_order(session, piece, title, due_on=date(2026, 11, due))
        order.scheduled_start_at = datetime(2026, 11, planned, 23, tzinfo=UTC)  # midnight in Paris: the day after
    session.flush()
    day = my_day(session, by=bob, today=date(2026, 11, 23))
    assert [[row.title for row in part] for part in (day.overdue, day.due, day.coming)] == [
        ["late"], ["wanted now"], ["later this week"],
    ]  # fmt: skip
    assert set(day.planned.values()) >= {date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 26)}
