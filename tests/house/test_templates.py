import re

import pytest

from app.core.render import counted, environment, said
from tests.house.tree import files, relative

# The content security policy forbids all three: the browser would drop them without a word.
INLINE = re.compile(r"<style\b|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", re.IGNORECASE)

TEMPLATES = [path for path in files("templates") if path.suffix in {".html", ".txt", ".svg"}]


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_it_compiles(path):
    environment().get_template(relative(path).removeprefix("templates/"))


def test_a_text_is_escaped_and_what_is_put_into_it():
    assert said("Hello %(name)s", name="<b>") == "Hello &lt;b&gt;"
    assert said("<b>") == "&lt;b&gt;"
    assert environment().from_string("{{ '50 % <b>'|translated }}").render() == "50 % &lt;b&gt;"
    assert environment().from_string("{{ _('100 %% sure') }}").render() == "100 % sure"
    assert counted("%(num)s order to do", "%(num)s orders to do", 2) == "2 orders to do"


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_it_holds_no_inline_style_and_no_inline_script(path):
    found = INLINE.search(re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    assert found is None, found
