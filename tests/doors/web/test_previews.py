"""What a change would do is shown beside its form; without JavaScript on a page that asks whether it is meant."""

import re
from datetime import UTC, datetime

import pytest

from tests.doors.web.test_plans import create, said, switch, text_of  # noqa: F401 - fixtures

HTMX = {"hx-request": "true"}


@pytest.fixture
def plan(web, said):  # noqa: F811
    """Every month from December on, two switches."""
    return create(web("alice"), said, start_on="2026-12-01", interval="1", lead_days="0")


def hidden(answer):
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))


def test_the_form_of_an_edit_shows_what_it_changes_while_one_types(web, said, plan):  # noqa: F811
    typed = said | {"start_on": "2026-12-01", "interval": "2", "lead_days": "0"}
    answer = web("alice").post(f"{plan}/changes", data=typed, headers=HTMX)
    assert "<html" not in answer.text
    assert "12 dates disappear" in text_of(answer)
    assert "Core switch and 1 item like it" in text_of(answer)


def test_the_preview_button_shows_it_without_javascript(web, said, plan):  # noqa: F811
    typed = said | {"start_on": "2026-12-01", "interval": "2", "lead_days": "0", "preview": "1", "version": "1"}
    page = text_of(web("alice").post(f"{plan}/edit", data=typed))
    assert "12 dates disappear" in page
    assert "The next dates" in page


def test_a_pause_is_shown_and_then_confirmed(web, plan):
    alice = web("alice")
    typed = {"reason": "Works", "until": "2027-03-15"}
    assert "8 dates disappear" in text_of(alice.post(f"{plan}/pause/preview", data=typed, headers=HTMX))
    answer = alice.post(f"{plan}/pause/preview", data=typed)
    assert hidden(answer) == typed
    assert "8 dates disappear" in text_of(answer)
    assert alice.post(f"{plan}/pause", data=hidden(answer)).status_code == 303


def test_S38_the_pause_of_one_item_is_shown_and_then_confirmed(web, plan):
    alice = web("alice")
    item = re.search(rf"{plan}/items/\d+", alice.get(plan).text).group()
    typed = {"reason": "On loan", "until": "2027-03-15"}
    assert "4 dates disappear" in text_of(alice.post(f"{item}/pause/preview", data=typed, headers=HTMX))
    assert "4 dates disappear" in text_of(alice.post(f"{item}/pause/preview", data={"until": "2027-03-15"}))
    answer = alice.post(f"{item}/pause/preview", data=typed)
    assert hidden(answer) == typed
    assert f'action="{item}/pause"' in answer.text
    assert alice.post(f"{item}/pause", data=hidden(answer)).status_code == 303


def test_S38_a_plan_goes_on_and_its_latest_dates_are_made_up_for(web, plan):
    alice = web("alice")
    alice.post(f"{plan}/pause", data={"reason": "Works"})
    answer = alice.post(f"{plan}/resume/preview", data={"is_caught_up": "1"})
    assert hidden(answer) == {"is_caught_up": "1"}
    assert alice.post(f"{plan}/resume", data=hidden(answer)).status_code == 303


def test_S38_what_would_be_made_up_for_on_one_item_is_shown(web, plan, clock):
    alice = web("alice")
    item = re.search(rf"{plan}/items/\d+", alice.get(plan).text).group()
    alice.post(f"{item}/pause", data={"reason": "On loan"})
    assert "No date changes" not in text_of(alice.post(f"{item}/resume/preview", headers=HTMX))
    clock.at = datetime(2027, 3, 15, 9, tzinfo=UTC)
    answer = web("alice").post(f"{item}/resume/preview", data={"is_caught_up": "1"})
    assert "makes 1 order at once: 1 Mar 2027" in text_of(answer)
    assert f'action="{item}/resume"' in answer.text
    assert hidden(answer) == {"is_caught_up": "1"}


def test_the_end_of_a_plan_is_shown(web, plan):
    answer = web("alice").post(f"{plan}/archive/preview")
    assert "24 dates disappear" in text_of(answer)
    assert f'action="{plan}/archive"' in answer.text


def test_calendar_days_are_shown_before_they_are_added_and_before_they_go(web, said):  # noqa: F811
    alice = web("alice")
    create(alice, said, start_on="2026-12-01", interval="1", lead_days="0")
    calendar = re.search(r"/sites/calendars/\d+", alice.get("/sites/calendars").text).group()
    days = {"kind": "closure", "name": "Works", "first_on": "2027-02-01", "last_on": "2027-02-05"}
    answer = alice.post(f"{calendar}/days/preview", data=days)
    assert "Clean switches" in text_of(answer)
    assert "1 Feb 2027" in text_of(answer)
    assert hidden(answer) == days
    assert alice.post(f"{calendar}/days", data=hidden(answer)).status_code == 303
    remove = re.search(calendar + r"/days/\d+/remove", alice.get(calendar).text).group()
    answer = alice.get(remove)
    assert re.search(r"\d dates? moves?", text_of(answer))
    assert alice.post(remove).status_code == 303


def test_what_cannot_be_is_said_in_the_box(web, plan):
    answer = web("alice").post(f"{plan}/pause/preview", data={"until": "never"}, headers=HTMX)
    assert "cannot be shown yet" in text_of(answer)
    assert web("alice").post(f"{plan}/pause/preview", data={"until": "never"}).status_code == 422
