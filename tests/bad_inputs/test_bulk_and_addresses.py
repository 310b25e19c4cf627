"""What staff could take away in bulk, and where they could send it."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from exchange.address import AddressRefused, base_url
from registry.models import AuditLog, CatalogueItemVersion
from tests.bad_inputs.conftest import READING

pytestmark = pytest.mark.django_db

NUMBER = "61090219000622006X"
PERSON = {
    "counterparty_name": "唐试兰", "counterparty_kind": "自然人", "counterparty_uscc": None,
    "legal_representative": None, "counterparty_document_type": "身份证", "counterparty_id_number": NUMBER,
}  # fmt: skip


def test_no_export_holds_a_persons_number_or_whole_name_and_each_is_written_down(published, at_review, client):
    """BI-F05: there is nothing to approve a second time, because nothing in clear can be taken away."""
    CatalogueItemVersion.objects.update(persons_are_public=True)
    record = published("penalty", **PERSON)
    for _ in range(3):
        table = (
            at_review.client.post(
                reverse("admin:registry_record_changelist"), {"action": "export", "_selected_action": [record.pk]}
            )
            .getvalue()
            .decode()
        )
        assert "唐*" in table and "唐试兰" not in table and NUMBER not in table
    lines = AuditLog.objects.filter(action="record.export")
    assert lines.count() == 3 and {line.detail["rows"] for line in lines} == {1}
    for wanted in ("csv", "xlsx"):
        assert b"\xe5\x94\x90" not in client.get("/disclosure/penalties/", {"format": wanted}).getvalue()
    assert not any(NUMBER in client.get(READING[door].format("x"), follow=True).content.decode() for door in READING)


ADDRESSES = [
    "http://169.254.169.254", "http://[::ffff:10.0.0.1]", "http://2130706433",
    "http://platform@evil", "gopher://127.0.0.1/", "https://user:secret@ok.example/", "https://ok.example:99999/",
    "file:///etc/passwd", "https://例子.cn/", "http://0.0.0.0/", "ftp://ok.example/",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_other_address_is_sent_to(address):
    """BI-F06: https alone, or this very machine, where a mock province may run."""
    with pytest.raises(AddressRefused):
        base_url(address)


def test_no_page_of_the_admin_takes_an_address_to_send_to():
    """BI-F06: where records go is said by whoever installs the portal, not by whoever works in it."""
    for model, page in admin.site._registry.items():
        names = {field.name for field in model._meta.fields}
        assert not names & {"url", "address_url", "endpoint", "callback", "webhook"}, (model, page)
