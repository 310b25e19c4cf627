"""A listed person is found by the whole name and the last four of the number, by nothing less and by nobody's guessing."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from objections.models import Allowance
from portal import listed_persons
from registry.models import AuditLog, CatalogueItemVersion, Record
from registry.records import workflow
from registry.records.statuses import Action
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db
ADDRESS = "/blacklist/persons/"
NAME = "柯试明"
PERSON = {
    "counterparty_name": NAME, "counterparty_kind": "自然人", "counterparty_uscc": "",
    "counterparty_document_type": "身份证", "counterparty_id_number": "610902190001050014", "persons": "",
    "item": "C01", "document_kind": "司法裁判", "obligation": "支付货款", "ability_finding": "存款足以支付",
    "ability_found_on": "2026-02-20",
}  # fmt: skip


@pytest.fixture
def entry(published, organisation, settings) -> Record:
    settings.CREDIT_TODAY = TODAY
    organisation.kind = "court"
    organisation.save()
    CatalogueItemVersion.objects.update(persons_are_public=True)
    return published("blacklist", **PERSON)


def ask(client: Client, name: str = NAME, last_four: str = "0014", status: int = 200) -> str:
    answer = client.post(ADDRESS, {"name": name, "last_four": last_four})
    assert answer.status_code == status and "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_name_and_last_four_together_find_the_masked_entry(entry, client) -> None:
    page = ask(client)
    assert str(entry.uid) in page and "柯*" in page and NAME not in page and "0014" not in page.replace("0014号", "")
    assert str(entry.uid) in ask(client, name=" 柯 试明 ")
    assert "noindex" in client.get(ADDRESS).content.decode()
    assert (
        NAME not in client.get("/blacklist/").content.decode() and ADDRESS in client.get("/blacklist/").content.decode()
    )


def bare(page: str) -> str:
    return re.sub(r"截至 [0-9: -]+|nonce-\S+", "", page)


def test_every_miss_gets_the_same_page(entry, client) -> None:
    misses = {
        bare(ask(client, *typed)) for typed in ((NAME, "0022"), ("柯试", "0014"), ("无名氏", "9999"), ("%", "0014"))
    }
    assert len(misses) == 1 and "没有查到" in misses.pop()


def test_who_has_left_the_list_is_not_found(entry, reviewer, client) -> None:
    workflow.move(
        Record.objects.get(pk=entry.pk), Action.REVOKE, by=reviewer, at=NOON, reason="复议决定〔2026〕1号认定有误"
    )
    assert "没有查到" in ask(client)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("", "0014"), "请填写完整姓名"),
        ((NAME, ""), "后四位"),
        ((NAME, "14"), "后四位"),
        ((NAME, "610902190001050014"), "不要填写完整"),
        (("柯" * 51, "0014"), "最多50个字"),
    ],
)
def test_half_a_question_is_refused_and_not_repeated(entry, client, typed, said) -> None:
    page = ask(client, *typed, status=400)
    assert said in page and NAME not in page and "610902190001050014" not in page


def test_guessing_is_stopped_and_leaves_no_names(entry, client, caplog) -> None:
    for _ in range(listed_persons.POSTS):
        ask(client, last_four="9999")
    assert client.post(ADDRESS, {"name": NAME, "last_four": "0014"}).status_code == 429
    kept = f"{list(AuditLog.objects.values())}{list(Allowance.objects.values())}{caplog.text}"
    assert NAME not in kept and "9999" not in kept.replace(str(Allowance.objects.first().pk), "")


def test_a_name_in_the_address_is_not_read(entry, client) -> None:
    page = client.get(ADDRESS, {"name": NAME, "last_four": "0014"}).content.decode()
    assert str(entry.uid) not in page and NAME not in page
