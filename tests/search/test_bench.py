"""The benchmark command keeps the promise of its output: a table, and one JSON object as the last line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.report import Report, save, spread


@pytest.fixture
def report():
    made = Report(name="search", remarks=["毫秒"])
    made.add("sqlite.1m.p95", 7.71449, "ms")
    made.add("sqlite.1m.two_char.vs_icontains", 2.5, "ms", baseline=4229, ratio=1691.6)
    return made


def test_the_table_shows_the_ratio_beside_each_figure(report):
    first, second, third = report.as_table().splitlines()
    assert first.split() == ["metric", "value", "unit", "baseline", "ratio"]
    assert second.split() == ["sqlite.1m.p95", "7.714", "ms"]
    assert third.split() == ["sqlite.1m.two_char.vs_icontains", "2.5", "ms", "4,229", "1,692×"]
    assert len({len(line) for line in (first, second, third)}) == 1


def test_the_json_names_every_figure(report):
    said = json.loads(report.as_json())
    assert said["name"] == "search"
    assert said["figures"][0] == {
        "metric": "sqlite.1m.p95", "value": 7.714, "unit": "ms", "baseline": None, "ratio": None,
    }  # fmt: skip


def test_saving_again_rewrites_its_own_section_and_no_other(report, tmp_path):
    file = tmp_path / "benchmarks.md"
    file.write_text("# Benchmarks\n\nBefore.\n", encoding="utf-8")
    save(report, "manage.py bench search", file)
    save(Report(name="http"), "manage.py bench http", file)
    report.add("search.equal", 1000, "of 1000")
    save(report, "manage.py bench search", file)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Benchmarks\n\nBefore.\n\n## search\n")
    assert (text.count("<!-- bench search -->"), text.count("search.equal"), text.count("## http")) == (1, 1, 1)


def test_a_spread_is_the_middle_and_the_tail():
    assert spread([float(n) for n in range(1, 102)]) == (51.0, 96.0, 100.0)


def test_the_command_measures_a_small_town_and_ends_with_json(tmp_path):
    run = subprocess.run(
        [sys.executable, "manage.py", "bench", "search", "--size", "600", "--engines", "sqlite", "--json"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "ANKANG_DATA": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    figures = {figure["metric"]: figure for figure in json.loads(run.stdout.splitlines()[-1])["figures"]}
    assert figures["search.equal"]["ratio"] == 1
    assert figures["sqlite.600.two_char.vs_icontains"]["ratio"] > 0
    assert not list(Path(tmp_path).glob("ankang-bench-*"))
