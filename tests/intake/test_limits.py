"""The limits are settings, each one bites, and an honest workbook of 100,000 rows passes them all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.test import override_settings
from openpyxl import Workbook

from registry.intake import configured, processes
from registry.intake.errors import Refused
from registry.intake.limits import MIB, Limits
from registry.intake.reading import open_workbook
from tests.intake import packages
from tests.intake.hostile import NOISE
from tests.intake.packages import SHEET, STRINGS, spoiled

pytestmark = pytest.mark.sqlite


def table(rows: int, columns: int) -> Workbook:
    book = Workbook()
    for number in range(rows):
        book.active.append([f"甲{number}"] * columns)
    return book


def read(opened, content, **limits):
    book = opened(content, **limits)
    return sum(1 for sheet in book.sheets for _ in book.rows(sheet))


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"file_bytes": 1000}, "超过0MB"),
        ({"unpacked_bytes": 5000}, "解压后为0MB，超过0MB"),
        ({"parts": 3}, "超过3个"),
        ({"rows": 19}, "第20行"),
        ({"columns": 4}, "E列"),
        ({"cells": 99}, "0万个"),
    ],
)
def test_every_limit_bites_where_it_is_set(opened, limit, words):
    assert read(opened, table(20, 5)) == 20
    with pytest.raises(Refused, match=words):
        read(opened, table(20, 5), **limit)


@pytest.mark.parametrize("limit", ["rows", "columns", "cells"])
def test_what_just_fits_is_read(opened, limit):
    exact = {"rows": 20, "columns": 5, "cells": 100}
    assert read(opened, table(20, 5), **{limit: exact[limit]}) == 20


def test_a_sheet_that_only_formats_what_lies_beyond_is_read(opened):
    """Programs format whole rows and columns; only values count."""
    book = table(3, 2)
    for place in ("XFD1", "A1048576", "XFD1048576"):
        book.active[place].number_format = "@"
    assert read(opened, book) == 3


def test_strings_below_every_ratio_are_still_counted(opened):
    """BI-X04, when the file takes care not to look packed."""
    items = "<si><t>a</t></si>" * 60_000 + f"<!--{NOISE[:100_000]}-->"
    with pytest.raises(Refused, match="不同的文字过多"):
        read(opened, spoiled(**{STRINGS: packages.strings(items)}), strings=59_999)
    assert read(opened, spoiled(**{STRINGS: packages.strings(items)}), strings=60_000) == 1


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"file_bytes": 10, "text_bytes": 100}, "超过0MB"),
        ({"rows": 19}, "超过19行"),
        ({"columns": 4}, "第1行超过4列"),
        ({"cells": 99}, "超过0万个单元格"),
    ],
)
def test_every_limit_bites_a_text_too(opened, limit, words):
    text = "".join(f"甲{number},乙,丙,丁,戊\n" for number in range(20)).encode()
    assert read(opened, text, file_bytes=10, rows=20, columns=5, cells=100) == 20
    with pytest.raises(Refused, match=words):
        read(opened, text, **limit)


def test_a_text_may_be_larger_than_a_workbook_and_a_workbook_no_larger_for_it(opened):
    assert read(opened, b"a,b\n" * 300, file_bytes=1000, text_bytes=1200) == 300
    with pytest.raises(Refused, match="超过0MB"):
        read(opened, table(20, 5), file_bytes=1000, text_bytes=100_000)


def test_settings_are_the_limits():
    with override_settings(
        INTAKE_FILE_MIB=1,
        INTAKE_TEXT_MIB=7,
        INTAKE_UNPACKED_MIB=2,
        INTAKE_ROWS=3,
        INTAKE_COLUMNS=4,
        INTAKE_CELLS=5,
        INTAKE_STRINGS=6,
    ):
        found = configured.limits()
    assert found == Limits(
        file_bytes=MIB, text_bytes=7 * MIB, unpacked_bytes=2 * MIB, rows=3, columns=4, cells=5, strings=6
    )
    assert configured.limits() == Limits()


def test_a_reader_without_memory_is_a_refusal(opened):
    lines = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 20_000))
    text = packages.sheet(f'<row r="1"><c r="A1"><v>7</v></c></row>{lines}')  # a number: calamine lays it out whole
    content = spoiled(**{SHEET: text, STRINGS: packages.strings(f"<si><t>{NOISE[:30_000]}</t></si>")})
    with pytest.raises(Refused, match="展开后过大"):
        read(opened, content, memory_bytes=200 * MIB)


def test_a_reader_out_of_time_is_a_refusal(opened):
    with pytest.raises(Refused, match="超时"):
        opened(table(2, 2), seconds=0)


def test_a_reader_that_uses_up_its_processor_time_is_a_refusal():
    class Busy:
        def wait(self) -> int:
            return -signal.SIGXCPU

    assert processes.why_it_died(Busy()).message == processes.TOO_SLOW


@pytest.mark.parametrize("when", ["before the rows", "among the rows"])
def test_a_reader_that_is_killed_is_a_refusal_and_leaves_no_process(tmp_path, when):
    """P26: whatever becomes of the child, its parent goes on."""
    path = tmp_path / "file"
    path.write_bytes(spoiled(**{SHEET: packages.sheet("".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{NOISE[n : n + 400]}</t></is></c></row>' for n in range(1, 5000)))}))  # fmt: skip
    with open_workbook(path, limits=Limits()) as book:
        process = book._child._process
        rows = book.rows(book.sheets[0])
        if when == "among the rows":
            assert next(rows).number == 1
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with pytest.raises(Refused):
            list(rows)
    assert process.returncode == -signal.SIGKILL
    assert process.stdin.closed and process.stdout.closed


def test_a_reader_knows_neither_settings_nor_secrets(opened, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for you")
    book = opened(table(2, 2))
    environment = Path(f"/proc/{book._child._process.pid}/environ").read_text()
    assert "SECRET_KEY" not in environment and "DJANGO" not in environment


def test_a_reader_imports_no_django():
    code = "import sys, registry.intake.child, registry.intake.marking; sys.exit('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0


def honest(rows: int) -> bytes:
    """A workbook of 28 columns as Excel writes it: shared strings, days, amounts, formatted empty cells."""
    columns = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA", "AB"]
    shared = "".join(f"<si><t>{NOISE[n * 13 : n * 13 + 20]}</t></si>" for n in range(50_000))
    patterns = []
    for start in range(97):  # so many different rows, their numbers to be filled in
        texts = (
            f'<c r="{name}#" t="s" s="2"><v>{start * 500 + place}</v></c>' for place, name in enumerate(columns[:12])
        )
        empty = (f'<c r="{name}#" s="2"/>' for name in columns[12:26])
        last = f'<c r="AA#" s="1"><v>{45000 + start}</v></c><c r="AB#"><v>0.5</v></c>'
        patterns.append(f'<row r="#">{"".join(texts)}{"".join(empty)}{last}</row>')
    lines = "".join(patterns[number % 97].replace("#", str(number)) for number in range(1, rows + 1))
    return spoiled(**{SHEET: packages.sheet(lines), STRINGS: packages.strings(shared)})


def test_an_honest_workbook_of_100_000_rows_passes(worker, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(honest(100_000))
    started = time.perf_counter()
    spent = worker(path)
    assert spent["said"] == ""
    assert spent["mib"] <= 100 and spent["child_mib"] <= 300
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_an_honest_text_of_100_000_rows_passes(worker, tmp_path, encoding):
    """Far beyond what a packed workbook may have, and never held whole."""
    path = tmp_path / "file"
    line = ",".join(f"安康市试例{place}号" for place in range(28))
    with path.open("w", encoding=encoding) as file:
        file.writelines(f"{line}{number}\n" for number in range(100_000))
    assert path.stat().st_size > Limits().file_bytes
    spent = worker(path)
    assert spent["said"] == ""
    assert spent["mib"] <= 100 and spent["child_mib"] <= 300
