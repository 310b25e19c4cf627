"""Codes, days and amounts in a workbook and in CSV: read as people type them, or refused cell by cell, in words.

One file holds many cases, as a clerk's does; what is asked here of the door of batches is asked of the forms and the
API beside it.
"""

from __future__ import annotations

import csv
import io

import pytest

from registry.intake.models import BatchState
from registry.models import Record
from registry.records import kinds
from tests import samples
from tests.batches.conftest import check, commit, counts, deliver, messages, own_files, workbook  # noqa: F401
from tests.factories import TODAY

pytestmark = pytest.mark.django_db

CODE = "93610922XXAK00023K"
READ = [  # how it is typed, what it is read as
    ("BI-C01", "counterparty_uscc", CODE, CODE),
    ("BI-C02", "counterparty_uscc", f"  {CODE}\t ", CODE),
    ("BI-C04", "counterparty_uscc", "９３６１０９２２ＸＸＡＫ０００２３Ｋ", CODE),
    ("BI-C10", "counterparty_uscc", "93610922\u200bXXAK00023K", CODE),
    ("BI-C11", "counterparty_uscc", f"\ufeff{CODE}", CODE),
    ("BI-C13", "counterparty_uscc", "93610922-XXAK0002-3K", CODE),
    ("BI-C13", "counterparty_uscc", "9361 0922 XXAK 0002 3K", CODE),
    ("BI-D02", "decided_on", "２０２６-02-27", "2026-02-27"),
    ("BI-D02", "decided_on", "2026年2月27日", "2026-02-27"),
    ("BI-D02", "decided_on", "2026/2/27", "2026-02-27"),
    ("BI-D02", "decided_on", "2026.2.27", "2026-02-27"),
    ("BI-D02", "decided_on", "20260227", "2026-02-27"),
    ("BI-D06", "decided_on", TODAY.isoformat(), "2026-03-02"),
    ("BI-C20", "remarks", "   ", ""),
    ("BI-N13", "content", "-cmd|' /C calc'!A0", "-cmd|' /C calc'!A0"),
]
REFUSED = [
    ("BI-C05", "counterparty_uscc", "93610922XXAK00023L", "第18位应为 K"),
    ("BI-C07", "counterparty_uscc", "9361O922XXAKOOO23K", "是否为 0"),
    ("BI-C08", "counterparty_uscc", "936I0922XXAK00023K", "第4位“I”有误"),
    ("BI-C14", "counterparty_uscc", f"{CODE}0", "应为18位，现为19位"),
    ("BI-C14", "counterparty_uscc", CODE[:17], "应为18位，现为17位"),
    ("BI-C16", "counterparty_uscc", "1" * 18, "第"),
    ("BI-C17", "counterparty_uscc", "ZZ610922XXAK00023K", "第1位“Z”有误"),
    ("BI-C19", "counterparty_uscc", "612401199001010011", "请勿在此输入身份证号"),
    ("BI-C20", "counterparty_uscc", "", "必填"),
    ("BI-X10", "counterparty_uscc", "9.16109E+17", "科学计数法"),
    ("BI-D03", "decided_on", "01/02/2024", "日期格式有歧义"),
    ("BI-D03", "decided_on", "1-2-2024", "日期格式有歧义"),
    ("BI-D05", "decided_on", "1900-02-29", "没有这一天"),
    ("BI-D06", "decided_on", "2026-03-03", "不能晚于今天"),
    ("BI-D08", "decided_on", "2026-02-27T23:30:00Z", "日期须写成"),
    ("BI-N03", "document_name", "许\x01可", "U+0001"),
    ("BI-N06", "counterparty_name", "甲\u202e公司", "U+202E"),
    ("BI-I01", "content", "身份证 61092619000212002X", "不得填写居民身份证号码"),
]
AMOUNTS = [
    ("1,234.50", "1234.5"), ("￥１２３", "123"), ("12.345", "12.345"), ("-0", ""),
    ("1e999999", "科学计数法|金额须为数字"), ("NaN", "金额须为数字"), ("Infinity", "金额须为数字"), ("-1", "不能为负数"),
    ("12.3456789", "最多六位小数"), ("99999999999999", "金额过大"), ("true", "金额须为数字"),
]  # fmt: skip


def rows_of(cases, kind="licence"):
    made = []
    for number, (_, name, typed, *_) in enumerate(cases):
        row = samples.of(kind, **{"document_number": f"误〔2026〕{number}号", "remarks": "", name: typed})
        if name == "decided_on":
            row["valid_from"] = "2026-01-01"
        made.append(row)
    return made


def as_csv(kind: str, rows, *, encoding: str = "utf-8-sig", between: str = ",") -> bytes:
    names = list(rows[0])
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=between)
    spec = kinds.get(kind).spec()
    writer.writerow([spec[name].label for name in names])
    writer.writerows([row[name] for name in names] for row in rows)
    return text.getvalue().encode(encoding, "replace")


def without_controls(rows):
    """What openpyxl refuses to write: only CSV brings it."""
    return [{name: value.replace("\x01", "") if isinstance(value, str) else value for name, value in row.items()}
            for row in rows]  # fmt: skip


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv in GB18030"])
def test_what_people_type_is_read_with_a_notice_and_stored_in_its_one_form(form, commit):  # noqa: F811
    """BI-C01 BI-C02 BI-C04 BI-C10 BI-C11 BI-C13 BI-D02 BI-D06 BI-N13; BI-V01 for the encodings."""
    rows = rows_of(READ)
    encoding = "gb18030" if "GB" in form else "utf-8-sig"
    batch = commit(workbook("licence", rows) if form == "xlsx" else as_csv("licence", rows, encoding=encoding))
    assert counts(batch) == {"new": len(READ), "stored": len(READ)}, messages(batch)
    stored = {record.batch_row - 2: record for record in Record.objects.select_related("subject", "licence")}
    for number, (case, name, _, wanted) in enumerate(READ):
        record = stored[number]
        found = {"counterparty_uscc": record.subject.uscc, "decided_on": str(record.decided_on),
                 "remarks": record.licence.remarks, "content": record.licence.content}  # fmt: skip
        assert found[name] == wanted, case
    assert any("全角" in text for text in batch.repairs)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_cannot_be_read_is_refused_cell_by_cell_and_nothing_of_it_is_stored(form, check):  # noqa: F811
    """BI-C05 BI-C07 BI-C08 BI-C14 BI-C16 BI-C17 BI-C19 BI-C20 BI-X10 BI-D03 BI-D05 BI-D06 BI-D08 BI-N03 BI-N06."""
    rows = rows_of(REFUSED)
    batch = check(workbook("licence", without_controls(rows)) if form == "xlsx" else as_csv("licence", rows))
    said = messages(batch)
    for number, (case, _, _, wanted) in enumerate(REFUSED):
        if form == "xlsx" and case == "BI-N03":
            continue
        assert wanted in said.get(number + 2, ""), (case, said.get(number + 2))
    assert not any("612401199001010011" in each or "61092619000212002X" in each for each in said.values())


def test_amounts_are_folded_here_and_never_rounded(check):  # noqa: F811
    """BI-M01: thousands separators and full-width digits are taken in workbooks only."""
    rows = rows_of([("BI-M01", "confiscated", typed) for typed, _ in AMOUNTS], "penalty")
    said = messages(check([row | {"late_reason": ""} for row in rows], "penalty"))
    for number, (typed, wanted) in enumerate(AMOUNTS):
        found = said.get(number + 2, "")
        right = (
            not found
            if wanted == "" or wanted.replace(".", "").isdigit()
            else any(w in found for w in wanted.split("|"))
        )
        assert right, (typed, found)


WHOLE = [
    (b"PK\x03\x04" + b"x" * 40, ""),  # BI-X07
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""),
    (b"%PDF-1.7\n%\xe2\xe3", ""),  # BI-U02
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", ""),
    (b"MZ\x90\0", ""),
    ('行政许可决定文书号;许可内容\n"未闭合'.encode(), ""),  # BI-V01
    (b"a,b\n" + b"\0" * 10, ""),
    (b"x" * 3_000_000, ""),
]


@pytest.mark.parametrize("content", [content for content, _ in WHOLE], ids=range(len(WHOLE)))
def test_what_is_no_workbook_is_refused_whole_in_chinese(content, check):  # noqa: F811
    """BI-U02 BI-V01 BI-X07: told by content, whatever its name says."""
    batch = check(content)
    assert batch.state == BatchState.REFUSED and batch.stored_as == ""
    assert any("\u4e00" <= character <= "\u9fff" for character in batch.refusal)


def test_one_right_row_among_a_thousand_wrong_ones_comes_in(commit):  # noqa: F811
    """BI-X12."""
    rows = [samples.licence(document_number=f"千〔2026〕{number}号", category="一般") for number in range(1_000)]
    rows[500]["category"] = "普通"
    batch = commit(rows)
    assert counts(batch) == {"new": 1, "wrong": 999, "stored": 1}
    assert Record.objects.get().batch_row == 502


def test_all_doubles_are_one(check):  # noqa: F811
    """BI-X12."""
    assert counts(check([samples.licence(counterparty_uscc=CODE)] * 30)) == {"new": 1, "wrong": 29}
