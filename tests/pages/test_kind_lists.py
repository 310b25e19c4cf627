"""The lists of licences, penalties and codes: filters, pages, masks, and nothing that is not public."""

import re

import pytest

from registry.models import CatalogueItemVersion
from registry.records import workflow
from registry.records.statuses import Action
from tests import factories
from tests.pages.test_record_page import PERSON

LICENCES, PENALTIES, CODES = "/disclosure/licences/", "/disclosure/penalties/", "/codes/published/"


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">(.*?)</a></th>', page)


@pytest.fixture
def three(published) -> None:
    """A licence for each of three subjects, different in everything one can filter by."""
    published("licence")
    published(
        "licence", counterparty_name="安康市恒口试例茶业有限公司", document_number="石试〔2026〕2号", category="核准",
        decided_on="2026-02-02", valid_from="2026-02-02", late_reason="系统故障",
    )  # fmt: skip
    published(
        "licence", counterparty_name="安康市瀛湖试例茶业有限公司", document_number="石试〔2025〕3号", validity="无效",
        decided_on="2025-12-30", valid_from="2025-12-30", late_reason="系统故障",
    )  # fmt: skip


LEFT = [
    ({}, 3),
    ({"q": "后柳"}, 1),
    ({"q": "茶业"}, 2),
    ({"q": "茶业", "from": "2026-01-01"}, 1),
    ({"q": "茶业", "category": "核准"}, 1),
    ({"q": "石试(2025)第3号"}, 1),
    ({"region": "610922"}, 3),
    ({"region": "610921"}, 0),
    ({"year": "2025"}, 1),
    ({"category": "核准"}, 1),
    ({"validity": "无效"}, 1),
    ({"from": "2026-02-02", "to": "2026-02-02"}, 1),
    ({"to": "2026-02-02"}, 2),
    ({"from": "2026-02-03"}, 1),
]


def test_filters_leave_what_they_say(three, read):
    for query, expected in LEFT:
        page = read(LICENCES, **query)
        assert f"共 <strong>{expected}条</strong>" in page, query
        assert len(names(page)) == expected, query


def test_a_list_can_be_filtered_by_its_body_and_the_form_remembers(three, organisation, read):
    page = read(LICENCES, organisation=organisation.uscc, year="2026")
    assert len(names(page)) == 2
    assert f'<option value="{organisation.uscc}" selected>' in page
    assert '<option value="2026" selected>' in page
    assert len(names(read(LICENCES, organisation=factories.OrganisationFactory().uscc))) == 0


def test_the_newest_decision_comes_first_and_pages_keep_the_filters(publish_many, read):
    publish_many("penalty", 21, decided_on="2026-02-26")
    publish_many("penalty", 1, counterparty_name="石泉县试例商贸有限公司", document_number="石罚〔2026〕99号")
    first, second = read(PENALTIES, category="罚款"), read(PENALTIES, category="罚款", page="2")
    assert names(first)[0] == "石泉县试例商贸有限公司"
    assert len(names(first)) == 20 and len(names(second)) == 2
    assert not set(names(first)) & set(names(second))
    assert 'rel="next"' in first and "上一页" in second and "category=%E7%BD%9A" in first


def test_penalties_are_filtered_by_each_of_their_categories(published, read):
    published("penalty", category="罚款;没收违法所得", confiscated="0.2")
    for category, expected in (("罚款", 1), ("没收违法所得", 1), ("警告", 0)):
        assert len(names(read(PENALTIES, category=category))) == expected
    assert "罚款、没收违法所得" in read(PENALTIES)


def test_only_what_is_public_today_is_listed_or_counted(published, submitted, reviewer, read, settings):
    submitted("penalty")
    published("penalty", document_number="石试罚〔2026〕1号", secrecy="国家秘密")
    published("penalty", document_number="石试罚〔2026〕2号", **PERSON)
    withdrawn = published("penalty", document_number="石试罚〔2026〕3号")
    workflow.move(withdrawn, Action.WITHDRAW, by=reviewer, at=factories.NOON, reason="决定已撤销")
    assert "共 <strong>0条</strong>" in read(PENALTIES)
    shown = published("penalty", document_number="石试罚〔2026〕4号")
    assert "共 <strong>1条</strong>" in read(PENALTIES)
    shown.refresh_from_db()
    settings.CREDIT_TODAY = shown.public_until
    assert len(names(read(PENALTIES))) == 1
    settings.CREDIT_TODAY = shown.public_until.replace(year=shown.public_until.year + 1)
    assert len(names(read(PENALTIES))) == 0


def test_a_natural_person_stands_masked_in_the_list(published, read, organisation):
    CatalogueItemVersion.objects.filter(item__kind="licence").update(persons_are_public=True)
    published("licence", **PERSON)
    page = read(LICENCES)
    assert names(page) == ["欧阳*"]
    assert "欧阳试兰" not in page
    assert names(read(LICENCES, q="欧阳试兰")) == []


def test_published_codes_stand_under_two_tabs(published, read):
    published("code-event")
    published(
        "code-event", event_kind="存量转换", counterparty_name="石泉县后柳试例水产专业合作社",
        counterparty_uscc=factories.make_uscc("93", "610922"), old_scheme="工商注册号", old_value="610922NA900001X",
    )  # fmt: skip
    new, converted = read(CODES, kind="new"), read(CODES, kind="converted")
    assert len(names(read(CODES))) == 2
    assert names(new) == ["石泉县云雾试例商贸有限公司"]
    assert names(converted) == ["石泉县后柳试例水产专业合作社"]
    assert "610922NA900001X" in converted and "石泉县试例市场监督管理局" in converted
    assert len(names(read(CODES, kind="converted", region="610921"))) == 0


def test_a_code_event_nobody_reviewed_is_not_published(submitted, read):
    submitted("code-event")
    assert names(read(CODES)) == []
