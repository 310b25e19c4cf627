"""The benchmark of the importer measures what it says: the same file comes in, and comes again unchanged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks import import_data, import_peers
from registry.intake.limits import Limits
from registry.intake.reading import open_workbook

pytestmark = pytest.mark.sqlite
BODY, CODE = "石泉县试例许可局", "11610922XXAK0928X5"


def test_the_command_imports_a_small_file_and_ends_with_json(tmp_path):
    run = subprocess.run(
        [sys.executable, "manage.py", "bench", "import", "--size", "300", "--engines", "sqlite", "--json"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "ANKANG_DATA": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    figures = {figure["metric"]: figure for figure in json.loads(run.stdout.splitlines()[-1])["figures"]}
    assert figures["sqlite.rows_per_s"]["value"] > 0 and figures["sqlite.peak_mib"]["value"] > 0
    assert figures["sqlite.again"]["ratio"] > 0 and "sqlite.dry_run_300" in figures
    assert not list(Path(tmp_path).glob("ankang-bench-*"))


def test_the_file_is_one_that_a_department_could_deliver(tmp_path):
    """All 28 columns of the standard, three rows in a hundred wrong, every text where Excel would put it."""
    path = tmp_path / "file.xlsx"
    lines = list(import_data.rows(2_000, authority=BODY, code=CODE))
    import_data.write(path, iter(lines))
    with open_workbook(path, limits=Limits()) as book:
        head, *rows = book.rows(book.sheets[0])
    assert len(head.cells) == len(import_data.COLUMNS) == 28
    assert [[*row.cells, *[""] * (28 - len(row.cells))] for row in rows] == lines
    right = list(import_data.rows(2_000, authority=BODY, code=CODE, seed=8))
    assert right == lines, "the same seed gives the same rows"
    fit = sum(map(import_peers.fits, lines))
    assert 0.95 < fit / len(lines) < 1, "the peers get every row they can store, and only those"


def test_another_seed_gives_other_rows():
    first, second = (list(islice(import_data.rows(50, authority=BODY, code=CODE, seed=n), 50)) for n in (1, 2))
    assert first != second
