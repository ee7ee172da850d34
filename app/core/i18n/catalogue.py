"""Which language is spoken now, and what a text is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
LOCALE_DIR = Path(__file__).parents[2] / "locale"

_language: ContextVar[Language] = ContextVar("language", default="en")


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a text that is translated where it is shown, not where it stands."""
    return message


@cache
def translations(language: Language) -> NullTranslations:
    """All areas' catalogues as one. `.po` to memory takes some 20 ms, so no compiled file is kept."""
    merged: NullTranslations = NullTranslations()
    for path in sorted((LOCALE_DIR / language).glob("*.po")):
        binary = BytesIO()
        with path.open("rb") as source:
            write_mo(binary, read_po(source, locale=language))
        binary.seek(0)
        area = Translations(binary)
        merged = area if not isinstance(merged, Translations) else merged.merge(area)
    return merged


def current_language() -> Language:
    return _language.get()


def set_language(language: str) -> None:
    """For the rest of this request; an unknown language means English."""
    _language.set("fr" if language == "fr" else "en")


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """For a block: a message to somebody who reads another language than the one who causes it."""
    token = _language.set("fr" if language == "fr" else "en")
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str) -> str:
    """The text in the current language. An empty one stays empty (gettext would answer with the catalogue's head)."""
    return translations(_language.get()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    return translations(_language.get()).ngettext(singular, plural, number)
