"""A delivery in a process of its own (`import_worker`), watched from here: its time, its counts, its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True)
class Delivered:
    """What a delivery took and left."""

    seconds: float
    counts: Mapping[str, int]
    peak_mib: float  # of the process and all below it, shared pages counted once

    @property
    def rows_per_s(self) -> float:
        return self.counts["read"] / self.seconds


def deliver(file: Path, organisation: str, clerk: str, step: str, *, environment: Mapping[str, str]) -> Delivered:
    """Have a worker take the file; `step` is `check` or `commit`."""
    command = [sys.executable, "-m", "benchmarks.import_worker", str(file), organisation, clerk, step]
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True)
    with _watched(process.pid) as peak:
        said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the delivery failed: {said}")
    found = json.loads(said.splitlines()[-1])
    return Delivered(found["seconds"], found["counts"], peak[0])


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """The highest memory (MiB) of a process and those it started, in one place of a list."""
    peak, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(_EVERY):
            peak[0] = max(peak[0], sum(map(_pss, _family(pid))))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return
    for child in children.split():
        yield from _family(int(child))


def _pss(pid: int) -> float:
    """Resident memory in MiB, a page shared by several processes counted in part for each."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
