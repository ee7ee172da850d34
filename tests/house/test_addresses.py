"""Locks and configuration hold no registry's address and no path of the machine they were made on (decision 0007)."""

import re

from tests.house.tree import ROOT, files, relative

# Each name has one letter in brackets, so that this file doesn't find itself.
REGISTRIES = re.compile(
    r"py[p]i\.org|pythonhoste[d]\.org|registry\.npm|registry\.yar[n]|proxy\.golan[g]|unpk[g]\.com|jsdeliv[r]"
)
LOCK_ADDRESSES = re.compile(r'"resolve[d]"|index-ur[l] |find-link[s] |^ *registry *=', re.MULTILINE)
LOCKS = re.compile(r"requirements.*\.txt|\.npmrc|pyproject\.toml|package.*\.json|pip\.conf|\.lock$")


def texts():
    for path in files():
        try:
            yield relative(path), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_names_a_registry():
    assert [name for name, text in texts() if REGISTRIES.search(text)] == []


def test_no_lock_carries_an_address():
    assert [name for name, text in texts() if LOCKS.search(name) and LOCK_ADDRESSES.search(text)] == []


def test_no_file_names_the_directory_it_lies_in():
    here = f"{ROOT.parent}/"
    assert here.count("/") < 3 or [name for name, text in texts() if here in text] == []


def test_nothing_installed_is_committed():
    foreign = re.compile(r"(^|/)(vendor|node_modules)/|\.min\.(js|css)$")
    assert [relative(path) for path in files() if foreign.search(relative(path))] == []
