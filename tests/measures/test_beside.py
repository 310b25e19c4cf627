"""The measures beside a public record: told once each, resting while it is verified, gone with it, silent on persons."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.models import MeasureApplication
from registry.records import drafting, holds, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests import factories
from tests.admin import pages
from tests.factories import NOON, TODAY
from tests.measures.conftest import named

pytestmark = pytest.mark.django_db


def test_a_measure_of_many_bodies_is_told_once(entry, listing, said, client) -> None:
    person = factories.PersonFactory()
    said.named[:] = [named(person, "法定代表人")]
    for number in range(5):
        listing(factories.OrganisationFactory(name=f"安康市试例第{number}食品药品监管局"), "P04", "P49")
    record = entry()
    page = pages.text(client.get(record.get_absolute_url()))
    assert "联合惩戒措施" in page and page.count("从严控制生产许可证发放") == 1 and "等5个单位" in page
    assert "执行中" in page and "强制性" in page
    assert "相关责任人员" not in page and "法定代表人" not in page.partition("联合惩戒措施")[2]


def test_while_it_is_verified_they_rest_and_then_bite_again(entry, listing, bureau, reviewer, client) -> None:
    listing(bureau, "P04")
    record = entry()
    hold = holds.open_hold(record, "objection", by=reviewer, at=NOON)
    assert "核实中，暂不执行" in pages.text(client.get(record.get_absolute_url()))
    holds.close_hold(hold, by=reviewer, at=NOON)
    assert "核实中" not in pages.text(client.get(record.get_absolute_url()))


def test_nothing_is_said_where_nothing_follows(published, entry, bureau, listing, client) -> None:
    assert "联合惩戒措施" not in pages.text(client.get(entry().get_absolute_url()))
    assert "措施" not in pages.text(client.get(published("licence").get_absolute_url())).partition("版次")[0]


def test_more_bodies_cost_no_more_questions(entry, listing, client) -> None:
    def cost() -> int:
        address = entry(counterparty_uscc=factories.make_uscc("91")).get_absolute_url()
        with CaptureQueriesContext(connection) as asked:
            assert "从严审核行政许可审批项目" in client.get(address).content.decode()
        return len(asked)

    listing(factories.OrganisationFactory(name="安康市试例食品药品监管局"), "P04", "P03")
    cost()  # what is remembered has been read
    few = cost()
    for number in range(6):
        listing(factories.OrganisationFactory(name=f"安康市试例第{number}食品药品监管局"), "P04", "P03")
    cost()  # the directory of bodies has been read anew
    assert cost() == few


def test_a_correction_during_the_hold_brings_its_measures_afterwards(
    entry, listing, bureau, said, clerk, reviewer
) -> None:
    listing(bureau, "P04", "P23")
    said.facts["taxonomy_item"] = "Z"
    record = entry()
    assert not MeasureApplication.objects.exists()
    hold = holds.open_hold(record, "objection", by=reviewer, at=NOON)
    said.facts["taxonomy_item"] = "A01"
    record.refresh_from_db()
    drafting.propose_correction(
        record, {"facts": "围挡高度不足1.5米。"}, reason="笔误", by=clerk, at=NOON, today=TODAY, door=Door.FORM
    )
    workflow.move(record, Action.CORRECT, by=reviewer, at=NOON)
    assert not MeasureApplication.objects.exists()
    holds.close_hold(hold, by=reviewer, at=NOON)
    assert [one.measure_id for one in MeasureApplication.objects.current()] == ["P04"]
