"""A model of honesty from entry to the end of its validity (rows S2.1.1–S2.1.9, S-02 steps 1 to 3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from redlist import checking
from redlist.models import CrossCheck
from registry.directory.organisations import OrganisationKind
from registry.directory.positions import AssociationMember
from registry.directory.staff import Role, User
from registry.models import HonourCategory, Organisation, Record
from registry.records import drafting, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action, Status
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused
from tests import factories, samples
from tests.factories import NOON, TODAY
from tests.redlist.conftest import PERSON

Make = Callable[..., Record]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"category": "R02"}, "category", "只适用于自然人"),
        ({"category": "R05"}, "category", "只适用于自然人"),
        (PERSON | {"category": "R06"}, "category", "只适用于法人"),
        ({"category": "R08"}, "product_name", "须写明产品"),
        ({"category": "R09"}, "award_name", "必填"),
        (
            {"category": "R09", "award_name": "质量管理奖", "award_level": "一等", "award_year": "16"},
            "award_year",
            "四位",
        ),
        ({"category": "R10"}, "nominator_uscc", "须由规定的单位推荐"),
        ({"category": "R11"}, "article_url", "须附报道"),
        ({"category": "R77"}, "category", "不在《诚信典型类别》内"),
        ({"conferring_body": "", "document_number": ""}, "document_number", "必填"),
        ({"valid_until": "2026-01-01"}, "valid_until", "不能早于"),
        ({"article_url": "javascript:alert(1)"}, "article_url", "网址"),
        ({"nominator_uscc": "51610900XXAK00066F"}, "nominator_uscc", "没有登记过这个单位"),
    ],
)
def test_what_does_not_suit_its_category_is_refused_by_name(
    drafted: Make, changes: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        drafted("redlist", **changes)
    assert said in "".join(refusal.value.checked.errors()[field])
    assert not Record.objects.exists()


def test_a_body_confirms_only_what_its_own_rule_covers(drafted: Make, organisation: Organisation) -> None:
    organisation.red_rules.all().delete()
    factories.red_rule(organisation, "R01")
    with pytest.raises(Invalid) as refusal:
        drafted("redlist")
    assert "不含“守合同重信用企业”" in refusal.value.checked.errors()["category"][0]


def test_an_association_recommends_only_its_own_members(drafted: Make) -> None:
    association = factories.OrganisationFactory(kind=OrganisationKind.ASSOCIATION, uscc=factories.make_uscc("51"))
    member = factories.SubjectFactory()
    put = {"category": "R10", "nominator_uscc": association.uscc, "nominator_name": association.name}
    about = {"subject_uscc": member.uscc, "subject_name": member.name}
    with pytest.raises(Invalid) as refusal:
        drafted("redlist", **put, **about)
    assert "不是" in refusal.value.checked.errors()["nominator_uscc"][0]
    AssociationMember.objects.create(association=association, subject=member, member_from=date(2015, 1, 1))
    assert drafted("redlist", **put, **about).status == Status.DRAFT


def test_confirming_asks_for_a_look_at_the_subject_first(submitted: Make, reviewer: User) -> None:
    record = submitted("redlist")
    with pytest.raises(MoveRefused, match="请先核对"):
        workflow.move(record, Action.PUBLISH, by=reviewer, at=NOON)
    check = checking.cross_check(record, by=reviewer, at=NOON)
    workflow.move(record, Action.PUBLISH, by=reviewer, at=NOON)
    assert (check.is_clean, check.hits) == (True, [])
    assert record.detail.number == "HMD-R-2026-0001"
    assert record.detail.list_rule is not None


def test_a_look_holds_only_until_the_draft_moves_again(submitted: Make, clerk: User, reviewer: User) -> None:
    record = submitted("redlist")
    checking.cross_check(record, by=reviewer, at=NOON)
    workflow.move(record, Action.RETURN, by=reviewer, at=NOON, reason="事迹不详")
    workflow.move(record, Action.SUBMIT, by=clerk, at=NOON)
    with pytest.raises(MoveRefused, match="请先核对"):
        workflow.move(record, Action.PUBLISH, by=reviewer, at=NOON)


def test_the_look_shows_other_bad_records_and_blocks_nothing(published: Make, submitted: Make, reviewer: User) -> None:
    code = factories.make_uscc("91", "610902")
    penalty = published("penalty", counterparty_uscc=code, counterparty_name="安康市云岭试例茶业有限公司")
    record = submitted("redlist", subject_uscc=code)
    check = checking.cross_check(record, by=reviewer, at=NOON)
    assert [hit["uid"] for hit in check.hits] == [str(penalty.uid)]
    workflow.move(record, Action.PUBLISH, by=reviewer, at=NOON)


def test_numbers_are_never_used_twice(honoured: Make) -> None:
    numbers = [honoured(document_number=f"安市监信〔2026〕{n}号").detail.number for n in range(3)]
    assert numbers == ["HMD-R-2026-0001", "HMD-R-2026-0002", "HMD-R-2026-0003"]


def test_the_public_list_and_the_api_agree(honoured: Make, client: Client) -> None:
    record = honoured()
    page = client.get("/redlist/", {"category": "R06"})
    assert "2025年度守合同重信用企业" in page.content.decode()
    assert client.get("/api/v1/redlist/").json()["count"] == 1
    assert client.get("/redlist/", {"category": "R07"}).content.decode().count("2025年度守合同重信用企业") == 0
    assert "连续五年合同履约率" in client.get(f"/records/{record.uid}/").content.decode()


def test_a_product_is_named_before_its_holder(honoured: Make, client: Client, submitted: Make, confirm: Make) -> None:
    code = factories.make_uscc("91", "610902")
    product = {"category": "R08", "product_name": "云岭试例毛尖", "brand": "云岭", "subject_uscc": code}
    record = honoured(**product)
    assert record.title == "云岭试例毛尖 — 安康市云岭试例茶业有限公司"
    again = submitted("redlist", **product, document_number="安市监信〔2026〕9002号")
    with pytest.raises(MoveRefused, match="当年已有生效的认定"):
        confirm(again)


def test_a_person_is_named_with_consent_and_only_as_long_as_it_stands(
    honoured: Make, client: Client, open_persons: None, clerk: User, reviewer: User
) -> None:
    record = honoured(**PERSON)
    for address in (f"/records/{record.uid}/", "/redlist/", f"/api/v1/redlist/{record.uid}/"):
        text = client.get(address).content.decode()
        assert "唐试兰" in text, address
        assert "19000622" not in text
    drafting.propose_correction(
        record, {"consent_on": ""}, reason="本人撤回同意", by=clerk, at=NOON, today=TODAY, door=Door.FORM
    )
    workflow.move(record, Action.CORRECT, by=reviewer, at=NOON)
    for address in (f"/records/{record.uid}/", "/redlist/", f"/api/v1/redlist/{record.uid}/"):
        assert "唐试兰" not in client.get(address).content.decode(), address


def test_a_person_who_did_not_agree_is_not_shown(submitted: Make, confirm: Make, open_persons: None) -> None:
    record = submitted("redlist", **PERSON | {"consent_on": ""})
    with pytest.raises(MoveRefused, match="须经本人同意"):
        confirm(record)


def test_it_ends_with_the_years_of_its_category(honoured: Make, client: Client) -> None:
    record = honoured()  # two years from 2026-02-27
    assert record.public_until == date(2028, 2, 26)
    assert Record.objects.public(on=date(2028, 2, 26)).filter(pk=record.pk).exists()
    assert not Record.objects.public(on=date(2028, 2, 27)).filter(pk=record.pk).exists()
    workflow.move_many([record], Action.EXPIRE, by=None, at=NOON + timedelta(days=800))
    assert Record.objects.get(pk=record.pk).status == Status.EXPIRED


def test_a_rule_may_ask_for_a_public_notice_first(submitted: Make, confirm: Make, reviewer: User) -> None:
    record = submitted("redlist")
    record.organisation.red_rules.update(notice_days=5)
    with pytest.raises(MoveRefused, match="先进行拟认定公示"):
        confirm(record)
    workflow.move(record, Action.ANNOUNCE, by=reviewer, at=NOON)
    with pytest.raises(MoveRefused, match="期满后方可认定"):
        confirm(record, at=NOON + timedelta(days=5))
    assert confirm(record, at=NOON + timedelta(days=6)).status == Status.PUBLISHED


def test_nobody_checks_for_another_body(submitted: Make) -> None:
    stranger = factories.UserFactory(role=Role.REVIEWER)
    with pytest.raises(MoveRefused, match="认定单位"):
        checking.cross_check(submitted("redlist"), by=stranger, at=NOON)
    assert not CrossCheck.objects.exists()


def test_every_category_of_the_document_can_be_filtered(client: Client, organisation: Organisation) -> None:
    text = client.get("/redlist/").content.decode()
    assert all(name in text for name in HonourCategory.objects.values_list("name", flat=True))


def test_a_commitment_is_published_under_its_code(published: Make, client: Client) -> None:
    record = published("commitment")
    assert record.detail.code == "61092220260302000001"
    assert record.public_until == date(2026, 12, 31)
    assert "明码标价" in client.get("/commitments/").content.decode()
    assert "明码标价" in client.get(f"/subjects/{record.subject.uscc}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quality": ""}, "quality"),
        ({"standard": ""}, "standard"),
        ({"fulfilment": "部分履行"}, "unperformed"),
        ({"fulfilment": "全部履行"}, "fulfilment_on"),
        ({"sanction": "退款"}, "fulfilment"),
        ({"subject_uscc": "91610902XXAK000151"}, "subject_uscc"),
    ],
)
def test_half_a_commitment_is_refused(drafted: Make, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        drafted("commitment", **changes)
    assert field in refusal.value.checked.errors()


def test_a_commitment_that_is_not_for_everybody_is_not_shown(published: Make, client: Client) -> None:
    record = published("commitment", publicity="特定范围内公开")
    assert client.get(f"/records/{record.uid}/").status_code == 404
    assert samples.of("commitment")["reason"] not in client.get("/commitments/").content.decode()


def test_confirming_many_asks_no_more_than_confirming_one(submitted: Make, reviewer: User) -> None:
    def cost(number: int, first: int) -> int:
        records = [
            submitted("redlist", document_number=f"安市监信〔2026〕{first + n}号", subject_uscc=factories.make_uscc())
            for n in range(number)
        ]
        for record in records:
            checking.cross_check(record, by=reviewer, at=NOON)
        with CaptureQueriesContext(connection) as asked:
            outcome = workflow.move_many(records, Action.PUBLISH, by=reviewer, at=NOON)
        assert len(outcome.events) == number, outcome
        return len(asked)

    cost(1, 100)
    assert cost(6, 200) == cost(1, 300)


def test_of_one_product_confirmed_twice_in_one_go_the_first_stands(submitted: Make, reviewer: User) -> None:
    code = factories.make_uscc("91", "610902")
    product = {"category": "R08", "product_name": "云岭试例毛尖", "brand": "云岭", "subject_uscc": code}
    records = [submitted("redlist", **product, document_number=f"安市监信〔2026〕{n}号") for n in (1, 2)]
    for record in records:
        checking.cross_check(record, by=reviewer, at=NOON)
    outcome = workflow.move_many(records, Action.PUBLISH, by=reviewer, at=NOON)
    assert [event.record_id for event in outcome.events] == [records[0].pk]
    assert "当年已有生效的认定" in str(outcome.refused)


def test_a_person_who_consented_is_named_alike_in_every_list(
    honoured: Make, client: Client, open_persons: None
) -> None:
    """Page and API, list and record: what may be read is one rule."""
    honoured(**PERSON)
    honoured(**PERSON | {"subject_name": "汪试芳", "subject_id_number": "610902190006220078", "consent_on": "2026-02-26",
                         "title": "2025年见义勇为"})  # fmt: skip
    for address in ("/redlist/", "/api/v1/redlist/", "/api/v1/records/?kind=redlist", "/api/v1/changes/"):
        text = client.get(address).content.decode()
        assert "唐试兰" in text and "汪试芳" in text, address


def test_an_honour_of_a_leap_day_has_a_last_day(submitted: Make) -> None:
    record = submitted("redlist", decided_on="2024-02-29", valid_until="")
    years = HonourCategory.objects.get(pk=record.detail.category_id).valid_years
    assert years is not None and checking.valid_until(record) == date(2024 + years, 2, 27)
