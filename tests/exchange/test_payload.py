"""What a message says: the standard's codes, masks instead of document numbers, nothing of what is withdrawn."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from exchange import envelope, payload, relay
from exchange.models import DeliveryAttempt
from registry.models import AuditLog, CatalogueItemVersion, Delivery, Person, RecordEdition
from registry.records import kinds

pytestmark = pytest.mark.django_db

NUMBER = "610902190001050014"
WITH_REPRESENTATIVE = {
    "legal_representative_document_type": "身份证",
    "legal_representative_id_number": NUMBER,
}
NATURAL_PERSON = {
    "counterparty_name": "柯试明",
    "counterparty_kind": "自然人",
    "counterparty_uscc": "",
    "legal_representative": "",
    "counterparty_document_type": "身份证",
    "counterparty_id_number": NUMBER,
}


def rendered(record) -> dict:
    deliveries = Delivery.objects.filter(record=record).select_related(
        "event", "record__organisation__onboarding", "record__item_version__item"
    )
    (message,), hopeless = payload.render([deliveries.latest("seq")])
    assert hopeless == {}
    return dict(message.item)


def test_fields_go_by_the_codes_of_the_standard(onboarded, published):
    record = published(document_number="石食药监许〔2026〕9001号")
    item = rendered(record)
    fields = item["payload"]["fields"]
    assert fields["XK_WSH"] == "石食药监许〔2026〕9001号"
    assert fields["XK_XDR_MC"] == record.subject.name
    assert fields["XK_JDRQ"] == "2026-02-27"
    assert set(fields) == {field.code for field in kinds.get("licence").fields if field.code}


def test_what_only_this_portal_asks_goes_nowhere(onboarded, published):
    fields = rendered(published("penalty"))["payload"]["fields"]
    assert not {"severity", "secrecy", "late_reason"} & set(fields)


def test_a_kind_without_codes_goes_by_names(onboarded, published):
    assert rendered(published("code-event"))["payload"]["fields"]["event_kind"] == "增量赋码"
    assert rendered(published("catalogue-record"))["payload"]["fields"]["amount"] == "12.86"


def test_an_item_names_its_organisation_and_its_port(onboarded, published):
    item = rendered(published())
    assert item["organisation"] == item["payload"]["organisation"] == onboarded.uscc
    assert item["port"] == onboarded.onboarding.port_number != ""


def test_the_digest_is_taken_over_the_payload_and_stays(onboarded, published):
    record = published()
    item = rendered(record)
    assert item["payload_sha256"] == envelope.sha256(envelope.canonical(item["payload"]))

    onboarded.onboarding.port_number = "610922999999"
    onboarded.onboarding.save()
    again = rendered(record)
    assert again["payload_sha256"] == item["payload_sha256"], "same message id, same contents, whatever port"
    assert again["port"] == "610922999999"


def test_a_withdrawal_repeats_nothing_of_what_it_takes_back(onboarded, platform, line, published, withdrawn):
    record = published()
    relay.drain(line)
    withdrawn(record)
    said = rendered(record)["payload"]
    assert said["reason"] == "撤回" and "fields" not in said
    assert record.subject.name not in str(said) and "撤回测试" not in str(said)


@pytest.mark.parametrize(("kind", "changes"), [("licence", WITH_REPRESENTATIVE), ("penalty", NATURAL_PERSON)])
def test_no_document_number_leaves_or_is_written_anywhere(platform, line, onboarded, published, caplog, kind, changes):
    caplog.set_level(logging.DEBUG)
    record = published(kind, **changes)
    platform.fail("500", times=1)
    relay.drain(line)
    relay.drain(line, impatient=True)

    item = rendered(record)
    masked = {"licence": "XK_FR_ZJHM", "penalty": "CF_XDR_ZJHM"}[kind]
    assert item["payload"]["fields"][masked] == "610902************"
    assert "id_numbers" not in item
    written = [platform.everything(), caplog.text, *map(str, everything_kept())]
    assert all(NUMBER not in text for text in written)


def everything_kept():
    for model in (Delivery, DeliveryAttempt, AuditLog, RecordEdition):
        yield list(model.objects.values())


@pytest.fixture
def sends_numbers(organisation):
    version = CatalogueItemVersion.objects.get(item__organisation=organisation, item__kind="licence")
    CatalogueItemVersion.objects.filter(pk=version.pk).update(sends_id_numbers=True)


def test_a_catalogue_item_may_demand_the_number_and_then_it_is_sent_and_kept_nowhere(
    platform, line, onboarded, sends_numbers, published, caplog
):
    caplog.set_level(logging.DEBUG)
    record = published(**WITH_REPRESENTATIVE)
    assert rendered(record)["id_numbers"] == {"XK_FR_ZJHM": NUMBER}

    assert relay.drain(line).sent == 1

    assert all(NUMBER not in text for text in (caplog.text, *map(str, everything_kept())))
    traced = AuditLog.objects.get(action="exchange.sent_id_numbers")
    assert traced.object_key == str(record.pk) and traced.detail["fields"] == ["XK_FR_ZJHM"]


def test_the_digest_does_not_betray_the_number(onboarded, sends_numbers, published):
    """Eighteen digits, most of them known, are guessed from a digest within seconds."""
    item = rendered(published(**WITH_REPRESENTATIVE))
    assert NUMBER not in str(item["payload"])
    assert item["payload_sha256"] == envelope.sha256(envelope.canonical(item["payload"]))


def test_a_message_that_cannot_be_written_holds_up_nobody_else(
    platform, line, onboarded, sends_numbers, published, states
):
    broken = published(document_number="石食药监许〔2026〕9101号", **WITH_REPRESENTATIVE)
    Person.objects.update(number_cipher="a1.gone:AAAA")
    sound = published("penalty", decided_on=date(2026, 2, 26).isoformat())

    relay.drain(line)

    assert (states(broken), states(sound)) == (["dead"], ["acked"])
    assert NUMBER not in Delivery.objects.get(record=broken).error
