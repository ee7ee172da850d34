"""What becomes of a piece's open orders when another takes its place (S42)."""

from typing import Literal

Becomes = Literal["moves", "is_cancelled", "stays"]


def on_replacement(order_type: str, state: str) -> Becomes:
    """Preventive work is owed to the old piece: begun, it is finished there. Whatever else is wanted, is of the new."""
    if order_type != "preventive":
        return "moves"
    return "is_cancelled" if state in ("planned", "ready") else "stays"
