"""ID numbers: on no page, in no log; opened by a reviewer for a reason, and never without a trace."""

from __future__ import annotations

import json

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from registry.directory.catalogue import CatalogueItem, CatalogueItemVersion
from registry.models import AuditLog, Person, PersonalDataAccess, Record
from tests import samples
from tests.admin import pages

pytestmark = pytest.mark.django_db

NUMBER, OTHERS = "610902190003190037", "61092619000212002X"


def of_a_person(**changes):
    """A penalty on a natural person, who has no code and no representative."""
    return samples.penalty(
        counterparty_name="邓试强", counterparty_kind="自然人", counterparty_uscc="", legal_representative="",
        counterparty_document_type="身份证", counterparty_id_number=NUMBER,
    ) | changes  # fmt: skip


@pytest.fixture
def personal(organisation, at_entry):
    item = CatalogueItem.objects.get(organisation=organisation, kind="penalty").code
    answer = at_entry.enter("penalty", item, of_a_person(), button="_submit")
    assert answer.status_code == 302
    return Record.objects.get()


def reveal(record: Record) -> str:
    return reverse("admin:registry_record_reveal", args=[record.pk])


def test_a_number_is_opened_for_a_reason_once_and_logged(personal, reviewer, at_review):
    assert "610902************" in pages.text(at_review.record(personal))
    page = at_review.post(reveal(personal), {"field": "counterparty_id_number", "reason": "核对当事人身份"})
    assert page.status_code == 200 and NUMBER in pages.text(page)
    assert "no-store" in page.headers["Cache-Control"]
    access = PersonalDataAccess.objects.get()
    assert (access.by, access.reason, access.address) == (reviewer, "核对当事人身份", "127.0.0.1")
    assert NUMBER not in at_review.record(personal).content.decode()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"field": "counterparty_id_number", "reason": ""}, 400),
        ({"field": "counterparty_id_number", "reason": "看看"}, 400),
        ({"field": "counterparty_id_number", "reason": f"核对{OTHERS}"}, 400),
        ({"field": "content", "reason": "核对当事人身份"}, 404),
        ({"field": "no_such_field", "reason": "核对当事人身份"}, 404),
    ],
)
def test_without_a_good_reason_nothing_is_opened(asked, status, personal, at_review):
    page = at_review.post(reveal(personal), asked)
    assert page.status_code == status and NUMBER not in page.content.decode()
    assert not PersonalDataAccess.objects.exists()


def test_a_clerk_does_not_open_what_he_typed(personal, at_entry):
    page = at_entry.post(reveal(personal), {"field": "counterparty_id_number", "reason": "核对当事人身份"})
    assert page.status_code == 403 and NUMBER not in page.content.decode()
    assert "查看证件号码" not in pages.text(at_entry.record(personal))


def test_a_number_is_opened_by_post_only(personal, at_review):
    assert at_review.get(reveal(personal), field="counterparty_id_number", reason="核对当事人身份").status_code == 405


def test_a_number_left_blank_is_kept_and_one_typed_anew_replaces_it(organisation, at_entry):
    item = CatalogueItem.objects.get(organisation=organisation, kind="licence").code
    first = samples.licence(legal_representative_document_type="身份证", legal_representative_id_number=OTHERS)
    at_entry.enter("licence", item, first)
    record = Record.objects.get()
    page = at_entry.record(record)
    assert OTHERS not in page.content.decode() and "610926************" in page.content.decode()
    at_entry.fill(page, {"content": "另一内容"})
    assert Record.objects.get().detail.legal_representative_person.number() == OTHERS
    at_entry.fill(at_entry.record(record), {"legal_representative_id_number": NUMBER})
    assert Record.objects.get().detail.legal_representative_person.number() == NUMBER
    form = pages.forms(at_entry.record(record))[-1].values
    cleared = {
        "f-legal_representative_id_number_clear": "on",
        "f-legal_representative_document_type": "",
        "_draft": "1",
    }
    at_entry.post(reverse("admin:registry_record_change", args=[record.pk]), form | cleared)
    assert Record.objects.get().detail.legal_representative_person is None


def test_a_correction_leaves_the_number_of_the_representative_alone(organisation, at_entry, at_review):
    item = CatalogueItem.objects.get(organisation=organisation, kind="licence").code
    values = samples.licence(legal_representative_document_type="身份证", legal_representative_id_number=OTHERS)
    at_entry.enter("licence", item, values, button="_submit")
    record = Record.objects.get()
    at_review.send(at_review.record(record), "/move/", {"action": "publish"})
    path = reverse("admin:registry_record_correct", args=[record.pk])
    page = at_entry.get(path)
    assert OTHERS not in page.content.decode()
    at_entry.post(path, pages.forms(page)[-1].values | {"f-content": "另一内容", "reason": "内容有误"})
    assert set(record.corrections.get().changes) == {"content"}


def test_a_natural_person_is_not_found_by_name(personal, at_entry, at_review):
    listing = reverse("admin:registry_record_changelist")
    assert personal.document_number in pages.text(at_entry.get(listing, q=personal.document_number))
    for query in ("邓试强", "邓试", "邓*"):
        assert f"/record/{personal.pk}/" not in at_review.get(listing, q=query).content.decode()


@pytest.mark.parametrize("name", ["record", "subject"])
def test_an_id_number_in_a_search_box_is_neither_searched_nor_given_back(name, personal, at_review):
    listing = reverse(f"admin:registry_{name}_changelist")
    for typed in (NUMBER, "6109021900 0319 0037", "６１０９０２１９０００３１９００３７"):
        answer = at_review.client.get(listing, {"q": typed, "status": "submitted"})
        assert answer.status_code == 302 and answer.url == listing
        page = at_review.get(listing)
        assert "请勿在此输入身份证号" in pages.text(page) and NUMBER not in page.content.decode()


def test_no_page_of_the_admin_shows_a_number(personal, published, staff, sign_in, at_entry, at_review):
    """Every list and every row, as the one who sees everything; and the pages of a record for each of its people."""
    at_review.post(reveal(personal), {"field": "counterparty_id_number", "reason": "核对当事人身份"})
    root = sign_in(staff(is_superuser=True))
    seen = 0
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        shown = [root.get(reverse(f"admin:{label}_changelist"))]
        for row in model._default_manager.all()[:3]:
            shown += [root.get(reverse(f"admin:{label}_{name}", args=[row.pk])) for name in ("change", "history")]
        for page in shown:
            assert page.status_code == 200, page.request
            assert NUMBER not in page.content.decode() and NUMBER[-12:] not in page.content.decode()
            seen += 1
    for browser in (at_entry, at_review):
        for path in (reverse("admin:index"), reverse("admin:registry_record_change", args=[personal.pk])):
            assert NUMBER not in browser.get(path).content.decode()
    export = at_review.post(
        reverse("admin:registry_record_changelist"), {"action": "export", "_selected_action": [personal.pk]}
    )
    table = export.getvalue().decode()
    assert "邓*" in table and "邓试强" not in table and NUMBER not in table
    assert AuditLog.objects.filter(action="record.export", detail={"rows": 1}).exists()
    assert seen > 30


def test_no_log_and_no_table_but_the_encrypted_one_holds_a_number(personal, at_review, caplog):
    at_review.post(reveal(personal), {"field": "counterparty_id_number", "reason": "核对当事人身份"})
    kept = [
        AuditLog.objects.values(),
        LogEntry.objects.values(),
        Person.objects.values(),
        CatalogueItemVersion.objects.values(),
    ]
    kept += [Record.objects.values(), PersonalDataAccess.objects.values(), personal.editions.values()]
    for rows in kept:
        assert NUMBER not in json.dumps(list(rows), default=str, ensure_ascii=False)
    assert NUMBER not in caplog.text
