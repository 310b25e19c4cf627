"""A file from the clerk's hand to the public: checked, stored as drafts, reviewed by another; or taken back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from registry.intake import deciding
from registry.intake.errors import Refused
from registry.intake.models import BatchState
from registry.models import AuditLog, Person, Record, Subject
from registry.records.statuses import Action
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused
from tests import samples
from tests.batches.conftest import counts, licences, messages, moved, returned, workbook, worked
from tests.factories import NOON, SubjectFactory, UserFactory

pytestmark = pytest.mark.django_db

PERSON = {
    "counterparty_kind": "自然人", "counterparty_name": "柯试明", "counterparty_uscc": "", "legal_representative": "",
    "counterparty_document_type": "身份证", "counterparty_id_number": "610902190001050014",
}  # fmt: skip


def test_a_dry_run_counts_and_names_and_stores_nothing(check):
    rows = [*licences(3), samples.licence(document_number="石许〔2026〕4号", **PERSON)]
    rows[1]["counterparty_uscc"] = "93610922XXAK00023L"
    rows[2]["document_number"] = ""
    batch = check(rows)
    assert (batch.state, counts(batch)) == (BatchState.CHECKED, {"new": 2, "wrong": 2})
    said = messages(batch)
    assert list(said) == [3, 4] and "校验码错误" in said[3] and "文书号：必填" in said[4]
    assert not (Record.objects.exists() or Subject.objects.exists() or Person.objects.exists())


def test_confirming_makes_drafts_of_the_right_rows_in_the_clerks_name(commit, clerk):
    rows = [*licences(4), samples.licence(document_number="石许〔2026〕5号", **PERSON)]
    rows[3]["valid_to"] = "2017-01-01"
    batch = commit(rows)
    assert (batch.state, counts(batch)) == (BatchState.COMMITTED, {"new": 4, "wrong": 1, "stored": 4})
    records = batch.records.order_by("pk")
    assert [record.batch_row for record in records] == [2, 3, 4, 6]
    assert {(record.status, record.entered_by, record.is_backfill) for record in records} == {("draft", clerk, False)}
    assert records.last().subject.person.number() == "610902190001050014"
    assert AuditLog.objects.filter(action="record.draft").count() == 4
    assert batch.committed_by == clerk


@pytest.mark.parametrize("kind", ["penalty", "code-event", "award", "catalogue-record"])
def test_a_file_of_any_kind_comes_in(kind, commit):
    batch = commit([samples.of(kind)], kind)
    assert counts(batch) == {"new": 1, "stored": 1}, (batch.refusal, messages(batch))
    assert Record.objects.get().kind == kind


def test_the_same_file_again_is_recognised_row_by_row(commit, check):
    rows = licences(4)
    rows[3]["decided_on"] = "2026-02-30"
    first = commit(rows)
    again = check(rows)
    assert again.pk != first.pk and counts(again) == {"wrong": 1, "same": 3}
    with pytest.raises(MoveRefused, match="没有可以导入的行"):
        deciding.confirm(again, by=first.uploaded_by, at=NOON)
    assert Record.objects.count() == 3


def test_the_same_rows_saved_anew_are_recognised_too_and_a_change_is_shown(commit, check):
    rows = licences(3)
    commit(rows)
    rows[1]["content"] = "食品经营（热食类食品制售）"
    again = check(rows)
    assert counts(again) == {"same": 2, "changed": 1}
    row = again.rows.get()
    assert (row.number, row.verdict, row.record.batch_row) == (3, "changed", 3)
    assert row.problems == [{
        "field": "content",
        "message": "许可内容：现为“食品经营（预包装食品销售）”，本次填写“食品经营（热食类食品制售）”",
    }]  # fmt: skip


def test_a_record_that_was_revised_since_counts_as_changed_although_the_file_is_the_same(commit, check, clerk):
    from registry.records import drafting
    from registry.records.parsing import Door
    from tests.factories import TODAY

    rows = licences(2)
    record = commit(rows).records.first()
    drafting.revise(record, rows[0] | {"remarks": "改过"}, by=clerk, at=NOON, today=TODAY, door=Door.FORM)
    assert counts(check(rows)) == {"same": 1, "changed": 1}


def test_a_file_under_way_is_not_taken_twice(deliver):
    content = workbook("licence", licences(1))
    assert deliver(content) == deliver(content)
    with pytest.raises(Invalid) as refusal:
        deliver(content, "penalty")
    assert "正在按“行政许可”办理" in str(refusal.value.checked.problems)


def test_a_row_repeated_in_the_file_is_wrong_once(check):
    rows = licences(3)
    rows[2] = rows[0] | {"document_number": "石食药监许[2026]第1号"}
    batch = check(rows)
    assert counts(batch) == {"new": 2, "wrong": 1}
    assert messages(batch) == {4: "重复：与第2行是同一文书号、同一相对人"}


def test_a_batch_is_submitted_and_published_by_two_people(commit, clerk, reviewer):
    batch = moved(commit(licences(3)), Action.SUBMIT, clerk)
    assert batch.state == BatchState.COMMITTED
    assert set(batch.records.values_list("status", flat=True)) == {"submitted"}
    batch = moved(batch, Action.PUBLISH, reviewer)
    assert set(batch.records.values_list("status", "reviewed_by")) == {("published", reviewer.pk)}
    assert AuditLog.objects.filter(action="record.publish", by=reviewer).count() == 3


def test_nobody_reviews_what_he_brought_in(commit, clerk):
    from django.contrib.auth.models import Group

    batch = moved(commit(licences(1)), Action.SUBMIT, clerk)
    clerk.groups.add(Group.objects.get(name="reviewer"))
    clerk = type(clerk).objects.get(pk=clerk.pk)
    with pytest.raises(PermissionDenied, match="录入人不能审核自己录入的记录"):
        deciding.move(batch, Action.PUBLISH, by=clerk, at=NOON)
    assert batch.records.get().status == "submitted"


def test_a_reviewer_returns_a_batch_for_a_reason(commit, clerk, reviewer):
    batch = moved(commit(licences(2)), Action.SUBMIT, clerk)
    with pytest.raises(MoveRefused, match="必须说明理由"):
        deciding.move(batch, Action.RETURN, by=reviewer, at=NOON)
    batch = moved(batch, Action.RETURN, reviewer, "许可内容过于简略")
    assert set(batch.records.values_list("status", flat=True)) == {"returned"}
    assert {event.reason for record in batch.records.all() for event in record.events.all()} == {"", "许可内容过于简略"}


def test_what_cannot_be_published_is_named_with_its_rows(commit, clerk, reviewer, rules):
    rows = [
        samples.penalty(document_number=f"罚〔2026〕{n}号", counterparty_uscc=samples.make_uscc()) for n in range(2)
    ]
    rows[1]["public_until"] = "2099-12-31"
    batch = moved(commit(rows, "penalty"), Action.SUBMIT, clerk)
    batch = moved(batch, Action.PUBLISH, reviewer)
    assert set(batch.records.values_list("batch_row", "status")) == {(2, "published"), (3, "submitted")}
    assert "通过并公示未办理1条" in batch.remarks[-1] and "第3行" in batch.remarks[-1]


def test_an_unreviewed_batch_is_taken_back_whole(commit, clerk):
    batch = commit(licences(3))
    batch = worked(deciding.undo(batch, by=clerk, at=NOON))
    assert (batch.state, batch.rows_stored) == (BatchState.UNDONE, 0)
    assert not Record.objects.exists()
    assert AuditLog.objects.filter(action="record.discard").count() == 3
    again = commit(licences(3))
    assert again.rows_stored == 3


def test_a_batch_of_which_anything_was_submitted_is_not_taken_back(commit, clerk):
    from registry.records.workflow import move

    batch = commit(licences(2))
    asked = deciding.undo(batch, by=clerk, at=NOON)
    move(batch.records.first(), Action.SUBMIT, by=clerk, at=NOON)  # while the worker is on its way
    batch = worked(asked)
    assert batch.state == BatchState.COMMITTED and "已有提交过的记录" in batch.refusal
    assert batch.records.count() == 2
    with pytest.raises(MoveRefused, match="不能整批撤销"):
        deciding.undo(batch, by=clerk, at=NOON)


def test_another_name_under_a_known_code_waits_for_somebody_to_look(commit, clerk, reviewer):
    known = SubjectFactory(name="石泉县后柳试例水产专业合作社")
    rows = licences(2)
    rows[1] |= {"counterparty_uscc": known.uscc, "counterparty_name": "石泉县后柳水产合作社"}
    batch = commit(rows)
    assert counts(batch) == {"new": 1, "held": 1, "stored": 1}
    row = batch.rows.get(verdict="held")
    assert "该代码登记的名称为“石泉县后柳试例水产专业合作社”" in row.problems[0]["message"]
    deciding.decide([row], accept=True, by=reviewer, at=NOON)
    batch = worked(deciding.confirm(batch, by=clerk, at=NOON))
    assert batch.rows_stored == 2 and known.records.count() == 1
    assert batch.rows.get(verdict="held").is_accepted is True


def test_what_is_odd_is_stored_and_thrown_out_by_one_word(commit, reviewer):
    namesake = SubjectFactory(name="石泉县后柳试例水产专业合作社")
    batch = commit(licences(1))
    row = batch.rows.get()
    assert row.verdict == "flagged" and namesake.uscc in row.problems[0]["message"]
    assert batch.records.count() == 1
    with pytest.raises(PermissionDenied):
        deciding.decide([row], accept=False, by=UserFactory(), at=NOON)


def test_a_refused_flag_takes_its_draft_out(commit, clerk):
    SubjectFactory(name="石泉县后柳试例水产专业合作社")
    batch = commit(licences(1))
    deciding.decide(batch.rows.all(), accept=False, by=clerk, at=NOON)
    batch.refresh_from_db()
    assert batch.rows_stored == 0 and not batch.records.exists()


def test_a_file_that_is_no_workbook_is_refused_and_deleted(check, tmp_path):
    batch = check(b"<html>not a workbook</html>")
    assert batch.state == BatchState.REFUSED and batch.refusal
    assert batch.stored_as == "" and not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_header_without_its_required_columns_is_refused_whole(check):
    rows = [{name: value for name, value in row.items() if name != "document_number"} for row in licences(2)]
    batch = check(rows)
    assert batch.state == BatchState.REFUSED and "行政许可决定文书号" in batch.refusal


def test_a_workbook_with_headings_only_says_so(check):
    content = workbook("licence", licences(1))
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    book.active.delete_rows(2)
    target = io.BytesIO()
    book.save(target)
    assert "没有数据行" in check(target.getvalue()).refusal


def test_an_empty_file_and_one_too_large_are_refused_at_the_door(deliver, settings, tmp_path):
    with pytest.raises(Refused, match="文件是空的"):
        deliver(b"")
    settings.INTAKE_FILE_MIB, settings.INTAKE_TEXT_MIB = 1, 2
    with pytest.raises(Refused, match="文件超过1MB"):
        deliver(b"PK\x03\x04" + b"x" * 2**20)
    with pytest.raises(Refused, match="文件超过2MB"):
        deliver(b"x" * 2**21 + b"x")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_returned_workbook_comes_back_put_right_and_touches_only_what_was_marked(commit, check, clerk):
    import io

    rows = licences(4)
    rows[1]["decided_on"] = "2026-02-30"
    first = commit(rows)
    book = returned(first)
    sheet = next(each for each in book if each.max_row >= 5 and each.title != "汇总")
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    sheet.cell(3, heads["许可决定日期"]).value = "2026-02-27"
    sheet.cell(4, heads["许可内容"]).value = "顺手改了别的一行"
    target = io.BytesIO()
    book.save(target)
    second = check(target.getvalue())
    assert counts(second) == {"new": 1, "unmarked": 3}
    second = worked(deciding.confirm(second, by=clerk, at=NOON))
    assert second.rows_stored == 1 and Record.objects.count() == 4


def test_a_workbook_returned_to_another_body_is_refused(commit, check):
    """BI-X15."""
    import io

    from tests.factories import OrganisationFactory

    rows = licences(2)
    rows[1]["decided_on"] = "2026-02-30"
    first = commit(rows)
    target = io.BytesIO()
    returned(first).save(target)
    first.organisation = OrganisationFactory()
    first.save()
    batch = check(target.getvalue())
    assert batch.state == BatchState.REFUSED and "其他批次退回" in batch.refusal


def test_giving_up_deletes_the_file_at_once(check, clerk, tmp_path):
    batch = deciding.give_up(check(licences(1)), by=clerk, at=NOON)
    assert batch.state == BatchState.DISCARDED
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_kept_file_and_its_name_tell_nothing(deliver, tmp_path):
    """BI-U06."""
    content = workbook("licence", [samples.licence(**PERSON)])
    batch = deliver(content, name="../../a\u202e610902190001050014\x00.xlsx")
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept.name) == 32 and "xlsx" not in kept.name
    assert content[:4] not in kept.read_bytes()
    assert "610902190001050014" not in batch.file_name and "\u202e" not in batch.file_name


BACKFILL = [
    ({"decided_on": "2015-07-01", "valid_from": "2015-07-01", "valid_to": "2028-06-30"}, None),
    ({"decided_on": "2015-07-01", "valid_from": "2015-07-01", "valid_to": "2025-12-31"}, "已过有效期"),
    ({"decided_on": "2026-01-10", "valid_from": "2026-01-10"}, "本年度不属补录"),
]


@pytest.mark.parametrize(("changes", "why"), BACKFILL)
def test_what_is_entered_for_earlier_years_is_of_one_and_still_valid(changes, why, check):
    batch = check([samples.licence(**changes)], is_backfill=True)
    assert counts(batch) == ({"wrong": 1} if why else {"new": 1})
    assert why is None or why in messages(batch)[2]


PENALTIES = [
    ({"decided_on": "2025-06-01", "category": "罚款"}, None),
    ({"decided_on": "2022-06-01", "category": "罚款"}, "公示期已于"),
    ({"decided_on": "2025-06-01", "effective_until": "2025-12-31"}, "已过有效期"),
    ({"decided_on": "2026-01-05"}, "本年度不属补录"),
]


@pytest.mark.parametrize(("changes", "why"), PENALTIES)
def test_a_penalty_of_an_earlier_year_is_entered_while_its_term_runs(changes, why, check, rules):
    batch = check([samples.penalty(**changes)], "penalty", is_backfill=True)
    assert counts(batch) == ({"wrong": 1} if why else {"new": 1})
    assert why is None or why in messages(batch)[2]


def test_what_was_entered_for_an_earlier_year_is_tagged(commit):
    rows = [samples.licence(decided_on="2015-07-01", valid_from="2015-07-01")]
    assert commit(rows, is_backfill=True).records.get().is_backfill


def test_a_kind_that_has_no_back_entry_refuses_it_at_the_door(deliver):
    with pytest.raises(Invalid) as refusal:
        deliver(workbook("code-event", [samples.code_event()]), "code-event", is_backfill=True)
    assert "没有补录" in refusal.value.checked.problems[0].message


CONVERTED = {"event_kind": "存量转换", "old_scheme": "组织机构代码"}


def test_conversions_give_a_result_for_each_row(commit, check, clerk, reviewer):
    right = samples.make_uscc("93", "610922")
    rows = [
        samples.code_event(**CONVERTED, counterparty_uscc=right, old_value=right[8:17]),
        samples.code_event(**CONVERTED, counterparty_uscc=samples.make_uscc("93", "610922"), old_value="10774368-0",
                           counterparty_name="石泉县试例二号合作社"),
        samples.code_event(**CONVERTED, counterparty_uscc=samples.make_uscc("51", "610922"), old_value="107743680",
                           counterparty_name="石泉县试例协会"),
    ]  # fmt: skip
    batch = commit(rows, "code-event")
    assert counts(batch) == {"new": 2, "wrong": 1, "stored": 2}
    said = messages(batch)
    assert "第9至17位" in said[3] and "不是前两位为51的代码的登记管理部门" in said[4]
    moved(moved(batch, Action.SUBMIT, clerk), Action.PUBLISH, reviewer)
    again = check([rows[0] | {"counterparty_uscc": samples.make_uscc("93", "610922"),
                               "counterparty_name": "石泉县试例三号合作社"}], "code-event")  # fmt: skip
    assert "已对应其他统一社会信用代码" in messages(again)[2]
