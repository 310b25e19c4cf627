"""The rules of both lists as anybody reads them (row S4.2.1): those in force, whole, and asked for in few questions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from registry.directory.organisations import Organisation
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
ADDRESS = "/policies/list-rules/"


@pytest.fixture
def body(rules: None, settings) -> Organisation:
    settings.CREDIT_TODAY = TODAY
    made = factories.OrganisationFactory(name="平利县试例市场监督管理局")
    factories.list_rule(made, "A01", "B10", industry="食品药品", notice_days=5)
    factories.red_rule(made, "R06", notice_days=7)
    return made


def test_both_lists_tell_scope_standard_and_way_out(body: Organisation, client: Client) -> None:
    page = client.get(ADDRESS).content.decode()
    for said in (
        "食品药品领域", "达到认定标准", "5日内可以陈述申辩", "期满或者修复", "信用股", "守合同重信用企业", "认定前公示7日",
        "申报、核对、公示、认定", "2项",
    ):  # fmt: skip
        assert said in page, said


def test_one_list_of_one_body_can_be_asked_for(body: Organisation, client: Client) -> None:
    other = factories.OrganisationFactory(name="紫阳县试例农业局")
    factories.list_rule(other, "A02")
    page = client.get(ADDRESS, {"list": "black", "organisation": body.uscc}).content.decode()
    assert "1项" in page and "食品药品" in page and '<h2 id="rule-1">紫阳县' not in page
    assert client.get(ADDRESS, {"list": "grey"}).status_code == 400
    assert client.get(ADDRESS, {"organisation": "610902190001050014"}).status_code == 400


def test_a_rule_shows_from_its_first_day_to_its_last(body: Organisation, client: Client, settings) -> None:
    body.list_rules.update(effective_to=TODAY)
    assert "陈述申辩" in client.get(ADDRESS).content.decode()
    settings.CREDIT_TODAY = TODAY + timedelta(days=1)
    assert "陈述申辩" not in client.get(ADDRESS).content.decode()


def test_more_rules_cost_no_more_questions(body: Organisation, client: Client, django_assert_max_num_queries) -> None:
    for _ in range(10):
        factories.list_rule(factories.OrganisationFactory())
    client.get(ADDRESS)
    with django_assert_max_num_queries(6):
        client.get(ADDRESS)
