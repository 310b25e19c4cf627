"""What must be right for an entry to be made: each rule by its own words, the same at form, API and import."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.directory.positions import Position
from registry.directory.taxonomies import DishonestyItem
from registry.models import Organisation, Person, Subject
from registry.records import drafting, kinds
from registry.records.parsing import Door
from registry.records.validation import Circumstances, Invalid, check
from tests import factories, samples
from tests.blacklist.conftest import PERSON
from tests.factories import NOON, TODAY, make_uscc

pytestmark = pytest.mark.django_db

LUO, WANG = "罗试华 61092619000212002X", "汪试兵 610902190005210054"


def problems(organisation: Organisation, door: Door = Door.FORM, **changes: Any) -> dict[str, list[str]]:
    """What is wrong with an entry that differs so from a right one."""
    kind = kinds.get("blacklist")
    circumstances = Circumstances(organisation=organisation, today=TODAY, door=door)
    return check(kind, kind.spec(), samples.listing(**changes), circumstances=circumstances).errors()


def test_a_right_entry_has_nothing_wrong_with_it(organisation: Organisation) -> None:
    assert problems(organisation) == {}


CASES = [
    ({"document_number": ""}, "document_number", "必填"),
    ({"item": ""}, "item", "必填"),
    ({"legal_basis": ""}, "legal_basis", "必填"),
    ({"item": "Z01"}, "item", "不在《严重失信行为分类》内"),
    ({"item": "D01"}, "item", "只适用于自然人"),
    ({"item": "B18"}, "item", "只适用于自然人"),
    ({"document_kind": "仲裁裁决"}, "document_kind", "须由行政决定或司法裁判认定"),
    ({"item": "C01", "document_kind": "司法裁判"}, "item", "只能由司法机关列入"),
    ({"term_months": "60"}, "term_months", "须为12至36个月"),
    ({"term_months": "11"}, "term_months", "须为12至36个月"),
    ({"term_months": "0"}, "term_months", "须为12至36个月"),
    ({"term_months": "两年"}, "term_months", "须为月数"),
    ({"term_months": "-12"}, "term_months", "须为月数"),
    ({"counterparty_uscc": make_uscc("11")}, "counterparty_uscc", "党政机关不列入"),
    ({"counterparty_kind": "个体工商户"}, "counterparty_kind", "与代码前两位"),
    (PERSON | {"counterparty_id_number": "610902201001050015", "item": "D01"}, "counterparty_id_number", "未成年人"),
    ({"item": "A99"}, "other_behaviour", "须写明是什么行为"),
    ({"other_behaviour": "其他"}, "other_behaviour", "不填本栏"),
    ({"item": "C04"}, "obligation", "必填"),
    ({"item": "C03", "obligation": "支付工资"}, "ability_finding", "以有履行能力为前提"),
    ({"obligation_amount": "3", "performed_amount": "4"}, "performed_amount", "不能多于"),
    ({"persons": ""}, "persons", "至少一名"),
    ({"persons": f"{WANG} 高级管理人员"}, "persons", "至少一名"),
    ({"persons": f"{LUO} 法定代表人\n{WANG} 股东"}, "persons", "第2人：“股东”不在责任人员范围内"),
    ({"persons": f"{LUO} 法定代表人 2013-05-06 2015-12-31"}, "persons", "不任法定代表人"),
    ({"persons": f"{LUO} 法定代表人 2026-01-01"}, "persons", "不任法定代表人"),
    ({"counterparty_uscc": make_uscc("92"), "counterparty_kind": "个体工商户"}, "persons", "须写明经营者"),
    ({"document_date": "2026-03-03"}, "document_date", "不能晚于今天"),
    ({"acted_on": "2026-02-28"}, "document_date", "不能早于行为发生日期"),
    ({"number": "HMD-B-2026-0001"}, "number", "不可写"),
    ({"category": "A"}, "category", "不可写"),
    (PERSON | {"persons": f"{LUO} 法定代表人"}, "persons", "不填本栏"),
    (PERSON | {"counterparty_id_number": "610902190001050015"}, "counterparty_id_number", "证件号码"),
]  # fmt: skip


@pytest.mark.parametrize("door", list(Door))
@pytest.mark.parametrize(("changes", "field", "said"), CASES)
def test_what_is_wrong_is_refused_by_name_at_every_door(
    organisation: Organisation, door: Door, changes: dict[str, Any], field: str, said: str
) -> None:
    found = problems(organisation, door, **changes)
    assert any(said in sentence for sentence in found.get(field, [])), found


def test_the_number_of_a_minor_is_never_repeated(organisation: Organisation) -> None:
    assert "2010010500" not in str(problems(organisation, **PERSON | {"counterparty_id_number": "610902201001050015"}))


def test_a_body_uses_only_the_items_of_its_own_rule(rules: None) -> None:
    body = factories.OrganisationFactory(name="平利县试例食药监局")
    factories.CatalogueItemVersionFactory(item__organisation=body, item__kind="blacklist")
    assert "没有生效的黑名单认定规则" in str(problems(body))
    factories.list_rule(body, "A01", "B10")
    assert problems(body) == {}
    assert "A04不在平利县试例食药监局的认定范围内（可用：A01、B10）" in str(problems(body, item="A04"))


@pytest.mark.parametrize("over", [{"effective_to": date(2026, 3, 1)}, {"effective_from": date(2026, 3, 3)}])
def test_a_rule_that_is_over_or_yet_to_come_is_none(rules: None, over: dict[str, date]) -> None:
    body = factories.OrganisationFactory()
    factories.list_rule(body, **over)
    assert "没有生效的黑名单认定规则" in str(problems(body))


def test_a_retired_item_takes_no_new_entries(organisation: Organisation) -> None:
    DishonestyItem.objects.filter(pk="A01").update(effective_to=date(2026, 3, 1))
    assert "已停用" in str(problems(organisation))


def test_without_a_term_rule_nothing_is_listed(organisation: Organisation) -> None:
    from blacklist.models import ListingTermRule

    ListingTermRule.objects.all().delete()
    assert "没有惩戒期限规则" in str(problems(organisation))


def test_a_court_lists_what_follows_judgments_only(court: Organisation) -> None:
    refusing = {"document_kind": "司法裁判", "obligation": "偿还借款", "ability_finding": "名下有房产",
                "ability_found_on": "2026-02-01"}  # fmt: skip
    assert problems(court, item="C01", **refusing) == {}
    found = problems(court, item="C03", **refusing | {"document_kind": "行政决定"})
    assert "只能由行政机关列入" in str(found)


def test_whoever_left_before_the_act_answers_only_for_a_reason(organisation: Organisation) -> None:
    raw = samples.listing(persons=f"{LUO} 法定代表人")
    subject = Subject.objects.create(kind="法人及非法人组织", name="试", name_key="试", uscc=raw["counterparty_uscc"])
    luo = Person.objects.remember(name="罗试华", document_type="身份证", number=LUO.split()[1])
    Position.objects.create(subject=subject, person=luo, role_id="法定代表人", held_until=date(2025, 12, 19))
    assert "不任法定代表人" in str(problems(organisation, **raw))
    claimed = raw | {"persons": f"{LUO} 法定代表人 2013-05-06"}
    assert "不任法定代表人" in str(problems(organisation, **claimed))
    assert problems(organisation, **raw, persons_reason="实际控制人，决定书第3页认定") == {}
    Position.objects.update(held_until=date(2025, 12, 20))
    assert problems(organisation, **raw) == {}


def test_the_same_document_lists_the_same_subject_once(organisation, clerk) -> None:
    raw = samples.listing()
    common = {"organisation": organisation, "by": clerk, "at": NOON, "today": TODAY, "door": Door.API}
    drafting.draft("blacklist", raw, **common)
    with pytest.raises(Invalid) as refusal:
        drafting.draft("blacklist", raw, **common)
    assert "已有同一文书号" in str(refusal.value.checked.errors())
