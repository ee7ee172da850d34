"""The one Jinja environment: pages, e-mails and reports are rendered here, at the doors and in the clock."""

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app.core.errors import Unavailable
from app.core.i18n import N_, current_language, formats, gettext, ngettext

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
        extensions=["jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals |= {"_": said, "ngettext": counted, "current_language": current_language, "remembered": remembered}
    env.filters |= {**formats.FILTERS, "translated": gettext}
    return env


def said(message: str, **variables: Any) -> Markup:
    """A text of ours in the current language, escaped like what is put into it. (Jinja's own way takes three times as
    long.) What may also be somebody's own words goes through the filter `translated`.
    """
    return escape(gettext(message)) % variables


def counted(singular: str, plural: str, num: int, **variables: Any) -> Markup:
    return escape(ngettext(singular, plural, num)) % ({"num": num} | variables)


def remembered(macro: Callable[..., Any]) -> Callable[..., Any]:
    """For a macro that is asked for the same things all over a page, and says nothing of its own in any language."""
    return lru_cache(maxsize=1024)(macro)


def render(template: str, **context: Any) -> str:
    """A page, a fragment or a message in the current language."""
    return environment().get_template(template).render(context)


class PdfWriter(Protocol):
    def __call__(self, html: str, css: str) -> bytes: ...


@cache
def pdf_writer() -> PdfWriter | None:
    """WeasyPrint, where it is installed with the libraries that it draws with; None where it is not."""
    try:
        import weasyprint
    except (ImportError, OSError):
        return None

    def write(html: str, css: str) -> bytes:
        # Pictures come inside the document: nothing is fetched from anywhere, whatever a text may hold.
        fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
        style = weasyprint.CSS(string=css, url_fetcher=fetcher)
        return cast(bytes, weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[style]))

    return write


def render_pdf(template: str, style: str, **context: Any) -> bytes:
    """Raises Unavailable where this installation makes no PDF."""
    writer = pdf_writer()
    if writer is None:
        raise Unavailable("no_pdf", N_("This installation makes no PDF: print the page instead."))
    return writer(render(template, **context), (TEMPLATES_DIR / style).read_text(encoding="utf-8"))
