"""The rungs: cleaning -> inspection -> repair -> replacement, and the rules that lead from one to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.i18n import N_


class Kind(StrEnum):
    """What is proposed."""

    INSPECT = "inspect"
    REPAIR = "repair"
    REPLACE = "replace"
    RETUNE = "retune"


class Test(StrEnum):
    """What is looked at, each with a unit of its own for the threshold."""

    __test__ = False  # no test of pytest's

    FINDINGS = "findings"  # reports of preventive visits that found something
    FAILURES = "failures"  # failures of one mode
    REPAIRS = "repairs"  # repairs of one component or one mode
    COST = "cost"  # corrective cost, percent of the replacement value
    AGE = "age"  # percent of the expected life, with the time between failures falling
    SUPPORT = "support"  # the model's end of support, in so many days or fewer


PROPOSES = {
    Test.FINDINGS: Kind.INSPECT,
    Test.FAILURES: Kind.REPAIR,
    Test.REPAIRS: Kind.REPLACE,
    Test.COST: Kind.REPLACE,
    Test.AGE: Kind.REPLACE,
    Test.SUPPORT: Kind.REPLACE,
}
TEST_WORDS = {
    Test.FINDINGS: N_("Findings at visits"),
    Test.FAILURES: N_("Failures of one mode"),
    Test.REPAIRS: N_("Repairs of one component or mode"),
    Test.COST: N_("Corrective cost"),
    Test.AGE: N_("Expected life"),
    Test.SUPPORT: N_("End of support"),
}
KIND_WORDS = {
    Kind.INSPECT: N_("Inspection"),
    Kind.REPAIR: N_("Repair"),
    Kind.REPLACE: N_("Replacement"),
    Kind.RETUNE: N_("Other interval"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """`window_days` None: the piece's whole life. `again_after`: how many orders of new evidence reopen a decision.

    `cool_down_days`: for so long after a decision nothing is proposed again, whatever the evidence.
    """

    test: Test
    threshold: int
    window_days: int | None
    again_after: int
    cool_down_days: int
    is_automatic: bool = False
    is_active: bool = True

    @property
    def kind(self) -> Kind:
        return PROPOSES[self.test]


DEFAULTS: Mapping[Test, Rule] = {
    rule.test: rule
    for rule in (
        Rule(Test.FINDINGS, threshold=3, window_days=365, again_after=2, cool_down_days=90),
        Rule(Test.FAILURES, threshold=3, window_days=90, again_after=2, cool_down_days=30),
        Rule(Test.REPAIRS, threshold=2, window_days=365, again_after=1, cool_down_days=90),
        Rule(Test.COST, threshold=50, window_days=730, again_after=1, cool_down_days=90),
        Rule(Test.AGE, threshold=100, window_days=365, again_after=1, cool_down_days=180),
        Rule(Test.SUPPORT, threshold=0, window_days=None, again_after=1, cool_down_days=180),
    )
}


def rules_of(chain: Iterable[Iterable[Rule]]) -> list[Rule]:
    """One rule a test, in the order of the rungs: the nearest that has one wins, then the default.

    `chain`: the category's own rules, its parents' upwards, the house's last.
    """
    found: dict[Test, Rule] = {}
    for rules in chain:
        for rule in rules:
            found.setdefault(rule.test, rule)
    return [found.get(test, default) for test, default in DEFAULTS.items()]
