"""What anybody's machine can read, and what it is told when it asks wrongly."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from registry.directory.organisations import OrganisationKind
from registry.directory.staff import Role
from registry.models import ApiKey, CatalogueItemVersion, Record, SubjectIdentifier
from registry.records.statuses import Action
from registry.records.workflow import move
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

PERSON = {
    "counterparty_name": "柯试明", "counterparty_kind": "自然人", "counterparty_uscc": None,
    "counterparty_document_type": "身份证", "counterparty_id_number": "610902190001050014",
    "legal_representative": None,
}  # fmt: skip


def results(answer) -> list[str]:
    return [row["uid"] for row in answer.json()["results"]]


def test_a_code_is_judged_letter_by_letter(anybody):
    verdict = anybody.get("/api/v1/codes/93610922XXAK00023O/").json()
    assert (verdict["scheme"], verdict["valid"], verdict["subject"]) == ("uscc", False, None)
    assert verdict["problems"][0]["position"] == 18


def test_a_known_code_leads_to_its_subject_however_it_is_written(anybody, published):
    subject = published().subject
    typed = f" {subject.uscc.lower()[:9]}-{subject.uscc[9:]} "
    verdict = anybody.get("/api/v1/codes/", {"code": typed}).json()
    assert verdict["valid"] and verdict["code"] == subject.uscc
    assert verdict["subject"]["url"] == f"/subjects/{subject.uscc}/"


@pytest.mark.parametrize("typed", ["612401199001010011", "６１２４０１１９９００１０１００１１", "61240119900101001x"])
def test_a_resident_id_is_never_echoed(typed, anybody):
    answer = anybody.get("/api/v1/codes/", {"code": typed})
    verdict = answer.json()
    assert (verdict["scheme"], verdict["input"], verdict["code"]) == ("resident-id", None, None)
    assert "199001010" not in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "%", "a/b/c", "甲" * 500, "<script>", "../../etc/passwd", "\u202e", "😀"])
def test_any_string_gets_a_verdict_or_a_sentence_and_never_a_fault(typed, anybody):
    answer = anybody.get("/api/v1/codes/", {"code": typed})
    assert answer.status_code == (200 if typed else 400)
    path = reverse("api:code", args=[typed]) if typed else "/api/v1/codes/"
    assert anybody.client.get(path).status_code in (200, 400)


@pytest.mark.parametrize("path", ["/api/v1/codes/a%00b/", "/api/v1/codes/?code=%00", "/api/v1/records/?q=%00"])
def test_a_nul_is_refused(path, anybody):
    answer = anybody.client.get(path)
    assert answer.status_code == 400 and answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("door", ["codes", "subjects"])
@pytest.mark.parametrize("slash", ["/", ""])
def test_a_resident_id_in_the_address_comes_back_in_no_header(door, slash, anybody):
    answer = anybody.client.get(f"/api/v1/{door}/612401199001010011{slash}")
    assert answer.status_code == (200 if door == "codes" else 404)
    assert "199001010" not in answer.content.decode() + str(answer.headers)


@pytest.mark.parametrize("around", ["{}%0D%0A", "%09{}", "%20{}%20", "%EF%BB%BF{}"])
def test_what_was_pasted_with_a_code_does_no_harm(around, anybody, published):
    subject = published().subject
    verdict = anybody.client.get(f"/api/v1/codes/{around.format(subject.uscc)}/").json()
    assert verdict["valid"] and verdict["subject"]["code"] == subject.uscc


def test_an_old_number_leads_to_the_subject_of_today(anybody, published):
    subject = published().subject
    SubjectIdentifier.objects.create(subject=subject, scheme="registration-number", value="610922NA900001X")
    answer = anybody.get("/api/v1/subjects/610922NA900001X/")
    assert answer.status_code == 200 and answer.json()["code"] == subject.uscc
    assert anybody.get("/api/v1/codes/610922NA900001X/").json()["subject"]["code"] == subject.uscc


def test_a_subject_nobody_has_published_anything_about_is_unknown(anybody, submitted):
    subject = submitted().subject
    assert anybody.get(f"/api/v1/codes/{subject.uscc}/").json()["subject"] is None
    assert anybody.get(f"/api/v1/subjects/{subject.uscc}/").status_code == 404


def test_a_subject_tells_what_its_page_tells(anybody, published):
    record = published()
    answer = anybody.get(f"/api/v1/subjects/{record.subject.uscc}/").json()
    assert answer["name"] == record.subject.name
    assert answer["counts"]["licence"] == 1
    assert anybody.get("/api/v1/subjects/91610902XXAK000150/").status_code == 404


def test_lists_hold_public_records_only_and_count_them(anybody, published, submitted):
    record = published()
    submitted(document_number="石食药监许〔2026〕9002号")
    answer = anybody.get("/api/v1/licences/").json()
    assert (answer["count"], answer["count_capped"], answer["next"]) == (1, False, None)
    assert answer["results"][0]["uid"] == str(record.uid)
    assert results(anybody.get("/api/v1/penalties/")) == []


def test_filters_narrow_and_pages_follow(anybody, published, organisation):
    for number in range(3):
        published(document_number=f"许〔2026〕{number}号", decided_on=f"2026-02-2{5 + number}")
    first = anybody.get("/api/v1/records/", {"page_size": "2", "kind": "licence", "q": "后柳"}).json()
    assert first["count"] == 3 and len(first["results"]) == 2
    assert len(anybody.client.get(first["next"]).json()["results"]) == 1
    for query, count in [
        ({"region": "610922"}, 3), ({"region": "610921"}, 0), ({"year": "2026"}, 3), ({"year": "2025"}, 0),
        ({"organisation": organisation.uscc}, 3), ({"decided_from": "2026-02-27"}, 1), ({"q": "安"}, 0),
    ]:  # fmt: skip
        assert anybody.get("/api/v1/licences/", query).json()["count"] == count, query


BAD = [
    ("page=0", "page"), ("page=-1", "page"), ("page=abc", "page"), ("page=1.5", "page"), ("page=٣", "page"),
    ("page=" + "9" * 5000, "page"), ("page=１", "page"), ("page=50000", "page"), ("page_size=101", "page_size"),
    ("page_size=1000000000000000000000000000000", "page_size"), ("kind=x", "kind"), ("region=000000", "region"),
    ("region=x%27", "region"), ("organisation=1", "organisation"), ("year=abc", "year"), ("year=99999", "year"),
    ("decided_from=2026-02-30", "decided_from"), ("decided_from=01/02/2024", "decided_from"),
    ("decided_from=2026-03-01&decided_to=2026-02-01", "decided_from"), ("_connector=OR", "_connector"),
    ("name__regex=.*", "name__regex"), ("is_superuser=True", "is_superuser"), ("year=2026&year=2025", "year"),
    ("q=612401199001010011", "q"), ("q=" + "a" * 3000, "q"), ("decided_from=２０２６-02-27", "decided_from"),
    ("decided_from=2026-2-7", "decided_from"), ("decided_to=2026-02-27T00:00:00Z", "decided_to"),
    ("year=２０２６", "year"), ("year=2026.5", "year"), ("year=2e3", "year"), ("category=罚款", "category"),
    ("region=%00", None), ("kind=612401199001010011", "kind"), ("organisation=612401199001010011", "organisation"),
    ("612401199001010011=1", "（无法识别的名称）"), ("dept__users__password__startswith=p", "dept__users__password__startswith"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "field"), BAD, ids=[query[:40] for query, _ in BAD])
def test_a_wrong_parameter_is_named_and_answered_in_chinese(query, field, anybody):
    answer = anybody.client.get(f"/api/v1/records/?{query}")
    problem = answer.json()
    assert answer.status_code == 400 and problem["status"] == 400
    assert field is None or field in problem["errors"]
    assert problem["code"] == "invalid" if field else True
    assert any(letter >= "\u4e00" for letter in problem["detail"])
    assert "612401199001010011" not in answer.content.decode()


def test_a_collection_is_filtered_by_the_fields_its_kind_announced(anybody, published):
    published("penalty", category="罚款;没收违法所得", confiscated="1")
    assert anybody.get("/api/v1/penalties/", {"category": "没收违法所得"}).json()["count"] == 1
    assert anybody.get("/api/v1/penalties/", {"category": "警告"}).json()["count"] == 0
    assert anybody.get("/api/v1/penalties/", {"category": "没收违法所得", "q": "建设"}).json()["count"] == 1
    assert anybody.get("/api/v1/penalties/", {"category": "不存在"}).json()["errors"].keys() == {"category"}
    assert anybody.get("/api/v1/penalties/", {"kind": "licence"}).status_code == 400


@pytest.mark.parametrize("q", ["(a+)+$", "[", "*", "%", "_", "' OR 1=1", "公司", "安 徽", "\\"])
def test_what_looks_like_a_pattern_is_literal(q, anybody, published):
    published()
    assert anybody.get("/api/v1/records/", {"q": q}).json()["count"] == 0


def test_a_record_answers_with_its_public_fields_and_no_id_number(anybody, published):
    record = published(legal_representative_document_type="身份证", legal_representative_id_number="610902190001050014")
    answer = anybody.get(f"/api/v1/records/{record.uid}/")
    by_code = {field["code"]: field["value"] for field in answer.json()["fields"]}
    assert by_code["XK_WSH"] == record.document_number
    assert "XK_FR_ZJHM" not in by_code and "BZ" not in by_code
    assert "61090219000105" not in answer.content.decode()


def test_contents_are_values_for_programs_and_fields_words_for_people(anybody, published):
    answer = anybody.get(f"/api/v1/records/{published(valid_to='2099-12-31').uid}/").json()
    shown = {field["name"]: field["value"] for field in answer["fields"]}
    assert (answer["contents"]["valid_to"], shown["valid_to"]) == ("2099-12-31", "长期")
    assert answer["contents"]["certificate_number"] is None
    assert answer["contents"]["legal_representative"] == shown["legal_representative"] == "柯*"
    penalty = published("penalty", category="罚款;警告", document_number="汉建罚〔2026〕9302号")
    contents = anybody.get(f"/api/v1/penalties/{penalty.uid}/").json()["contents"]
    assert (contents["category"], contents["fine"]) == (["罚款", "警告"], "0.5")


def test_a_natural_person_is_masked_wherever_a_record_stands(anybody, published):
    CatalogueItemVersion.objects.filter(item__kind="penalty").update(persons_are_public=True)
    record = published("penalty", **PERSON)
    answers = [
        anybody.get(path) for path in ("/api/v1/records/", "/api/v1/penalties/", f"/api/v1/records/{record.uid}/")
    ]
    for answer in answers:
        assert answer.status_code == 200 and "柯*" in answer.content.decode()
        assert "柯试明" not in answer.content.decode() and "61090219000105" not in answer.content.decode()
    assert answers[0].json()["results"][0]["subject"] == {"code": None, "name": "柯*", "kind": "自然人", "url": None}
    for q in ("柯试明", "柯"):
        assert anybody.get("/api/v1/records/", {"q": q}).json()["count"] == 0


def test_a_record_stands_only_in_the_collection_of_its_kind(anybody, published):
    record = published()
    assert anybody.get(f"/api/v1/penalties/{record.uid}/").status_code == 404


def test_an_ended_record_is_gone_and_an_unknown_one_was_never_there(anybody, published, reviewer):
    record = published()
    move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="录入有误")
    assert anybody.get(f"/api/v1/records/{record.uid}/").status_code == 410
    assert anybody.get("/api/v1/records/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert anybody.get("/api/v1/records/x/").status_code == 404


@pytest.fixture
def shared(published):
    CatalogueItemVersion.objects.filter(item__kind="catalogue-record").update(openness=1)
    return published("catalogue-record")


def test_what_departments_share_is_seen_with_their_key_and_by_nobody_else(shared, anybody, machine):
    department = machine()
    assert results(department.get("/api/v1/catalogue-records/")) == [str(shared.uid)]
    assert department.get(f"/api/v1/records/{shared.uid}/").json()["status"] == "published"
    assert results(anybody.get("/api/v1/catalogue-records/")) == []
    assert anybody.get(f"/api/v1/records/{shared.uid}/").status_code == 404


def test_a_department_sees_its_own_work_and_another_does_not(staff, clerk, reviewer, submitted, anybody):
    record = submitted()
    item = f"/api/v1/licences/{record.uid}/"
    move(record, Action.RETURN, by=reviewer, at=NOON, reason="文号有误")
    mine = staff(clerk).get(item).json()
    assert (mine["status"], mine["last"]["action"], mine["last"]["reason"]) == ("returned", "return", "文号有误")
    assert mine["contents"]["document_number"] == record.document_number
    stranger = staff(factories.UserFactory(organisation=factories.OrganisationFactory(), role=Role.CLERK))
    unknown = anybody.get("/api/v1/licences/00000000-0000-0000-0000-000000000000/")
    for client in (stranger, anybody):
        answer = client.get(item)
        assert (answer.status_code, answer.content) == (404, unknown.content)


def test_answers_to_a_key_are_kept_by_nobody(machine, anybody, published):
    published()
    answer = machine().get("/api/v1/licences/")
    assert answer["Cache-Control"] == "no-store, private"
    assert {"Authorization", "Cookie"} <= set(anybody.get("/api/v1/licences/")["Vary"].split(", "))


def test_a_bank_has_no_part_in_what_departments_share(shared, machine):
    bank = machine(body=factories.OrganisationFactory(kind=OrganisationKind.FINANCE))
    assert results(bank.get("/api/v1/records/")) == []


def test_a_key_ends_with_its_clerk_its_organisation_and_its_term(machine, clerk, organisation):
    key = machine(clerk)
    assert key.get("/api/v1/records/").status_code == 200
    for model, changes in [
        (clerk, {"is_active": False}), (clerk, {"organisation": factories.OrganisationFactory()}),
        (organisation, {"is_active": False}), (ApiKey.objects.get(), {"revoked": True}),
        (ApiKey.objects.get(), {"expiry_date": NOON}),
    ]:  # fmt: skip
        before = {name: getattr(model, name) for name in changes}
        type(model).objects.filter(pk=model.pk).update(**changes)
        assert key.get("/api/v1/records/").status_code == 401, changes
        type(model).objects.filter(pk=model.pk).update(**before)
    assert key.get("/api/v1/records/").status_code == 200


def test_a_key_is_not_given_to_a_clerk_of_another_organisation(organisation):
    key = ApiKey(name="试例", organisation=organisation, clerk=factories.UserFactory())
    with pytest.raises(ValidationError, match="所属单位"):
        key.clean()


@pytest.mark.parametrize(
    "secret", ["", "x", "abcdefgh.wrong", "é" * 40, "abcdefgh." + "a" * 32, "\0bcdefgh." + "a" * 32]
)
def test_a_wrong_key_is_401(secret, anybody):
    answer = anybody.client.get(
        "/api/v1/records/", headers={"Authorization": f"Api-Key {secret}".encode().decode("latin1")}
    )
    assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Api-Key"


def test_the_number_of_queries_does_not_grow_with_the_page(anybody, published, django_assert_max_num_queries):
    for number in range(12):
        published(document_number=f"许〔2026〕{number}号")
    for path in ("/api/v1/licences/?page_size=2", "/api/v1/licences/?page_size=50", "/api/v1/records/?q=后柳"):
        with django_assert_max_num_queries(8):
            anybody.client.get(path)


def test_no_road_leads_to_a_hidden_record(anybody, published):
    record = published()
    Record.objects.filter(pk=record.pk).update(openness=2)
    assert anybody.get(f"/api/v1/licences/{record.uid}/").status_code == 404
    assert anybody.get("/api/v1/licences/").json()["count"] == 0
