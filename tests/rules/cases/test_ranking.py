"""Stems, the order of cases, and how often a cure held: without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.rules.ranking import Outcome, held
from app.cases.rules.words import stems
from app.core.i18n.folding import fold

ALIKE = [
    "batterie batteries battery Batteries BATTERIE",
    "imprimante imprimantes printer printers Imprimante",
    "réseau réseaux network networks RÉSEAU",
    "nettoyé nettoyer nettoyage cleaned cleaning clean",
    "écran écrans screen screens ecran",
    "disque disques disk disks",
    "ventilateur ventilateurs fan fans",
    "surchauffe surchauffé overheating overheats",
    "journal journaux",
    "commutateur commutateurs switch switches",
    "remplacé remplacée remplacement replaced replace",
    "poussière poussières dust dusty",
]


@pytest.mark.parametrize("words", ALIKE)
def test_words_that_say_the_same_have_one_stem(words):
    assert len(stems(words)) == 1


@pytest.mark.parametrize(
    "words", ["écran serveur", "clavier souris", "pile batterie", "bus gaz", "m507 m506", "lent lien"]
)
def test_words_that_say_something_else_keep_apart(words):
    assert len(stems(words)) == 2


@given(st.text(max_size=60))
def test_a_text_and_its_folded_form_have_the_same_stems(text):
    assert stems(text) == stems(fold(text))
    assert all(word == word.strip() and " " not in word and "_" not in word for word in stems(text))


DAYS = st.integers(0, 200)


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=30))
def test_no_more_cures_held_than_were_counted_and_less_over_longer_time(said):
    on = date(2026, 11, 23)
    outcomes = [
        Outcome(done := on - timedelta(days=ago), None if again is None else done + timedelta(days=again))
        for ago, again in said
    ]
    short, long = held(outcomes, on)
    assert 0 <= short.held <= short.count <= len(outcomes)
    assert 0 <= long.held <= long.count <= short.count
    assert long.held <= short.held
