"""What a rule says in words: a table to read through, in both languages (S44)."""

from datetime import date

import pytest

from app.core.i18n import gettext, in_language, ngettext
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.plans.rules.season import Season
from app.plans.rules.speech import Speech
from app.plans.rules.words import describe

EN = Speech(gettext, ngettext, date.isoformat)
FR = Speech(gettext, ngettext, lambda day: f"{day:%d/%m/%Y}", "fr")
WINTER = Season((((11, 1), (2, 28)),))
WEEK = (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("schedule", "english", "french"),
    [
        (Schedule(Rule("day")), "Every day", "Tous les jours"),
        (
            Schedule(Rule("day", 3), spread_days=2),
            "Every 3 days, spread over 2 days",
            "Tous les 3 jours, étalé sur 2 jours",
        ),
        (
            Schedule(Rule("day", weekdays=WEEK)),
            "Every day from Monday to Friday",
            "Tous les jours du lundi au vendredi",
        ),
        (
            Schedule(Rule("day", weekdays=(5, 6))),
            "Every day on Saturday and Sunday",
            "Tous les jours le samedi et dimanche",
        ),
        (Schedule(Rule("year", 2)), "Every 2 years", "Tous les 2 ans"),
        (Schedule(Rule("working_day"), shift="next"), "Every working day", "Chaque jour ouvré"),
        (
            Schedule(Rule("month", until=date(2027, 12, 31)), spread_days=30),
            "Every month, spread over 30 days, until 2027-12-31",
            "Tous les mois, étalé sur 30 jours, jusqu’au 31/12/2027",
        ),
        (
            Schedule(Rule("month"), shift="next", shift_within_month=True),
            "Every month, moved to the next working day of the month",
            "Tous les mois, reporté au jour ouvré suivant du mois",
        ),
        (
            Schedule(Rule("month"), shift="nearest"),
            "Every month, moved to the nearest working day",
            "Tous les mois, déplacé au jour ouvré le plus proche",
        ),
        (
            Schedule(Rule("month"), shift="previous", shift_within_month=True),
            "Every month, moved to the previous working day of the month",
            "Tous les mois, avancé au jour ouvré précédent du mois",
        ),
        (
            Schedule(Rule("month"), shift="skip", shift_within_month=True),
            "Every month, left out on days off",
            "Tous les mois, sauté les jours chômés",
        ),
        (Schedule(Rule("month", weekdays=(0,))), "Every month on every Monday", "Tous les mois chaque lundi"),
        (
            Schedule(Rule("month", weekdays=(1, 0), nth_weekdays=((-1, 4),))),
            "Every month on every Monday, every Tuesday and the last Friday",
            "Tous les mois chaque lundi, chaque mardi et le dernier vendredi",
        ),
        (
            Schedule(Rule("month", weekdays=(0, 1), set_positions=(-3, 1, 6))),
            (
                "Every month on every Monday and every Tuesday (of these only the first, number 6 and number 3 from "
                "the end)"
            ),
            (
                "Tous les mois chaque lundi et chaque mardi (parmi ceux-ci seulement le premier, n°\u00a06 et "
                "n°\u00a03 à partir de la fin)"
            ),
        ),
        (
            Schedule(Rule("month", weekdays=WEEK, set_positions=(1, -1))),
            "Every month on the first and the last weekday (Monday to Friday)",
            "Tous les mois le premier et le dernier jour de la semaine (du lundi au vendredi)",
        ),
        (
            Schedule(Rule("month", weekdays=WEEK, nth_weekdays=((1, 5),), set_positions=(1,))),
            (
                "Every month on every Monday, every Tuesday, every Wednesday, every Thursday, every Friday and the "
                "first Saturday (of these only the first)"
            ),
            (
                "Tous les mois chaque lundi, chaque mardi, chaque mercredi, chaque jeudi, chaque vendredi et le "
                "premier samedi (parmi ceux-ci seulement le premier)"
            ),
        ),
        (
            Schedule(Rule("month", weekdays=WEEK)),
            "Every month on every Monday, every Tuesday, every Wednesday, every Thursday and every Friday",
            "Tous les mois chaque lundi, chaque mardi, chaque mercredi, chaque jeudi et chaque vendredi",
        ),
        (
            Schedule(Rule("month", month_days=(1,), weekdays=(0,)), shift="next"),
            "Every month on the 1st on every Monday, moved to the next working day",
            "Tous les mois le 1er chaque lundi, reporté au jour ouvré suivant",
        ),
        (
            Schedule(Rule("month", month_days=(-1,), weekdays=(0,)), shift="previous"),
            "Every month on the last day on every Monday, moved to the previous working day",
            "Tous les mois le dernier jour chaque lundi, avancé au jour ouvré précédent",
        ),
        (
            Schedule(Rule("month", month_days=(1,), set_positions=(1,)), shift="next"),
            "Every month on the 1st (of these only the first), moved to the next working day",
            "Tous les mois le 1er (parmi ceux-ci seulement le premier), reporté au jour ouvré suivant",
        ),
        (
            Schedule(Rule("month", month_days=(1,), nth_weekdays=((1, 0),)), shift="next"),
            "Every month on the 1st on the first Monday, moved to the next working day",
            "Tous les mois le 1er le premier lundi, reporté au jour ouvré suivant",
        ),
        (
            Schedule(Rule("year", months=(1,), month_days=(1,)), shift="next"),
            "Every year on the 1st in January, moved to the next working day",
            "Tous les ans le 1er en janvier, reporté au jour ouvré suivant",
        ),
        (
            Schedule(Rule("month", nth_weekdays=((-6, 0),))),
            "Every month on the Monday number 6 from the end",
            "Tous les mois le lundi n°\u00a06 à partir de la fin",
        ),
        (
            Schedule(Rule("year", nth_weekdays=((1, 0),), months=(9, 3))),
            "Every year on the first Monday in March and September",
            "Tous les ans le premier lundi en mars et septembre",
        ),
        (
            Schedule(Rule("month", month_days=(29,))),
            "Every month on the 29th (in shorter months on the last day)",
            "Tous les mois le 29 (le dernier jour des mois plus courts)",
        ),
        (Schedule(Rule("month", month_days=(28,))), "Every month on the 28th", "Tous les mois le 28"),
        (
            Schedule(Rule("month", months=(2,), month_days=(29,))),
            "Every month on the 29th in February (in shorter months on the last day)",
            "Tous les mois le 29 en février (le dernier jour des mois plus courts)",
        ),
        (
            Schedule(Rule("month", months=(1, 3), month_days=(31,))),
            "Every month on the 31st in January and March",
            "Tous les mois le 31 en janvier et mars",
        ),
        (
            Schedule(Rule("month", months=(4, 6), month_days=(31,), month_end="skip")),
            "Every month on the 31st in April and June (months without this day are left out)",
            "Tous les mois le 31 en avril et juin (les mois sans ce jour sont sautés)",
        ),
        (
            Schedule(Rule("month", month_days=(31,), month_end="last_day")),
            "Every month on the 31st (in shorter months on the last day)",
            "Tous les mois le 31 (le dernier jour des mois plus courts)",
        ),
        (
            Schedule(Rule("month", month_days=(31,), weekdays=(0,))),
            "Every month on the 31st on every Monday",
            "Tous les mois le 31 chaque lundi",
        ),
        (
            Schedule(Rule("week"), season=WINTER),
            "Every week, only from the 1st of November to the 28th of February",
            "Toutes les semaines, seulement du 1er novembre au 28 février",
        ),
        (
            Schedule(Rule("week"), season=Season(WINTER.ranges, "defer")),
            "Every week, from the 1st of November to the 28th of February (outside it put off to its first day)",
            "Toutes les semaines, du 1er novembre au 28 février (hors saison, reporté à son premier jour)",
        ),
        (
            Schedule(Rule("week"), "floating", season=WINTER),
            (
                "Every week, counted from the day the work was done, from the 1st of November to the 28th of "
                "February (outside it put off to its first day)"
            ),
            (
                "Toutes les semaines, à compter du jour de réalisation, du 1er novembre au 28 février (hors saison, "
                "reporté à son premier jour)"
            ),
        ),
        (Schedule(Rule("dates", dates=(date(2027, 1, 5),))), "On 2027-01-05", "Le 05/01/2027"),
        (
            Schedule(Rule("dates", dates=(date(2027, 1, 5), date(2027, 1, 6), date(2027, 1, 7), date(2027, 1, 8)))),
            "On 2027-01-05, 2027-01-06, 2027-01-07 and 1 more date",
            "Le 05/01/2027, 06/01/2027, 07/01/2027 et 1 autre date",
        ),
        (Schedule(Rule("month", count=1)), "Every month, 1 time", "Tous les mois, 1 fois"),
        (
            Schedule(Rule("month", month_days=(-2, -1, 15))),
            "Every month on the 15th, the 2nd day from the end and the last day",
            "Tous les mois le 15, le 2e jour en partant de la fin et le dernier jour",
        ),
    ],
)
def test_S44_a_rule_in_words(schedule, english, french):
    assert describe(schedule, EN) == english
    with in_language("fr"):
        assert describe(schedule, FR) == french


@pytest.mark.parametrize(
    ("rule", "mode", "anchor", "english"),
    [
        (
            Rule("month", 3),
            "fixed",
            "2027-01-31",
            "Every 3 months on the 31st (in shorter months on the last day), from 2027-01-31",
        ),
        (Rule("month", month_end="last_day"), "fixed", "2027-01-31", "Every month on the last day, from 2027-01-31"),
        (
            Rule("month", month_end="last_day"),
            "fixed",
            "2027-01-30",
            "Every month on the 30th (in shorter months on the last day), from 2027-01-30",
        ),
        (
            Rule("year", month_end="last_day"),
            "fixed",
            "2027-02-28",
            "Every year on the last day of February, from 2027-02-28",
        ),
        (
            Rule("year", month_end="last_day"),
            "fixed",
            "2027-02-27",
            "Every year on the 27th of February, from 2027-02-27",
        ),
        (Rule("year"), "fixed", "2027-03-31", "Every year on the 31st of March, from 2027-03-31"),
        (
            Rule("year"),
            "fixed",
            "2028-02-29",
            "Every year on the 29th of February (in shorter months on the last day), from 2028-02-29",
        ),
        (
            Rule("year", months=(2, 6)),
            "fixed",
            "2027-01-31",
            "Every year on the 31st in February and June (in shorter months on the last day), from 2027-01-31",
        ),
        (
            Rule("year", months=(1, 3)),
            "fixed",
            "2027-01-31",
            "Every year on the 31st in January and March, from 2027-01-31",
        ),
        (
            Rule("month", months=(1, 3)),
            "fixed",
            "2027-01-31",
            "Every month on the 31st in January and March, from 2027-01-31",
        ),
        (
            Rule("month"),
            "fixed",
            "2027-01-29",
            "Every month on the 29th (in shorter months on the last day), from 2027-01-29",
        ),
        (Rule("month"), "fixed", "2027-01-28", "Every month on the 28th, from 2027-01-28"),
        (Rule("day"), "fixed", "2027-01-31", "Every day, from 2027-01-31"),
        (Rule("dates", dates=(date(2027, 1, 5),)), "fixed", "2027-01-05", "On 2027-01-05"),
        (Rule("month", month_days=(3,)), "fixed", "2027-01-31", "Every month on the 3rd, from 2027-01-31"),
        (Rule("week", weekdays=(2,)), "fixed", "2027-01-31", "Every week on Wednesday, from 2027-01-31"),
        (
            Rule("month"),
            "floating",
            "2027-01-31",
            "Every month, counted from the day the work was done, from 2027-01-31",
        ),
        (Rule("week"), "floating", "2027-01-04", "Every week, counted from the day the work was done, from 2027-01-04"),
    ],
)
def test_S44_with_its_anchor_a_rule_names_the_day_that_it_takes_from_it(rule, mode, anchor, english):
    assert describe(Schedule(rule, mode), EN, date.fromisoformat(anchor)) == english
