"""Rows the tests are made of: fabricated, with valid check characters, named like the trade names them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import factory
from django.contrib.auth.models import Group

from blacklist import models as blacklist
from redlist import models as redlist
from registry.directory.catalogue import Nature, Openness, UpdateCycle
from registry.directory.organisations import OrganisationKind, OrganisationLevel
from registry.directory.regions import RegionLevel
from registry.directory.staff import Role
from registry.directory.subjects import SubjectKind
from registry.directory.taxonomies import DishonestyItem
from registry.identifiers import organisation_code, uscc
from registry.identifiers.normalise import name_key
from registry.models import (
    CatalogueItem,
    CatalogueItemVersion,
    CollectionCatalogue,
    HonourCategory,
    Organisation,
    Person,
    Region,
    Subject,
    User,
)

TODAY = date(2026, 3, 2)  # a Monday
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Ankang
_bodies = count(1)


def make_uscc(prefix: str = "91", region: str = "610902") -> str:
    """A fabricated code that passes every check; its inner code begins XX, as no real one does."""
    body = f"XX{next(_bodies):06d}"
    first17 = f"{prefix}{region}{body}{organisation_code.check_character(body)}"
    return first17 + uscc.check_character(first17)


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "610902"
    name = "汉滨区"
    level = RegionLevel.COUNTY


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"汉滨区试例第{n}局")
    uscc = factory.LazyFunction(lambda: make_uscc("11"))
    kind = OrganisationKind.GOVERNMENT
    level = OrganisationLevel.COUNTY
    region = factory.SubFactory(RegionFactory)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.Sequence(lambda n: f"试例员{n}")
    organisation = factory.SubFactory(OrganisationFactory)
    is_staff = True

    @factory.post_generation
    def role(self, create: bool, wanted: Role | None, **kwargs: Any) -> None:
        if wanted is not None:
            self.groups.add(Group.objects.get(name=wanted.value))


class SubjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subject

    kind = SubjectKind.LEGAL
    name = factory.Sequence(lambda n: f"安康市试例{n}号商贸有限公司")
    name_key = factory.LazyAttribute(lambda subject: name_key(subject.name))
    uscc = factory.LazyFunction(make_uscc)
    region = factory.SubFactory(RegionFactory)


class PersonFactory(factory.django.DjangoModelFactory):
    """A natural person; `number` is encrypted on the way in."""

    class Meta:
        model = Person

    name = "柯试明"
    document_type = "身份证"
    number = "610902190001050014"

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **kwargs: Any) -> Person:
        return Person.objects.remember(**kwargs)


class CollectionCatalogueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CollectionCatalogue

    region = factory.SubFactory(RegionFactory)
    title = "汉滨区公共信用信息征集共享指导目录"
    issued_on = date(2017, 2, 28)


class CatalogueItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CatalogueItem

    catalogue = factory.SubFactory(CollectionCatalogueFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    code = factory.Sequence(lambda n: f"XX-{n:04d}")
    kind = "licence"
    name = "行政许可"


class CatalogueItemVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CatalogueItemVersion

    item = factory.SubFactory(CatalogueItemFactory)
    version = 1
    openness = Openness.PUBLIC
    nature = Nature.BASIC
    update_cycle = UpdateCycle.SEVEN_WORKDAYS
    legal_basis = "国发〔2016〕33号"
    valid_from = date(2015, 1, 1)


def red_rule(body: Organisation, *categories: str, **changes: Any) -> redlist.ListRule:
    """A rule by which that body may confirm models of honesty: of every category, unless some are named."""
    rule = redlist.ListRule.objects.create(
        **{
            "organisation": body,
            "document_number": "试例红规〔2017〕9001号",
            "standard": "信用状况良好，三年内无不良信用记录。",
            "procedure": "申报、核对、公示、认定。",
            "exit": "期满，或者被列入严重失信名单。",
            "objection_contact": "0915-0000000",
            "effective_from": date(2017, 1, 1),
        }
        | changes
    )
    wanted = HonourCategory.objects.filter(pk__in=categories) if categories else HonourCategory.objects.all()
    redlist.ListScope.objects.bulk_create(
        redlist.ListScope(rule=rule, category=one, threshold="符合标准") for one in wanted
    )
    return rule


def list_rule(body: Organisation, *items: str, **changes: Any) -> blacklist.ListRule:
    """A rule by which the body may list these items of severe dishonesty; every item if none is named."""
    values = {
        "industry": "综合", "version": 1, "standard": "情节严重", "procedure": "调查、告知、认定、公布",
        "removal": "期满或者修复", "objection_contact": "信用股", "document_number": "试例〔2017〕9号",
        "notice_days": 5, "effective_from": date(2017, 2, 20),
    }  # fmt: skip
    rule = blacklist.ListRule.objects.create(organisation=body, **(values | changes))
    named = DishonestyItem.objects.filter(pk__in=items) if items else DishonestyItem.objects.all()
    blacklist.ListScope.objects.bulk_create(
        blacklist.ListScope(rule=rule, item=item, threshold="达到认定标准") for item in named
    )
    return rule
