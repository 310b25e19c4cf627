"""A hostile file is refused in Chinese, cheaply, and whoever read it goes on (P26; BI-X01 to X09, BI-V01)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.intake import hostile, packages

pytestmark = pytest.mark.sqlite
ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS, MOST_MIB = 2.0, 150.0
Worker = Callable[..., dict]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One process for all files of this module, as a Celery worker is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.intake.worker"],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def ask(path: Path, **limits: int) -> dict:
        process.stdin.write(json.dumps({"path": str(path), "limits": limits}) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield ask
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    process.stdout.close()


@pytest.mark.parametrize("file", hostile.EVERY, ids=lambda file: file.name)
def test_it_is_refused_cheaply_with_the_reason_and_the_way_out(file, worker, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(file.make())
    spent = worker(path)
    assert file.words in spent["said"] and spent["said"], spent["said"]
    assert spent["cpu"] <= MOST_SECONDS
    assert spent["mib"] <= MOST_MIB and spent["child_mib"] <= MOST_MIB


def test_the_worker_goes_on(worker, tmp_path):
    path = tmp_path / "file.xlsx"
    path.write_bytes(packages.packed(packages.parts()))
    assert worker(path)["said"] == ""
