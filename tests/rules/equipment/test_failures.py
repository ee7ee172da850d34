"""Mode, mechanism, cause: each narrows the next, and rules nothing out."""

from itertools import product

from app.equipment.rules.failures import (
    CAUSES_OF,
    MECHANISMS_OF,
    STANDARD,
    FailureMechanism,
    Named,
    narrowed,
    words_for,
)


def test_everything_is_offered_where_nothing_is_chosen():
    lists = narrowed(STANDARD)
    assert [len(lists[kind].likely) for kind in ("mode", "mechanism", "cause")] == [12, 10, 9]
    assert all(not offer.other for offer in lists.values())


def test_a_mode_narrows_the_mechanisms_and_their_causes():
    lists = narrowed(STANDARD, "short_battery_runtime")
    assert lists["mechanism"].likely == ("thermal", "battery_ageing", "firmware_or_software", "unknown")
    assert "misuse" in lists["cause"].likely  # of the software
    lists = narrowed(STANDARD, "short_battery_runtime", "battery_ageing")
    assert lists["cause"].likely == ("normal_wear", "environment", "power_supply", "end_of_life", "unknown")


def test_nothing_is_ever_ruled_out():
    modes, hows = [None, *MECHANISMS_OF, "own"], [None, *FailureMechanism, "own"]
    for mode, how in product(modes, hows):
        for kind, offer in narrowed(STANDARD, mode, how).items():
            assert {*offer.likely, *offer.other} == {word.code for word in STANDARD if word.kind == kind}
            assert "unknown" in offer.likely or kind == "mode"


def test_every_mode_has_mechanisms_and_every_mechanism_causes():
    assert all(MECHANISMS_OF.values())
    assert set(CAUSES_OF) == set(FailureMechanism)


def test_a_category_names_the_modes_that_apply_and_adds_its_own():
    printers = [
        Named("mode", "degraded_output"),
        Named("mode", "paper_jam"),
        Named("mechanism", "worn_roller", ("paper_jam",)),
    ]
    words = words_for([printers, []])
    lists = narrowed(words)
    assert lists["mode"].likely == ("paper_jam", "degraded_output")
    assert "overheats" in lists["mode"].other
    assert "worn_roller" in narrowed(words, "paper_jam")["mechanism"].likely
    assert "worn_roller" in narrowed(words, "overheats")["mechanism"].other
    assert "dust_or_contamination" in narrowed(words, "paper_jam")["mechanism"].other


def test_the_nearest_category_that_names_known_codes_decides():
    near, above = [Named("mode", "overheats")], [Named("mode", "no_power"), Named("mode", "hums")]
    assert narrowed(words_for([near, above, []]))["mode"].likely == ("hums", "overheats")
    assert narrowed(words_for([[], above, []]))["mode"].likely == ("hums", "no_power")
