"""A pytest plugin: which tests belong to which part of the run, and how many went how.

A test marked `postgresql` needs the real servers (races, locks), one marked `sqlite` is about SQLite or about no
database at all, one marked `e2e` needs a browser; all others run on both databases.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.conf import settings

NOT_IN_PART = {
    "sqlite": {"postgresql", "e2e"},
    "postgresql": {"sqlite", "e2e"},
    "browser": set(),
}


def part() -> str:
    """The part named by the runner; otherwise the one the database of the settings belongs to."""
    if named := os.environ.get("ANKANG_PART"):
        return named
    return "postgresql" if settings.DATABASES["default"]["ENGINE"].endswith(".postgresql") else "sqlite"


def belongs(marks: set[str], to: str) -> bool:
    return not marks & NOT_IN_PART[to] and (to != "browser" or "e2e" in marks)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen, kept, left_out = part(), [], []
    for item in items:
        fits = belongs({mark.name for mark in item.iter_markers()}, chosen)
        (kept if fits else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the counts for the runner; with several workers, the process above them does."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    target = os.environ.get("ANKANG_COUNTS")
    if target and reporter and not hasattr(session.config, "workerinput"):
        Path(target).write_text(json.dumps(counts(reporter.stats)))


def counts(stats: dict[str, list]) -> dict[str, int]:
    """A test whose set-up or tear-down broke has failed; one that was expected to fail has proved nothing."""

    def number(*outcomes: str) -> int:
        return sum(len(stats.get(outcome, ())) for outcome in outcomes)

    return {
        "passed": number("passed"),
        "failed": number("failed", "error", "xpassed"),
        "skipped": number("skipped", "xfailed"),
    }
