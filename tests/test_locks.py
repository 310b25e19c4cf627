"""The locks say the same as pyproject.toml, hold a hash for everything and name no place to load it from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "ankang_credit" / "locks"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS_OF_LOCK = {"runtime": [], "prod": ["prod"], "test": ["test"], "bench": ["bench"]}

PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^ \\]+) \\\n((?:    [#-].*\n?)+)", re.MULTILINE)


def wanted(extras: list[str]) -> dict[str, Requirement]:
    """What pyproject.toml asks for directly, by name; extras may name other extras of the project."""
    found = {}
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    for requirement in map(Requirement, lines):
        if requirement.name == PROJECT["name"]:
            found |= wanted(sorted(requirement.extras))
        else:
            found[canonicalize_name(requirement.name)] = requirement
    return found


def locked(name: str) -> dict[str, tuple[str, str]]:
    """Version and the lines below it (hashes, origin) of each package in a lock."""
    text = (LOCKS / f"{name}.txt").read_text()
    return {canonicalize_name(package): (version, below) for package, version, below in PINNED.findall(text)}


@pytest.mark.parametrize("name", EXTRAS_OF_LOCK)
def test_a_lock_holds_what_the_project_asks_for_and_nothing_else(name):
    asked, held = wanted(EXTRAS_OF_LOCK[name]), locked(name)
    direct = {package for package, (_, below) in held.items() if "(pyproject.toml)" in below}
    assert direct == set(asked)
    wrong = [package for package in asked if not asked[package].specifier.contains(held[package][0])]
    assert wrong == []


@pytest.mark.parametrize("name", EXTRAS_OF_LOCK)
def test_every_line_of_a_lock_is_pinned_with_hashes(name):
    text = (LOCKS / f"{name}.txt").read_text()
    starts = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    held = locked(name)
    assert len(starts) == len(held) > 20
    assert all("--hash=sha256:" in below for _, below in held.values())


@pytest.mark.parametrize("name", EXTRAS_OF_LOCK)
def test_a_lock_names_no_registry(name):
    assert not re.search(r"https?:|index-url|find-links", (LOCKS / f"{name}.txt").read_text())


def test_all_locks_agree_so_that_one_environment_can_serve_every_command():
    versions: dict[str, set[str]] = {}
    for name in EXTRAS_OF_LOCK:
        for package, (version, _) in locked(name).items():
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}
    assert all(locked("runtime").keys() <= locked(name).keys() for name in EXTRAS_OF_LOCK)


def test_psycopg_3_stays_out_because_django_would_prefer_it():
    assert all("psycopg" not in locked(name) for name in EXTRAS_OF_LOCK)
