"""Words of the registry, and how a piece gets its tag."""

from enum import StrEnum

from app.core.i18n.folding import fold

TAG_DIGITS = 4
PREFIX_LENGTH = 3


class Status(StrEnum):
    IN_STOCK = "in_stock"
    IN_SERVICE = "in_service"
    IN_MAINTENANCE = "in_maintenance"
    OUT_OF_ORDER = "out_of_order"
    RETIRED = "retired"


AT_REST = (Status.IN_STOCK.value, Status.OUT_OF_ORDER.value)  # a plan may leave out what falls on such days (S41)
DOWN = (Status.OUT_OF_ORDER, Status.IN_MAINTENANCE)  # what leaves these has an end of its downtime


class Criticality(StrEnum):
    A = "A"
    B = "B"
    C = "C"


def tag_prefix(category: str) -> str:
    """The first letters of a category, for the tags that Ronde gives: « Onduleur » -> OND."""
    letters = "".join(char for char in fold(category) if char.isascii() and char.isalnum())
    return (letters[:PREFIX_LENGTH] or "eqp").upper()


def tag_of(prefix: str, number: int) -> str:
    return f"{prefix}-{number:0{TAG_DIGITS}d}"


def is_given(tag: str, prefix: str) -> bool:
    """Whether Ronde may have given this tag: nobody minds when a better one comes."""
    number = tag.removeprefix(f"{prefix}-")
    return number != tag and len(number) >= TAG_DIGITS and number.isdecimal()
