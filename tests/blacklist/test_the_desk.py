"""Due process and supervision at the staff door: who does what, and what is refused with which words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from blacklist import supervision
from blacklist.models import ListingNotice, ListRule, UrgingNotice
from registry.directory.positions import Position
from registry.models import Person, Record
from registry.records.holds import close_hold, open_hold
from registry.records.models.holds import HoldGround
from registry.records.statuses import Action
from tests import factories
from tests.factories import NOON, TODAY
from tests.objections.desk import Desk

pytestmark = pytest.mark.django_db


def page_of(record: Record) -> str:
    return reverse("admin:blacklist_listing_change", args=[record.pk])


def act(user, record: Record, **said):
    return Desk.of(user).client.post(page_of(record), said, follow=True)


@pytest.fixture
def noticed(submitted, step) -> Record:
    return step(submitted("blacklist", exempt_basis=""), Action.NOTIFY)


def test_a_statement_is_noted_by_the_clerk_and_answered_by_another(noticed, clerk, reviewer, step) -> None:
    assert "必填" in act(clerk, noticed, act="statement", on="2026-03-02").content.decode()
    assert "已登记" in act(clerk, noticed, act="statement", text="货值不足", on="2026-03-02").content.decode()
    assert act(clerk, noticed, act="answer", text="维持").status_code == 403
    assert "货值不足" in act(reviewer, noticed, act="answer", text="鉴定确认货值").content.decode()
    notice = ListingNotice.objects.get()
    assert (notice.answer, notice.answered_by, notice.answered_on) == ("鉴定确认货值", reviewer, TODAY)
    assert act(reviewer, noticed, act="answer", text="再答").status_code == 409
    step(noticed, Action.LIST)
    assert act(clerk, noticed, act="statement", text="太晚", on="2026-03-02").status_code == 409


def test_the_time_to_answer_runs_from_the_day_of_delivery(noticed, clerk, settings) -> None:
    assert act(clerk, noticed, act="delivery", on="2026-03-03").status_code == 409
    settings.CREDIT_TODAY = TODAY + timedelta(days=3)
    assert act(clerk, noticed, act="delivery", on="2026-03-04").status_code == 200
    assert ListingNotice.objects.get().answer_until == date(2026, 3, 9)


@pytest.mark.parametrize("wrong", [{"act": "nothing"}, {}, {"act": "statement", "text": "x", "on": "2026-02-30"},
                                   {"act": "statement", "text": "x", "on": "1999-01-01"},
                                   {"act": "response", "notice": "99999", "text": "x"},
                                   {"act": "consent", "ground": "open_ended", "text": "x"},
                                   {"act": "statement", "text": "某某 610902190001050014", "on": "2026-03-02"}])  # fmt: skip
def test_nonsense_is_refused_in_words(noticed, clerk, wrong) -> None:
    answer = act(clerk, noticed, **wrong)
    assert answer.status_code in (403, 409) and "610902190001050014" not in answer.content.decode()


def test_the_office_agrees_on_the_page_and_the_entry_is_made(submitted, officer, clerk, step) -> None:
    record = submitted("blacklist", item="A99", other_behaviour="非法行医")
    assert act(clerk, record, act="consent", ground="open_ended", text="同意").status_code == 403
    assert "须市信用办同意" in Desk.of(officer).client.get(page_of(record)).content.decode()
    assert act(officer, record, act="consent", ground="open_ended", text="符合严格界定").status_code == 200
    step(record, Action.LIST)
    assert record.listing.number


def test_whoever_was_in_office_is_proposed(submitted, clerk) -> None:
    record = submitted("blacklist")
    luo = Person.objects.get(name="罗试华")
    wang = Person.objects.remember(name="汪试兵", document_type="身份证", number="610902190005210054")
    common = {"subject": record.subject, "role_id": "法定代表人"}
    Position.objects.create(person=wang, held_until=date(2025, 12, 19), **common)
    Position.objects.create(person=luo, held_from=date(2025, 12, 20), **common)
    page = Desk.of(clerk).client.get(page_of(record)).content.decode()
    assert "罗**（610926************）（法定代表人）" in page or "罗*" in page
    assert "汪*" not in page and "61092619000212002X" not in page


def test_supervision_opens_with_the_entry_rests_with_it_and_ends_with_it(listed, clerk, reviewer, step) -> None:
    record = listed()
    assert supervision.task(record, on=TODAY).next_visit == TODAY + timedelta(days=90)
    assert supervision.task(record, on=TODAY + timedelta(days=91)).is_late
    assert act(clerk, record, act="visit", on="2026-03-02", text="正常营业").status_code == 200
    hold = open_hold(record, HoldGround.OBJECTION, by=reviewer, at=NOON)
    assert supervision.task(record, on=TODAY).is_resting
    close_hold(hold, by=reviewer, at=NOON)
    assert supervision.task(record, on=TODAY).visits == 1
    assert supervision.task(record, on=date(2028, 3, 3)) is None
    step(Record.objects.get(pk=record.pk), Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert supervision.task(Record.objects.get(pk=record.pk), on=TODAY) is None
    assert act(clerk, record, act="visit", on="2026-03-02", text="再查").status_code == 409


def test_urging_stands_in_order_and_only_for_refusals(listed, clerk) -> None:
    assert act(clerk, listed(), act="urge", on="2026-03-02", due_on="2026-03-09", text="直接送达").status_code == 409
    record = listed(item="C03", obligation="支付工资", ability_finding="银行流水", ability_found_on="2026-02-27",
                    document_number="汉人社〔2026〕1号")  # fmt: skip
    assert act(clerk, record, act="urge", on="2026-03-02", due_on="2026-03-01", text="送达").status_code == 409
    assert act(clerk, record, act="urge", on="2026-03-02", due_on="2026-03-09", text="直接送达").status_code == 200
    notice = UrgingNotice.objects.get()
    assert act(clerk, record, act="response", notice=notice.pk, text="未履行").status_code == 200
    assert "回应：未履行" in Desk.of(clerk).client.get(page_of(record)).content.decode()


def test_the_entry_of_another_body_does_not_exist(listed) -> None:
    stranger = factories.UserFactory(organisation=factories.OrganisationFactory(), role=factories.Role.CLERK)
    assert Desk.of(stranger).client.get(page_of(listed())).status_code == 404


def test_a_new_rule_gets_the_next_version_and_what_it_said_stays(organisation, officer) -> None:
    client = Desk.of(officer).client
    values = {
        "organisation": organisation.pk, "industry": "综合", "document_number": "试例〔2026〕9号", "standard": "甲",
        "procedure": "乙", "removal": "丙", "objection_contact": "丁", "notice_days": 3, "effective_from": "2026-03-02",
        "effective_to": "", "scopes-TOTAL_FORMS": 1, "scopes-INITIAL_FORMS": 0, "scopes-MIN_NUM_FORMS": 0,
        "scopes-MAX_NUM_FORMS": 1000, "scopes-0-item": "A01", "scopes-0-threshold": "货值5万元以上",
    }  # fmt: skip
    answer = client.post(reverse("admin:blacklist_listrule_add"), values)
    assert answer.status_code == 302, answer.content.decode()
    rule = ListRule.objects.get(document_number="试例〔2026〕9号")
    assert (rule.version, [scope.item_id for scope in rule.scopes.all()]) == (2, ["A01"])
    change = reverse("admin:blacklist_listrule_change", args=[rule.pk])
    client.post(change, values | {"standard": "改", "effective_to": "2026-12-31", "scopes-0-item": "A02"})
    rule.refresh_from_db()
    assert (rule.standard, rule.effective_to) == ("甲", date(2026, 12, 31))
    assert [scope.item_id for scope in rule.scopes.all()] == ["A01"]
