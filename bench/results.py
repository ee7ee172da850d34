"""Figures, their table, and whether the run counts."""

import json
import os
import platform
import sqlite3
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

MOVED_PERCENT = 15  # an anchor that moves by more says that the machine was busy with something else


@dataclass(frozen=True)
class Figure:
    """`ratio` is `value` over the anchor named by `against`, in the direction that the issue asks for."""

    value: float
    unit: str
    ratio: float | None = None
    against: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Anchor:
    """What the machine does without Ronde, before and after; rates per second."""

    before: float
    after: float
    unit: str

    @property
    def mean(self) -> float:
        return (self.before + self.after) / 2

    @property
    def moved_percent(self) -> float:
        return abs(self.after - self.before) / self.mean * 100

    def figure(self) -> Figure:
        detail = {"before": self.before, "after": self.after, "moved_percent": round(self.moved_percent, 1)}
        return Figure(self.mean, self.unit, detail=detail)


@dataclass
class Report:
    size: str
    figures: dict[str, Figure] = field(default_factory=dict)
    anchors: dict[str, Anchor] = field(default_factory=dict)

    def add(self, name: str, figure: Figure) -> None:
        self.figures[name] = figure
        print(row(name, figure), flush=True)

    def anchor(self, name: str, anchor: Anchor) -> Anchor:
        self.anchors[name] = anchor
        return anchor

    @property
    def moved(self) -> list[str]:
        return [name for name, anchor in self.anchors.items() if anchor.moved_percent > MOVED_PERCENT]

    def close(self, path: Path) -> None:
        """Print the anchors, say whether the run is void, write the file."""
        everything = self.figures | {f"anchor_{name}": anchor.figure() for name, anchor in self.anchors.items()}
        for name in everything.keys() - self.figures.keys():
            print(row(name, everything[name]))
        if self.moved:
            print(f"\nVOID: moved by more than {MOVED_PERCENT} % during the run: {', '.join(self.moved)}")
        everything["run"] = Figure(int(not self.moved), "valid", detail=surroundings() | {"size": self.size})
        path.write_text(json.dumps({name: asdict(each) for name, each in everything.items()}, indent=2) + "\n")
        print(f"\n{path}")


def row(name: str, figure: Figure) -> str:
    value = f"{figure.value:,.0f}" if figure.value >= 100 else f"{figure.value:,.2f}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:8.2f} of {figure.against}"
    return f"{name:<24}{value:>14} {figure.unit:<12}{ratio}"


def surroundings() -> dict[str, Any]:
    """What a figure means nothing without."""
    packages = ("fastapi", "starlette", "uvicorn", "uvloop", "sqlalchemy", "psycopg", "pydantic", "jinja2")
    from app.core.db import sqlite_driver

    return {
        "python": f"{platform.python_implementation()} {platform.python_version()} {platform.python_compiler()}",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "sqlite": getattr(sqlite_driver, "sqlite_version", sqlite3.sqlite_version),
        **{name: version(name) for name in packages},
    }
