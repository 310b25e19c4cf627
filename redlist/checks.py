"""What several fields of a model of honesty must say together, and what its body may confirm (二（一）, 四（二）)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from redlist.models import ListRule
from registry.directory.organisations import Organisation
from registry.directory.positions import AssociationMember
from registry.directory.subjects import SubjectKind
from registry.directory.taxonomies import HonourCategory
from registry.records.kinds import Problem
from registry.records.validation import Circumstances

_ADDRESS = re.compile(r"https?://[^\s]{4,290}")


def category_of(code: str) -> HonourCategory:
    return HonourCategory.objects.get(pk=code)


def category_suits(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """The category is in use, takes that kind of subject, and has what it asks for (row S2.1.1, S2.1.8)."""
    category = category_of(data["category"])
    if not HonourCategory.objects.in_force(on=circumstances.reported_on).filter(pk=category.pk).exists():
        yield Problem(field="category", message=f"类别：“{category.name}”已停用")
    is_person = data["subject_kind"] == SubjectKind.NATURAL
    if not category.takes(person=is_person):
        whom = "法人和其他组织" if is_person else "自然人"
        yield Problem(field="category", message=f"类别：“{category.name}”只适用于{whom}")
    if category.needs_product and not data["product_name"]:
        yield Problem(field="product_name", message=f"产品名称：“{category.name}”须写明产品")
    if category.needs_award:
        for name, label in (("award_name", "奖项名称"), ("award_level", "奖项等级"), ("award_year", "奖项年度")):
            if not data[name]:
                yield Problem(field=name, message=f"{label}：“{category.name}”必填")
    if data["award_year"] and not re.fullmatch(r"(19|20)\d\d", data["award_year"]):
        yield Problem(field="award_year", message="奖项年度：须为四位年份，如 2016")


def body_may_confirm(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """A body confirms only what its own rule in force covers (row S4.2.2)."""
    category = category_of(data["category"])
    if rule_for(circumstances.organisation, category.pk, on=circumstances.reported_on) is None:
        yield Problem(
            field="category",
            message=f"类别：{circumstances.organisation}现行的红名单认定规则不含“{category.name}”，请先制定规则",
        )


def rule_for(organisation: Organisation, category: str, *, on: date) -> ListRule | None:
    """The rule in force by which that body confirms that category, the latest of them."""
    rules = ListRule.objects.in_force(on=on).filter(organisation=organisation, scopes__category=category)
    return rules.order_by("-effective_from").first()


def rules_for(organisations: Collection[int], *, on: date) -> dict[tuple[int, str], ListRule]:
    """The same for every category of these bodies, by body and category; in two questions."""
    rules = ListRule.objects.in_force(on=on).filter(organisation__in=organisations).order_by("effective_from")
    return {
        (rule.organisation_id, scope.category_id): rule
        for rule in rules.prefetch_related("scopes")
        for scope in rule.scopes.all()
    }


def nomination_suits(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Some categories come only from those the document names: associations for their members, media with a report."""
    category = category_of(data["category"])
    yield from article_given(category, data["article_url"])
    code = data["nominator_uscc"]
    if not code:
        if category.nominators:
            yield Problem(field="nominator_uscc", message=f"推荐单位：“{category.name}”须由规定的单位推荐")
        return
    nominator = Organisation.objects.filter(uscc=code, is_active=True).first()
    if nominator is None:
        yield Problem(field="nominator_uscc", message="推荐单位：没有登记过这个单位")
        return
    yield from nominator_suits(category, nominator, data["subject_uscc"], on=circumstances.reported_on)


def article_given(category: HonourCategory, address: str | None) -> Iterator[Problem]:
    if category.needs_article and not address:
        yield Problem(field="article_url", message=f"报道链接：“{category.name}”须附报道的网址")
    if address and not _ADDRESS.fullmatch(address):
        yield Problem(field="article_url", message="报道链接：须为 http:// 或 https:// 开头的网址")


def nominator_suits(
    category: HonourCategory, nominator: Organisation, code: str | None, *, on: date
) -> Iterator[Problem]:
    """Whether that body may put that subject forward; an association only its own members (row S2.1.2)."""
    if not category.may_be_nominated_by(nominator.kind):
        yield Problem(
            field="nominator_uscc",
            message=f"推荐单位：{nominator}（{nominator.get_kind_display()}）不能推荐“{category.name}”",
        )
    elif category.needs_membership and not _is_member(nominator, code, on=on):
        yield Problem(field="nominator_uscc", message=f"推荐单位：被推荐对象不是{nominator}的会员")


def _is_member(association: Organisation, code: str | None, *, on: date) -> bool:
    members = AssociationMember.objects.filter(association=association, subject__uscc=code, member_from__lte=on)
    return bool(code) and (members.filter(member_until=None) | members.filter(member_until__gte=on)).exists()


CHECKS = (category_suits, body_may_confirm, nomination_suits)
