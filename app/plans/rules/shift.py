"""What becomes of a cycle on a day that the calendar refuses (S31)."""

from __future__ import annotations

from typing import Literal

Shift = Literal["none", "next", "previous", "nearest", "skip"]
