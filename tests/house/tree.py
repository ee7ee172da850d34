"""What the house tests read: the files that git tracks or will track, never what is installed or generated."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOM_FILES = {"rules", "schemas", "models", "queries", "actions"}
# Not rooms: the foundation, the doors and what knows everything.
NO_ROOMS = {"core", "http", "web", "api", "cli", "locale"}


@cache
def files(*patterns: str) -> list[Path]:
    """Tracked and new files of the tree, without what git ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(path for name in listed if (path := ROOT / name).is_file())


def code() -> list[Path]:
    """What people wrote: not the migrations, which Alembic writes and nobody edits later."""
    return [path for path in files("app", "scheduler") if path.suffix == ".py"]


def rooms() -> set[str]:
    """Packages of app/ that hold at least one of a room's five files."""
    return {
        path.relative_to(ROOT).parts[1]
        for path in files("app")
        if path.suffix == ".py" and len(path.relative_to(ROOT).parts) > 2
    } - NO_ROOMS


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
