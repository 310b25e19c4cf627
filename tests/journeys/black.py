"""What the scenarios of the black list share: bodies with their rules and measures, an entry listed by machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from blacklist.models import ListingTermRule
from exchange import onboarding
from measures.models import MeasureApplication
from registry import clock
from registry.directory.organisations import OrganisationKind
from registry.directory.positions import Position
from registry.directory.staff import Role
from registry.models import Organisation, Person, Record, Subject, User
from tests import factories
from tests.journeys import town
from tests.objections.desk import Desk

MATTER = "受理前查询"
PERSONS = {
    "P3": ("邓试强", "610902190003190037"),
    "P4": ("谢试军", "610928190004200042"),
    "P6": ("唐试兰", "61090219000622006X"),
    "P7": ("庞试伟", "610902190001230074"),
}
COMPANIES = {
    "O4": ("安康试例建设工程有限公司", "91610900XXAK0004XG", "610900", "P3"),
    "O5": ("旬阳县试例汽车运输有限公司", "91610928XXAK000583", "610928", "P4"),
    "O7": ("汉滨区试例建设劳务有限公司", "91610902XXAK000743", "610902", ""),
    "O8": ("汉滨区老城试例餐馆", "92610902XXAK00082T", "610902", ""),
    "O9": ("安康试例置业有限公司", "91610900XXAK00090U", "610900", "P7"),
}


def listing_of(company: str, item: str, *persons: tuple[str, str], **changes: Any) -> dict[str, Any]:
    """The values of an entry about that company, determined after a hearing, so that no prior notice is due."""
    name, code, _, _ = COMPANIES[company]
    return {
        "counterparty_name": name,
        "counterparty_kind": "法人及非法人组织",
        "counterparty_uscc": code,
        "item": item,
        "facts": "经查实，情节严重。",
        "acted_on": "2016-06-20",
        "document_kind": "行政决定",
        "legal_basis": "安政发〔2017〕8号 三（二）",
        "exempt_basis": "行政处罚已告知并听证，决定已生效",
        "persons": [
            {"name": PERSONS[one][0], "number": PERSONS[one][1], "role": role} for one, role in persons
        ],
    } | changes  # fmt: skip


@dataclass
class Body:
    """A body and its people: a clerk, two reviewers."""

    organisation: Organisation
    clerk: User
    reviewer: User
    second: User
    clients: dict[int, Client] = field(default_factory=dict)

    def client(self, of: User) -> Client:
        if of.pk not in self.clients:
            self.clients[of.pk] = Client()
            self.clients[of.pk].force_login(of)
        return self.clients[of.pk]

    def post(self, of: User, path: str, **values: Any) -> HttpResponse:
        return self.client(of).post(f"/api/v1/{path}", values, content_type="application/json")

    def drafted(self, values: dict[str, Any]) -> Record:
        answer = self.post(self.clerk, "blacklist/", **values)
        assert answer.status_code == 201, answer.content.decode()
        record = Record.objects.get(uid=answer.json()["uid"])
        moved = self.post(self.clerk, f"blacklist/{record.uid}/moves/", action="submit")
        assert moved.status_code == 201, moved.content.decode()
        return record

    def lists(self, values: dict[str, Any]) -> Record:
        """Entered by the clerk, listed by the reviewer, today."""
        record = self.drafted(values)
        moved = self.post(self.reviewer, f"blacklist/{record.uid}/moves/", action="list")
        assert moved.status_code == 201, moved.content.decode()
        record.refresh_from_db()
        return record

    def checks(self, **asked: Any) -> dict[str, Any]:
        """Ask the joint check."""
        answer = self.post(self.clerk, "joint-checks/", **{"matter": MATTER} | asked)
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()

    def answers(self, measure: MeasureApplication, act: str, **values: Any) -> HttpResponse:
        """Send a form of the page of that measure."""
        said = {f"{act}-{name}": value for name, value in values.items()}
        page = reverse("admin:measures_measureapplication_change", args=[measure.pk])
        return self.client(self.reviewer).post(page, {"act": act, **said})

    def desk(self, of: User) -> Desk:
        return Desk(self.client(of))


def body(
    name: str, code: str, region: str, *items: str, measures: tuple[str, ...] = (), since: date = date(2016, 1, 1),
    kind: OrganisationKind = OrganisationKind.GOVERNMENT,
) -> Body:  # fmt: skip
    """A body that may list these items and has to take these measures."""
    organisation = factories.OrganisationFactory(
        name=name, uscc=code, region_id=factories.RegionFactory(code=region).pk, kind=kind
    )
    onboarding.onboard(organisation, by=None, at=clock.now())
    for each in ("blacklist", "penalty", "redlist"):
        factories.CatalogueItemVersionFactory(
            item__organisation=organisation, item__kind=each, item__catalogue__region_id=region,
            persons_are_public=True,
        )  # fmt: skip
    if items:
        factories.list_rule(organisation, *items, effective_from=since)
    people = [
        factories.UserFactory(organisation=organisation, role=role, full_name=f"{name[:2]}{duty}")
        for role, duty in ((Role.CLERK, "录入"), (Role.REVIEWER, "审核"), (Role.REVIEWER, "复审"))
    ]
    made = Body(organisation, *people)
    if measures:
        town.measure_list(organisation, *measures, at=clock.now())
        town.matter(organisation, MATTER, *measures)
    return made


def in_no_hurry(settings: Any) -> None:
    """Forms may be filled in and doors knocked at as quickly as a test does."""
    settings.FORMS = settings.FORMS | {"quickest": 0}
    settings.API_BUDGETS = dict.fromkeys(settings.API_BUDGETS, 10_000)


def terms(**months: int) -> None:
    """The scenario's own terms by item: so many months, no more and no less."""
    ListingTermRule.objects.all().delete()
    for item, count in months.items():
        ListingTermRule.objects.create(
            rule_id=f"情景-{item}", regime="情景规则", items=item, min_months=12, max_months=36,
            default_months=count, effective_from=date(2015, 1, 1), legal_basis="情景规则",
        )  # fmt: skip


def companies(*keys: str) -> dict[str, Subject]:
    """Those companies, and who represents them since they were founded."""
    made = {}
    for key in keys:
        name, code, region, head = COMPANIES[key]
        founded = date(2010, 10, 10)
        made[key] = factories.SubjectFactory(
            name=name, uscc=code, region_id=factories.RegionFactory(code=region).pk, established_on=founded,
            published_on=founded,
        )  # fmt: skip
        if head:
            who = Person.objects.remember(name=PERSONS[head][0], document_type="身份证", number=PERSONS[head][1])
            Position.objects.create(subject=made[key], person=who, role_id="法定代表人", held_from=founded)
    return made


def told(record: Record) -> list[tuple[str, int]]:
    """What the province is sent of it, in order."""
    return [(each.operation, each.state_code) for each in record.deliveries.order_by("seq")]
