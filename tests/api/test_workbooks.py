"""Workbooks by machine: multipart at one address only, in the name of a clerk, followed and stored by JSON."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from registry.directory.staff import Role
from registry.models import ApiKey, ImportBatch, Record
from tests.api.conftest import Machine
from tests.batches.conftest import item_of, licences, own_files, workbook, worked  # noqa: F401  # a fixture
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/intake/licence/"


def deliver(by: Machine, content: bytes, address: str = ADDRESS, **more):
    file = SimpleUploadedFile("许可.xlsx", content)
    return by.client.post(address, {"file": file} | more, headers=by.headers)


def test_a_key_in_the_name_of_a_clerk_delivers_follows_and_submits(machine, clerk):
    rows = licences(3)
    rows[2]["decided_on"] = "2026-02-30"
    bearer = machine(clerk)
    answer = deliver(bearer, workbook("licence", rows))
    assert answer.status_code == 202, answer.content
    place = answer["Location"]
    assert place == f"{ADDRESS}{answer.json()['uid']}/" and answer.json()["progress"] == {"done": 0, "expected": None}
    batch = worked(ImportBatch.objects.get())
    said = bearer.get(place).json()
    assert (said["state"], said["counts"]["new"], said["counts"]["wrong"]) == ("checked", 2, 1)
    (row,) = said["rows"]
    assert row["number"] == 4 and row["problems"][0]["field"] == "decided_on"
    book = bearer.get(said["workbook"])
    assert load_workbook(io.BytesIO(book.getvalue())) and "no-store" in book["Cache-Control"]
    assert bearer.post(f"{place}acts/", {"act": "confirm"}).status_code == 202
    worked(batch)
    assert bearer.post(f"{place}acts/", {"act": "submit"}).status_code == 202
    worked(batch)
    assert set(Record.objects.values_list("status", "entered_by")) == {("submitted", clerk.pk)}
    refused = bearer.post(f"{place}acts/", {"act": "publish"})
    assert refused.status_code == 403 and "接口密钥不能作出审核决定" in refused.json()["detail"]


def test_what_is_right_is_stored_at_once_where_the_machine_says_so(machine, clerk, organisation):
    old = {"decided_on": "2024-07-01", "valid_from": "2024-07-01"}
    content = workbook("licence", [row | old for row in licences(2)])
    asked = {"commit": "true", "backfill": "true", "item": item_of("licence", organisation)}
    assert deliver(machine(clerk), content, **asked).status_code == 202
    batch = worked(ImportBatch.objects.get())
    assert (batch.state, batch.rows_stored) == ("committed", 2)


def test_the_same_file_again_is_answered_with_its_batch(machine, clerk):
    content, bearer = workbook("licence", licences(1)), machine(clerk)
    first = deliver(bearer, content)
    again = deliver(bearer, content)
    assert (again.status_code, again.json()["uid"]) == (200, first.json()["uid"])


def test_a_person_who_is_logged_in_delivers_too_and_another_reviews(staff, clerk, reviewer):
    place = deliver(staff(clerk), workbook("licence", licences(1)), commit="true")["Location"]
    batch = worked(ImportBatch.objects.get())
    for by, act in ((clerk, "submit"), (reviewer, "publish")):
        assert staff(by).post(f"{place}acts/", {"act": act}).status_code == 202
        worked(batch)
    assert Record.objects.get().status == "published"


def test_nobody_and_keys_of_nobody_are_turned_away(anybody, machine):
    content = workbook("licence", licences(1))
    assert deliver(anybody, content).status_code == 401
    refused = deliver(machine(), content)
    assert refused.status_code == 403 and "没有绑定录入员" in refused.json()["detail"]
    assert not ImportBatch.objects.exists()


def test_another_bodys_batch_does_not_exist(machine, clerk, staff):
    rows = licences(1)
    rows[0]["decided_on"] = "2026-02-30"
    place = deliver(machine(clerk), workbook("licence", rows))["Location"]
    worked(ImportBatch.objects.get())
    body = OrganisationFactory()
    foreign = UserFactory(organisation=body, role=Role.CLERK)
    _, secret = ApiKey.objects.create_key(name="别处", organisation=body, clerk=foreign)
    stranger = Machine(machine(clerk).client, {"Authorization": f"Api-Key {secret}"})
    assert stranger.get(place).status_code == 404
    assert stranger.get(f"{place}workbook/").status_code == 404
    assert stranger.post(f"{place}acts/", {"act": "confirm"}).status_code == 404
    assert machine(clerk).get(place.replace("licence", "penalty")).status_code == 404


BAD = [
    ({"address": "/api/v1/intake/nothing/"}, 404, ""),
    ({"backfill": "maybe"}, 400, "true 或 false"),
    ({"status": "published"}, 400, "没有此字段"),
    ({"item": "NONE"}, 400, "不在目录内"),
    ({"content": b""}, 400, "文件"),
]


@pytest.mark.parametrize(("changes", "status", "said"), BAD)
def test_a_delivery_that_is_not_right_is_refused_in_words(changes, status, said, machine, clerk):
    asked = {"content": workbook("licence", licences(1))} | changes
    answer = deliver(machine(clerk), asked.pop("content"), **asked)
    assert answer.status_code == status and said in answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json" and not ImportBatch.objects.exists()


def test_multipart_is_taken_here_and_json_everywhere_else(machine, clerk):
    bearer = machine(clerk)
    refused = bearer.post(ADDRESS, {"file": "x"})
    assert refused.status_code == 415 and "multipart/form-data" in refused.json()["detail"]
    assert deliver(bearer, b"x", "/api/v1/licences/").status_code == 415
    broken = bearer.client.generic("POST", ADDRESS, b"--x\r\nnonsense", content_type="multipart/form-data; boundary=y",
                                   headers=bearer.headers)  # fmt: skip
    assert broken.status_code == 400
    no_boundary = bearer.client.generic(
        "POST", ADDRESS, b"x", content_type="multipart/form-data", headers=bearer.headers
    )
    assert no_boundary.status_code == 400 and "multipart/form-data" in no_boundary.json()["detail"]


def test_two_files_or_none_are_refused(machine, clerk):
    bearer = machine(clerk)
    two = [SimpleUploadedFile("a.xlsx", b"x"), SimpleUploadedFile("b.xlsx", b"y")]
    for files in ({"file": two}, {}, {"other": two[0]}):
        assert bearer.client.post(ADDRESS, files, headers=bearer.headers).status_code == 400


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(machine, clerk, settings):
    settings.INTAKE_FILE_MIB = settings.INTAKE_TEXT_MIB = 1
    bearer = machine(clerk)
    answer = deliver(bearer, b"x" * (2 * 1024 * 1024))
    assert answer.status_code == 413 and "超过1MB" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"act": "x"}, {"act": ["confirm"]}, {"act": "confirm", "by": 1},
                                  {"act": "return", "reason": 5}, []])  # fmt: skip
def test_an_act_that_means_nothing_is_refused_by_name(body, machine, clerk):
    place = deliver(machine(clerk), workbook("licence", licences(1)))["Location"]
    assert machine(clerk).post(f"{place}acts/", body).status_code == 400


def test_an_act_at_the_wrong_time_is_a_conflict_with_the_state(machine, clerk):
    place = deliver(machine(clerk), workbook("licence", licences(1)))["Location"]
    answer = machine(clerk).post(f"{place}acts/", {"act": "undo"})
    assert answer.status_code == 409 and answer.json()["current"] == {"state": "checking"}
