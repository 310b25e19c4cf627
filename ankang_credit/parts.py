"""The test run in parts: everything on SQLite, everything again on PostgreSQL and Redis, and in a browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from ankang_credit.servers import Unavailable, postgresql, redis_server

ROOT = Path(__file__).resolve().parents[1]
NO_TESTS = 5  # pytest's exit status when a part has none of the tests that were asked for
# A part brings its own; what the caller has set for a portal of his must not leak in.
OWN_ENVIRONMENT = (
    "DJANGO_SETTINGS_MODULE"
    " ANKANG_DATA ANKANG_PRODUCTION ANKANG_HASHED_STATIC DATABASE_URL REPLICA_URL REDIS_URL DB_ROLE"
    " SECRET_KEY SECRET_KEY_FALLBACKS FIELD_KEYS FIELD_ALGORITHM FILES_ROOT STATIC_ROOT PROVINCE_URL"
    " PROVINCE_KEY EMAIL_URL SMS_URL ALLOWED_HOSTS TRUSTED_PROXIES LOG_LEVEL CREDIT_TODAY"
).split()
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True)
class Part:
    key: str
    title: str
    surroundings: Callable[[Mapping[str, str]], AbstractContextManager[dict[str, str]]]


def run(parts: Sequence[Part], arguments: Sequence[str], *, required: bool) -> tuple[Counts, bool]:
    """All parts one after the other; the counts over all, and whether everything that ran was right."""
    total, statuses = Counts(), []
    for part in parts:
        print(f"\n==== {part.title} ====", flush=True)
        try:
            counts, status = _run(part, arguments)
        except Unavailable as reason:
            print(f"本部分未运行：{reason}", flush=True)
            counts, status = (Counts(failed=1), 1) if required else (Counts(skipped=1), 0)
        total += counts
        statuses.append(status)
    if arguments and statuses and set(statuses) == {NO_TESTS}:
        print("没有选中任何测试。", flush=True)
        return total, False
    return total, total.failed == 0


def _run(part: Part, arguments: Sequence[str]) -> tuple[Counts, int]:
    with tempfile.TemporaryDirectory(prefix="ankang-test-") as folder, part.surroundings(os.environ) as extra:
        counted = Path(folder) / "counts.json"
        environment = {name: value for name, value in os.environ.items() if not is_own(name)}
        environment |= {
            "ANKANG_DATA": folder,
            "ANKANG_PART": part.key,
            "ANKANG_COUNTS": str(counted),
            **extra,
        }
        status = _pytest(arguments, environment)
        counts = Counts(**json.loads(counted.read_text())) if counted.exists() else Counts()
        return judged(counts, status, chosen=bool(arguments)), status


def judged(counts: Counts, status: int, *, chosen: bool) -> Counts:
    """A part that broke off, or that found nothing to run though nobody narrowed it down, has failed."""
    if status == 0 or (status == NO_TESTS and chosen):
        return counts
    return Counts(counts.passed, max(counts.failed, 1), counts.skipped)


def _pytest(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    spread = _workers(environment["ANKANG_PART"], bool(arguments))
    ours = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-p", "tests.parts"]
    command = [sys.executable, "-m", "pytest", *ours, *spread, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise


def _workers(part: str, chosen: bool) -> list[str]:
    """Two processes halve the whole run; a few chosen tests are faster without, and a browser wants its peace."""
    asked = os.environ.get("ANKANG_TEST_WORKERS")
    wanted = asked or ("1" if chosen or part == "browser" else str(min(2, os.cpu_count() or 1)))
    return ["-n", wanted, "--dist", "loadfile"] if wanted != "1" else []


def is_own(name: str) -> bool:
    """Whether a variable of that name means something to the portal."""
    return name.removesuffix("_FILE") in OWN_ENVIRONMENT or name.startswith("SITE_")


@contextmanager
def _on_sqlite(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    yield {}


@contextmanager
def _on_real_servers(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    with postgresql(environment) as database, redis_server(environment) as queue:
        yield {"DATABASE_URL": database, "REDIS_URL": queue}


@contextmanager
def _in_a_browser(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    browser = environment.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser or not Path(browser).exists():
        raise Unavailable("找不到 Chromium（可安装 chromium，或用环境变量 CHROMIUM 指明）")
    # Playwright runs an event loop in the thread of the test, which Django takes for asynchronous code.
    yield {"CHROMIUM": browser, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}


PARTS = (
    Part("sqlite", "第一部分：SQLite", _on_sqlite),
    Part("postgresql", "第二部分：PostgreSQL 与 Redis", _on_real_servers),
    Part("browser", "第三部分：浏览器", _in_a_browser),
)
