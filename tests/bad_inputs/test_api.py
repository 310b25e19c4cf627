"""The API as machines and attackers speak to it: every address that writes, every shape of a request."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from registry.directory.staff import Role
from registry.models import AuditLog, IdempotentAnswer, Record
from registry.records.statuses import Status
from tests import factories, samples
from tests.admin import pages
from tests.bad_inputs.conftest import nothing_stored

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Write:
    """One way to write, with a body that would be right."""

    method: str
    path: str
    body: dict[str, Any]


@pytest.fixture
def writes(drafted, published) -> list[Write]:
    """Every address that writes, each with a record it could write to."""
    draft, shown = drafted("licence"), published("penalty")
    return [
        Write("POST", "/api/v1/licences/", samples.licence(document_number="新〔2026〕1号")),
        Write("PUT", f"/api/v1/licences/{draft.uid}/", samples.licence()),
        Write("PATCH", f"/api/v1/licences/{draft.uid}/", {"content": "食品销售"}),
        Write("POST", f"/api/v1/licences/{draft.uid}/moves/", {"action": "submit"}),
        Write("POST", f"/api/v1/penalties/{shown.uid}/corrections/", {"reason": "笔误", "changes": {"fine": "0.1"}}),
    ]


def sent(client: Client, write: Write, body: str | bytes | None = None, **more: Any) -> Any:
    text = json.dumps(write.body, ensure_ascii=False) if body is None else body
    return client.generic(write.method, write.path, text, **{"content_type": "application/json", **more})


def rows() -> list[dict[str, Any]]:
    """Everything records hold, to be compared before and after."""
    return list(Record.objects.order_by("pk").values())


BODIES = {
    "BI-A02": '{"status": "draft", "status": "published"}',
    "BI-A02-nested": '{"changes": {"fine": "1", "fine": "2"}, "reason": "x"}',
    "BI-A03-nan": '{"fine": NaN}',
    "BI-A03-infinity": '{"fine": -Infinity}',
    "BI-A03-comma": '{"content": "a",}',
    "BI-A03-quotes": "{'content': 'a'}",
    "BI-A03-comment": '{"content": "a" /* 612401199001010011 */}',
    "BI-A03-bom": '\ufeff{"content": "a"}',
    "BI-A03-text": "612401199001010011x",
    "BI-A03-list": "[]",
    "BI-A03-deep": "[" * 100_000,
    "BI-A03-half": '{"content": "a',
    "BI-A03-latin": '{"content": "é"}'.encode("latin-1"),
    "BI-A12-nul": '{"content\\u0000": 1}',
    "BI-A12-surrogate": '{"\\ud800": 1}',
    "BI-N04": '{"content": "a\\ud800b"}',
    "BI-M02": '{"fine": 1E400, "x": ' + "9" * 5000 + "}",
}


@pytest.mark.parametrize("case", BODIES)
def test_no_address_that_writes_reads_a_body_twice_or_guesses_at_one(case, writes, at_entry):
    before = rows()
    for write in writes:
        answer = sent(at_entry.client, write, BODIES[case])
        assert answer.status_code == 400, (write, answer.content)
        assert answer["Content-Type"].startswith("application/problem+json")
        assert any(letter >= "\u4e00" for letter in answer.json()["detail"])
        assert "612401199001010011" not in answer.content.decode()
    assert rows() == before


PROTECTED = {
    "id": 77, "pk": 77, "uid": "00000000-0000-0000-0000-000000000001", "status": "published", "version": 99, "seq": 99,
    "edition": 99, "approved_by": 1, "reviewed_by": 1, "entered_by": 1, "department": 2, "organisation": 2, "subject": 1,
    "created_at": "2000-01-01", "entered_at": "2000-01-01", "published_at": "2000-01-01", "is_staff": True,
    "openness": 0, "public_from": "2000-01-01", "kind": "penalty", "item_version": 1, "is_backfill": True,
}  # fmt: skip


@pytest.mark.parametrize("name", PROTECTED)
def test_a_protected_field_is_refused_by_its_name_everywhere(name, writes, at_entry):
    """BI-A05: one rule, "没有此字段，或此字段不可写", at each address that writes."""
    before = rows()
    for write in writes:
        body = dict(write.body)
        target = body["changes"] = dict(body["changes"]) if "changes" in body else body
        if target is body:
            del body["changes"]
        target[name] = PROTECTED[name]
        answer = sent(at_entry.client, write, json.dumps(body))
        assert answer.status_code == 400, (write, answer.content)
        assert "不可写" in answer.json()["errors"][name][0]
    assert rows() == before


@pytest.mark.parametrize("name", PROTECTED)
def test_a_key_in_escapes_is_the_key_it_spells(name, at_entry, writes):
    """BI-A12: st\\u0061tus is status."""
    spelled = f"\\u{ord(name[0]):04x}{name[1:]}"
    body = json.dumps(samples.licence()).replace("{", f'{{"{spelled}": 1, ', 1)
    answer = at_entry.client.post("/api/v1/licences/", body, content_type="application/json")
    assert answer.status_code == 400 and "不可写" in answer.json()["errors"][name][0]


def test_forms_of_the_admin_take_no_more_than_they_show(drafted, at_entry, organisation, client, staff_account):
    """BI-A05 at the forms: what is posted beside the fields of a page changes nothing."""
    record = drafted("licence")
    page = at_entry.record(record)
    form = next(form for form in pages.forms(page) if "_draft" in form.buttons)
    extra = {name: str(value) for name, value in PROTECTED.items()} | {
        f"f-{name}": str(v) for name, v in PROTECTED.items()
    }
    before = rows()
    assert at_entry.client.post(page.request["PATH_INFO"], form.values | extra | {"_draft": "1"}).status_code == 302
    assert rows() == before

    office, somebody = staff_account(Role.CREDIT_OFFICE), staff_account(Role.CLERK)
    client.force_login(office)
    path = f"/admin/registry/user/{somebody.pk}/change/"
    form = pages.forms(client.get(path))[-1].values
    answer = client.post(path, form | {"is_superuser": "on", "is_staff": "", "is_demo": "on", "user_permissions": "1"})
    assert answer.status_code == 302
    somebody.refresh_from_db()
    assert (somebody.is_superuser, somebody.is_staff, somebody.is_demo) == (False, True, False)
    assert not somebody.user_permissions.exists()


@pytest.fixture
def staff_account(organisation):
    return lambda role: factories.UserFactory(organisation=organisation, role=role)


def test_what_is_published_is_neither_changed_nor_deleted_by_any_method(published, at_entry):
    """BI-A06: and no header turns one method into another."""
    record = published("licence")
    path = f"/api/v1/licences/{record.uid}/"
    before = rows()
    for method in ("PUT", "PATCH", "DELETE"):
        answer = at_entry.client.generic(method, path, json.dumps(samples.licence()), content_type="application/json")
        assert answer.status_code == 409 and answer.json()["current"]["status"] == Status.PUBLISHED, method
    for headers in ({"X-HTTP-Method-Override": "DELETE"}, {"X-Method-Override": "PUT"}, {"X-HTTP-Method": "DELETE"}):
        for address in (path, f"/admin/registry/record/{record.pk}/change/"):
            answer = at_entry.client.post(f"{address}?_method=DELETE", {"_method": "DELETE"}, headers=headers)
            assert answer.status_code in (403, 405, 415), (address, headers)
    for method in ("TRACE", "CONNECT", "PROPFIND"):
        assert at_entry.client.generic(method, path).status_code == 405
    assert rows() == before and record.events.count() == 2


KEYS = ["", " ", "a b", "x" * 10_000, "a\r\nb", "a\0b", "é", "密钥", "a/b"]


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_a_malformed_idempotency_key_is_refused(key, at_entry, organisation):
    """BI-A08"""
    with nothing_stored():
        answer = at_entry.client.post(
            "/api/v1/licences/", samples.licence(), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key
        )
    assert answer.status_code == 400 and "Idempotency-Key" in answer.json()["detail"]


def test_an_idempotency_key_is_its_owners_and_stands_for_one_body(at_entry, organisation, client, staff_account):
    """BI-A08: a replay is answered from memory, another body is a conflict, another person's answer stays hidden."""
    key = {"HTTP_IDEMPOTENCY_KEY": "lot-1", "content_type": "application/json"}
    body = samples.licence(document_number="甲〔2026〕1号")
    first = at_entry.client.post("/api/v1/licences/", body, **key)
    again = at_entry.client.post("/api/v1/licences/", body, **key)
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    other = at_entry.client.post("/api/v1/licences/", body | {"content": "另一内容"}, **key)
    assert other.status_code == 422 and first.json()["uid"] not in other.content.decode()
    client.force_login(staff_account(Role.CLERK))
    theirs = client.post("/api/v1/licences/", body | {"document_number": "乙〔2026〕1号"}, **key)
    assert theirs.status_code == 201 and theirs.json()["uid"] != first.json()["uid"]
    assert IdempotentAnswer.objects.count() == 2 and Record.objects.count() == 2


TYPES = {
    "BI-A09-text": {"content_type": "text/plain"},
    "BI-A09-xml": {"content_type": "application/xml"},
    "BI-A09-multipart": {"content_type": "multipart/form-data"},
    "BI-A09-form": {"content_type": "application/x-www-form-urlencoded"},
    "BI-A09-none": {"content_type": ""},
    "BI-A09-utf-7": {"content_type": "application/json;charset=utf-7"},
    "BI-A09-nope": {"content_type": "application/json;charset=nope"},
    "BI-A09-utf-16": {"content_type": "application/json; charset=utf-16"},
    "BI-A11-gzip": {"HTTP_CONTENT_ENCODING": "gzip"},
    "BI-A11-br": {"HTTP_CONTENT_ENCODING": "br, gzip"},
}


@pytest.mark.parametrize("case", TYPES)
def test_only_plain_utf8_json_is_read(case, writes, at_entry):
    before = rows()
    for write in writes:
        answer = sent(at_entry.client, write, **TYPES[case])
        assert answer.status_code == 415 and "UTF-8" in answer.json()["detail"], write
    assert rows() == before


def test_a_compressed_bomb_is_never_unpacked(at_entry, organisation):
    """BI-A11: ten kilobytes that would be gigabytes, refused by their header."""
    answer = at_entry.client.generic(
        "POST", "/api/v1/licences/", b"\x1f\x8b\x08" + b"\0" * 10_000,
        content_type="application/json", headers={"Content-Encoding": "gzip"},
    )  # fmt: skip
    assert answer.status_code == 415


def of_another(writes: list[Write]) -> Iterator[tuple[Write, Write]]:
    """Each address with the record in it, and the same address with a record nobody has."""
    for write in writes[1:]:
        uid = next(part for part in write.path.split("/") if len(part) == 36)
        yield write, Write(write.method, write.path.replace(uid, "00000000-0000-0000-0000-00000000000f"), write.body)


def test_the_record_of_another_organisation_is_one_that_does_not_exist(writes, client, staff_account):
    """BI-A14: the same 404, to the byte, and the attempt is on record."""
    stranger = factories.UserFactory(organisation=factories.OrganisationFactory(), role=Role.CLERK)
    client.force_login(stranger)
    before = rows()
    for write, unknown in of_another(writes):
        there, nowhere = sent(client, write), sent(client, unknown)
        assert (there.status_code, there.content) == (404, nowhere.content), write
        line = AuditLog.objects.filter(action="api.refused").first()
        assert (line.by, line.succeeded, line.detail["status"]) == (stranger, False, 404)
    mixed = writes[1].path.replace("licences", "penalties")  # the record is there, but no penalty
    assert client.get(mixed).status_code == 404
    assert rows() == before


def test_guessing_identifiers_finds_nothing_and_ends_at_the_budget(settings, monkeypatch, drafted, published):
    """BI-A15: 128 random bits, and a minute has its budget."""
    settings.API_BUDGETS = settings.API_BUDGETS | {"anonymous": 20}
    monkeypatch.setattr("registry.api.throttles.time.time", lambda: 1_772_424_010.0)
    record, statuses = published("licence"), []
    drafted("licence", document_number="稿〔2026〕1号")
    for step in range(1, 31):
        guess = uuid.UUID(int=record.uid.int ^ step)  # its nearest neighbours
        statuses.append(Client().get(f"/api/v1/records/{guess}/").status_code)
    assert set(statuses) == {404, 429} and statuses.count(404) <= 20
    assert statuses[-1] == 429
    assert Record._meta.get_field("uid").default().int.bit_length() > 100
