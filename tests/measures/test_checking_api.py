"""The joint check by machine: who may ask, what comes back, what is refused and how (S3.1.6, S3.3.2, S3.5.2)."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from measures.models import ApplicationMatter, CheckHit, FinanceFeedback, JointCheck
from registry.directory.organisations import OrganisationKind
from registry.directory.staff import Role
from registry.models import ApiKey, AuditLog
from tests import factories
from tests.factories import TODAY, make_uscc
from tests.measures.conftest import named, people

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/joint-checks/"
NUMBER = "610902190001050014"


def matter_of(body, *codes):
    made = ApplicationMatter.objects.create(organisation=body, name="生产许可证", stage="受理", workflow="受理前查询")
    made.measures.set(codes)


def send(client, address, values):
    return client.post(address, json.dumps(values), content_type="application/json")


@pytest.fixture
def officer(bureau, listing):
    listing(bureau, "P04", "P20")
    matter_of(bureau, "P04", "P20")
    client = Client()
    client.force_login(people(bureau)[0])
    return client


@pytest.fixture
def machine(bureau, officer):
    _, secret = ApiKey.objects.create_key(name="试例", organisation=bureau)
    return Client(headers={"Authorization": f"Api-Key {secret}"})


def ask(client, **asked):
    return send(client, ADDRESS, {"matter": "生产许可证", **asked})


def test_a_hit_tells_entry_measures_and_enforcement(officer, entry):
    record = entry()
    answer = ask(officer, code=record.subject.uscc)
    said = answer.json()
    assert answer.status_code == 201 and "no-store" in answer["Cache-Control"]
    assert (said["found"], said["hit"], said["undecided"]) == (1, 1, 1)
    assert said["results"] == [
        {"code": record.subject.uscc, "found": True, "hit": True, "enforcement": "IN_FORCE",
         "entries": [str(record.uid)]}
    ]  # fmt: skip
    (one,) = said["entries"]
    assert one["enforcement"] == "IN_FORCE" and one["organisation"]["name"] == record.organisation.name
    assert [(told["code"], told["strength"]) for told in one["measures"]] == [
        ("P04", "mandatory"),
        ("P20", "mandatory"),
    ]
    assert JointCheck.objects.get().number == said["number"]


def test_a_machine_of_a_body_asks_and_a_person_decides(machine, officer, entry):
    record = entry()
    said = ask(machine, code=record.subject.uscc).json()
    assert JointCheck.objects.get().asked_by is None and JointCheck.objects.get().key_prefix
    address = f"{ADDRESS}{said['number']}/decisions/"
    decision = {"entry": str(record.uid), "decision": "denied"}
    assert send(machine, address, decision).status_code == 403
    assert send(officer, address, {**decision, "decision": "passed"}).json()["errors"] == {"reason": ["放行须说明理由"]}
    assert send(officer, address, decision).json()["undecided"] == 0
    assert send(officer, address, decision).status_code == 409
    assert officer.get(f"{ADDRESS}{said['number']}/").json()["entries"][0]["decision"] == "denied"


def test_what_rests_is_told_so(officer, entry, hold):
    record = entry()
    hold(record)
    said = ask(officer, code=record.subject.uscc).json()
    assert said["entries"][0]["enforcement"] == "SUSPENDED" and said["undecided"] == 0
    assert {told["enforcement"] for told in said["entries"][0]["measures"]} == {"SUSPENDED"}


def test_one_listed_member_flags_the_consortium(officer, entry, hold):
    """S3.3.6: a bid of several is restricted by any of them; one whose entry rests restricts nobody."""
    listed, resting = entry(), entry(counterparty_name="安康试例乙有限公司")
    hold(resting)
    bids = {
        "第一联合体": [make_uscc(), listed.subject.uscc],
        "第二联合体": [resting.subject.uscc, make_uscc()],
        "第三联合体": [make_uscc()],
    }
    said = ask(officer, consortia=bids).json()
    assert said["consortia"] == [
        {"name": "第一联合体", "enforcement": "IN_FORCE"}, {"name": "第二联合体", "enforcement": "SUSPENDED"},
    ]  # fmt: skip
    assert [one["enforcement"] for one in said["results"]] == [None, "IN_FORCE", "SUSPENDED", None, None]
    again = officer.get(f"{ADDRESS}{said['number']}/").json()
    assert again["consortia"] == said["consortia"]
    page = officer.get(f"/admin/measures/jointcheck/{JointCheck.objects.get().pk}/change/").content.decode()
    assert "联合体：第一联合体" in page and "联合体：第三联合体" not in page


@pytest.mark.parametrize(
    "wrong", [[], {}, "甲", {"": ["x"]}, {"甲": []}, {"甲": "x"}, {"甲": [1]}, {"甲；乙": ["x"]}, {"甲\u0000": ["x"]},
              {"长" * 101: ["x"]}],
)  # fmt: skip
def test_consortia_that_are_none_are_refused(officer, wrong):
    answer = ask(officer, consortia=wrong)
    assert answer.status_code == 400, answer.content.decode()
    assert answer.json().get("errors") or answer.json()["detail"]
    assert not JointCheck.objects.exists()


def test_an_answer_that_is_too_old_asks_for_another(officer, entry, settings):
    """S3.3.6: the answer carries its day; nobody is restricted by what may have been repaired meanwhile."""
    record = entry()
    said = ask(officer, code=record.subject.uscc).json()
    assert said["good_until"] == str(TODAY + timedelta(days=7))
    address = f"{ADDRESS}{said['number']}/decisions/"
    page = f"/admin/measures/jointcheck/{JointCheck.objects.get().pk}/change/"
    settings.CREDIT_TODAY = TODAY + timedelta(days=7)
    assert "请重新查询" not in officer.get(page).content.decode()
    settings.CREDIT_TODAY = TODAY + timedelta(days=8)
    assert "请重新查询" in officer.get(page).content.decode()
    for decision in ("denied", "strict"):
        refused = send(officer, address, {"entry": str(record.uid), "decision": decision})
        assert refused.status_code == 409 and "重新查询" in refused.json()["detail"]
    passed = send(officer, address, {"entry": str(record.uid), "decision": "passed", "reason": "已重新查询，未再命中"})
    assert passed.status_code == 201 and passed.json()["undecided"] == 0


def test_an_unknown_code_is_an_answer_not_an_error(officer):
    said = ask(officer, code=make_uscc())
    assert said.status_code == 201
    assert [(one["found"], one["hit"]) for one in said.json()["results"]] == [(False, False)]


def test_many_codes_at_once_and_strange_ones_are_not_repeated(officer, entry):
    record = entry()
    said = ask(officer, codes=[record.subject.uscc, "<script>", NUMBER, ""]).json()
    assert [one["hit"] for one in said["results"]] == [True, False, False, False]
    assert [one["code"] for one in said["results"][1:]] == [None] * 3 and NUMBER not in json.dumps(said)


def test_a_workbook_of_codes(officer, entry):
    record = entry()
    text = f"投标人,统一社会信用代码\n甲,{record.subject.uscc}\n乙,{make_uscc()}\n"
    file = SimpleUploadedFile("投标人.csv", text.encode())
    said = officer.post(f"{ADDRESS}workbook/", {"matter": "生产许可证", "file": file})
    assert said.status_code == 201, said.content.decode()
    assert [one["hit"] for one in said.json()["results"]] == [True, False]
    broken = SimpleUploadedFile("x.xlsx", b"PK\x03\x04")
    refused = officer.post(f"{ADDRESS}workbook/", {"matter": "生产许可证", "file": broken})
    assert refused.status_code == 400 and refused.json()["errors"]["file"]


def test_a_person_is_asked_about_by_name_and_number(officer, entry, said, bureau):
    person = factories.PersonFactory()
    said.named[:] = [named(person, "法定代表人")]
    record = entry()
    right = ask(officer, person={"name": "柯试明", "number": NUMBER}).json()
    assert [one["uid"] for one in right["entries"]] == [str(record.uid)] and right["entries"][0]["role"] == "法定代表人"
    wrong = ask(officer, person={"name": "柯试明", "number": "610902190001050022"}).json()
    unknown = ask(officer, person={"name": "无名氏", "number": "61090219000622006X"}).json()
    for one in (wrong, unknown):
        del one["number"], one["data_time"]
    assert wrong == unknown and wrong["results"] == [
        {"code": None, "found": False, "hit": False, "enforcement": None, "entries": []}
    ]
    kept = f"{list(AuditLog.objects.values())}{list(JointCheck.objects.values())}{list(CheckHit.objects.values())}"
    assert NUMBER not in kept


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"matter": "随便看看", "code": "x"}, "matter"),
        ({"matter": None, "code": "x"}, "matter"),
        ({}, "code"),
        ({"code": "x", "codes": ["x"]}, "code"),
        ({"code": 1}, "code"),
        ({"code": NUMBER}, "code"),
        ({"codes": []}, "codes"),
        ({"codes": "x"}, "codes"),
        ({"codes": [1]}, "codes"),
        ({"codes": ["x" * 101]}, "codes"),
        ({"person": {"name": "柯试明"}}, "person"),
        ({"person": {"name": "", "number": NUMBER}}, "person"),
        ({"person": {"name": "柯试明", "number": "%"}}, "person"),
        ({"code": "x", "free": 1}, "free"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_field(officer, asked, field):
    answer = ask(officer, **asked)
    assert answer.status_code == 400 and field in answer.json()["errors"]
    assert NUMBER not in answer.content.decode() and not JointCheck.objects.exists()


def test_nobody_else_asks(entry, bureau, officer):
    record = entry()
    assert ask(Client(), code=record.subject.uscc).status_code in (401, 403)
    media = factories.OrganisationFactory(kind=OrganisationKind.MEDIA)
    _, secret = ApiKey.objects.create_key(name="x", organisation=media)
    assert ask(Client(headers={"Authorization": f"Api-Key {secret}"}), code="x").status_code == 403
    assert not JointCheck.objects.exists()


def test_the_check_of_another_body_does_not_exist(officer, entry):
    said = ask(officer, code=entry().subject.uscc).json()
    other = Client()
    other.force_login(people(factories.OrganisationFactory())[0])
    assert other.get(f"{ADDRESS}{said['number']}/").status_code == 404
    assert send(other, f"{ADDRESS}{said['number']}/decisions/", {}).status_code == 404


def test_a_bank_sees_what_is_recommended_and_says_what_it_did(entry, rules):
    bank = factories.OrganisationFactory(name="安康试例银行", kind=OrganisationKind.FINANCE)
    matter_of(bank)
    teller = Client()
    teller.force_login(factories.UserFactory(organisation=bank, role=Role.FINANCE))
    record = entry()
    said = ask(teller, code=record.subject.uscc).json()
    assert {told["strength_label"] for told in said["entries"][0]["measures"]} == {"推荐性"}
    assert "推荐性" in said["notice"] and said["undecided"] == 0
    address = f"{ADDRESS}{said['number']}/feedback/"
    rate = {"entry": str(record.uid), "measure": "P29", "way": "rate"}
    assert "size" in send(teller, address, rate).json()["errors"]
    for size in ("x", True, -1, 1e9):
        assert send(teller, address, {**rate, "size": size}).status_code == 400
    assert send(teller, address, {**rate, "size": 0.5}).status_code == 201
    assert FinanceFeedback.objects.get().size == 0.5
    assert send(teller, address, {**rate, "measure": "P99"}).status_code == 400
    assert send(teller, address, {**rate, "entry": "x"}).status_code == 400
