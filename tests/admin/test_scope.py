"""Who sees and does what: another organisation's rows do not exist, and each role has its own cells of the matrix."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from registry.directory.staff import Role, User
from registry.models import AuditLog, CatalogueItem, Record
from registry.records import drafting
from registry.records.parsing import Door
from registry.records.statuses import Status
from tests import factories
from tests.admin import pages

pytestmark = pytest.mark.django_db

OWN = [
    pattern.name
    for pattern in admin.site.get_model_admin(Record).get_urls()
    if pattern.name and "<path:object_id>" in str(pattern.pattern)
]


@pytest.fixture
def everything(drafted, submitted, published):
    """A draft, a submitted one, a published one, and a published one with an open correction."""
    corrected = published("penalty", document_number="汉建罚〔2026〕9302号")
    drafting.propose_correction(
        corrected, {"content": "罚款人民币500元", "fine": "0.05"}, reason="笔误", by=corrected.entered_by,
        at=factories.NOON, today=factories.TODAY, door=Door.FORM,
    )  # fmt: skip
    return [drafted(document_number="A1号"), submitted(document_number="A2号"), published("penalty"), corrected]


def test_the_addresses_of_a_record_are_all_walked():
    assert {name.removeprefix("registry_record_") for name in OWN} == {
        "move", "correct", "accept", "decline", "reveal", "change", "delete", "history",
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.COUNTY_OFFICE])
def test_another_organisations_record_is_not_found_at_any_address(role, everything, staff, sign_in):
    stranger = sign_in(staff(role, foreign=True))
    before = list(Record.objects.order_by("pk").values())
    for record in everything:
        for name in OWN:
            path = reverse(f"admin:{name}", args=[record.pk])
            asked = {"action": "withdraw", "expecting": record.seq, "reason": "理由理由", "correction": 1, "field": "x"}
            for answer in (stranger.get(path), stranger.post(path, asked)):
                only_post = answer.status_code == 405 and answer.request["REQUEST_METHOD"] == "GET"
                assert answer.status_code == 404 or only_post, (path, answer.status_code)
    assert list(Record.objects.order_by("pk").values()) == before


def test_lists_searches_and_bulk_steps_know_no_foreign_record(everything, staff, sign_in):
    stranger = sign_in(staff(Role.REVIEWER, foreign=True))
    listing = reverse("admin:registry_record_changelist")
    queries = [{}, {"q": everything[1].document_number}, {"q": everything[2].subject.uscc}, {"q": "建设工程"},
               {"status": "submitted"}, {"kind": "penalty"}, {"overdue": "1"}, {"all": ""}]  # fmt: skip
    for query in queries:
        page = stranger.get(listing, **query)
        assert page.status_code == 200
        assert all(f"/record/{record.pk}/" not in page.content.decode() for record in everything), query
    chosen = {"action": "publish_many", "_selected_action": [record.pk for record in everything], "confirmed": "1",
              "seen": [f"{record.pk}:{record.seq}" for record in everything]}  # fmt: skip
    stranger.post(listing, chosen)
    export = stranger.post(listing, chosen | {"action": "export"})
    assert everything[1].document_number.encode() not in export.getvalue()
    assert Record.objects.get(pk=everything[1].pk).status == Status.SUBMITTED
    found = stranger.get(
        reverse("admin:autocomplete"), app_label="registry", model_name="correction", field_name="record", term="A2号"
    )
    assert found.json()["results"] == []


def test_the_work_bench_shows_a_persons_own_organisation_only(everything, staff, sign_in, at_review):
    assert everything[1].document_number in at_review.get(reverse("admin:index")).content.decode()
    page = sign_in(staff(Role.REVIEWER, foreign=True)).get(reverse("admin:index"))
    assert all(record.document_number not in page.content.decode() for record in everything)


def test_the_county_office_sees_its_county_and_changes_nothing(everything, staff, sign_in):
    office = staff(Role.COUNTY_OFFICE)
    office.organisation = factories.OrganisationFactory(region_id="610922", name="石泉县信用办")
    office.save()
    browser = sign_in(office)
    page = browser.record(everything[1])
    assert page.status_code == 200 and "通过并公示" not in pages.text(page)
    answer = browser.post(
        reverse("admin:registry_record_move", args=[everything[1].pk]), {"action": "publish", "expecting": 1}
    )
    assert answer.status_code == 403


def test_a_person_without_organisation_sees_no_record(everything, staff, sign_in):
    loose = staff(Role.CLERK)
    User.objects.filter(pk=loose.pk).update(organisation=None)
    browser = sign_in(User.objects.get(pk=loose.pk))
    assert browser.record(everything[0]).status_code == 404
    assert browser.get(reverse("admin:registry_record_add")).status_code == 403


def test_a_visitor_is_sent_to_the_login_page(client, everything):
    for name in OWN:
        answer = client.get(reverse(f"admin:{name}", args=[everything[0].pk]))
        assert answer.status_code == 302 and answer.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("wrong", ["abc", "0", "-1", "9" * 30, "1 OR 1=1", "_00", "1.0"])
def test_an_address_that_means_nothing_is_not_found(wrong, at_entry, drafted):
    drafted()
    for name in OWN:
        answer = at_entry.client.post(reverse(f"admin:{name}", args=[wrong]), {})
        assert answer.status_code == 404, (name, wrong)


def test_conditions_the_page_does_not_offer_are_refused(at_entry):
    listing = reverse("admin:registry_record_changelist")
    for query in ("title__icontains=x", "subject__person__number_index=x", "entered_by__password__startswith=p"):
        assert at_entry.client.get(f"{listing}?{query}").status_code == 400, query


def test_a_clerk_of_another_body_sees_neither_its_items_nor_its_people(organisation, clerk, staff, sign_in):
    stranger = sign_in(staff(Role.CLERK, foreign=True))
    item = CatalogueItem.objects.filter(organisation=organisation).first()
    assert stranger.get(reverse("admin:registry_catalogueitem_change", args=[item.pk])).status_code == 404
    assert item.code not in stranger.get(reverse("admin:registry_catalogueitem_changelist")).content.decode()
    assert stranger.get(reverse("admin:registry_user_changelist")).status_code == 403
    assert stranger.get(reverse("admin:registry_user_change", args=[clerk.pk])).status_code == 404


def test_a_subject_that_only_a_foreign_draft_names_is_not_found(drafted, staff, sign_in, at_entry):
    subject = drafted().subject
    path = reverse("admin:registry_subject_change", args=[subject.pk])
    assert at_entry.get(path).status_code == 200
    assert sign_in(staff(Role.CLERK, foreign=True)).get(path).status_code == 404


MODELS = [model for model in admin.site._registry if model._meta.app_label == "registry"]


def test_a_refusal_of_the_admin_is_in_chinese(at_entry):
    page = at_entry.get(reverse("admin:registry_organisation_add"))
    assert page.status_code == 403 and "权限" in pages.text(page)


def test_history_and_persons_have_no_page_of_their_own():
    names = {model._meta.model_name for model in MODELS}
    assert not names & {"recordevent", "recordedition", "person", "searchentry", "correction", "hold"}


def test_logs_and_what_records_stand_on_are_deleted_by_nobody(staff):
    """The technical administrator included; an organisation goes only while it owns nothing."""
    request = RequestFactory().get("/admin/")
    request.user = staff(is_superuser=True)
    pages_of = {model._meta.model_name: admin.site.get_model_admin(model) for model in MODELS}
    assert [name for name, page in pages_of.items() if page.has_delete_permission(request)] == ["organisation"]
    assert not any("delete_selected" in page.get_actions(request) for page in pages_of.values())


@pytest.mark.parametrize("name", ["auditlog", "personaldataaccess"])
def test_the_logs_are_changed_by_nobody(name, staff, sign_in, clerk):
    AuditLog.objects.create(at=factories.NOON, by=clerk, action="x")
    root = sign_in(staff(is_superuser=True))
    assert root.get(reverse(f"admin:registry_{name}_add")).status_code == 403
    if name == "auditlog":
        line = AuditLog.objects.filter(action="x").get()
        path = reverse("admin:registry_auditlog_change", args=[line.pk])
        assert root.get(path).status_code == 200
        assert root.post(path, {"action": "y"}).status_code == 403
        assert root.post(reverse("admin:registry_auditlog_delete", args=[line.pk]), {"post": "yes"}).status_code == 403
