"""An entry's life: due process before it, what is fixed by it, how it ends (lifecycle 4.2)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from blacklist.models import ConsentGround, ListingConsent, ListingNotice, ListRule
from registry.directory.catalogue import Openness
from registry.directory.staff import Role
from registry.directory.taxonomies import DishonestyItem
from registry.models import CatalogueItemVersion, PersonalItem, Record
from registry.records import drafting, workflow
from registry.records.expiry import expire
from registry.records.kinds import Facts
from registry.records.parsing import Door
from registry.records.statuses import Action, Status
from registry.records.workflow import MoveRefused
from tests import factories
from tests.blacklist.conftest import PERSON
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db


def test_listing_fixes_number_rules_term_and_name_in_one_act(listed) -> None:
    record = listed()
    entry = record.listing
    assert (record.status, entry.number, entry.category) == (Status.LISTED, "HMD-B-2026-0001", "A")
    assert (record.public_from, record.public_until, record.decided_on) == (TODAY, date(2028, 3, 2), TODAY)
    assert (entry.term_months, entry.term_rule_id, entry.correct_until) == ("24", "L8-2017", date(2027, 3, 2))
    assert entry.list_rule.document_number in entry.list_rule_cited
    assert (entry.listed_name, entry.listed_code) == (record.subject.name, record.subject.uscc)
    assert [item.role_id for item in PersonalItem.objects.filter(record=record)] == ["法定代表人"]
    (delivery,) = record.deliveries.all()
    assert (delivery.operation, delivery.state_code) == ("add", 0)
    (edition,) = record.editions.all()
    assert edition.data["number"] == entry.number and edition.data["term_end"] == "2028-03-02"


def test_numbers_count_on_by_year_and_are_never_given_again(listed, step) -> None:
    first = listed()
    step(first, Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert listed(document_number="平市监罚〔2026〕9202号").listing.number == "HMD-B-2026-0002"


def test_nothing_is_left_when_a_listing_fails_midway(submitted, step, monkeypatch) -> None:
    record = submitted("blacklist")

    def fall(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(workflow.outbox, "promise", fall)
    with pytest.raises(RuntimeError):
        step(record, Action.LIST)
    record = Record.objects.get(pk=record.pk)
    assert (record.status, record.listing.number, record.edition) == (Status.SUBMITTED, "", 0)
    assert not PersonalItem.objects.exists() and not record.deliveries.exists()


# Due process


def test_without_prior_notice_or_a_basis_nothing_is_listed(submitted, step) -> None:
    record = submitted("blacklist", exempt_basis="")
    with pytest.raises(MoveRefused, match="须先送达事先告知"):
        step(record, Action.LIST)


def test_listing_waits_for_the_last_day_to_answer(submitted, step) -> None:
    record = submitted("blacklist", exempt_basis="")
    step(record, Action.NOTIFY)
    notice = ListingNotice.objects.get(record=record)
    assert (notice.served_on, notice.answer_until) == (TODAY, date(2026, 3, 7))
    for days in (0, 2, 5):
        with pytest.raises(MoveRefused, match="陈述申辩期至2026-03-07止"):
            step(record, Action.LIST, days=days)
    assert step(record, Action.LIST, days=6).status == Status.LISTED


def test_what_was_said_must_be_answered_and_then_the_window_is_over(submitted, step) -> None:
    record = submitted("blacklist", exempt_basis="")
    step(record, Action.NOTIFY)
    ListingNotice.objects.update(statement="货值不足30万元", stated_on=TODAY)
    with pytest.raises(MoveRefused, match="须先复核答复"):
        step(record, Action.LIST, days=30)
    ListingNotice.objects.update(answer="鉴定结论确认货值", answered_on=TODAY)
    assert step(record, Action.LIST, days=1).status == Status.LISTED


def test_a_rule_may_ask_for_no_notice(submitted, step) -> None:
    ListRule.objects.update(notice_days=0)
    assert step(submitted("blacklist", exempt_basis=""), Action.LIST).status == Status.LISTED


@pytest.mark.parametrize("noticed", [False, True])
def test_the_defence_may_be_accepted(submitted, step, noticed) -> None:
    record = submitted("blacklist", exempt_basis="")
    if noticed:
        step(record, Action.NOTIFY)
    with pytest.raises(MoveRefused, match="必须说明理由"):
        step(record, Action.REJECT)
    assert step(record, Action.REJECT, reason="申辩成立").status == Status.REJECTED
    assert not record.deliveries.exists()


# Guards of the step


def test_nobody_lists_what_he_entered_and_no_clerk_lists(submitted, clerk, organisation) -> None:
    record = submitted("blacklist")
    with pytest.raises(PermissionDenied):
        workflow.move(record, Action.LIST, by=clerk, at=NOON)
    both = factories.UserFactory(organisation=organisation, role=Role.REVIEWER)
    Record.objects.filter(pk=record.pk).update(entered_by=both)
    with pytest.raises(PermissionDenied, match="录入人不能审核"):
        workflow.move(Record.objects.get(pk=record.pk), Action.LIST, by=both, at=NOON)


def test_no_document_lists_before_it_binds(submitted, step) -> None:
    record = submitted("blacklist", effective_on="2026-03-04")
    with pytest.raises(MoveRefused, match="2026-03-04起生效"):
        step(record, Action.LIST, days=1)
    assert step(record, Action.LIST, days=2).status == Status.LISTED


def test_what_ended_since_the_draft_ends_the_listing(submitted, step) -> None:
    record = submitted("blacklist")
    DishonestyItem.objects.filter(pk="A01").update(effective_to=TODAY)
    with pytest.raises(MoveRefused, match="已停用"):
        step(record, Action.LIST, days=1)
    assert step(record, Action.LIST).status == Status.LISTED


def consent(record: Record, ground: ConsentGround, officer) -> None:
    ListingConsent.objects.create(
        record=record, ground=ground, by=officer, at=NOON, reason="同意", seq=Record.objects.get(pk=record.pk).seq
    )


@pytest.mark.parametrize(
    ("changes", "ground", "said"),
    [
        ({"item": "A99", "other_behaviour": "非法行医"}, ConsentGround.OPEN_ENDED, "适用“其他”类行为"),
        ({"persons": "", "persons_reason": "责任人员在逃"}, ConsentGround.NO_PERSONS, "责任人员未确定"),
    ],
)
def test_the_office_agrees_first_and_to_just_this(submitted, step, officer, changes, ground, said) -> None:
    record = submitted("blacklist", **changes)
    with pytest.raises(MoveRefused, match=f"{said}，须经市信用办同意"):
        step(record, Action.LIST)
    consent(record, ground, officer)
    step(record, Action.RETURN, reason="补充材料")
    step(record, Action.SUBMIT)
    with pytest.raises(MoveRefused, match=said):  # it was returned and may have changed since
        step(record, Action.LIST)
    consent(record, ground, officer)
    assert step(record, Action.LIST).status == Status.LISTED


# Corrections


def correct(record, clerk, step, days: int = 0, **changes) -> Record:
    drafting.propose_correction(record, changes, reason="文书有误", by=clerk, at=NOON, today=TODAY, door=Door.FORM)
    return step(Record.objects.get(pk=record.pk), Action.CORRECT, days=days)


def test_a_correction_may_shorten_the_term(listed, clerk, step) -> None:
    record = correct(listed(), clerk, step, term_months="12")
    assert (record.public_until, record.edition) == (date(2027, 3, 2), 2)
    assert record.editions.get(edition=2).data["term_end"] == "2027-03-02"


def test_it_lengthens_the_term_only_with_a_basis(listed, clerk, step) -> None:
    record = listed()
    with pytest.raises(MoveRefused, match="更正只能缩短"):
        correct(record, clerk, step, term_months="36")
    assert Record.objects.get(pk=record.pk).public_until == date(2028, 3, 2)
    record.corrections.all().delete()
    record = correct(record, clerk, step, term_months="36", term_basis="二审判决〔2026〕8号")
    assert record.public_until == date(2029, 3, 2)


def test_a_rule_that_changed_since_does_not_touch_what_is_listed(listed, clerk, step) -> None:
    record = listed()
    ListRule.objects.update(effective_to=TODAY)
    DishonestyItem.objects.filter(pk="A01").update(effective_to=TODAY)
    record = correct(record, clerk, step, days=30, facts="货值32万元")
    assert (record.listing.facts, record.public_until) == ("货值32万元", date(2028, 3, 2))
    assert record.listing.number == "HMD-B-2026-0001"


def test_persons_are_corrected_with_the_entry(listed, clerk, step) -> None:
    record = listed()
    correct(record, clerk, step, persons="汪试兵 610902190005210054 主要负责人 2013-05-06")
    assert list(PersonalItem.objects.filter(record=record).values_list("person__name", "role")) == [
        ("汪试兵", "主要负责人")
    ]


# Ends


def test_the_last_day_counts_and_the_job_only_writes_it_down(listed, step) -> None:
    record = listed()
    last = record.public_until
    assert record in Record.objects.public(on=last)
    assert record not in Record.objects.public(on=date(2028, 3, 3))
    for day, status in ((last, Status.LISTED), (date(2028, 3, 3), Status.EXPIRED), (date(2028, 3, 3), Status.EXPIRED)):
        expire(on=day, at=NOON)
        assert Record.objects.get(pk=record.pk).status == status
    assert record.deliveries.order_by("-seq").first().operation == "withdraw"


def test_revocation_needs_a_written_finding_and_comes_from_any_end(listed, step) -> None:
    record = listed()
    with pytest.raises(MoveRefused, match="书面认定"):
        step(record, Action.REVOKE, reason="有误")
    step(record, Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert record.status == Status.REVOKED
    last = record.deliveries.order_by("-seq").first()
    assert (last.operation, last.state_code) == ("withdraw", 1)


@pytest.mark.parametrize("status", [Status.REPAIRED, Status.EXPIRED])
def test_what_ended_otherwise_can_still_be_found_wrong(listed, step, status) -> None:
    record = listed()
    Record.objects.filter(pk=record.pk).update(status=status)
    assert (
        step(Record.objects.get(pk=record.pk), Action.REVOKE, reason="法院判决撤销原处罚决定").status == Status.REVOKED
    )


# What it answers to those who ask of any kind


def facts(record: Record, on: date = TODAY) -> Facts:
    record = Record.objects.get(pk=record.pk)
    return record.the_kind.facts(record, on)


def test_it_says_until_when_it_may_be_repaired(listed) -> None:
    said = facts(listed())
    assert (said.is_repairable, said.repair_from, said.repair_until) == (True, None, date(2027, 3, 2))
    assert (said.rule_id, said.service_hours, said.taxonomy_item) == ("L8-2017-REPAIR", None, "A01")


def test_the_rule_of_today_sets_a_least_term_and_no_window_of_its_own(listed) -> None:
    said = facts(listed(), on=date(2026, 4, 1))
    assert said.rule_id == "R36-LIST-REPAIR" and said.repair_from == date(2027, 3, 2)


def test_an_ended_one_is_not_repaired(listed, step) -> None:
    record = listed()
    step(record, Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert not facts(record).is_repairable and "不需要修复" in facts(record).why_not


def test_refusing_says_what_was_found_and_performed(listed) -> None:
    record = listed(
        item="C03", obligation="支付工资", obligation_amount="128.6", ability_finding="银行流水",
        ability_found_on="2026-02-27", performed_on="2026-03-01",
    )  # fmt: skip
    said = facts(record)
    assert (said.is_able_to_perform, said.performed_on) == (True, date(2026, 3, 1))


# Persons and restricted entries


def test_a_person_is_public_only_where_item_and_catalogue_say_so(listed) -> None:
    CatalogueItemVersion.objects.update(persons_are_public=True)
    assert listed(**PERSON).openness == Openness.SHARED
    DishonestyItem.objects.filter(pk="A01").update(shows_persons=True)
    shown = listed(**PERSON | {"counterparty_id_number": "610902190005210054", "counterparty_name": "汪试兵"})
    assert shown.openness == Openness.PUBLIC
    CatalogueItemVersion.objects.update(persons_are_public=False)
    hidden = listed(**PERSON | {"counterparty_id_number": "61092619000212002X", "counterparty_name": "罗试华"})
    assert hidden.openness == Openness.SHARED


def test_defence_duties_are_restricted_whatever_was_typed(listed) -> None:
    record = listed(item="D02")
    assert record.listing.restricted == "是"
    assert (record.title, record.document_number) == ("拒不履行国防义务的行为", "")
