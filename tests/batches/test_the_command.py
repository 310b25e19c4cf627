"""`manage.py import_workbook`: the same steps from the console, in the name of a clerk; review stays a person's."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

from registry.directory.staff import Role
from registry.models import ImportBatch, Record
from tests.batches.conftest import licences, workbook
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(organisation, clerk, tmp_path):
    def go(rows, *options, kind="licence", code=None):
        file = tmp_path / "许可.xlsx"
        file.write_bytes(rows if isinstance(rows, bytes) else workbook(kind, rows))
        out = StringIO()
        call_command(
            "import_workbook", kind, str(file), "--organisation", code or organisation.uscc, *options, stdout=out
        )
        return out.getvalue()

    return go


def test_without_commit_it_counts_and_stores_nothing(run):
    rows = licences(3)
    rows[1]["decided_on"] = "2026-02-30"
    said = run(rows)
    assert "第3行（有误）：许可决定日期：没有这一天" in said and "共3行：可导入2，有误1" in said
    assert not Record.objects.exists()


def test_with_commit_the_right_rows_are_drafts_and_a_second_time_none(run, clerk):
    rows = licences(3)
    assert "已存为草稿3条" in run(rows, "--commit")
    assert "已存在3" in run(rows, "--commit") and Record.objects.count() == 3
    assert set(Record.objects.values_list("status", "entered_by")) == {("draft", clerk.pk)}


def test_the_marked_workbook_is_written_where_asked(run, tmp_path):
    rows = licences(2)
    rows[0]["decided_on"] = "2026-02-30"
    run(rows, "--returned", str(tmp_path / "退回.xlsx"))
    assert "汇总" in load_workbook(tmp_path / "退回.xlsx").sheetnames


def test_two_clerks_must_be_told_apart(run, organisation, clerk):
    UserFactory(organisation=organisation, role=Role.CLERK)
    with pytest.raises(CommandError, match="有2位符合条件的录入员，请用 --clerk"):
        run(licences(1))
    assert "可导入1" in run(licences(1), "--clerk", clerk.username)


@pytest.mark.parametrize(("options", "said"), [
    ({"code": "11610922XXAK0928X9"}, "没有统一社会信用代码为"),
    ({"kind": "nothing", "rows": b"x"}, "没有此类信息"),
    ({"rows": b""}, "空的"),
    ({"rows": b"\x00\x01\x02"}, "工作簿|文件|编码"),
])  # fmt: skip
def test_what_cannot_be_taken_is_said_in_words(options, said, run):
    rows = options.pop("rows", None)
    with pytest.raises(CommandError, match=said):
        run(licences(1) if rows is None else rows, **options)
    assert not Record.objects.exists()


def test_a_file_that_is_not_there_is_named(organisation, clerk):
    with pytest.raises(CommandError, match="文件无法读取"):
        call_command("import_workbook", "licence", "nirgends.xlsx", "--organisation", organisation.uscc)
    assert not ImportBatch.objects.exists()
