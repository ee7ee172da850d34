"""A machine that plays beside the engine: where it stands, and how long it plays."""

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.factories.places import make_calendar, make_organisation, make_site


def machine_on(database, kind):
    """The machine on this database, with one site and no holidays, and what it has reached."""
    with database.writing() as session:
        calendar = make_calendar(session, country=None)
        make_organisation(session, calendar)
        lyon = make_site(session, "LYO", calendar)
    return type("Machine", (kind,), {"database": database, "lyon": lyon, "reached": set()})


def play(machine, *, first, examples, steps):
    """The same examples each time; `first` is their seed."""
    run_state_machine_as_test(
        seed(first)(machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )
