"""What a clerk enters becomes a draft or a list of reasons, and never half of either."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from registry.directory.subjects import SubjectKind
from registry.models import AuditLog, Person, Record, Subject
from registry.records import drafting, subject_matching
from registry.records.parsing import Door
from registry.records.statuses import Action
from registry.records.validation import Invalid
from registry.records.workflow import move
from tests import samples
from tests.factories import NOON, TODAY, OrganisationFactory, SubjectFactory, make_uscc

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(organisation, clerk):
    def enter(kind="licence", *, door=Door.FORM, **changes):
        return drafting.draft(
            kind,
            samples.of(kind, **changes),
            organisation=organisation,
            by=clerk,
            at=NOON,
            today=TODAY,
            door=door,
        )

    return enter


def reasons(enter, *args, **changes) -> str:
    before = Record.objects.count(), Subject.objects.count(), Person.objects.count()
    with pytest.raises(Invalid) as refused:
        enter(*args, **changes)
    assert (Record.objects.count(), Subject.objects.count(), Person.objects.count()) == before
    return "\n".join(message for messages in refused.value.checked.errors().values() for message in messages)


# Scenario S-01 step 5, and the conditional rules of 双公示 (domain 2.2).
WRONG = [
    ("licence", {"counterparty_uscc": "93610922XXAK00023L"}, "校验码错误：第18位应为 K"),
    ("licence", {"counterparty_uscc": "93610922XXAK00023O"}, "第18位“O”有误"),
    ("licence", {"valid_to": "2017-01-01"}, "有效期至：不能早于"),
    ("licence", {"decided_on": "2026-03-03"}, "许可决定日期：不能晚于今天（2026-03-02）"),
    ("licence", {"document_number": ""}, "行政许可决定文书号：必填"),
    ("licence", {"document_number": "—"}, "文书号须含文字或数字"),
    ("licence", {"legal_representative": ""}, "法定代表人：必填"),
    ("licence", {"counterparty_uscc": ""}, "统一社会信用代码）：必填"),
    ("licence", {"counterparty_kind": "个体工商户"}, "与代码前两位“93”不符"),
    ("licence", {"counterparty_kind": "公司"}, "可选：法人及非法人组织、个体工商户、自然人"),
    ("licence", {"counterparty_kind": "自然人"}, "此类相对人不填本栏"),
    ("licence", {"certificate_name": "食品经营许可证"}, "许可编号：必填"),
    ("licence", {"category": "一般"}, "许可类别：不在可选范围内"),
    ("licence", {"authority_uscc": "11610900XXAK0901XX"}, "许可机关统一社会信用代码：校验码错误"),
    ("licence", {"counterparty_organisation_code": "123456789"}, "组织机构代码"),
    ("licence", {"content": "经营者身份证61092619000212002X"}, "不得填写居民身份证号码"),
    ("licence", {"document_name": "许" * 65}, "最多64个字，现为65个字"),
    ("licence", {"counterparty_name": "甲\u202e公司"}, "U+202E"),
    ("licence", {"status": "published"}, "没有此字段，或此字段不可写"),
    ("licence", {"decided_on": "01/02/2026"}, "日期格式有歧义"),
    ("licence", {"decided_on": "2026-02-30"}, "没有这一天"),
    ("licence", {"decided_on": "2026-01-05", "valid_from": "2026-01-05"}, "迟报原因：必填"),
    ("licence", {"legal_representative_id_number": "610902190001050014"}, "法定代表人证件类型：必填"),
    ("licence", {"legal_representative_document_type": "身份证"}, "法定代表人证件号码：必填"),
    ("penalty", {"basis": ""}, "处罚依据：必填"),
    ("penalty", {"fine": ""}, "罚款金额（万元）：必填"),
    ("penalty", {"fine": "0"}, "须大于0"),
    ("penalty", {"fine": "-1"}, "不能为负数"),
    ("penalty", {"fine": "1e999999"}, "金额须为数字"),
    ("penalty", {"fine": "NaN"}, "金额须为数字"),
    ("penalty", {"fine": "0.1234567"}, "最多六位小数"),
    ("penalty", {"fine": "1,234.50"}, "金额须为数字"),
    ("penalty", {"fine": "9999999999999"}, "金额过大"),
    ("penalty", {"category": "没收违法所得"}, "没收违法所得、没收非法财物的金额（万元）：必填"),
    ("penalty", {"category": "吊销许可证件"}, "暂扣或吊销证照名称及编号：必填"),
    ("penalty", {"category": "罚款;杖责"}, "处罚类别：不在可选范围内"),
    ("code-event", {"counterparty_uscc": make_uscc("51", "610900")}, "不是前两位为51的代码的登记管理部门"),
    ("code-event", {"event_kind": "存量转换"}, "原号码：必填"),
    ("catalogue-record", {"owed_to": "2025-01-01"}, "不能早于欠费起始日期"),
    ("catalogue-record", {"amount": "0"}, "欠费金额（万元）：须大于0"),
]


@pytest.mark.parametrize("door", [Door.FORM, Door.API])
@pytest.mark.parametrize(("kind", "changes", "message"), WRONG)
def test_a_wrong_value_is_refused_by_name_at_every_door_and_nothing_is_stored(kind, changes, message, door, enter):
    assert message in reasons(enter, kind, door=door, **changes)


def test_every_reason_is_given_at_once(enter):
    text = reasons(enter, counterparty_uscc="93610922XXAK00023L", decided_on="2026-02-30", content="")
    assert all(part in text for part in ("校验码错误", "没有这一天", "许可内容：必填"))


@pytest.mark.parametrize(
    "number", ["石食药监许〔2026〕9001号", "石食药监许[2026]9001号", "石食药监许（2026）第09001号"]
)
def test_the_same_decision_is_not_entered_twice_however_it_is_written(number, enter):
    record, _ = enter()
    code, name = record.subject.uscc, record.subject.name
    text = reasons(enter, counterparty_uscc=code, counterparty_name=name, document_number=number)
    assert "本单位已有同一文书号、同一相对人的记录" in text


def test_one_decision_may_stand_for_several_counterparties(enter):
    enter()
    other, _ = enter(counterparty_uscc=make_uscc(), counterparty_name="另一试例公司")
    assert other.pk


def test_a_withdrawn_decision_may_be_entered_anew(published, enter, reviewer):
    record = published()
    move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="录入有误")
    again, _ = enter(counterparty_uscc=record.subject.uscc)
    assert again.subject == record.subject


def test_what_is_not_in_the_catalogue_is_not_collected(clerk):
    stranger = OrganisationFactory()
    clerk.organisation = stranger
    clerk.save()
    with pytest.raises(drafting.NotInCatalogue) as refused:
        drafting.draft(
            "licence",
            samples.licence(),
            organisation=stranger,
            by=clerk,
            at=NOON,
            today=TODAY,
            door=Door.FORM,
        )
    assert "不在目录内" in str(refused.value.checked.errors())


def test_a_clerk_enters_for_their_own_organisation_only(clerk, organisation):
    with pytest.raises(PermissionDenied):
        drafting.draft(
            "licence", samples.licence(), organisation=OrganisationFactory(), by=clerk, at=NOON, today=TODAY,
            door=Door.FORM,
        )  # fmt: skip


def test_a_code_typed_any_way_leads_to_the_one_subject(enter):
    first, _ = enter()
    code = first.subject.uscc
    typed = f" {code[:8]}-{code[8:].lower()}\u200b"
    second, notices = enter(counterparty_uscc=typed, document_number="石食药监许〔2026〕9002号")
    assert second.subject == first.subject
    assert any("已去除不可见字符 U+200B" in notice for notice in notices)


def test_a_code_with_another_name_is_refused_unless_it_is_a_former_name(enter):
    subject = SubjectFactory(uscc=make_uscc("93", "610922"), name="石泉县新名试例专业合作社")
    changes = {"counterparty_uscc": subject.uscc, "counterparty_name": "石泉县旧名试例专业合作社"}
    assert "该代码登记的名称为“石泉县新名试例专业合作社”" in reasons(enter, **changes)
    subject_matching.add_former_name(subject, "石泉县旧名试例专业合作社")
    record, _ = enter(**changes)
    assert record.subject == subject


PERSON = {
    "counterparty_name": "唐试兰",
    "counterparty_kind": SubjectKind.NATURAL.value,
    "counterparty_uscc": "",
    "legal_representative": "",
    "counterparty_document_type": "身份证",
    "counterparty_id_number": "61090219000622006x",
}


def test_a_persons_number_is_kept_once_encrypted_and_nowhere_else(enter):
    record, _ = enter(**PERSON)
    person = record.subject.person
    assert person.number() == "61090219000622006X"
    assert person.number_mask == "610902************"
    assert "61090219000622006" not in person.number_cipher
    again, _ = enter(**PERSON | {"counterparty_id_number": "６１０９０２19000622006X"}, document_number="另〔2026〕1号")
    assert again.subject == record.subject and Person.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("610902900622006", "请录入18位"),
        ("610902190006220061", "校验码"),
        ("610902190013220061", "证件号码"),
    ],
)
def test_a_wrong_resident_id_is_refused_without_repeating_it(number, message, enter):
    text = reasons(enter, **PERSON | {"counterparty_id_number": number})
    assert message in text and number not in text


def test_another_name_on_a_known_number_is_refused(enter):
    enter(**PERSON)
    text = reasons(enter, **PERSON | {"counterparty_name": "唐试梅"}, document_number="另〔2026〕1号")
    assert "与该证件号码已登记的姓名不一致" in text


def test_a_returned_draft_can_be_put_right_and_the_change_is_on_record(submitted, clerk, reviewer):
    record = submitted()
    values = samples.licence(counterparty_uscc=record.subject.uscc, content="食品经营（散装食品销售）")
    with pytest.raises(Invalid):
        drafting.revise(record, values, by=clerk, at=NOON, today=TODAY, door=Door.FORM)
    move(record, Action.RETURN, by=reviewer, at=NOON, reason="内容有误")
    drafting.revise(record, values, by=clerk, at=NOON, today=TODAY, door=Door.FORM)
    record.refresh_from_db()
    assert record.detail.content == "食品经营（散装食品销售）"
    line = AuditLog.objects.get(action="record.revise")
    assert line.detail["changes"]["content"][1] == "食品经营（散装食品销售）"


def test_a_draft_nobody_saw_may_be_deleted_and_what_was_submitted_may_not(drafted, submitted, clerk):
    drafting.discard(drafted(), by=clerk, at=NOON)
    assert not Record.objects.exists()
    with pytest.raises(Invalid):
        drafting.discard(submitted(), by=clerk, at=NOON)


def test_good_rows_of_a_set_go_in_and_the_others_are_named_by_position(organisation, clerk):
    rows = [
        samples.licence(document_number="甲〔2026〕1号"),
        samples.licence(document_number=""),
        samples.licence(document_number="甲〔2026〕3号"),
    ]
    rows.append(dict(rows[0]))
    drafted = drafting.draft_many(
        "licence", rows, organisation=organisation, by=clerk, at=NOON, today=TODAY, door=Door.IMPORT
    )
    assert (sorted(drafted.records), sorted(drafted.refused)) == ([0, 2], [1, 3])
    assert "本单位已有同一文书号" in str(drafted.refused[3].errors())


def test_a_set_takes_a_fixed_number_of_queries(organisation, clerk, django_assert_max_num_queries):
    rows = [samples.penalty(document_number=f"乙〔2026〕{n}号", counterparty_name=f"试例{n}号公司") for n in range(40)]
    with django_assert_max_num_queries(60):
        drafting.draft_many(
            "penalty", rows, organisation=organisation, by=clerk, at=NOON, today=TODAY, door=Door.IMPORT
        )
