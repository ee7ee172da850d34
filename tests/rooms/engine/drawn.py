"""Plans drawn at random, and the same as their form says them."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.rooms.engine.said import Said

FIRST = date(2027, 1, 4)

policies = st.fixed_dictionaries(
    {
        "lead": st.sampled_from([0, 0, 3, 10]),
        "weekdays_only": st.booleans(),
        "overlap": st.sampled_from(["suppress", "suppress", "stack", "replace", "remind"]),
        "catch_up": st.sampled_from(["latest", "latest", "none", "ask", "all"]),
        "late": st.sampled_from(["keep", "skip"]),
    }
)
rhythms = st.sampled_from([("day", 1), ("day", 3), ("week", 1), ("week", 2), ("month", 1), ("month", 3)])
start_days = st.integers(0, 40).map(lambda days: FIRST + timedelta(days=days))


@st.composite
def plans(draw):
    freq, every = draw(rhythms)
    said = Said(freq, every, draw(start_days), **draw(policies))
    if said.catch_up == "all" and said.overlap != "stack":
        said = replace(said, catch_up="latest")
    return said


def in_words(said):
    """The same as the plan's form says it."""
    return {
        "freq": said.freq,
        "interval": said.every,
        "start_on": said.start,
        "lead_days": said.lead,
        "shift": "next" if said.weekdays_only else "none",
        "overlap": said.overlap,
        "catch_up": said.catch_up,
        "late": said.late,
        "mode": said.mode,
    }
