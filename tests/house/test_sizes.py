"""A file is looked at at 300 lines and split at 400, a function split at 50, a template at 150."""

from statistics import median

from tests.house.tree import code, files, functions, relative, rooms


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_400_lines():
    assert {relative(path): lines(path) for path in code() if lines(path) > 400} == {}


def test_no_function_is_longer_than_50_lines():
    long = {
        f"{relative(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in code()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > 50
    }
    assert long == {}


def test_no_template_is_longer_than_150_lines():
    assert {relative(path): lines(path) for path in files("templates") if lines(path) > 150} == {}


def test_files_are_short_on_the_whole():
    assert median(lines(path) for path in code() if path.name != "__init__.py") <= 120


def test_no_room_is_larger_than_2000_lines():
    """Its pure rules apart: the date engine of `plans` is a library of its own, which knows no room."""
    sizes = {
        room: sum(lines(path) for path in code() if relative(path).startswith(f"app/{room}/") and not is_pure(path))
        for room in sorted(rooms())
    }
    assert {room: size for room, size in sizes.items() if size > 2_000} == {}


def is_pure(path):
    return relative(path).split("/")[2] in ("rules", "rules.py")
