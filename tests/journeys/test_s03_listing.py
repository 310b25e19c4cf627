"""S-03: a food enterprise is listed; the black list's own part (steps 1, 2, 3 as far as it goes, and 12).

Entered by API as clerk, decided as reviewer, read at the public pages, on the days of the scenario.
"""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from measures.models import LegalBasis
from registry.directory.staff import Role
from registry.models import PersonalItem, Record
from registry.records.statuses import Status
from tests.admin import pages
from tests.journeys.pingli import P7, RIGHT, named

pytestmark = pytest.mark.django_db

WRONG = [
    ({"document_number": ""}, "document_number", "必填"),
    ({"item": "A04"}, "item", "A04不在平利县食品药品监督管理局的认定范围内"),
    ({"legal_basis": "《安康市信用信息管理暂行规定》（安政发〔2012〕9号）第三条"}, "legal_basis", "已于2016-12-31废止"),
    ({"item": "D01"}, "item", "只适用于自然人"),
    ({"term_months": "60"}, "term_months", "须为12至36个月"),
    ({"persons": []}, "persons", "至少一名"),
    ({"persons": [named(P7, "法定代表人")]}, "persons", "不任法定代表人"),
    ({"counterparty_uscc": "11610922XXAK09271D", "counterparty_name": "石泉县食品药品监督管理局"},
     "counterparty_uscc", "党政机关不列入"),
]  # fmt: skip


def test_step_1_each_wrong_draft_is_refused_by_the_name_of_its_rule(api) -> None:
    LegalBasis.objects.create(
        code="S03-OLD", title="安康市信用信息管理暂行规定", number="安政发〔2012〕9号", kind="policy",
        effective_from=date(2012, 5, 1), repealed_on=date(2016, 12, 31),
    )  # fmt: skip
    clerk = api(Role.CLERK)
    for changes, field, said in WRONG:
        answer = clerk("", **RIGHT | changes)
        assert answer.status_code == 400, changes
        assert any(said in sentence for sentence in answer.json()["errors"][field]), answer.json()
        assert P7[1] not in answer.content.decode()
    assert not Record.objects.exists()


@pytest.fixture
def noticed(api) -> Record:
    clerk, reviewer = api(Role.CLERK), api(Role.REVIEWER)
    uid = clerk("", **RIGHT).json()["uid"]
    assert clerk(f"{uid}/moves/", action="submit").status_code == 201
    assert reviewer(f"{uid}/moves/", action="notify").status_code == 201
    return Record.objects.get(uid=uid)


def test_steps_2_and_3_it_is_listed_after_the_window_and_all_at_once(noticed, api, settings, client) -> None:
    clerk, reviewer = api(Role.CLERK), api(Role.REVIEWER)
    settings.CREDIT_TODAY = date(2017, 3, 3)
    early = reviewer(f"{noticed.uid}/moves/", action="list")
    assert early.status_code == 409 and "2017-03-06" in early.json()["detail"]
    settings.CREDIT_TODAY = date(2017, 3, 7)
    assert clerk(f"{noticed.uid}/moves/", action="list").status_code == 403
    assert not PersonalItem.objects.exists() and "绞股蓝" not in pages.text(client.get("/blacklist/"))
    assert reviewer(f"{noticed.uid}/moves/", action="list").status_code == 201
    page = pages.text(client.get(noticed.get_absolute_url()))
    for said in ("HMD-B-2017-0001", "食品药品", "非食品原料", "平食药监罚〔2017〕9201号", "2019-03-07"):
        assert said in page, said
    assert "绞股蓝" in pages.text(client.get("/blacklist/?category=A"))
    assert sorted(PersonalItem.objects.values_list("person__name", "role")) == [
        ("汪试兵", "直接责任人员"), ("罗试华", "法定代表人"),
    ]  # fmt: skip
    (delivery,) = noticed.deliveries.all()
    assert delivery.operation == "add"
    out = StringIO()
    call_command("check_integrity", stdout=out)
    assert "数据一致" in out.getvalue()


def test_step_12_the_last_day_counts_and_then_it_is_over(noticed, api, settings, client) -> None:
    settings.CREDIT_TODAY = date(2017, 3, 7)
    assert api(Role.REVIEWER)(f"{noticed.uid}/moves/", action="list").status_code == 201
    for day, status in (("2019-03-07", Status.LISTED), ("2019-03-08", Status.EXPIRED), ("2019-03-08", Status.EXPIRED)):
        settings.CREDIT_TODAY = date.fromisoformat(day)
        call_command("expire", "--as-of", day, stdout=StringIO())
        assert Record.objects.get(pk=noticed.pk).status == status
    assert client.get(noticed.get_absolute_url()).status_code == 410
    assert [delivery.operation for delivery in noticed.deliveries.order_by("seq")] == ["add", "withdraw"]
