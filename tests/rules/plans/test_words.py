"""Schedules and traces in words, in both languages (S44)."""

from datetime import date

import pytest

from app.core.i18n import gettext, in_language, ngettext
from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.explain import move_note, trace_sentences
from app.plans.rules.recurrence import Rule
from app.plans.rules.schedule import Schedule, Start, upcoming
from app.plans.rules.season import Season
from app.plans.rules.speech import Speech
from app.plans.rules.words import describe

EN = Speech(gettext, ngettext, date.isoformat)
FR = Speech(gettext, ngettext, lambda day: f"{day:%d/%m/%Y}", "fr")
SUMMER = Season((((5, 1), (9, 30)),))


@pytest.mark.parametrize(
    ("schedule", "english", "french"),
    [
        (
            Schedule(Rule("month", 3, month_days=(-1,)), shift="previous", lead_days=7),
            "Every 3 months on the last working day, 7 days ahead",
            "Tous les 3 mois le dernier jour ouvré du mois, ordre créé 7 jours avant",
        ),
        (
            Schedule(Rule("month", month_days=(1,)), shift="next"),
            "Every month on the first working day",
            "Tous les mois le premier jour ouvré du mois",
        ),
        (
            Schedule(Rule("week", weekdays=(0, 1, 2, 3, 4)), shift="skip"),
            "Every week from Monday to Friday, left out on days off",
            "Toutes les semaines du lundi au vendredi, sauté les jours chômés",
        ),
        (
            Schedule(Rule("week", 2, weekdays=(0, 2, 4)), lead_days=1),
            "Every 2 weeks on Monday, Wednesday and Friday, 1 day ahead",
            "Toutes les 2 semaines le lundi, mercredi et vendredi, ordre créé 1 jour avant",
        ),
        (
            Schedule(Rule("month", nth_weekdays=((1, 0), (-1, 4)))),
            "Every month on the first Monday and the last Friday",
            "Tous les mois le premier lundi et le dernier vendredi",
        ),
        (
            Schedule(Rule("month", month_days=(-1, -3, 1))),
            "Every month on the 1st, the 3rd day from the end and the last day",
            "Tous les mois le 1er, le 3e jour en partant de la fin et le dernier jour",
        ),
        (
            Schedule(Rule("year", months=(3, 9), month_days=(1, 15))),
            "Every year on the 1st and the 15th in March and September",
            "Tous les ans le 1er et le 15 en mars et septembre",
        ),
        (
            Schedule(Rule("month", 6), "floating", shift="skip"),
            "Every 6 months, counted from the day the work was done, moved to the next working day",
            "Tous les 6 mois, à compter du jour de réalisation, reporté au jour ouvré suivant",
        ),
        (
            Schedule(Rule("month", month_days=(31,)), season=Season((((5, 1), (7, 14)),))),
            "Every month on the 31st (in shorter months on the last day), only from the 1st of May to the 14th of July",
            "Tous les mois le 31 (le dernier jour des mois plus courts), seulement du 1er mai au 14 juillet",
        ),
        (
            Schedule(Rule("year", nth_weekdays=((20, 0),), count=3)),
            "Every year on the Monday number 20 of the year, 3 times",
            "Tous les ans le lundi n°\u00a020 de l’année, 3 fois",
        ),
        (
            Schedule(Rule("month", weekdays=(0, 1, 2, 3, 4), set_positions=(-2,))),
            "Every month on the second to last weekday (Monday to Friday)",
            "Tous les mois l’avant-dernier jour de la semaine (du lundi au vendredi)",
        ),
        (
            Schedule(Rule("dates", dates=tuple(date(2027, month, 5) for month in (1, 3, 5, 7, 9)))),
            "On 2027-01-05, 2027-03-05, 2027-05-05 and 2 more dates",
            "Le 05/01/2027, 05/03/2027, 05/05/2027 et 2 autres dates",
        ),
    ],
)
def test_a_schedule_in_words(schedule, english, french):
    assert describe(schedule, EN) == english
    with in_language("fr"):
        assert describe(schedule, FR) == french


@pytest.mark.parametrize(
    ("rule", "anchor", "english"),
    [
        (Rule("month"), "2027-01-22", "Every month on the 22nd, from 2027-01-22"),
        (
            Rule("month", month_end="skip"),
            "2027-01-31",
            "Every month on the 31st (months without this day are left out), from 2027-01-31",
        ),
        (Rule("month", month_end="last_day"), "2027-02-28", "Every month on the last day, from 2027-02-28"),
        (Rule("week"), "2027-01-04", "Every week on Monday, from 2027-01-04"),
        (
            Rule("year"),
            "2024-02-29",
            "Every year on the 29th of February (in shorter months on the last day), from 2024-02-29",
        ),
        (Rule("working_day", 5), "2027-01-04", "Every 5 working days, from 2027-01-04"),
    ],
)
def test_with_its_anchor_a_schedule_names_the_day(rule, anchor, english):
    assert describe(Schedule(rule), EN, date.fromisoformat(anchor)) == english


def test_S44_each_step_of_a_trace_is_a_sentence_in_both_languages():
    calendar = WorkCalendar(country="FR", blackouts=(Span(date(2026, 12, 18), date(2027, 1, 4), "Gel"),))
    schedule = Schedule(Rule("month"), shift="next", lead_days=7)
    trace = upcoming(schedule, calendar, Start(date(2027, 1, 1)), 1)[0].trace
    assert trace_sentences(trace, EN) == [
        "Counted from 2027-01-01, the rule gives 2027-01-01.",
        "2027-01-01 is a public holiday (New Year's Day): moved to the next working day, 2027-01-05. In between: Gel.",
        "The order is made 7 days before, on 2026-12-29.",
    ]
    assert move_note(trace, EN) == "New Year's Day → Gel"
    with in_language("fr"):
        assert trace_sentences(trace, FR) == [
            "À compter du 01/01/2027, la règle donne le 01/01/2027.",
            (
                "Le 01/01/2027 est férié (Jour de l’an)\u00a0: reporté au jour ouvré suivant, le 05/01/2027."
                " Entre-temps\u00a0: Gel."
            ),
            "L’ordre est créé 7 jours avant, le 29/12/2026.",
        ]
        assert move_note(trace, FR) == "Jour de l’an → Gel"


@pytest.mark.parametrize(
    ("schedule", "anchor", "sentence"),
    [
        (Schedule(Rule("month", month_days=(31,))), "2027-02-01", "This month has no 31st: its last day is taken."),
        (Schedule(Rule("month"), shift="skip"), "2027-05-01", "2027-05-01 is a public holiday (Labor Day): left out."),
        (
            Schedule(Rule("month"), shift="previous"),
            "2027-01-03",
            "2027-01-03 is a Sunday: moved to the previous working day, 2026-12-31. In between: New Year's Day.",
        ),
        (Schedule(Rule("month"), season=SUMMER), "2027-01-04", "2027-01-04 is out of season."),
        (
            Schedule(Rule("month"), season=Season(SUMMER.ranges, "defer")),
            "2027-01-04",
            "2027-01-04 is out of season: put off to 2027-05-01.",
        ),
        (
            Schedule(Rule("month"), shift="nearest"),
            "2028-08-14",
            "2028-08-14 is closed (Travaux), and no working day lies within 31 days: the date stays.",
        ),
    ],
)
def test_S44_what_else_may_happen_to_a_date(schedule, anchor, sentence):
    calendar = WorkCalendar(country="FR", closures=(Span(date(2028, 6, 1), date(2028, 12, 1), "Travaux"),))
    trace = upcoming(schedule, calendar, Start(date.fromisoformat(anchor)), 1)[0].trace
    assert trace_sentences(trace, EN)[1] == sentence
