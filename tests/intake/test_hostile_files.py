"""A hostile file is refused in Chinese, cheaply, and whoever read it goes on (P26; BI-X01 to X09, BI-V01)."""

from __future__ import annotations

import openpyxl
import pytest

from registry.intake import checks
from tests.intake import hostile, packages

pytestmark = pytest.mark.sqlite
MOST_SECONDS, MOST_MIB = 2.0, 150.0


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


def test_openpyxl_expands_no_entity_even_behind_the_guard(monkeypatch):
    """BI-X06: defusedxml is there, and a start without it says so."""
    assert openpyxl.DEFUSEDXML is True and checks.openpyxl_expands_nothing(None) == []
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    (error,) = checks.openpyxl_expands_nothing(None)
    assert "defusedxml" in error.hint
