"""S-06, steps 3 to 6: who could pay and does not is listed, urged, limited in consumption, and free the day it pays.

O9 owes wages of 1,286,000 yuan by an effective decision of the human resources bureau; P7 is its legal representative.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from blacklist.models import ListingTermRule
from measures.models import MeasureApplication
from registry.directory.staff import Role
from registry.models import Person, Record
from tests import factories
from tests.admin import pages
from tests.journeys import town
from tests.journeys.pingli import named
from tests.journeys.town import Staff

pytestmark = pytest.mark.django_db
O9 = "91610900XXAK00090U"
P7 = ("庞试伟", "610902190001230074")
MINORITY = ("汪试兵", "610902190005210054")
LIMITS = ("P22", "P23", "P24")
ENTRY: dict[str, Any] = {
    "counterparty_name": "安康试例置业有限公司",
    "counterparty_kind": "法人及非法人组织",
    "counterparty_uscc": O9,
    "item": "C03",
    "facts": "拖欠农民工工资1286000元，责令支付后仍不支付。",
    "acted_on": "2016-11-20",
    "document_kind": "行政决定",
    "document_number": "安人社监理〔2016〕9010号",
    "document_date": "2016-12-15",
    "legal_basis": "《劳动保障监察条例》第二十六条",
    "obligation": "支付农民工工资1286000元",
    "obligation_amount": "128.6",
    "ability_finding": "2017年2月27日银行流水显示账户余额足以支付",
    "ability_found_on": "2017-02-27",
    "persons": [named(P7, "法定代表人")],
}


@pytest.fixture
def srs(world, settings) -> Any:
    """安康市人力资源和社会保障局 with its rule on C03 and the scenario's own term rule."""
    town.on(settings, "2017-02-20")
    body = town.body("安康市人力资源和社会保障局", "blacklist")
    factories.list_rule(body, "B05", "C01", "C03", effective_from=date(2017, 2, 20))
    ListingTermRule.objects.all().delete()
    ListingTermRule.objects.create(
        rule_id="S06-C", regime="情景规则", items="C01;C03", min_months=12, max_months=36, default_months=24,
        effective_from=date(2017, 1, 1), legal_basis="情景规则",
    )  # fmt: skip
    factories.SubjectFactory(
        name=ENTRY["counterparty_name"], uscc=O9, region_id="610900", established_on=date(2010, 10, 10)
    )
    return body


@pytest.fixture
def clerk(srs) -> Staff:
    return Staff.of(srs, Role.CLERK)


@pytest.fixture
def reviewer(srs) -> Staff:
    return Staff.of(srs, Role.REVIEWER)


@pytest.fixture
def listed(clerk, reviewer, settings) -> Record:
    """Noticed on 2017-02-28, no answer; listed on 2017-03-06."""
    town.on(settings, "2017-02-28")
    record = town.entered(clerk, "blacklist", ENTRY)
    assert reviewer.move("blacklist", record.uid, "notify").status_code == 201
    town.on(settings, "2017-03-06")
    answer = reviewer.move("blacklist", record.uid, "list")
    assert answer.status_code == 201, answer.json()
    return Record.objects.get(pk=record.pk)


def urge(clerk: Staff, record: Record, due_on: str) -> HttpResponse:
    page = reverse("admin:blacklist_listing_change", args=[record.pk])
    said = {"act": "urge", "on": "2017-03-06", "due_on": due_on, "text": "直接送达，法定代表人签收"}
    return clerk.client.post(page, said, follow=True)


def limit(reviewer: Staff, record: Record, measure: str, person: Person | None = None, **changes: str) -> HttpResponse:
    page = f"{reverse('admin:measures_measureapplication_add')}?record={record.uid}"
    said = {
        "measure": measure, "person": person.pk if person else "", "decision": "安人社限〔2017〕9001号",
        "valid_from": "2017-03-14", "valid_until": "2018-03-13",
    }  # fmt: skip
    return reviewer.client.post(page, said | changes)


@pytest.fixture
def limited(listed, clerk, reviewer, settings) -> Record:
    """Urged until 2017-03-13 without an answer; the day after, three limits on the company and on P7."""
    assert urge(clerk, listed, "2017-03-13").status_code == 200
    town.on(settings, "2017-03-14")
    for measure in LIMITS:
        for target in (None, Person.objects.get(name=P7[0])):
            answer = limit(reviewer, listed, measure, target)
            assert answer.status_code == 302, pages.text(answer)
    return listed


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"ability_finding": "", "ability_found_on": ""}, "ability_finding", "C03以有履行能力为前提"),
        ({"item": "C01", "document_kind": "司法裁判"}, "item", "C01只能由司法机关列入"),
        ({"obligation": ""}, "obligation", "必填"),
    ],
)
def test_step_3_a_refusal_is_proved_and_a_courts_matter_is_a_courts(clerk, changes, field, said, settings) -> None:
    town.on(settings, "2017-02-28")
    answer = clerk.post("blacklist/", **ENTRY | changes)
    assert answer.status_code == 400
    assert any(said in sentence for sentence in answer.json()["errors"][field]), answer.json()
    assert not Record.objects.exists()


def test_step_3_it_is_listed_with_who_answers(listed, client) -> None:
    page = pages.text(client.get(listed.get_absolute_url()))
    assert "安人社监理〔2016〕9010号" in page and "支付农民工工资" in page and P7[0] not in page


def test_step_4_no_limit_before_an_urging_has_run_out(listed, clerk, reviewer, settings) -> None:
    town.on(settings, "2017-03-10")
    page = f"{reverse('admin:measures_measureapplication_add')}?record={listed.uid}"
    assert "尚未催告履行" in pages.text(reviewer.client.get(page))
    assert limit(reviewer, listed, "P22").status_code == 400
    assert urge(clerk, listed, "2017-03-13").status_code == 200
    town.on(settings, "2017-03-13")
    assert "期满仍不履行方可限制高消费" in pages.text(reviewer.client.get(page))
    assert limit(reviewer, listed, "P22").status_code == 400
    assert not MeasureApplication.objects.filter(measure="P22").exists()


def test_step_4_who_is_not_named_and_what_is_not_written_is_refused(limited, reviewer) -> None:
    stranger = Person.objects.remember(name=MINORITY[0], document_type="身份证", number=MINORITY[1])
    assert limit(reviewer, limited, "P23", stranger).status_code == 400
    unwritten = limit(reviewer, limited, "P27")
    assert unwritten.status_code == 400 and "限制的具体内容" in pages.text(unwritten)
    assert MeasureApplication.objects.filter(record=limited, measure__in=LIMITS).count() == 6


def test_step_5_a_travel_body_asks_about_the_person(limited, settings) -> None:
    travel = town.body("安康市旅游局")
    town.matter(travel, "票务核验", "P23", "P24")
    asker = Staff.of(travel, Role.CLERK)
    said = town.check(asker, "票务核验", person={"name": P7[0], "number": P7[1]})
    assert town.codes_of(said["entries"]) == ["P23", "P24"]
    assert {told["enforcement"] for told in said["entries"][0]["measures"]} == {"IN_FORCE"}
    answers = [
        town.check(asker, "票务核验", person={"name": P7[0], "number": number})
        for number in (P7[1][:-1] + "5", "61090219000622006X")
    ]
    for one in answers:
        del one["number"], one["data_time"]
    assert answers[0] == answers[1] and answers[0]["results"][0]["found"] is False


def correct(clerk: Staff, reviewer: Staff, record: Record, **changes: str) -> None:
    answer = clerk.post(f"blacklist/{record.uid}/corrections/", changes=changes, reason="履行情况变化，凭付款凭证")
    assert answer.status_code == 201, answer.json()
    moved = reviewer.move("blacklist", record.uid, "correct")
    assert moved.status_code == 201, moved.json()


def test_step_6_part_does_not_lift_and_all_lifts_the_same_day(limited, clerk, reviewer, settings, client) -> None:
    travel = town.body("安康市旅游局")
    town.matter(travel, "票务核验", "P23", "P24")
    asker = Staff.of(travel, Role.CLERK)
    town.on(settings, "2017-03-20")
    correct(clerk, reviewer, limited, performed_amount="80")
    assert town.codes_of(town.check(asker, "票务核验", code=O9)["entries"]) == ["P23", "P24"]
    town.on(settings, "2017-03-28")
    correct(clerk, reviewer, limited, performed_amount="128.6", performed_on="2017-03-28")
    said = town.check(asker, "票务核验", code=O9)
    assert said["hit"] == 1 and town.codes_of(said["entries"]) == []
    assert town.codes_of(town.check(asker, "票务核验", person={"name": P7[0], "number": P7[1]})["entries"]) == []
    assert [one.operation for one in limited.deliveries.order_by("seq")] == ["add", "update", "update"]
    page = pages.text(client.get(limited.get_absolute_url()))
    assert "2017-03-28" in page and "信用修复" in page
