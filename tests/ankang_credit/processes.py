"""Processes of the product, started for a test: with an environment of their own, on ports of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ankang_credit import parts

ROOT = parts.ROOT


def environment(data: Path, **values: str) -> dict[str, str]:
    """What a start finds on a machine where nothing of ours is set, and these values."""
    surroundings = {name: value for name, value in os.environ.items() if not parts.is_own(name)}
    return {**surroundings, "ANKANG_DATA": str(data), "PYTHONUNBUFFERED": "1", **values}


def manage(*arguments: str, env: dict[str, str], seconds: float = 120) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=seconds)


@contextmanager
def running(command: Sequence[str], *, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    """A process and, in `log`, all it says; what is still alive at the end is killed with its children."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(true: Callable[[], object], *, seconds: float = 60, alive: subprocess.Popen | None = None) -> bool:
    """Whether it came true in time; gives up at once when the process it waits for has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        if alive is not None and alive.poll() is not None:
            return bool(true())
        time.sleep(0.1)
    return False
