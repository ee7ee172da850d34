"""Who gets an order: rules are asked in their order, and the first that finds somebody decides. Every step is told.

Nobody's choice is overruled here: only orders without a person are asked about (the caller sees to it), and a rule
with a team leaves an order of another team alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.i18n import N_

UNESTIMATED_MINUTES = 30  # of an order of which nobody has said how long it takes
WEEKDAYS_WORKED = 5
TOLD_ABSENT = 3

Sentence = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Job:
    """An order, as rules ask about it. `categories`: its category and those above it. `on`: the day of the work."""

    id: int
    kind: str
    categories: frozenset[int]
    site_id: int
    priority: str
    origin: str
    on: date
    minutes: int | None
    team_id: int | None = None
    out_of_hours: frozenset[int] = frozenset()  # teams whose own hours these are not, as seen from the site


@dataclass(frozen=True, slots=True)
class Match:
    """None matches everything."""

    kind: str | None = None
    category_id: int | None = None
    site_id: int | None = None
    priority: str | None = None
    origin: str | None = None

    def takes(self, job: Job) -> bool:
        said = (self.kind, self.site_id, self.priority, self.origin)
        there = (job.kind, job.site_id, job.priority, job.origin)
        same = all(one is None or one == other for one, other in zip(said, there, strict=True))
        return same and (self.category_id is None or self.category_id in job.categories)


@dataclass(frozen=True, slots=True)
class Rule:
    id: int
    name: str
    match: Match
    strategy: str
    team_id: int | None = None
    person_id: int | None = None
    skill_id: int | None = None
    reassigns_absent: bool = False


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who can be given an order. `site_ids` None: every site. `away`: (first, last) days."""

    id: int
    name: str
    team_ids: frozenset[int]
    skill_ids: frozenset[int]
    site_ids: frozenset[int] | None
    weekly_minutes: int
    away: tuple[tuple[date, date], ...] = ()

    def away_until(self, on: date) -> date | None:
        return next((last for first, last in self.away if first <= on <= last), None)


@dataclass(slots=True)
class House:
    """Who there is, and what is known of them now.

    `load`: minutes of work in the coming week, which grow as orders are given; `on_call`: team -> person; `skills`: how
    they are called; `week`: the days of the coming week that are worked.
    """

    workers: Mapping[int, Worker]
    load: dict[int, int]
    on_call: Mapping[int, int]
    skills: Mapping[int, str]
    week: Sequence[date]

    def capacity(self, worker: Worker) -> int:
        """Minutes in the coming week, days away left out."""
        there = sum(worker.away_until(day) is None for day in self.week)
        return worker.weekly_minutes * there // WEEKDAYS_WORKED

    def give(self, person_id: int, minutes: int | None) -> None:
        self.load[person_id] = self.load.get(person_id, 0) + (UNESTIMATED_MINUTES if minutes is None else minutes)


@dataclass(frozen=True, slots=True)
class Decision:
    """`person_id` None with a rule: the team alone gets it. No rule: nobody was found; `why` tells what was tried."""

    job_id: int
    rule: Rule | None = None
    team_id: int | None = None
    person_id: int | None = None
    why: tuple[Sentence, ...] = ()


@dataclass(slots=True)
class _Found:
    person: Worker | None = None
    why: list[Sentence] = field(default_factory=list)


def decide(job: Job, rules: Iterable[Rule], house: House) -> Decision:
    tried: list[Sentence] = []
    for rule in rules:
        if not rule.match.takes(job):
            continue
        if rule.team_id is not None and job.team_id not in (None, rule.team_id):
            tried.append((N_("Rule “%(rule)s”: the order belongs to another team."), {"rule": rule.name}))
            continue
        named: Sentence = (N_("Rule “%(rule)s”"), {"rule": rule.name})
        if rule.strategy == "team":
            return Decision(job.id, rule, rule.team_id, None, (named,))
        found = _find(job, rule, house)
        if found.person is not None:
            return Decision(job.id, rule, rule.team_id or job.team_id, found.person.id, (named, *found.why))
        tried += [named, *found.why]
    return Decision(job.id, why=tuple(tried) or ((N_("No rule is about this order."), {}),))


def decide_all(jobs: Iterable[Job], rules: Sequence[Rule], house: House) -> list[Decision]:
    """One after the other: what the first is given weighs when the next is decided."""
    made = []
    for job in jobs:
        decision = decide(job, rules, house)
        if decision.person_id is not None:
            house.give(decision.person_id, job.minutes)
        made.append(decision)
    return made


def _find(job: Job, rule: Rule, house: House) -> _Found:
    found = _Found()
    asked = _asked(job, rule, house, found)
    fit = [worker for worker in asked if _is_fit(worker, job, rule)]
    there = [worker for worker in fit if worker.away_until(job.on) is None]
    if there:
        found.person = min(there, key=lambda worker: (_share(worker, house), worker.id))
        found.why += _reasons(found.person, rule, house)
    elif asked and not fit:
        found.why.append((N_("nobody of them has what it takes there"), {}))
    for worker in [each for each in fit if each not in there][:TOLD_ABSENT]:
        until = worker.away_until(job.on)
        found.why.append((N_("%(name)s is away until %(day)s"), {"name": worker.name, "day_on": str(until)}))
    return found


def _asked(job: Job, rule: Rule, house: House, found: _Found) -> list[Worker]:
    """Whom the rule means, whether or not they are fit and there."""
    team_id = rule.team_id or job.team_id
    if rule.strategy == "person":
        return _known(rule.person_id, house)
    if rule.strategy == "on_call":
        if team_id is None or team_id not in job.out_of_hours:
            found.why.append((N_("the team’s own hours: nobody is on call"), {}))
            return []
        return _known(house.on_call.get(team_id), house)
    of_team = [each for each in house.workers.values() if team_id is None or team_id in each.team_ids]
    if rule.strategy == "site_round":
        return [each for each in of_team if each.site_ids is not None and job.site_id in each.site_ids]
    return of_team


def _known(person_id: int | None, house: House) -> list[Worker]:
    worker = house.workers.get(person_id or 0)
    return [worker] if worker else []


def _is_fit(worker: Worker, job: Job, rule: Rule) -> bool:
    sees = worker.site_ids is None or job.site_id in worker.site_ids
    return sees and (rule.skill_id is None or rule.skill_id in worker.skill_ids)


def _share(worker: Worker, house: House) -> float:
    """How much of the coming week is taken; who has no hours in it comes last."""
    capacity = house.capacity(worker)
    return house.load.get(worker.id, 0) / capacity if capacity else float("inf")


def _reasons(person: Worker, rule: Rule, house: House) -> list[Sentence]:
    why: list[Sentence] = [(N_("given to %(name)s"), {"name": person.name})]
    if rule.skill_id is not None:
        why.append((N_("has the skill %(skill)s"), {"skill": house.skills.get(rule.skill_id, "")}))
    if rule.strategy == "site_round":
        why.append((N_("looks after this site"), {}))
    if rule.strategy == "on_call":
        why.append((N_("is on call"), {}))
    spent = {"load_minutes": house.load.get(person.id, 0), "most_minutes": house.capacity(person)}
    why.append((N_("%(load)s of %(most)s in the coming week"), spent))
    return why
