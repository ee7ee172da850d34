"""No English sentence in a French page: every text is translated, with the same placeholders, as French is written."""

import re
from collections import Counter
from functools import cache

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.house.tree import ROOT

PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {"**.html": {"silent": "false", "newstyle_gettext": "true", "trimmed": "true", "extensions": "jinja2.ext.do"}}
# A sign that wants a no-break space before it, and has a letter or an ordinary space there; or a straight apostrophe.
UNFRENCH = re.compile(
    r"[\w)»\"%] ?[?!;](?!\w)|[\w)»] :|(?<=\w)(?<!Authorization):(?=\s|$)|«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»|\w'\w"
)


@cache
def wanted():
    """Every text marked for translation, as (singular, plural or None) -> where it stands."""
    texts = {}
    for tree in ("app", "scheduler", "templates"):
        found = extract_from_dir(ROOT / tree, METHODS, OPTIONS, {**DEFAULT_KEYWORDS, "N_": None})
        for file, line, message, _comments, _context in found:
            singular, plural = message[:2] if isinstance(message, tuple) else (message, None)
            if singular:
                texts.setdefault((singular, plural), f"{tree}/{file}:{line}")
    return texts


@cache
def french():
    """Every entry of the French catalogues: (area, singular, plural, [translations], fuzzy)."""
    entries = []
    for path in sorted((ROOT / "app/locale/fr").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="fr", abort_invalid=True):
                if message.id:
                    plural = isinstance(message.id, tuple | list)
                    singular, other = message.id[:2] if plural else (message.id, None)
                    strings = list(message.string) if plural else [message.string]
                    entries.append((path.name, singular, other, strings, message.fuzzy))
    return entries


def test_every_text_has_a_french_translation():
    done = {singular: other for _area, singular, other, strings, fuzzy in french() if all(strings) and not fuzzy}
    missing = {
        f"{place}: {singular}"
        for (singular, plural), place in wanted().items()
        if singular not in done or (plural and not done[singular])
    }
    assert sorted(missing) == []


def test_a_translation_keeps_the_placeholders():
    """The singular may leave out a number that it says in words, and say nothing else."""
    wrong = []
    for area, singular, other, strings, _fuzzy in french():
        allowed = set(PLACEHOLDERS.findall(singular)) | set(PLACEHOLDERS.findall(other or ""))
        needed = set(PLACEHOLDERS.findall(other or singular))
        used = [set(PLACEHOLDERS.findall(string)) for string in strings]
        if any(not one <= allowed for one in used) or used[-1] != needed:
            wrong.append((area, singular, strings))
    assert wrong == []


def test_no_text_is_translated_in_two_ways():
    strings = {}
    for _area, singular, _other, translations, _fuzzy in french():
        strings.setdefault(singular, set()).add(tuple(translations))
    assert {text: ways for text, ways in strings.items() if len(ways) > 1} == {}


def test_no_area_repeats_itself():
    counts = Counter((area, singular) for area, singular, *_ in french())
    assert [entry for entry, count in counts.items() if count > 1] == []


def test_no_translation_is_left_of_a_text_that_is_gone():
    texts = {singular for singular, _plural in wanted()}
    assert sorted(f"{area}: {singular}" for area, singular, *_ in french() if singular not in texts) == []


def test_french_is_written_as_french_is():
    wrong = [(area, string) for area, _s, _o, strings, _f in french() for string in strings if UNFRENCH.search(string)]
    assert wrong == []
