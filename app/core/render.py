"""The one Jinja environment: pages, e-mails and reports are rendered here, at the doors and in the clock."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.core import i18n
from app.core.i18n import formats

HERE = Path(__file__).parents[1]
# A checkout keeps templates beside app/, an installed wheel inside it.
TEMPLATES_DIR = HERE / "templates" if (HERE / "templates").is_dir() else HERE.parent / "templates"


@cache
def environment() -> Environment:
    """Autoescaping, and strict: a name that a template misses is an error, not an empty string."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals["current_language"] = i18n.current_language
    env.filters.update(formats.FILTERS)
    return env


def render(template: str, **context: Any) -> str:
    """A page, a fragment or a message in the current language."""
    return environment().get_template(template).render(context)
