"""An icon that the sprite lacks is an empty square."""

import re

from app.web.vendor import icon_names
from tests.house.tree import files

CALLS = re.compile(
    r"\bicon\(\s*\"([a-z0-9-]+)\"|\b(?:badge|note|mark|stop)\(\s*\"[a-z]+\",\s*\"([a-z0-9-]+)\"|\bfold\(\s*\"([a-z0-9-]+)\""
)


def sources():
    return [
        path.read_text(encoding="utf-8")
        for path in (*files("templates"), *files("app/web"))
        if path.suffix in {".html", ".py"}
    ]


def test_every_icon_that_a_template_shows_is_in_the_sprite():
    shown = {name for text in sources() for found in CALLS.findall(text) for name in found if name}
    assert sorted(shown - set(icon_names())) == []
