"""Codes as they are typed, pasted and mistyped: read alike at every door, never corrected in silence."""

from __future__ import annotations

import pytest
from django.test import Client

from registry.models import AuditLog, Record, Subject
from registry.records import workflow
from registry.records.statuses import Action
from tests import factories, samples
from tests.bad_inputs.conftest import READING, nothing_stored

pytestmark = pytest.mark.django_db

VALID = "91610900MA70ABC19T"
NAME = "安康市试例代码商贸有限公司"
PERSONAL = "612401199001010011"

SPELLINGS = {
    "BI-C01": (VALID, ""),
    "BI-C02": (f"  {VALID}\t\r\n", "已去除空白"),
    "BI-C04": ("９１６１０９００ＭＡ７０ＡＢＣ１９Ｔ", "已将全角字符转为半角"),
    "BI-C10": (f"{VALID[:8]}\u200b{VALID[8:]}", "已去除不可见字符 U+200B"),
    "BI-C11": (f"\ufeff{VALID}", "已去除不可见字符 U+FEFF"),
    "BI-C13": ("91610900-MA70ABC1-9T", "已去除连字符"),
    "BI-C13-blanks": ("9161 0900 ma70 abc1 9t", "已将小写字母转为大写"),
}


def of_the_subject(number: int = 1) -> dict[str, object]:
    return {
        "counterparty_name": NAME, "counterparty_uscc": VALID, "document_number": f"代码〔2026〕{number}号",
    }  # fmt: skip


@pytest.mark.parametrize("case", SPELLINGS)
def test_a_right_code_however_it_is_written_finds_its_subject_everywhere(case, published, looked_for):
    published("licence", **of_the_subject())
    published("code-event", counterparty_name=NAME, counterparty_uscc=VALID)
    for door in READING:
        assert NAME in looked_for(door, SPELLINGS[case][0]).content.decode(), door


@pytest.mark.parametrize("case", SPELLINGS)
def test_it_is_stored_as_the_one_code_with_a_notice_and_makes_no_second_subject(case, drafted, writing):
    spelling, notice = SPELLINGS[case]
    subject = drafted("licence", **of_the_subject()).subject
    for number, door in enumerate(writing, start=2):
        said = writing[door]("licence", samples.licence(**of_the_subject(number) | {"counterparty_uscc": spelling}))
        assert said.taken, (door, said.words)
        assert notice in said.words, (door, said.words)
    assert list(Subject.objects.values_list("uscc", flat=True)) == [VALID]
    assert set(Record.objects.values_list("subject", flat=True)) == {subject.pk}


def test_the_audit_log_keeps_how_a_folded_code_was_written(writing):
    """BI-C04: what the clerk really typed can be shown later."""
    spelling = SPELLINGS["BI-C04"][0]
    for number, door in enumerate(writing):
        writing[door]("licence", samples.licence(**of_the_subject(number) | {"counterparty_uscc": spelling}))
        line = AuditLog.objects.filter(action="record.draft").first()
        assert line.detail == {"typed": {"counterparty_uscc": spelling}}, door


def test_what_was_written_plainly_leaves_nothing_beside_it(drafted):
    drafted("licence", **of_the_subject())
    assert AuditLog.objects.get(action="record.draft").detail == {}


WRONG = {
    "BI-C05": ("91610900MA70ABC19X", "第18位应为 T"),
    "BI-C07": ("9161O900MA7OABC19T", "第12位“O”有误"),
    "BI-C07-suggested": ("9161O900MA7OABC19T", f"是否为 {VALID}"),
    "BI-C08": ("916I0900MA70ABC19T", "第4位“I”有误"),
    "BI-C14-long": (f"{VALID}0", "应为18位，现为19位"),
    "BI-C14-short": (VALID[:-1], "应为18位，现为17位"),
    "BI-C16-zeros": ("0" * 18, "登记管理部门"),
    "BI-C16-ones": ("1" * 18, "校验码"),
    "BI-C17": ("ZZ610900MA70ABC19T", "第1位“Z”有误"),
    "BI-C19": (PERSONAL, "请勿在此输入身份证号"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_code_is_refused_by_its_place_at_every_door_of_entry(case, refused):
    refused("licence", WRONG[case][1], counterparty_uscc=WRONG[case][0])


@pytest.mark.parametrize("case", sorted(WRONG.keys() - {"BI-C19"}))
def test_a_wrong_code_finds_nothing_and_never_everything(case, published, looked_for):
    published("licence", **of_the_subject())
    for door in READING:
        assert NAME not in looked_for(door, WRONG[case][0]).content.decode(), door


def test_a_resident_id_is_not_searched_and_not_given_back_by_any_door(published, looked_for):
    """BI-C19: the admin says so above its plain list."""
    published("licence", **of_the_subject())
    for door in READING:
        answer = looked_for(door, PERSONAL)
        said = answer.content.decode() + str(answer.headers) + str(answer.redirect_chain)
        assert PERSONAL not in said, door
        assert "身份证" in said or answer.status_code == 404, door


@pytest.mark.parametrize("field", ["counterparty_registration_number", "counterparty_tax_number", "remarks"])
def test_a_resident_id_is_kept_out_of_every_other_number_as_well(field, refused):
    """BI-C19: what stands in these columns is public."""
    refused("licence", "身份证", **{field: PERSONAL})


@pytest.mark.parametrize("scheme", ["工商注册号", "税务登记号", "社会组织登记证号"])
def test_a_resident_id_is_never_published_as_an_old_number(scheme, refused):
    """BI-C19: the tax number of a trader was made of his own ID."""
    changes = {"event_kind": "存量转换", "old_scheme": scheme, "old_value": PERSONAL}
    refused("code-event", "请勿在此输入身份证号", **changes)


def test_an_explanation_of_a_choice_hides_no_resident_id(refused):
    """BI-C19: 其他-补充说明 is text like any other."""
    refused("licence", "身份证", category=f"其他-{PERSONAL}", doors=("api", "import"))


@pytest.mark.parametrize("value", [None, "", "   ", "\u3000"])
def test_nothing_is_no_code(value, refused):
    """BI-C20 at the doors of entry."""
    refused("licence", "（统一社会信用代码）：必填", counterparty_uscc=value)


def test_a_code_left_out_is_missed_by_its_name(at_entry, organisation):
    """BI-C20: a key that is missing is no other than an empty one."""
    values = samples.licence()
    del values["counterparty_uscc"]
    with nothing_stored():
        answer = at_entry.client.post("/api/v1/licences/", values, content_type="application/json")
    assert answer.status_code == 400 and "必填" in answer.json()["errors"]["counterparty_uscc"][0]


@pytest.mark.parametrize("typed", ["", "%20%20", "%E3%80%80"])
def test_an_empty_question_never_lists_everything(typed, published):
    """BI-C20 at the doors of reading."""
    published("licence", **of_the_subject())
    for path in ("/search/?q=", "/codes/?q="):
        page = Client().get(path + typed)
        assert page.status_code == 200 and NAME not in page.content.decode()
    answer = Client().get(f"/api/v1/codes/?code={typed}")
    assert answer.status_code == 400 and "code" in answer.json()["errors"]


def test_a_parameter_twice_is_refused_and_counted_nowhere(published, at_entry):
    """BI-C22: the admin alone, as Django does, takes the last one, in its list, its count and its pages alike."""
    published("licence", **of_the_subject())
    for path in ("/search/?q=a&q={}", "/codes/?q=a&q={}", "/disclosure/licences/?q=a&q={}"):
        page = Client().get(path.format(VALID))
        assert page.status_code == 400 and "参数 q 重复出现" in page.content.decode(), path
    for path, name in [("/api/v1/codes/?code=a&code={}", "code"), ("/api/v1/records/?q=a&q={}", "q")]:
        answer = Client().get(path.format(VALID))
        assert answer.status_code == 400 and name in answer.json()["errors"], path
    page = at_entry.client.get(f"/admin/registry/record/?q=a&q={VALID}")
    assert page.status_code == 200 and NAME in page.content.decode()


def test_the_suggestion_for_a_misread_letter_is_right_itself(published):
    """BI-C07, BI-C08: following the link that was offered leads to the subject."""
    published("licence", **of_the_subject())
    for wrong in ("9161O900MA7OABC19T", "916I0900MA70ABC19T"):
        page = Client().get("/search/", {"q": wrong})
        assert f'href="/codes/?q={VALID}"' in page.content.decode()
    assert NAME in Client().get("/codes/", {"q": VALID}).content.decode()
    assert not Record.objects.filter(subject__uscc=wrong).exists()


def test_a_correction_takes_no_wrong_code_either(published, at_entry):
    """BI-C05 through the fourth door of entry: what is proposed for a published record."""
    record = published("licence")
    body = {"reason": "笔误", "changes": {"authority_uscc": "91610900MA70ABC19X"}}
    answer = at_entry.client.post(f"/api/v1/licences/{record.uid}/corrections/", body, content_type="application/json")
    assert answer.status_code == 400 and "第18位应为 T" in answer.json()["errors"]["authority_uscc"][0]
    assert not record.corrections.exists()


def test_a_code_event_reads_a_code_as_every_other_kind_does(writing, reviewer, clerk):
    """BI-C13: the published code is the one code, whatever was typed."""
    said = writing["form"]("code-event", samples.code_event(counterparty_uscc=" 9161 0900-ma70abc19t "))
    assert said.taken, said.words
    record = Record.objects.get()
    workflow.move(record, Action.SUBMIT, by=clerk, at=factories.NOON)
    workflow.move(record, Action.PUBLISH, by=reviewer, at=factories.NOON)
    assert record.editions.get().data["counterparty_uscc"] == VALID
