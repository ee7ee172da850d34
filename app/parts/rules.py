"""What stock is, without a database."""

from enum import StrEnum


class MovementKind(StrEnum):
    """A `count` says what lies on the shelf: the movement is the difference to what was thought to lie there."""

    RECEIPT = "receipt"
    USE = "use"
    RETURN = "return"
    COUNT = "count"


def is_low(stock: int, threshold: int | None) -> bool:
    """At its threshold a part is to be ordered."""
    return threshold is not None and stock <= threshold
