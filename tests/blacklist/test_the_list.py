"""The public list, the record's page and the API: what they say, what they hold back, how an entry leaves them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.directory.taxonomies import DishonestyItem
from registry.models import CatalogueItemVersion, Record
from registry.records.holds import open_hold
from registry.records.models.holds import HoldGround
from registry.records.statuses import Action
from tests.blacklist.conftest import PERSON
from tests.factories import NOON, make_uscc

pytestmark = pytest.mark.django_db
PATH, API = "/blacklist/", "/api/v1/blacklist/"
SECRETS = ("9201", "第一百二十三条", "非食品原料", "D02", "民用资源征用", "2026-02-27", "HMD-B")


@pytest.fixture
def three(listed) -> dict[str, Record]:
    return {
        "A01": listed(),
        "B05": listed(item="B05", document_number="平人社〔2026〕9202号", counterparty_name="安康试例置业有限公司",
                      counterparty_uscc=make_uscc("91")),
        "D02": listed(item="D02", counterparty_name="安康试例运输有限公司", counterparty_uscc=make_uscc("91")),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"A01", "B05", "D02"}),
        ("?category=A", {"A01"}),
        ("?category=D", {"D02"}),
        ("?item=B05", {"B05"}),
        ("?item=D02", set()),  # what is not shown is not found by asking for it
        ("?counterparty_kind=个体工商户", set()),
        ("?q=绞股", {"A01"}),
        ("?year=2025", set()),
    ],
)
def test_page_and_api_agree(three, client, query, names) -> None:
    page, answer = client.get(PATH + query).content.decode(), client.get(API + query).json()
    assert {row["uid"] for row in answer["results"]} == {str(three[name].uid) for name in names}
    for name, record in three.items():
        assert (str(record.uid) in page) == (name in names), name
    assert "四类严重失信行为" in page


def test_the_record_page_says_it_all(three, client) -> None:
    page = client.get(three["A01"].get_absolute_url()).content.decode()
    for said in ("A01 食品药品领域的严重失信行为", "HMD-B-2026-0001", "非食品原料", "平市监罚〔2026〕9201号",
                 "2028-03-02", "试例〔2017〕9号"):  # fmt: skip
        assert said in page, said
    for hidden in ("罗试华", "罗*", "听证", "610926"):
        assert hidden not in page.replace(three["A01"].subject.uscc, ""), hidden


def test_a_restricted_entry_says_name_category_and_term_alone(three, client) -> None:
    record = three["D02"]
    detail = client.get(f"{API}{record.uid}/").json()
    row = next(row for row in client.get(API).json()["results"] if row["uid"] == str(record.uid))
    page = client.get(record.get_absolute_url()).content.decode()
    for text in (str(detail), str(row), page.replace("HMD-B-2026-0001", "")):
        for secret in SECRETS:
            assert secret not in text, secret
    said = {name for name, value in detail["contents"].items() if value is not None}
    assert said == {"counterparty_name", "counterparty_kind", "category", "listed_on", "term_months", "term_end"}
    exported = b"".join(client.get(f"{PATH}?format=csv&category=D").streaming_content).decode()
    assert "安康试例运输有限公司" in exported and "民用资源" not in exported and "9201" not in exported
    searched = client.get("/search/", {"q": "平市监罚〔2026〕9201号"}).content.decode()
    assert str(three["A01"].uid) in searched and str(record.uid) not in searched


def test_a_mark_stands_while_an_objection_is_verified(three, client, reviewer) -> None:
    open_hold(three["A01"], HoldGround.OBJECTION, by=reviewer, at=NOON)
    assert "异议核实中" in client.get(three["A01"].get_absolute_url()).content.decode()
    assert str(three["A01"].uid) in client.get(PATH).content.decode()  # the entry itself stays shown (Q4)


def test_what_ended_is_gone_from_everywhere(three, client, step, settings) -> None:
    record = three["A01"]
    step(record, Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert client.get(record.get_absolute_url()).status_code == 410
    assert client.get(f"{API}{record.uid}/").status_code in (404, 410)
    for address in (PATH, API, "/search/?q=绞股"):
        assert str(record.uid) not in client.get(address).content.decode()
    settings.CREDIT_TODAY = date(2028, 3, 3)
    assert client.get(three["B05"].get_absolute_url()).status_code == 410
    assert client.get(three["D02"].get_absolute_url()).status_code == 404  # restricted: as if it had never been


def test_a_person_is_masked_and_not_indexed(listed, client, step) -> None:
    CatalogueItemVersion.objects.update(persons_are_public=True)
    DishonestyItem.objects.filter(pk="A01").update(shows_persons=True)
    record = listed(**PERSON)
    page = client.get(record.get_absolute_url()).content.decode()
    assert "610902************" in page and "noindex" in page
    assert "柯试明" not in page and "0014" not in page
    exported = b"".join(client.get(f"{PATH}?format=csv").streaming_content).decode()
    assert "柯" not in exported
    step(record, Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert client.get(record.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("address", [PATH, API])
def test_the_list_asks_the_same_however_long_it_is(listed, client, address) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    listed()
    asked()
    one = asked()
    for number in range(5):
        listed(document_number=f"平市监罚〔2026〕93{number}号", counterparty_uscc=make_uscc("91"))
    assert asked() == one
