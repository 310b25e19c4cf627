"""S-01, step 4: a clerk enters and submits, another person publishes; the same pages for every kind there is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from registry.directory.catalogue import CatalogueItem
from registry.models import AuditLog, Record
from registry.records import kinds
from registry.records.statuses import Action, Status
from tests import preparing, samples
from tests.admin import pages
from tests.factories import TODAY

pytestmark = pytest.mark.django_db

KINDS = [kind.code for kind in kinds.every()]


def item_of(organisation, kind: str) -> str:
    return CatalogueItem.objects.get(organisation=organisation, kind=kind).code


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_of_any_kind_goes_from_the_form_to_the_public(kind, organisation, at_entry, at_review, reviewer):
    answer = at_entry.enter(kind, item_of(organisation, kind), samples.of(kind), button="_submit")
    record = Record.objects.get()
    assert answer.status_code == 302 and record.status == Status.SUBMITTED
    assert (record.kind, record.organisation) == (kind, organisation)

    page = at_review.record(record)
    opens = Action.LIST if Action.LIST in record.the_kind.rule_book else Action.PUBLISH
    assert opens.label in pages.text(page) and "退回修改" in pages.text(page)
    assert not Record.objects.public(on=TODAY).exists()
    preparing.for_publication(record, by=reviewer)
    answer = at_review.send(page, "/move/", {"action": opens.value})
    assert answer.status_code == 302
    assert Record.objects.public(on=TODAY).get() == record


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_shows_every_field_of_the_specification_with_its_label(kind, organisation, at_entry):
    item = CatalogueItem.objects.get(organisation=organisation, kind=kind)
    page = at_entry.get(reverse("admin:registry_record_add"), kind=kind, item=item.code)
    spec = kinds.get(kind).spec(item.versions.get())
    missing = [field.label for field in spec if not field.assigned and field.label not in pages.text(page)]
    assert not missing


def test_the_chooser_offers_what_the_catalogue_allows_and_nothing_else(organisation, at_entry):
    page = at_entry.get(reverse("admin:registry_record_add"))
    for item in CatalogueItem.objects.filter(organisation=organisation):
        assert f"item={item.code}" in page.content.decode()
    assert page.content.decode().count("?kind=") == len(KINDS)


def test_a_fresh_form_has_nothing_ticked_and_the_defaults_filled_in(organisation, at_entry):
    page = at_entry.get(reverse("admin:registry_record_add"), kind="penalty", item=item_of(organisation, "penalty"))
    values = next(form for form in pages.forms(page) if "_draft" in form.buttons).values
    filled = {name: value for name, value in values.items() if any(value) and name.startswith("f-")}
    assert filled == {
        "f-effective_until": ["2099-12-31"],
        "f-authority_name": [organisation.name],
        "f-authority_uscc": [organisation.uscc],
        "f-source_name": [organisation.name],
        "f-source_uscc": [organisation.uscc],
    }


def test_the_form_says_what_must_be_filled_in_and_when(organisation, at_entry):
    page = at_entry.get(reverse("admin:registry_record_add"), kind="penalty", item=item_of(organisation, "penalty"))
    said = pages.text(page)
    assert "行政处罚决定书文号 * ：" in said and "备注 ：" in said.replace("备注：", "备注 ：")
    assert "“处罚类别”含罚款时必填" in said and "“行政相对人类别”为自然人时不填" in said


def test_several_choices_and_the_note_beside_other_are_kept_and_shown_again(organisation, at_entry):
    path = reverse("admin:registry_record_add")
    page = at_entry.get(path, kind="penalty", item=item_of(organisation, "penalty"))
    form = {"f-category_choice": ["罚款", "其他"], "f-category_note": "责令改正"}
    typed = {f"f-{name}": value for name, value in samples.penalty().items() if name != "category"}
    values = next(form for form in pages.forms(page) if "_draft" in form.buttons).values
    answer = at_entry.post(f"{path}?{page.request['QUERY_STRING']}", values | typed | form | {"_draft": "1"})
    assert answer.status_code == 302
    record = Record.objects.get()
    assert record.detail.category == "罚款;其他-责令改正"
    shown = next(form for form in pages.forms(at_entry.record(record)) if "_draft" in form.buttons).values
    assert shown["f-category_choice"] == ["罚款", "其他"] and shown["f-category_note"] == ["责令改正"]


def test_a_draft_is_saved_found_and_changed_by_its_clerk(drafted, at_entry):
    record = drafted("penalty")
    at_entry.fill(at_entry.record(record), {"facts": "施工现场围挡高度不足1.6米。"})
    record = Record.objects.get()
    assert (record.status, record.detail.facts) == (Status.DRAFT, "施工现场围挡高度不足1.6米。")
    line = AuditLog.objects.get(action="record.revise")
    assert line.detail["changes"] == {"facts": ["施工现场围挡高度不足1.8米。", "施工现场围挡高度不足1.6米。"]}


def test_a_reviewer_does_not_edit_what_he_reviews(drafted, at_review):
    record = drafted()
    assert "f-content" not in at_review.record(record).content.decode()
    answer = at_review.post(reverse("admin:registry_record_change", args=[record.pk]), {"f-content": "x"})
    assert answer.status_code == 403 and Record.objects.get().detail.content != "x"
