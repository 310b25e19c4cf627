"""Organisations, accounts, catalogue, rules and subjects at the staff door."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from registry.directory.catalogue import CatalogueItemVersion, Openness
from registry.directory.staff import Role, User
from registry.models import AuditLog, CatalogueItem, DeadlineRule, Organisation, Record, Subject, TermRule
from registry.search.find import find
from tests import factories, samples
from tests.admin import pages
from tests.factories import make_uscc

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(organisation, sign_in):
    """The credit office of the city, at its admin."""
    body = factories.OrganisationFactory(
        name="安康市试例信用办", level="city", region_id="610900", is_credit_office=True
    )
    return sign_in(factories.UserFactory(organisation=body, role=Role.CREDIT_OFFICE, username="office"))


def page_of(name: str, row=None, verb: str = "change") -> str:
    return reverse(f"admin:registry_{name}_{verb}", args=[row.pk] if row is not None else [])


def body(**changes) -> dict:
    inline = {
        f"code_authorities-{key}": 0 for key in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    values = {"name": "旬阳市试例局", "short_name": "", "uscc": make_uscc("11", "610981"), "kind": "government",
              "level": "county", "region": "610981", "parent": "", "is_active": "on"}  # fmt: skip
    return inline | values | changes


def test_the_office_enters_a_body_with_region_and_level(office):
    assert office.post(page_of("organisation", verb="add"), body()).status_code == 302
    made = Organisation.objects.get(name="旬阳市试例局")
    line = AuditLog.objects.get(action="organisation.add", object_key=str(made.pk))
    assert line.by.username == "office" and line.detail["message"][0]["values"]["name"] == [None, "旬阳市试例局"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"region": ""}, "必填"), ({"level": ""}, "必填"), ({"uscc": "11610900XXAK0004X1"}, "校验码"),
     ({"name": "试例\u202e局"}, "U+202E")],
)  # fmt: skip
def test_a_body_without_region_level_or_right_code_is_refused(changes, told, office):
    page = office.post(page_of("organisation", verb="add"), body(**changes))
    assert page.status_code == 200 and told in pages.text(page)
    assert not Organisation.objects.filter(region_id="610981").exists()


def test_a_body_is_not_above_itself(office, organisation):
    child = factories.OrganisationFactory(parent=organisation)
    inline = body()
    page = office.post(page_of("organisation", organisation), inline | {"uscc": organisation.uscc, "parent": child.pk})
    assert "上级单位不能是本单位或其下级单位" in pages.text(page)


def test_a_body_that_owns_records_is_deactivated_but_not_deleted(published, organisation, staff, sign_in, office):
    published()
    root = sign_in(staff(is_superuser=True))
    answer = root.post(page_of("organisation", organisation, "delete"), {"post": "yes"})
    assert answer.status_code == 200 and Organisation.objects.filter(pk=organisation.pk).exists()
    assert office.post(page_of("organisation", organisation, "delete"), {"post": "yes"}).status_code == 403


# Accounts


def account(organisation, *roles: Role, **changes) -> dict:
    groups = [str(Group.objects.get(name=role).pk) for role in roles]
    return {"username": "new_clerk", "full_name": "试例新人", "organisation": organisation.pk, "groups": groups,
            "usable_password": "true", "password1": "Stone-Spring-922", "password2": "Stone-Spring-922"} | changes  # fmt: skip


def test_the_office_names_a_clerk_who_can_then_log_in(office, organisation, clerk, client):
    assert office.post(page_of("user", verb="add"), account(organisation, Role.CLERK)).status_code == 302
    made = User.objects.get(username="new_clerk")
    assert made.is_staff and not made.is_superuser and made.organisation == organisation
    form = {"username": "new_clerk", "password": "Stone-Spring-922"}
    assert client.post(reverse("admin:login"), form).status_code == 302
    line = AuditLog.objects.get(action="user.add")
    assert line.detail["message"][0]["values"]["groups"] == [None, ["录入员"]]
    assert "Stone-Spring" not in str(line.detail)


@pytest.mark.parametrize("role", [Role.CREDIT_OFFICE, Role.AUDITOR])
def test_the_office_does_not_grant_the_roles_that_watch_over_it(role, office, organisation, staff):
    staff(role)
    page = office.post(page_of("user", verb="add"), account(organisation, role))
    assert page.status_code == 200 and not User.objects.filter(username="new_clerk").exists()


def test_fields_the_form_does_not_offer_change_nothing(office, clerk):
    values = {"username": clerk.username, "full_name": "改名", "organisation": clerk.organisation_id, "is_active": "on",
              "groups": [clerk.groups.get().pk], "is_superuser": "on", "user_permissions": ["1", "2"], "password": "x"}  # fmt: skip
    before = clerk.password
    assert office.post(page_of("user", clerk), values).status_code == 302
    clerk.refresh_from_db()
    assert (clerk.full_name, clerk.is_superuser, clerk.password) == ("改名", False, before)
    assert not clerk.user_permissions.exists()


def test_the_office_changes_neither_itself_nor_those_above_it(office, staff):
    auditor, root = staff(Role.AUDITOR), staff(is_superuser=True)
    own = User.objects.get(username="office")
    for person in (auditor, root, own):
        assert office.post(page_of("user", person), {"username": "hijacked"}).status_code == 403
        assert office.post(f"/admin/registry/user/{person.pk}/password/", {"password1": "x"}).status_code == 403
    assert not User.objects.filter(username="hijacked").exists()


def test_a_person_who_left_is_shut_out_and_keeps_his_name_on_old_records(drafted, clerk, office, at_entry):
    record = drafted()
    values = {"username": clerk.username, "full_name": clerk.full_name, "organisation": clerk.organisation_id,
              "groups": [clerk.groups.get().pk]}  # fmt: skip
    office.post(page_of("user", clerk), values)
    assert at_entry.record(record).status_code == 302  # to the login page
    assert clerk.full_name in pages.text(office.record(record))
    change = AuditLog.objects.get(action="user.change").detail["message"][0]["values"]
    assert change == {"is_active": [True, False]}


# Catalogue


def version(item: CatalogueItem, **changes) -> dict:
    return {"item": item.pk, "openness": "0", "nature": "adverse", "update_cycle": "monthly", "publication_days": "",
            "legal_basis": "石政办发〔2026〕1号", "valid_from": "2026-03-02", "valid_to": ""} | changes  # fmt: skip


def rows(*fields: dict) -> dict:
    said = {}
    for place, field in enumerate(fields):
        said |= {f"fields-{place}-{key}": value for key, value in field.items()}
    return said


TAX = rows(
    {"label": "所属期起", "name": "period_from", "type": "date", "required": "on", "public": "on"},
    {
        "label": "所属期止",
        "name": "period_to",
        "type": "date",
        "required": "on",
        "public": "on",
        "not_before": "period_from",
    },
    {"label": "欠缴税种", "type": "choice", "choices": "增值税；企业所得税；其他", "required": "on", "public": "on"},
    {
        "label": "欠缴税额（万元）",
        "name": "amount",
        "type": "amount",
        "required": "on",
        "positive": "on",
        "public": "on",
    },
    {"label": "内部备注", "name": "note", "type": "text", "max_length": "100"},
)


def test_a_new_class_of_information_needs_no_code(office, organisation, clerk, at_entry, at_review):
    """Row S1.3.13: 欠税公告 with five fields gives an entry form, validation and publication."""
    catalogue = CatalogueItem.objects.first().catalogue
    values = {
        "catalogue": catalogue.pk,
        "organisation": organisation.pk,
        "code": "SQ-QS",
        "kind": "catalogue-record",
        "name": "欠税公告",
    }
    assert office.post(page_of("catalogueitem", verb="add"), values).status_code == 302
    item = CatalogueItem.objects.get(code="SQ-QS")
    assert office.post(page_of("catalogueitemversion", verb="add"), version(item) | TAX).status_code == 302
    assert item.versions.get().version == 1 and len(item.versions.get().fields) == 5

    values = {
        key: value for key, value in samples.of("catalogue-record").items() if not key.startswith(("owed", "amount"))
    }
    values |= {"period_from": "2025-07-01", "period_to": "2025-12-31", "field_3": "其他", "amount": "0"}
    page = at_entry.enter("catalogue-record", "SQ-QS", values, button="_submit")
    assert "欠缴税额（万元）：须大于0" in pages.text(page)
    assert at_entry.fill(page, {"amount": "3.5"}, button="_submit").status_code == 302
    record = Record.objects.get()
    at_review.send(at_review.record(record), "/move/", {"action": "publish"})
    assert Record.objects.public(on=factories.TODAY).get().detail.data["amount"] == "3.5"


@pytest.mark.parametrize(
    ("field", "told"),
    [({"label": "甲", "name": "1x"}, "标识须以小写字母开头"), ({"name": "only_name"}, "须填写名称"),
     ({"label": "甲", "type": "choice"}, "须写明选项"), ({"label": "甲", "type": "lambda"}, "类型不在可选范围内"),
     ({"label": "甲", "max_length": "many"}, "最多字数"), ({"label": "甲", "type": "date", "not_before": "nope"}, "没有“nope”"),
     ({"label": "甲", "name": "decided_on"}, "已由系统使用"), ({"label": "甲", "more": "{"}, "其他设置无法读取"),
     ({"label": "甲", "more": '{"evil": 1}'}, "数据项的设置有误")],
)  # fmt: skip
def test_a_wrong_row_of_fields_is_named(field, told, office, organisation):
    item = CatalogueItem.objects.get(organisation=organisation, kind="catalogue-record")
    page = office.post(page_of("catalogueitemversion", verb="add"), version(item) | rows(field))
    assert page.status_code == 200 and told in pages.text(page)
    assert item.versions.count() == 1


def test_a_new_version_starts_from_the_old_one_and_ends_it(office, organisation):
    item = CatalogueItem.objects.get(organisation=organisation, kind="catalogue-record")
    old = item.versions.get()
    form = pages.forms(office.get(page_of("catalogueitemversion", verb="add"), item=str(item.pk)))[-1]
    assert form.values["fields-0-label"] == [old.fields[0]["label"]]
    answer = office.post(
        page_of("catalogueitemversion", verb="add"), form.values | {"valid_from": "2026-04-01", "legal_basis": "新依据"}
    )
    assert answer.status_code == 302
    first, second = item.versions.order_by("version")
    assert (first.valid_to, second.version, second.valid_to) == (date(2026, 3, 31), 2, None)
    assert [row["name"] for row in second.fields] == [row["name"] for row in old.fields]


def test_an_issued_version_is_ended_but_never_edited(office, organisation, drafted):
    issued = drafted().item_version
    answer = office.post(
        page_of("catalogueitemversion", issued), {"valid_to": "2026-12-31", "openness": "2", "legal_basis": "改了"}
    )
    assert answer.status_code == 302
    after = CatalogueItemVersion.objects.get(pk=issued.pk)
    assert (after.valid_to, after.openness, after.legal_basis) == (
        date(2026, 12, 31),
        Openness.PUBLIC,
        issued.legal_basis,
    )
    assert office.post(page_of("catalogueitemversion", issued, "delete"), {"post": "yes"}).status_code == 403


def test_persons_are_not_made_public_by_an_item_that_is_not(office, organisation):
    item = CatalogueItem.objects.get(organisation=organisation, kind="licence")
    page = office.post(
        page_of("catalogueitemversion", verb="add"), version(item, openness="2", persons_are_public="on")
    )
    assert page.status_code == 200 and "非社会公开的信息项不能勾选公开自然人信息" in pages.text(page)
    assert item.versions.count() == 1


# Rules


def test_a_rule_that_records_stand_on_is_ended_but_not_rewritten(published, office):
    rule = published("penalty").term_rule
    values = {"max_months": "1", "effective_to": "2030-12-31", "note": "由新规则替代", "legal_basis": "x"}
    assert office.post(page_of("termrule", rule), values).status_code == 302
    after = TermRule.objects.get(pk=rule.pk)
    assert (after.max_months, after.legal_basis) == (rule.max_months, rule.legal_basis)
    assert (after.effective_to, after.note) == (date(2030, 12, 31), "由新规则替代")
    assert office.post(page_of("termrule", rule, "delete"), {"post": "yes"}).status_code == 403


def test_a_rule_does_not_end_before_it_begins(office):
    rule = DeadlineRule.objects.get(kind="licence")
    values = {
        "kind": "licence",
        "workdays": "7",
        "effective_from": "2015-12-01",
        "effective_to": "2015-11-30",
        "legal_basis": "x",
    }
    page = office.post(page_of("deadlinerule", rule), values)
    assert "失效日期不能早于生效日期" in pages.text(page)


# Subjects


def test_the_office_registers_a_change_of_name_and_both_names_find_the_subject(published, office):
    subject = published(counterparty_name="石泉县后柳试例水产专业合作社").subject
    page = office.get(page_of("subject", subject, "rename"))
    assert "后柳试例" in pages.text(page)
    assert (
        office.post(page_of("subject", subject, "rename"), {"new_name": "石泉县汉江试例水产专业合作社"}).status_code
        == 302
    )
    assert Subject.objects.get(pk=subject.pk).former_names.get().name == "石泉县后柳试例水产专业合作社"
    for words in ("汉江试例", "后柳试例"):
        assert subject.pk in find(words, on=factories.TODAY, kind=1).subject_ids
    line = AuditLog.objects.get(action="subject.rename")
    assert line.detail["changes"]["name"] == ["石泉县后柳试例水产专业合作社", "石泉县汉江试例水产专业合作社"]
    assert "石泉县后柳试例水产专业合作社" in pages.text(office.get(page_of("subject", subject)))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "必填"),
        ("石泉县后柳试例水产专业合作社", "新名称与现名称相同"),
        ("试例\u202e社", "U+202E"),
        ("安" * 201, "200"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(name, told, published, office):
    subject = published(counterparty_name="石泉县后柳试例水产专业合作社").subject
    page = office.post(page_of("subject", subject, "rename"), {"new_name": name})
    assert page.status_code == 200 and told in pages.text(page)
    assert not Subject.objects.get(pk=subject.pk).former_names.exists()


def test_nobody_but_the_office_renames_or_edits_a_subject(published, at_entry, at_review):
    subject = published().subject
    for browser in (at_entry, at_review):
        assert browser.post(page_of("subject", subject, "rename"), {"new_name": "新名"}).status_code == 403
        assert browser.post(page_of("subject", subject), {"name": "新名"}).status_code == 403
    assert Subject.objects.get(pk=subject.pk).name != "新名"
