"""Seasons: recurring date ranges that may cross New Year (S32)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outside = Literal["skip", "defer"]


@dataclass(frozen=True, slots=True)
class Season:
    """`ranges` hold ((month, day), (month, day)), both included; last before first crosses New Year."""

    ranges: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    outside: Outside = "skip"
