"""People of the acted scenarios at work: who they are at which door, and what a body has before the story begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from exchange import onboarding
from measures import lists
from measures.models import ApplicationMatter, Colour, LegalBasis, Measure
from registry import clock
from registry.directory.organisations import Organisation, OrganisationKind
from registry.directory.staff import Role, User
from registry.models import Record
from tests import factories

BEFORE = datetime(2017, 2, 20, 2, 0, tzinfo=UTC)  # the lists of measures were drawn up by then


@dataclass(frozen=True)
class Staff:
    """One person of a body, at the admin and at the API."""

    user: User
    client: Client

    @classmethod
    def of(cls, body: Organisation, role: Role) -> Staff:
        client = Client()
        user = factories.UserFactory(organisation=body, role=role)
        client.force_login(user)
        return cls(user, client)

    def post(self, path: str, **values: Any) -> HttpResponse:
        return self.client.post(f"/api/v1/{path}", values, content_type="application/json")

    def move(self, kind: str, uid: Any, action: str, **values: Any) -> HttpResponse:
        return self.post(f"{kind}/{uid}/moves/", action=action, **values)


def body(
    name: str, *collects: str, region: str = "610900", kind: OrganisationKind = OrganisationKind.GOVERNMENT
) -> Organisation:
    """A body that is connected and may collect these kinds."""
    made = factories.OrganisationFactory(
        name=name, uscc=factories.make_uscc("11", region), kind=kind, region=factories.RegionFactory(code=region)
    )
    onboarding.onboard(made, by=None, at=clock.now())
    for one in collects:
        factories.CatalogueItemVersionFactory(
            item__organisation=made, item__kind=one, item__catalogue__region_id=region, persons_are_public=True
        )
    return made


def measure_list(of: Organisation, *codes: str, at: datetime = BEFORE) -> None:
    """Its list of punishments in force: drawn up by one person, approved by another, every line on the founding
    document."""
    clerk, reviewer = (factories.UserFactory(organisation=of, role=role) for role in (Role.CLERK, Role.REVIEWER))
    today = clock.day_of(at)
    drafted = lists.begin(of, Colour.PUNISHMENT, by=clerk, at=at, today=today)
    drafted.lines.all().delete()
    basis = LegalBasis.objects.get(is_founding=True)
    for measure in Measure.objects.filter(pk__in=codes):
        lists.put_line(
            drafted, measure, basis=basis, clause=measure.section, procedure="核对后办理", contact="法规科",
            by=clerk, today=today,
        )  # fmt: skip
    lists.approve(drafted, by=reviewer, at=at, today=today)


def matter(of: Organisation, name: str, *codes: str) -> ApplicationMatter:
    made = ApplicationMatter.objects.create(organisation=of, name=name, stage="受理", workflow="受理前查询")
    made.measures.set(codes)
    return made


def entered(clerk: Staff, kind: str, values: dict[str, Any]) -> Record:
    """What the clerk enters and hands in by API."""
    answer = clerk.post(f"{kind}/", **values)
    assert answer.status_code == 201, answer.json()
    uid = answer.json()["uid"]
    assert (handed := clerk.move(kind, uid, "submit")).status_code == 201, handed.json()
    return Record.objects.get(uid=uid)


def check(asker: Staff, matter: str, **asked: Any) -> dict[str, Any]:
    answer = asker.post("joint-checks/", matter=matter, **asked)
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()


def codes_of(entries: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(told["code"] for entry in entries for told in entry["measures"])


def on(settings: Any, day: str) -> None:
    settings.CREDIT_TODAY = date.fromisoformat(day)
