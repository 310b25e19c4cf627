"""The portal as it is deployed, gunicorn and PostgreSQL, on a few thousand records of the demo; and asking it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from ankang_credit import servers
from ankang_credit.demo import loading
from benchmarks.databases import POSTGRESQL_URL, own_database
from benchmarks.load_generator import HOST
from benchmarks.report import Options, Report, spread
from registry import clock
from registry.directory import roles, rules
from registry.directory.staff import User
from registry.search import statistics

NAME = "ankang_bench_http"
RECORDS, OF_DEMO = 3_000, 10_000
CONNECTIONS, SECONDS, WARM_UP_SECONDS, REPEATS = 16, 3.0, 1.0, 2
CONSTANT = "/bench/constant/"
_START_SECONDS = 60


@dataclass
class Measured:
    """All the answers to one question, over the repeated runs."""

    rates: list[float] = field(default_factory=list)  # a second, one for each run
    milliseconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return mean(self.rates)


@dataclass(frozen=True)
class Site:
    """Two servers over the same data: the portal, and one without middleware."""

    port: int
    bare_port: int


class Wrong(Exception):
    """Answers that were not 200: such figures mean nothing."""


@contextmanager
def served(options: Options, remarks: list[str]) -> Iterator[Site]:
    """The portal, running on its own filled database; `connection` leads there too."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ankang-bench-")))
        if stack.enter_context(own_database("postgresql", NAME, keep=options.keep)):
            _fill(options.size or RECORDS)
        environment = _environment(folder, _redis(stack, remarks))
        _manage(environment, "collectstatic", "--noinput", "-v0")
        ports = [
            stack.enter_context(_gunicorn(environment | {"DJANGO_SETTINGS_MODULE": module}, folder))
            for module in ("benchmarks.settings", "benchmarks.bare")
        ]
        yield Site(*ports)


def compare(site: Site, questions: dict[str, Sequence[str]]) -> dict[str, Measured]:
    """Ask each in turn, all of them, twice over: what disturbs the machine for a while disturbs all alike."""
    asked = {"bare": (site.bare_port, [CONSTANT]), "constant": (site.port, [CONSTANT])}
    asked |= {name: (site.port, paths) for name, paths in questions.items()}
    measured = {name: Measured() for name in asked}
    for _ in range(REPEATS):
        for name, (port, paths) in asked.items():
            _drive(port, paths, WARM_UP_SECONDS)
            seconds = _drive(port, paths, SECONDS)
            measured[name].rates.append(len(seconds) / SECONDS)
            measured[name].milliseconds += [each * 1000 for each in seconds]
    return measured


def add(report: Report, metric: str, value: Measured, baseline: Measured) -> None:
    """Requests a second as a part of the baseline's, and the slowest of a hundred."""
    p50, _, p99 = spread(value.milliseconds)
    report.add(f"{metric}.ratio", value.rate, "requests/s", baseline=baseline.rate, ratio=value.rate / baseline.rate)
    report.add(f"{metric}.p50", p50, "ms")
    report.add(f"{metric}.p99", p99, "ms")


def remarks() -> list[str]:
    return [
        f"gunicorn with `ankang_credit/gunicorn.conf.py` (workers are not replaced meanwhile), production settings,"
        f" PostgreSQL; {CONNECTIONS} keep-alive connections over loopback, {REPEATS} runs of {SECONDS:.0f} s each,"
        " in turn, after warming up; nothing is cached, throttling counts but does not bite.",
        f"Baseline of middleware.ratio: the same constant view with MIDDLEWARE = []; of all others: {CONSTANT}"
        " behind the portal's own middleware.",
    ]


def _fill(records: int) -> None:
    rules.load()
    roles.set_up()
    loading.load(today=clock.today(), scale=records / OF_DEMO)
    User.objects.update(is_demo=False)  # production would not start beside demo accounts
    statistics.refresh(force=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _redis(stack: ExitStack, remarks: list[str]) -> str:
    try:
        return stack.enter_context(servers.redis_server(os.environ))
    except servers.Unavailable:
        remarks.append("No Redis here: the throttle counted in the memory of each worker.")
        return f"redis://{HOST}:1/0"


def _environment(folder: Path, redis_url: str) -> dict[str, str]:
    database = urlunsplit(urlsplit(POSTGRESQL_URL)._replace(path=f"/{NAME}"))
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "ANKANG_NO_BOOTSTRAP": "1",
        "ANKANG_PRODUCTION": "1",
        "ANKANG_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "DATABASE_URL": database,
        "REDIS_URL": redis_url,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "FILES_ROOT": str(folder / "files"),
        "STATIC_ROOT": str(folder / "static"),
        "ALLOWED_HOSTS": "localhost",
        "TRUSTED_PROXIES": HOST,
        "SITE_URL": "https://localhost",
        "PROVINCE_URL": f"http://{HOST}:1/",
        "PROVINCE_KEY": settings.PROVINCE_KEY,
        "DB_ROLE": "web",
    }


def _manage(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=True)


@contextmanager
def _gunicorn(environment: dict[str, str], folder: Path) -> Iterator[int]:
    """A server on a port of its own, ready; ended afterwards."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "ankang_credit/gunicorn.conf.py"]
    command += ["--bind", f"{HOST}:{port}", "--max-requests", "0", "--max-requests-jitter", "0"]
    log = folder / f"{environment['DJANGO_SETTINGS_MODULE']}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=out, stderr=out)
        try:
            _await(process, port, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return free.getsockname()[1]


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    request = urllib.request.Request(f"http://{HOST}:{port}/healthz", headers={"Host": "localhost"})
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise Wrong(f"gunicorn has not started:\n{log.read_text()[-2000:]}")


def _drive(port: int, paths: Sequence[str], seconds: float) -> list[float]:
    """Seconds each answer took."""
    command = [sys.executable, "-m", "benchmarks.load_generator", str(port), str(seconds), str(CONNECTIONS)]
    done = subprocess.run(
        command, input="\n".join(paths), capture_output=True, text=True, check=False, cwd=settings.BASE_DIR
    )
    if done.returncode:
        raise Wrong(done.stderr.strip())
    answered = json.loads(done.stdout)
    if answered["wrong"]:
        raise Wrong(f"{len(answered['wrong'])} answers to {paths[0]} were {sorted(set(answered['wrong']))}")
    return answered["seconds"]
