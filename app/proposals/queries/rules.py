"""Which rules of the ladder hold for a category: the nearest has the word, test by test."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentCategory
from app.equipment.queries import get_category
from app.proposals.models import LadderRule
from app.proposals.rules.ladder import Rule, Test, rules_of
from app.proposals.schemas import LadderRuleView


@dataclass(slots=True)
class RuleBook:
    """All rules and the tree of categories, read once: both are small."""

    parents: dict[int, int | None]
    own: dict[int | None, dict[Test, LadderRule]]

    def chain(self, category_id: int | None) -> Iterator[int | None]:
        """The category, those above it, the house."""
        seen: set[int] = set()
        while category_id is not None and category_id not in seen:
            seen.add(category_id)
            yield category_id
            category_id = self.parents.get(category_id)
        yield None

    def rules(self, category_id: int | None) -> list[Rule]:
        return rules_of([rule_of(row) for row in self.own[each].values()] for each in self.chain(category_id))

    def views(self, category_id: int | None) -> list[LadderRuleView]:
        """With whose each rule is."""
        found = []
        for rule in self.rules(category_id):
            owner = next((each for each in self.chain(category_id) if rule.test in self.own[each]), 0)
            told: dict[str, Any] = {
                name: getattr(rule, name) for name in LadderRuleView.model_fields if hasattr(rule, name)
            }
            own = self.own[category_id].get(rule.test)
            whose = {"is_default": owner == 0, "from_category_id": owner or None, "version": own.version if own else 0}
            found.append(LadderRuleView(**told, **whose))
        return found


def rule_of(row: LadderRule) -> Rule:
    return Rule(
        Test(row.test),
        row.threshold,
        row.window_days,
        row.again_after,
        row.cool_down_days,
        is_automatic=row.is_automatic,
        is_active=row.is_active,
    )


def rule_book(session: Session) -> RuleBook:
    own: dict[int | None, dict[Test, LadderRule]] = defaultdict(dict)
    for row in session.scalars(select(LadderRule)):
        own[row.category_id][Test(row.test)] = row
    tree = session.execute(select(EquipmentCategory.id, EquipmentCategory.parent_id))
    return RuleBook({row.id: row.parent_id for row in tree}, own)


def ladder_rules(session: Session, category_id: int | None, *, by: Actor) -> Sequence[LadderRuleView]:
    """The rules that hold for a category; for none, those of the house."""
    require(by, Permission.READ)
    if category_id is not None:
        get_category(session, category_id, by=by)
    return rule_book(session).views(category_id)


def ladder_rule(session: Session, category_id: int | None, test: Test, *, by: Actor) -> LadderRuleView:
    return next(view for view in ladder_rules(session, category_id, by=by) if view.test is test)
