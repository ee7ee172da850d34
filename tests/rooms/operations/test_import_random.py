"""Any file, however it contradicts itself, changes nothing when it is imported again."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core.security import Actor, Role
from app.operations.actions.imports import import_equipment
from app.operations.schemas import ImportReport
from tests.factories.places import make_organisation

ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1)
# Few words, so that rows meet: by tag, serial, name and place, in either case, and by the tags that Ronde gives.
WORDS = {
    "tag": ("T1", "t1", "SWI-0001", "SWI-0002"),
    "external_id": ("x1", "x2", "X1"),
    "serial": ("S1", "s1", "S2"),
    "name": ("a", "A", "b"),
    "site": ("Lyon", "lyon", "Nice"),
    "category": ("Switch", "switch", "Cat"),
    "model": ("M1", "M2"),
    "manufacturer": ("Cisco", "HP"),
    "rack": ("r1", "R1"),
    "status": ("active", "retired"),
}
# A new piece needs a site and a category: most rows have them.
ROWS = st.tuples(
    *(st.sampled_from(words if name in ("site", "category") else ("", "", *words)) for name, words in WORDS.items())
)
FILES = st.lists(ROWS, min_size=1, max_size=4)
MIGHT_REPEAT = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def run(session: Session, rows: list[tuple[str, ...]], now: datetime) -> ImportReport:
    text = "\n".join(";".join(row) for row in (tuple(WORDS), *rows))
    return import_equipment(session, text.encode(), is_dry_run=False, by=ALICE, now=now)


@given(files=st.lists(FILES, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=MIGHT_REPEAT)
def test_a_second_import_of_any_file_changes_nothing(
    session: Session, now: datetime, files: list[list[tuple[str, ...]]]
) -> None:
    with session.begin_nested() as attempt:
        make_organisation(session)
        for rows in files:
            run(session, rows, now)
        again = run(session, files[-1], now)
        assert [line for line in again.lines if line.outcome in ("create", "change")] == []
        attempt.rollback()
        session.expire_all()
