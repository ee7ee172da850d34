"""An icon that the sprite lacks is an empty square; one that nobody shows is weight on every first visit."""

import re

from app.web.vendor import icon_names
from tests.house.tree import files

CALLS = re.compile(
    r"\bicon\(\s*\"([a-z0-9-]+)\""
    r"|\b(?:badge|note|mark|stop)\(\s*\"[a-z]+\",\s*\"([a-z0-9-]+)\""
    r"|\bfold\(\s*\"([a-z0-9-]+)\""
)
QUOTED = re.compile(r"[\"']([a-z0-9-]+)[\"']")


def sources():
    return [p.read_text(encoding="utf-8") for p in files("templates", "app/web") if p.suffix in {".html", ".py"}]


def test_every_icon_that_a_template_shows_is_in_the_sprite():
    shown = {name for text in sources() for found in CALLS.findall(text) for name in found if name}
    assert sorted(shown - set(icon_names())) == []


def test_every_icon_of_the_sprite_is_shown_somewhere():
    quoted = {name for text in sources() for name in QUOTED.findall(text)}
    assert sorted(set(icon_names()) - quoted) == []
