"""The world of the acted scenarios: 2017-03-01, ten subjects, the bodies that matter. All of it is fabricated.

Organisation bodies of codes start XXAK, document numbers are 9xxx; check characters are valid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from blacklist.models import ListingTermRule
from exchange import onboarding
from registry import clock
from registry.directory import rules as rule_files
from registry.directory.catalogue import Nature
from registry.directory.positions import Position
from registry.directory.staff import Role
from registry.directory.terms import Severity, TermRule
from registry.models import CodeAuthority, Organisation, Person, Subject, User
from registry.search import index
from tests import factories
from tests.journeys.pingli import O3, P2, P7

TODAY = date(2017, 3, 1)
PASSWORD = "Shi-Li-2017-kou-ling"

ORGANISATIONS = {
    "fgw": ("安康市发展和改革委员会（信用办）", "11610900XXAK0901XN", "610900"),
    "sq_sy": ("石泉县食品药品监督管理局", "11610922XXAK09271D", "610922"),
    "sq_gs": ("石泉县工商行政管理局", "11610922XXAK0928X5", "610922"),
    "hyin_sy": ("汉阴县食品药品监督管理局", "11610921XXAK092559", "610921"),
}
SUBJECTS = {
    "O1": ("安康市云岭试例茶业有限公司", "91610902XXAK000150", "610902", date(2013, 5, 6)),
    "O2": ("石泉县后柳试例水产专业合作社", "93610922XXAK00023K", "610922", date(2012, 9, 10)),
    "O3": ("平利县试例绞股蓝食品有限公司", "91610926XXAK00031E", "610926", date(2010, 3, 18)),
    "O10": ("石泉县云雾试例商贸有限公司", "91610922XXAK00103D", "610922", date(2016, 1, 8)),
}


@dataclass
class World:
    organisations: dict[str, Organisation]
    users: dict[str, User]

    def __getitem__(self, key: str) -> Organisation:
        return self.organisations[key]


@pytest.fixture
def world(db, settings):
    """Bodies with a clerk `<key>_lr` and two reviewers `<key>_sh`, `<key>_sh2`, and what they may collect."""
    settings.CREDIT_TODAY = TODAY
    rule_files.load()
    _rules_of_2017()
    organisations = {key: _organisation(key, *row) for key, row in ORGANISATIONS.items()}
    users = {}
    for key, body in organisations.items():
        for suffix, role in (("lr", Role.CLERK), ("sh", Role.REVIEWER), ("sh2", Role.REVIEWER)):
            users[f"{key}_{suffix}"] = _user(f"{key}_{suffix}", body, role)
    users["xyb"] = _user("xyb", organisations["fgw"], Role.CREDIT_OFFICE)
    for name, code, region, established in SUBJECTS.values():
        factories.SubjectFactory(
            name=name, uscc=code, region_id=region, established_on=established, published_on=established
        )
    index.rebuild()
    return World(organisations, users)


def _organisation(key: str, name: str, code: str, region: str) -> Organisation:
    body = factories.OrganisationFactory(name=name, uscc=code, region_id=region, is_credit_office=key == "fgw")
    onboarding.onboard(body, by=None, at=clock.now())
    for kind, nature in (("licence", Nature.BASIC), ("penalty", Nature.ADVERSE), ("code-event", Nature.BASIC)):
        factories.CatalogueItemVersionFactory(
            item__organisation=body, item__kind=kind, item__catalogue__region_id=region, nature=nature
        )
    if key == "sq_gs":
        for prefix in ("91", "92", "93"):
            CodeAuthority.objects.create(organisation=body, prefix=prefix)
    return body


def _user(name: str, body: Organisation, role: Role) -> User:
    user = factories.UserFactory(username=name, full_name=name, organisation=body, role=role)
    user.set_password(PASSWORD)
    user.save()
    return user


def _rules_of_2017() -> None:
    """The scenario's own rows: the notice of July 2017 was not there yet."""
    for severity in Severity.values:
        TermRule.objects.create(
            rule_id=f"S01-{severity}",
            regime="情景规则",
            kind="penalty",
            severity=severity,
            effective_from=date(2017, 1, 1),
            effective_to=date(2017, 7, 30),
            is_published=True,
            max_months=12,
            legal_basis="情景规则：公示一年",
        )


@pytest.fixture
def pingli(world) -> Organisation:
    """平利县食品药品监督管理局 with its black rule: A01 and B10, five days to answer."""
    body = factories.OrganisationFactory(
        name="平利县食品药品监督管理局", uscc=factories.make_uscc("11", "610926"), region_id=factories.RegionFactory(
            code="610926").pk
    )  # fmt: skip
    onboarding.onboard(body, by=None, at=clock.now())
    factories.CatalogueItemVersionFactory(
        item__organisation=body, item__kind="blacklist", item__catalogue__region_id="610926"
    )
    factories.list_rule(body, "A01", "B10", effective_from=date(2017, 2, 20))
    ListingTermRule.objects.all().delete()
    ListingTermRule.objects.create(
        rule_id="S03-A01", regime="情景规则", items="A01", min_months=12, max_months=36, default_months=24,
        effective_from=date(2017, 1, 1), legal_basis="情景规则",
    )  # fmt: skip
    subject = Subject.objects.get(uscc=O3)
    for person, until in ((P7, date(2015, 12, 31)), (P2, None)):
        who = Person.objects.remember(name=person[0], document_type="身份证", number=person[1])
        Position.objects.create(
            subject=subject, person=who, role_id="法定代表人", held_until=until,
            held_from=date(2016, 1, 1) if until is None else None,
        )  # fmt: skip
    return body


@pytest.fixture
def api(pingli) -> Callable[[Role], Callable[..., Any]]:
    def of(role: Role) -> Callable[..., Any]:
        client = Client()
        client.force_login(factories.UserFactory(organisation=pingli, role=role))

        def post(path: str, **values: Any) -> Any:
            return client.post(f"/api/v1/blacklist/{path}", values, content_type="application/json")

        return post

    return of
