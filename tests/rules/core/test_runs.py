"""Runs of letters or digits say where to look for a word, and are enough to say where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.i18n.folding import fold, runs
from app.workorders.rules.words import site_mark

# Pieces, so that a word asked for is often a part of the text.
PIECES = ("abc", "été", "123", "b", "2", "-", "'", "%", "_", " ")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def test_short_runs_and_signs_are_left_out():
    assert runs(fold("L’imprimante SWI-00012 : à 50 %, été 2026, été")) == ["imprimante", "swi", "00012", "ete", "2026"]


@given(text=TEXTS, asked=TEXTS, site_id=st.integers(1, 99_999))
def test_a_word_is_in_a_text_as_its_runs_are_in_the_texts_runs(text, asked, site_id):
    kept = [site_mark(site_id), *runs(fold(text))]
    for word in fold(asked).split():
        if word in fold(text):
            assert all(any(part in run for run in kept) for part in runs(word))
        if runs(word) == [word]:
            assert (word in fold(text)) == (word in " ".join(kept))
