"""A small town on the database: people of a body, of the credit office and of another body, and five records.

Built once for a whole module, inside a transaction that is rolled back at its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from objections import recall
from objections.life import Party
from registry.directory import rules as rule_files
from registry.directory.organisations import Organisation, OrganisationKind
from registry.directory.staff import Role, User
from registry.directory.terms import RepairRule
from registry.models import CalendarDay, Record
from registry.records import drafting, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests import factories, samples
from tests.factories import NOON, TODAY
from tests.objections.answers import PERSON
from tests.objections.ledger import HOURS_NEEDED, Entry

LISTED_ON, FAR = date(2025, 3, 10), date(2028, 12, 29)
# The window of repair: three to fourteen months after the decision.
MINOR = {"is_allowed": True, "min_months": 3, "term_starts": "decision", "window_months": 14, "is_late_allowed": False}


@dataclass
class RealTown:
    """Who works there, what is recorded there."""

    body: Organisation
    other: Organisation
    people: dict[str, User | Party]
    records: dict[str, Record]
    days: dict[date, bool]

    def entries(self) -> list[Entry]:
        """The records as the ledger keeps them."""
        window = {"repair_from": date(2025, 6, 3), "repair_until": date(2026, 5, 3), "is_repairable": True}
        return [
            Entry("penalty", FAR, **window),
            Entry("of a person", FAR, **window, is_of_a_person=True),
            Entry("too late", FAR, **window | {"repair_from": date(2025, 3, 2), "repair_until": date(2026, 2, 2)}),
            Entry("too early", FAR, **window | {"repair_from": date(2026, 5, 27), "repair_until": date(2027, 4, 27)}),
            Entry("licence", TODAY + timedelta(days=9)),
        ]

    def uses(self, record: Record) -> list[recall.Use]:
        """Another body acted on every record there is, and a platform took it in."""
        return [
            recall.Use("联合惩戒查询", record.edition, organisation=self.other.pk),
            recall.Use("接收了该信息", record.edition, channel="试例平台"),
        ]


def build() -> RealTown:
    """Rules, people, records; call it inside a transaction of your own."""
    rule_files.load()
    CalendarDay.objects.exclude(day__year=TODAY.year).delete()  # nothing here asks about another year
    RepairRule.objects.filter(kind="penalty").update(**MINOR, service_hours=HOURS_NEEDED)
    body = factories.OrganisationFactory(name="石泉县试例市场监督管理局", region_id="610922")
    for kind in ("penalty", "licence"):
        factories.CatalogueItemVersionFactory(
            item__organisation=body, item__kind=kind, item__catalogue__region_id="610922", fields=[]
        )
    people = _people(body)
    return RealTown(
        body=body,
        other=people["stranger"].organisation,
        people=people,
        records=_records(body, people),
        days=dict(CalendarDay.objects.values_list("day", "is_workday")),
    )


def _people(body: Organisation) -> dict[str, User | Party]:
    def one(name: str, role: Role, of: Organisation = body) -> User:
        return factories.UserFactory(organisation=of, role=role, full_name=name)

    office = factories.OrganisationFactory(name="安康市试例信用办", region_id="610900", is_credit_office=True)
    society = factories.OrganisationFactory(name="石泉县试例志愿者协会", kind=OrganisationKind.SOCIAL)
    people = {
        "author": one("试例录入员", Role.CLERK),
        "reviewer": one("试例审核员", Role.REVIEWER),
        "officer": one("试例核查员", Role.REVIEWER),
        "second": one("试例复查员", Role.REVIEWER),
        "clerk": one("试例经办员", Role.CLERK),
        "office": one("试例信用办", Role.CREDIT_OFFICE, office),
        "stranger": one("试例外人", Role.REVIEWER, factories.OrganisationFactory()),
        "organiser": one("试例组织者", Role.ORGANISER, society),
        "applicant": Party.APPLICANT,
        "system": Party.SYSTEM,
    }
    people["author"].groups.add(people["reviewer"].groups.get())  # who entered a record may decide on others
    people["officer"].groups.add(people["clerk"].groups.get())  # and who decides may propose a correction
    return people


def _records(body: Organisation, people: dict[str, User | Party]) -> dict[str, Record]:
    made = {
        "penalty": _published(body, people, "penalty", decided_on="2025-03-03"),
        "of a person": _published(body, people, "penalty", decided_on="2025-03-03", **PERSON),
        "too late": _published(body, people, "penalty", decided_on="2024-12-02"),
        "too early": _published(body, people, "penalty", decided_on="2026-02-27"),
        "licence": _published(body, people, "licence"),
    }
    for name, record in made.items():
        last_day = TODAY + timedelta(days=9) if name == "licence" else FAR
        Record.objects.filter(pk=record.pk).update(public_from=LISTED_ON, public_until=last_day)
        record.refresh_from_db()
    return made


def _published(body: Organisation, people: dict[str, Any], kind: str, **changes: Any) -> Record:
    """Entered by one, published by another."""
    number = f"石罚〔2025〕{Record.objects.count() + 1}号"
    late = {"late_reason": "系统对接延误"} if changes.get("decided_on", "9") < "2026-02" else {}
    raw = samples.of(kind, document_number=number, **late, **changes)
    record, _ = drafting.draft(
        kind, raw, organisation=body, by=people["author"], at=NOON, today=TODAY, door=Door.FORM
    )  # fmt: skip
    workflow.move(record, Action.SUBMIT, by=people["author"], at=NOON)
    workflow.move(record, Action.PUBLISH, by=people["reviewer"], at=NOON)
    return record


def moment(day: date) -> datetime:
    """Noon of that day in Ankang."""
    return NOON + timedelta(days=(day - TODAY).days)
