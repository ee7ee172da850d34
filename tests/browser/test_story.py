"""One printer's life through the pages: a technician's phone in French, a manager's desk in English.

The same story, with the same figures reckoned by hand, as tests/doors/api/test_story.py tells over REST.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.changes.actions.edits import create_plan
from app.core.db import Database
from app.core.security import Actor, Role
from app.operations.actions.tick import tick
from app.proposals.actions.rules import set_rule
from app.proposals.rules.ladder import Test as Rung
from app.proposals.schemas import LadderRuleInput
from app.resources.actions.rates import set_person_rate
from app.resources.schemas import RateInput
from tests.browser.conftest import DESKTOP, PHONE, Live, serving
from tests.conftest import MovableClock
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.meters import make_meter, read_meter
from tests.factories.parts import make_part
from tests.factories.people import make_sign_in, make_user
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import plan_input

NEW_YEAR = datetime(2026, 1, 1, 7, tzinfo=UTC)
QUARTER = ("2026-01-01", "2026-03-31")
OLD = "Reception printer"
STREAKS = "Stries sur chaque page"

# By hand. January: a cleaning in its window, no failure and so no time between failures.
UNTROUBLED = {
    "Failures": "0",
    "Mean time between failures": "no failure",
    "Mean time to restore": "–",
    "Active repair time": "–",
    "Availability": "100%",
    "Corrective cost": "€0",
    "Of the replacement value": "0%",
    "Visits in their window": "1 of 1",
}
# The quarter: 31 + 28 + 31 days, less the hour of 29 March, are 129,540 minutes, and three times two hours down.
TROUBLED = {
    "Failures": "3",
    "Repeated within 30 days": "2",
    "Mean time between failures": "29 d 21 h",  # (129,540 - 360) / 3 = 43,060 minutes
    "Mean time to restore": "2 h",
    "Active repair time": "30 min",
    "Availability": "99.7%",  # 1 - 360 / 129,540
    "Corrective cost": "€350",  # 3 x 20 for half hours; an hour and a fuser, 190; an hour and the supplier, 100
    "Of the replacement value": "58%",  # of 600
    "Visits in their window": "2 of 2",
}


def found_house(database: Database) -> tuple[dict[str, str], dict[str, str]]:
    """A printer of 600 EUR in its second year, cleaned every second month by one who costs 40 EUR an hour."""
    system = Actor.system()
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        lyon = make_site(session, "LYO", calendar, name="Lyon")
        users = [make_user(session, "alice", Role.MANAGER), make_user(session, "bob")]
        set_person_rate(session, users[1].person_id, RateInput(hourly_rate_minor=40_00), by=system, now=NEW_YEAR)
        printers = make_category(session, "Printers", tag_prefix="PRN")
        rule = LadderRuleInput(threshold=3, window_days=60, cool_down_days=30)
        set_rule(session, printers.id, Rung.FAILURES, rule, by=system, now=NEW_YEAR)
        model = make_model(
            session, "P-200", manufacturer="Acme", category_id=printers.id,
            replacement_cost_minor=600_00, currency="EUR",
        )  # fmt: skip
        printer = make_equipment(
            session, "PRN-0001", lyon, printers, name=OLD, model_id=model.id, commissioned_on=date(2025, 1, 1)
        )
        read_meter(session, make_meter(session, printer, "Pages"), ("2026-01-01", 48_000), now=NEW_YEAR)
        cleaning = plan_input(title="Clean the printers", start_on="2026-01-05", interval=2, category_ids=[printers.id])
        create_plan(session, cleaning, by=system, now=NEW_YEAR)
        make_part(session, "FU-200", 2, name="Fuser", unit_cost_minor=150_00)
        return {user.login: make_sign_in(session, user) for user in users}, {}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NEW_YEAR)


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory, clock: MovableClock) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("story"), found_house, clock) as house:
        yield house


@pytest.fixture
def day(house: Live, clock: MovableClock) -> Callable[..., None]:
    """`day(2, 24)`: it is seven in UTC on that day of 2026, and the clock has ticked."""

    def dawn(month: int, number: int, hour: int = 7) -> None:
        clock.at = datetime(2026, month, number, hour, tzinfo=UTC)
        tick(house.database, clock=clock, instance="story")

    return dawn


@pytest.fixture
def bob(house: Live, browser: Browser) -> Iterator["Technician"]:
    context = house.visit(browser, "bob", viewport=PHONE, locale="fr-FR", has_touch=True)
    yield Technician(context.new_page())
    context.close()


@pytest.fixture
def alice(house: Live, browser: Browser) -> Iterator["Manager"]:
    context = house.visit(browser, "alice", viewport=DESKTOP, locale="en")
    yield Manager(context.new_page())
    context.close()


class Technician:
    """What he does with one thumb."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open_printer(self) -> None:
        self.page.goto("/")
        self.page.get_by_role("link", name="Matériel").last.tap()
        self.page.get_by_role("link", name=OLD).tap()

    def open_order(self, title: str) -> None:
        """From his day."""
        self.page.goto("/")
        stop = self.page.locator("details.r-order").filter(has_text=title)
        stop.locator("summary").tap()
        stop.get_by_role("link", name="Ouvrir l’ordre").tap()

    def open_curative(self) -> None:
        """From the printer, where it is to come."""
        self.open_printer()
        self.page.get_by_role("region", name="À venir").get_by_role("link", name=re.compile("définitive")).tap()

    def clean(self) -> None:
        self.open_printer()
        coming = self.page.get_by_role("region", name="À venir")
        coming.get_by_role("link", name="Clean the printers").first.tap()
        self.answer("Constat", "Mineur")
        self.page.get_by_label("Temps passé").fill("20")
        self.open_fold("Défaut, cause, remède")
        self.page.get_by_label("Ce qui a été observé").fill("Poussière sur les rouleaux")
        self.finish()

    def fail(self, on: str) -> None:
        """Somebody called: he makes the order in front of the machine and does it."""
        self.open_printer()
        self.page.get_by_role("link", name="Problème").tap()
        self.page.get_by_label("Ce qu’il faut faire").fill(STREAKS)
        self.page.get_by_role("button", name="Créer l’ordre").tap()
        self.report("En panne", "Réglé", minutes=30)
        self.answer("Le défaut est-il réglé ?", "Oui, pour de bon")
        self.page.get_by_label("Hors d’usage depuis").fill(f"{on}T09:00")
        self.page.get_by_label("jusqu’à", exact=True).fill(f"{on}T11:00")
        self.finish()

    def report(self, finding: str, done: str, *, minutes: int) -> None:
        self.answer("Constat", finding)
        self.page.get_by_label("Ce qui a été fait").select_option(done)
        self.page.get_by_label("Temps passé").fill(str(minutes))
        self.open_fold("Défaut, cause, remède")
        self.page.get_by_label("Défaillance").select_option("Résultat dégradé")
        expect(self.page.get_by_label("Mécanisme").locator("optgroup")).to_have_count(1)

    def take(self, part: str) -> None:
        self.open_fold("Pièces (0)")
        self.page.get_by_label("Pièce : référence ou nom").fill(part)
        self.page.get_by_role("button", name="Sortir du stock").tap()
        expect(self.page.locator("#flash")).to_contain_text("stock")

    def pay(self, what: str, amount: str) -> None:
        self.open_fold("Coûts")
        self.page.get_by_label("Ce qui a été payé").fill(what)
        self.page.get_by_label("Montant").fill(amount)
        self.page.get_by_role("button", name="Enregistrer le coût").tap()
        expect(self.page.locator("#flash")).to_contain_text("coût")

    def answer(self, legend: str, text: str) -> None:
        self.page.get_by_role("group", name=legend).get_by_text(text, exact=True).tap()

    def open_fold(self, title: str) -> None:
        self.page.locator("summary").filter(has_text=title).tap()

    def finish(self) -> None:
        self.page.get_by_role("button", name="Terminer").tap()
        expect(self.page.locator("#flash")).to_contain_text("Réalisé et consigné")


class Manager:
    """What she decides at her desk."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.opened: set[str] = set()  # pieces whose figures she has unfolded: they stay so

    def goto(self, place: str) -> None:
        self.page.goto("/")
        self.page.get_by_role("navigation").get_by_role("link", name=place).first.click()

    def open_printer(self, name: str = OLD) -> None:
        self.goto("Equipment")
        self.page.get_by_role("link", name=name).click()

    def read(self, heading: str) -> None:
        """To its end: what is not there would not come."""
        expect(self.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        self.page.wait_for_load_state()

    def proposals(self) -> Locator:
        self.goto("Proposals")
        self.read("Proposals")
        return self.page.locator("main .r-stop-title")

    def temporary_fixes(self) -> Locator:
        self.goto("Work orders")
        self.page.get_by_role("link", name="Temporary fixes").click()
        self.read("Temporary fixes")
        return self.page.locator("main .r-thread li")

    def accept(self, assignee: str = "") -> None:
        """The proposal is before her; its order opens."""
        if assignee:
            self.page.get_by_label("For", exact=True).select_option(assignee)
        self.page.get_by_role("button", name="Accept and make the order").click()
        expect(self.page.locator("#flash")).to_contain_text("Accepted: this is its order.")

    def figures(self, first: str, last: str) -> dict[str, str]:
        """Reliability of the printer before her, over a period, as the ladder's page says it."""
        ladder = self.page.get_by_role("region", name="The ladder")
        if self.page.url not in self.opened:
            ladder.get_by_text("Reliability over a year").click()
        self.opened.add(self.page.url)
        ladder.get_by_role("link", name="Another period").click()
        self.page.get_by_label("First day").fill(first)
        self.page.get_by_label("Last day").fill(last)
        self.page.get_by_role("button", name="Show").click()
        expect(self.page).to_have_url(re.compile(f"from={first}&until={last}$"))
        self.page.wait_for_load_state()
        facts = self.page.locator("dl.figures")
        names, values = facts.locator("dt").all_inner_texts(), facts.locator("dd").all_inner_texts()
        return {name: value.replace("\N{NO-BREAK SPACE}", " ") for name, value in zip(names, values, strict=True)}


class Story:
    """Its chapters, in their order."""

    def __init__(self, alice: Manager, bob: Technician, day: Callable[..., None]) -> None:
        self.alice, self.bob, self.day = alice, bob, day
        self.desk, self.phone = alice.page, bob.page

    def fails_three_times_for_one_mode(self) -> None:
        for month, number in ((2, 10), (2, 24)):
            self.day(month, number, 11)
            self.bob.fail(f"2026-{month:02}-{number}")
        self.day(3, 5)
        self.bob.clean()
        expect(self.alice.proposals()).to_have_count(0)
        self.day(3, 10, 11)
        self.bob.fail("2026-03-10")

    def is_proposed_for_repair(self) -> None:
        self.day(3, 10, 12)
        expect(self.alice.proposals()).to_have_text([f"Repair · {OLD}"])
        self.alice.proposals().click()
        evidence = self.desk.get_by_role("region", name="Evidence")
        expect(evidence).to_contain_text("Failures of one mode (Degraded output) in 60 days: 3")
        orders = self.desk.get_by_role("region", name="The orders that it rests on")
        expect(orders.get_by_role("link", name=STREAKS)).to_have_count(3)
        self.alice.accept(assignee="Bob")

    def is_repaired_for_now(self) -> None:
        """The lasting fix is opened, and the temporary one is not forgotten."""
        self.day(3, 12, 9)
        self.bob.open_order("Repair")
        self.bob.take("FU-200")
        self.bob.report("En panne", "Composant remplacé", minutes=60)
        self.bob.answer("Le défaut est-il réglé ?", "Provisoire")
        self.phone.get_by_label("Solution définitive avant le").fill("2026-03-20")
        self.bob.finish()
        self.alice.goto("Parts")
        expect(self.desk.locator("tr").filter(has_text="FU-200")).to_contain_text("1 piece")
        fix = self.alice.temporary_fixes()
        expect(fix).to_have_count(1)
        expect(fix).to_contain_text("PRN-0001")
        expect(fix.get_by_role("link", name="Lasting fix")).to_be_visible()
        expect(self.alice.proposals()).to_have_count(0)

    def is_repaired_for_good(self) -> None:
        """That brings what was spent past half of a new printer."""
        self.day(3, 20, 9)
        self.bob.open_curative()
        expect(self.phone.get_by_role("region", name="L’ordre")).to_contain_text("Fait suite à")
        self.bob.pay("Acme, sur place", "60")
        self.bob.report("Notable", "Réparé", minutes=60)
        self.bob.answer("Le défaut est-il réglé ?", "Oui, pour de bon")
        self.bob.finish()
        expect(self.alice.temporary_fixes()).to_have_count(0)
        self.day(3, 20, 10)
        expect(self.alice.proposals()).to_have_text([f"Replacement · {OLD}"])

    def is_replaced(self) -> str:
        """In one form, which does the order that the proposal made. The new printer's page."""
        self.alice.proposals().click()
        self.alice.accept()
        order, desk = self.desk.url, self.desk
        desk.get_by_role("link", name="Replace the piece…").click()
        asking = desk.get_by_label("Done with this: equipment replaced").locator("option:checked")
        expect(asking).to_contain_text("Replace")
        desk.get_by_label("Serial number").fill("NEW-1")
        desk.get_by_label("Reason").fill("Half of a new one was spent")
        desk.get_by_role("button", name="Replace it").click()
        expect(desk.locator("#flash")).to_contain_text("It takes the place of PRN-0001.")
        new = desk.url
        coming = desk.get_by_role("region", name="To come").locator("li")
        expect(coming).to_have_text(re.compile(r"Clean the printers[\s\S]*5\sMay"))
        expect(desk.get_by_role("region", name="Meters").locator("li")).to_contain_text("never read")
        desk.goto(order)
        expect(desk.get_by_role("region", name="Report")).to_contain_text("Equipment replaced")
        return new

    def keeps_its_history(self) -> None:
        """Found from the page of the new one."""
        position = self.desk.get_by_role("region", name="This place, piece by piece")
        expect(position.locator("li")).to_have_count(2)
        position.get_by_role("link", name="PRN-0001").click()
        expect(self.desk.locator("header")).to_contain_text("Retired")
        done = self.desk.get_by_role("region", name="Interventions")
        expect(done.locator("li")).to_have_count(8)
        expect(done.get_by_role("link", name="Clean the printers")).to_have_count(2)
        expect(done.get_by_role("link", name=STREAKS, exact=True)).to_have_count(3)
        expect(self.desk.get_by_role("region", name="Meters").locator("li")).to_contain_text("48,000")


def test_a_printer_is_cleaned_repaired_and_replaced_on_evidence(
    alice: Manager, bob: Technician, day: Callable[..., None]
) -> None:
    story = Story(alice, bob, day)
    day(1, 1)
    day(1, 5)
    bob.clean()
    day(2, 1)
    alice.open_printer()
    assert alice.figures("2026-01-01", "2026-01-31") == UNTROUBLED

    story.fails_three_times_for_one_mode()
    story.is_proposed_for_repair()
    story.is_repaired_for_now()
    story.is_repaired_for_good()
    day(4, 1)
    alice.open_printer()
    assert alice.figures(*QUARTER) == TROUBLED

    new = story.is_replaced()
    alice.page.goto(new)
    story.keeps_its_history()
    assert alice.figures(*QUARTER) == TROUBLED
    day(4, 2)
    alice.page.goto(new)
    fresh = alice.figures("2026-04-01", "2026-04-01")
    assert (fresh["Failures"], fresh["Corrective cost"]) == ("0", "€0")
    expect(alice.proposals()).to_have_count(0)
