"""Words of the registry, how a piece is found, and how it gets its tag."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

TAG_DIGITS = 4
PREFIX_LENGTH = 3


class Status(StrEnum):
    IN_STOCK = "in_stock"
    IN_SERVICE = "in_service"
    IN_MAINTENANCE = "in_maintenance"
    OUT_OF_ORDER = "out_of_order"
    RETIRED = "retired"


class Criticality(StrEnum):
    A = "A"
    B = "B"
    C = "C"


def fold(text: str) -> str:
    """Accents and case removed, blanks made one: « Écran  ŒUVRÉ » and "ecran œuvre" are alike."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())


def search_text(parts: Iterable[str | None]) -> str:
    """All that a piece is found by. Parts are kept apart, so that no word matches across two of them."""
    return " | ".join(fold(part) for part in parts if part)


def search_patterns(query: str) -> list[str]:
    r"""A LIKE pattern for each word asked for; `%`, `_` and `\` mean themselves."""
    return ["%" + re.sub(r"([%_\\])", r"\\\1", word) + "%" for word in fold(query).split()]


def tag_prefix(category: str) -> str:
    """The first letters of a category, for the tags that Ronde gives: « Onduleur » -> OND."""
    letters = "".join(char for char in fold(category) if char.isascii() and char.isalnum())
    return (letters[:PREFIX_LENGTH] or "eqp").upper()


def tag_of(prefix: str, number: int) -> str:
    return f"{prefix}-{number:0{TAG_DIGITS}d}"
