"""A named person drafts and decides through the API by the same rules as in the admin; nobody else writes."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from registry.directory.staff import Role
from registry.models import AuditLog, IdempotentAnswer, Record
from registry.records.statuses import Action, Status
from registry.records.workflow import move
from tests import samples
from tests.factories import NOON, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_from_draft_to_public_with_two_people(staff, clerk, reviewer, anybody):
    at_entry, at_review = staff(clerk), staff(reviewer)
    drafted = at_entry.post("/api/v1/licences/", samples.licence())
    assert drafted.status_code == 201, drafted.content
    assert drafted["Location"] == f"/api/v1/licences/{drafted.json()['uid']}/"
    item = f"/api/v1/licences/{drafted.json()['uid']}/"
    assert at_entry.post(f"{item}moves/", {"action": "submit"}).json()["status"] == Status.SUBMITTED
    own = at_entry.post(f"{item}moves/", {"action": "publish"})
    assert own.status_code == 403
    assert at_review.post(f"{item}moves/", {"action": "publish"}).status_code == 201
    assert anybody.get(item).json()["status_label"] == "已公示"
    again = at_review.post(f"{item}moves/", {"action": "publish"})
    assert again.json()["current"]["status"] == Status.PUBLISHED
    assert again.status_code == 409 and "不能通过并公示" in again.json()["detail"]


def test_every_kind_is_drafted_through_its_collection(staff, clerk):
    collections = {
        "licences": "licence", "penalties": "penalty", "code-events": "code-event",
        "catalogue-records": "catalogue-record", "awards": "award",
    }  # fmt: skip
    for collection, kind in collections.items():
        answer = staff(clerk).post(f"/api/v1/{collection}/", samples.of(kind))
        assert answer.status_code == 201, answer.content.decode()


# Scenario S-01, step 5: the same refusals, in the same words, as the admin gives.
REFUSED = [
    ({"counterparty_uscc": "93610922XXAK00023L"}, "counterparty_uscc", "校验码错误：第18位应为 K"),
    ({"valid_to": "2017-01-01"}, "valid_to", "有效期至：不能早于"),
    ({"decided_on": "2026-03-03"}, "decided_on", "不能晚于今天"),
    ({"document_number": ""}, "document_number", "必填"),
    ({"decided_on": "2026年2月27日"}, "decided_on", "日期须写成"),
    ({"decided_on": "２０２６-02-27"}, "decided_on", "日期须写成"),
    ({"decided_on": 20260227}, "decided_on", "日期须写成"),
    ({"document_name": True}, "document_name", "须填写文字"),
    ({"document_name": {"a": 1}}, "document_name", "须填写文字"),
    ({"counterparty_uscc": 91}, "counterparty_uscc", "文本格式"),
    ({"counterparty_name": "安" * 201}, "counterparty_name", "最多200个字"),
    ({"counterparty_name": "a" + "\u0301" * 3000}, "counterparty_name", "组合符号"),
]


@pytest.mark.parametrize(("changes", "field", "message"), REFUSED)
def test_a_wrong_value_is_refused_by_field_and_nothing_is_stored(changes, field, message, staff, clerk):
    answer = staff(clerk).post("/api/v1/licences/", samples.licence(**changes))
    assert answer.status_code == 400
    assert message in "".join(answer.json()["errors"][field])
    assert not Record.objects.exists()


def test_the_same_decision_twice_is_refused(staff, clerk):
    values = samples.licence()
    staff(clerk).post("/api/v1/licences/", values)
    answer = staff(clerk).post("/api/v1/licences/", values)
    assert answer.status_code == 400 and "已有同一文书号" in answer.content.decode()


@pytest.mark.parametrize("name", [field.name for field in Record._meta.fields])
def test_no_column_of_a_record_can_be_slipped_in(name, staff, clerk):
    if name in samples.licence():
        return
    answer = staff(clerk).post("/api/v1/licences/", samples.licence() | {name: 1})
    assert answer.status_code == 400 and "没有此字段" in answer.json()["errors"][name][0]


@pytest.mark.parametrize(
    "amount", ["1e999999", "NaN", "Infinity", "-1", "1,234.50", "１２", "￥5", True, [1], "9" * 40]
)
def test_an_amount_that_is_none_is_refused(amount, staff, clerk):
    answer = staff(clerk).post("/api/v1/penalties/", samples.penalty(fine=amount))
    assert answer.status_code == 400 and "fine" in answer.json()["errors"]


BODIES = [
    ('{"a":1,"a":2}', "重复的键"), ('{"a":NaN}', "NaN"), ('{"a":1,}', "正确的JSON"), ("{'a':1}", "正确的JSON"),
    ('{"a":1E400}', None), ('{"a":' + "9" * 5000 + "}", "数字过长"), ("[" * 100_000, "嵌套"), ('"text"', "对象"),
    ('{"a\\u0000":1}', "非法字符"), ('{"document_name":"a\\ud800b"}', "非法字符"), ("", "必填"),
    (b"\xff\xfe{}", "UTF-8"), ("\ufeff{}", "正确的JSON"), ('{"x":"' + "a" * 1_048_000 + '"}', "没有此字段"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "said"), BODIES, ids=range(len(BODIES)))
def test_a_body_that_could_be_read_two_ways_is_refused(body, said, staff, clerk):
    answer = staff(clerk).post("/api/v1/licences/", body)
    assert answer.status_code == 400, answer.content
    assert said is None or said in answer.content.decode()
    assert "612401199001010011" not in answer.content.decode()
    assert not Record.objects.exists()


def test_a_body_beyond_a_megabyte_is_not_read(staff, clerk):
    answer = staff(clerk).post("/api/v1/licences/", '{"x":"' + "a" * 1_100_000 + '"}')
    assert answer.status_code == 413 and "1MB" in answer.json()["detail"]


def test_the_field_with_a_forbidden_character_is_named(staff, clerk):
    answer = staff(clerk).post("/api/v1/licences/", samples.licence(content="a\0b"))
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["content"]


@pytest.mark.parametrize(
    "content_type",
    ["", "application/x-www-form-urlencoded", "application/json; charset=utf-7", "text/plain", "application/xml", "multipart/form-data", "application/json; charset=utf-16",
     "application/json; charset=nope"],
)  # fmt: skip
def test_only_utf8_json_is_read(content_type, staff, clerk):
    client = staff(clerk).client
    answer = client.generic("POST", "/api/v1/licences/", "{}", content_type=content_type)
    assert answer.status_code == 415


def test_a_compressed_body_is_not_unpacked(staff, clerk):
    answer = staff(clerk).post("/api/v1/licences/", "{}", **{"Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_nobody_writes_without_a_name(anybody, machine, published):
    for client in (anybody, machine()):
        answer = client.post("/api/v1/licences/", samples.licence(document_number="另〔2026〕1号"))
        assert answer.status_code in (401, 403)
        assert client.post(f"/api/v1/licences/{published(document_number='乙〔2026〕1号').uid}/moves/", {}).status_code in (
            401, 403,
        )  # fmt: skip
        Record.objects.filter(document_number="乙〔2026〕1号").update(document_number="丙", document_key="丙")


def test_a_key_writes_as_its_clerk_and_decides_nothing(machine, clerk, reviewer):
    answer = machine(clerk).post("/api/v1/licences/", samples.licence())
    record = Record.objects.get()
    assert answer.status_code == 201 and record.entered_by == clerk
    moves = f"/api/v1/licences/{record.uid}/moves/"
    assert machine(clerk).post(moves, {"action": "submit"}).status_code == 201
    refused = machine(reviewer).post(moves, {"action": "publish"})
    assert refused.status_code == 403 and "不能作出审核决定" in refused.json()["detail"]


def test_another_organisations_record_does_not_exist(staff, submitted):
    record = submitted()
    stranger = staff(UserFactory(organisation=OrganisationFactory(), role=Role.REVIEWER))
    unknown = "/api/v1/licences/00000000-0000-0000-0000-000000000000/moves/"
    for path in (f"/api/v1/licences/{record.uid}/moves/", unknown):
        answer = stranger.post(path, {"action": "publish"})
        assert answer.status_code == 404
        assert answer.json()["detail"] == "没有找到所请求的内容。"
    assert record.events.count() == 1


def test_a_stale_decision_is_409(staff, submitted, reviewer):
    record = submitted()
    answer = staff(reviewer).post(
        f"/api/v1/licences/{record.uid}/moves/", {"action": "publish", "expecting": record.seq - 1}
    )
    assert answer.status_code == 409 and "页面内容已过期" in answer.json()["detail"]


def test_a_draft_is_revised_and_discarded_and_a_published_record_is_neither(staff, clerk, drafted, published):
    at_entry, record = staff(clerk), drafted()
    item = f"/api/v1/licences/{record.uid}/"
    values = samples.licence(counterparty_uscc=record.subject.uscc, content="改过的内容")
    assert at_entry.send("PUT", item, values).status_code == 200
    assert at_entry.send("DELETE", item, "").status_code == 204
    shown = published(document_number="石食药监许〔2026〕9002号")
    item = f"/api/v1/licences/{shown.uid}/"
    for method, body in (("PUT", values), ("PATCH", {"content": "改过的内容"}), ("DELETE", "")):
        refused = at_entry.send(method, item, body)
        assert refused.status_code == 409 and refused.json()["current"] == {"status": "published", "seq": shown.seq}
    override = at_entry.send("POST", item, "{}", **{"X-HTTP-Method-Override": "DELETE"})
    assert override.status_code == 405 and Record.objects.filter(pk=shown.pk).exists()


def test_part_of_a_draft_is_changed_and_the_rest_stays(staff, clerk, drafted):
    record = drafted(legal_representative_document_type="身份证", legal_representative_id_number="610902190001050014")
    item = f"/api/v1/licences/{record.uid}/"
    answer = staff(clerk).send("PATCH", item, {"content": "改过的内容"})
    assert answer.status_code == 200, answer.content.decode()
    kept = staff(clerk).get(item).json()["contents"]
    assert (kept["content"], kept["valid_to"]) == ("改过的内容", "2031-02-26")
    assert kept["legal_representative_id_number"] == "610902************"
    assert staff(clerk).send("PATCH", item, {"valid_to": "2017-01-01"}).status_code == 400


def test_a_draft_that_was_submitted_once_is_not_deleted(staff, clerk, reviewer, submitted):
    record = submitted()
    move(record, Action.RETURN, by=reviewer, at=NOON, reason="文号有误")
    assert staff(clerk).send("DELETE", f"/api/v1/licences/{record.uid}/", "").status_code == 409
    assert Record.objects.filter(pk=record.pk).exists()


def test_what_was_denied_is_written_down(staff, clerk, submitted):
    record = submitted()
    staff(clerk).post(f"/api/v1/licences/{record.uid}/moves/", {"action": "publish"})
    entry = AuditLog.objects.get(action="api.refused")
    assert (entry.by, entry.object_key, entry.succeeded, entry.detail["status"]) == (clerk, str(record.pk), False, 403)
    staff(UserFactory(role=Role.REVIEWER)).post(f"/api/v1/licences/{record.uid}/moves/", {"action": "publish"})
    assert AuditLog.objects.filter(action="api.refused", detail__status=404, object_key="").exists()


def test_a_class_the_catalogue_does_not_name_is_refused(staff):
    stranger = UserFactory(organisation=OrganisationFactory(name="石泉县试例食药监局"), role=Role.CLERK)
    answer = staff(stranger).post("/api/v1/licences/", samples.licence())
    assert answer.status_code == 400 and "不在目录内" in answer.json()["detail"]


def test_a_move_that_is_asked_wrongly_is_named(staff, clerk, drafted):
    moves = f"/api/v1/licences/{drafted().uid}/moves/"
    for body, field in [
        ({}, "action"), ({"action": "delete"}, "action"), ({"action": ["submit"]}, "action"),
        ({"action": "submit", "reason": 1}, "reason"), ({"action": "submit", "expecting": True}, "expecting"),
        ({"action": "submit", "status": "published"}, "status"),
    ]:  # fmt: skip
        answer = staff(clerk).post(moves, body)
        assert answer.status_code == 400 and field in answer.json()["errors"], body
    assert staff(clerk).post(moves, {"action": "expire"}).status_code in (403, 409)


def test_a_correction_is_proposed_by_one_and_accepted_by_another(staff, clerk, reviewer, published):
    record = published()
    item = f"/api/v1/licences/{record.uid}/"
    proposed = staff(clerk).post(f"{item}corrections/", {"reason": "笔误", "changes": {"content": "食品经营"}})
    assert proposed.status_code == 201, proposed.content.decode()
    assert staff(reviewer).post(f"{item}moves/", {"action": "correct"}).status_code == 201
    record.refresh_from_db()
    assert record.edition == 2
    again = {"reason": "笔误", "changes": {"status": "expired"}}
    assert "没有此字段" in staff(clerk).post(f"{item}corrections/", again).content.decode()
    for wrong in ({"reason": "笔误"}, {"reason": "笔误", "changes": []}, {"changes": {}, "reason": "x", "by": 1}):
        assert staff(clerk).post(f"{item}corrections/", wrong).status_code == 400


def test_what_is_not_published_is_not_corrected(staff, clerk, drafted):
    body = {"reason": "笔误", "changes": {"content": "食品经营"}}
    assert staff(clerk).post(f"/api/v1/licences/{drafted().uid}/corrections/", body).status_code == 409


def test_a_repetition_is_answered_and_not_carried_out_again(staff, clerk):
    at_entry, values = staff(clerk), samples.licence()
    named = {"Idempotency-Key": "abc-1"}
    first, again = (at_entry.post("/api/v1/licences/", values, **named) for _ in range(2))
    assert first.json() == again.json() and Record.objects.count() == 1
    other = at_entry.post("/api/v1/licences/", samples.licence(document_number="另〔2026〕1号"), **named)
    assert other.status_code == 422
    for wrong in ("", "a b", "x" * 10_000, "a\u00e9"):
        headers = {"Idempotency-Key": wrong.encode().decode("latin1")}
        assert at_entry.post("/api/v1/licences/", values, **headers).status_code == 400


def test_a_request_that_failed_locks_no_name_and_names_are_ones_own(staff, clerk, organisation):
    named = {"Idempotency-Key": "abc-1"}
    assert staff(clerk).post("/api/v1/licences/", samples.licence(document_number=""), **named).status_code == 400
    assert not IdempotentAnswer.objects.exists()
    assert staff(clerk).post("/api/v1/licences/", samples.licence(), **named).status_code == 201
    colleague = UserFactory(organisation=organisation, role=Role.CLERK)
    values = samples.licence(document_number="另〔2026〕1号")
    answer = staff(colleague).post("/api/v1/licences/", values, **named)
    assert answer.status_code == 201 and Record.objects.count() == 2


def test_without_the_token_of_the_page_a_session_writes_nothing(clerk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    answer = client.post("/api/v1/licences/", json.dumps(samples.licence()), content_type="application/json")
    assert answer.status_code == 403 and not Record.objects.exists()
    assert "CSRF" in answer.json()["detail"]
