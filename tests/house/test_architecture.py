import subprocess
import sys
import tomllib

from tests.house.tree import NO_ROOMS, ROOM_FILES, ROOT, code, files, relative, rooms

BANNED_STEMS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "service", "services"}


def contracts() -> dict[str, dict[str, object]]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in declared["tool"]["importlinter"]["contracts"]}


def test_imports_keep_their_contracts():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_is_held_to_the_five_files():
    declared = {str(name).removeprefix("app.") for name in contracts()["room"]["containers"]}  # type: ignore[attr-defined]
    assert rooms() == declared


def test_every_package_has_its_place_in_the_order():
    listed = " ".join(contracts()["layers"]["layers"])  # type: ignore[arg-type]
    declared = {name.strip("() ") for name in listed.replace("|", " ").split()}
    assert rooms() | NO_ROOMS - {"locale"} <= declared


def test_a_room_holds_nothing_else():
    strangers = [
        relative(path)
        for path in files("app")
        if (parts := path.relative_to(ROOT).parts)[1] in rooms()
        and parts[2].removesuffix(".py") not in ROOM_FILES | {"__init__"}
    ]
    assert strangers == []


def test_only_the_database_module_commits():
    commits = [relative(path) for path in code() if ".commit(" in path.read_text(encoding="utf-8")]
    assert commits == ["app/core/db/__init__.py"]


def test_no_file_is_called_after_nothing():
    assert [relative(path) for path in files() if path.stem in BANNED_STEMS] == []
