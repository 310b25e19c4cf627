"""`check_integrity` names every breach of what must hold of measures that somebody planted past the product's ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from measures import checking, feedback, limits
from measures.checking import Asker
from measures.integrity import CHECKS
from measures.limits import Choice
from measures.models import (
    ApplicationMatter,
    CheckHit,
    JointCheck,
    ListLine,
    Measure,
    MeasureApplication,
    MeasureArchive,
)
from registry.models import PersonalItem, Record
from registry.records import holds
from registry.records.expiry import expire
from tests import factories
from tests.factories import NOON, TODAY
from tests.measures.conftest import named, people

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def person(rules: None) -> Any:
    return factories.PersonFactory()


@pytest.fixture
def town(entry, bureau, listing, said, person) -> Record:
    """An entry with a measure carried out and filed, one on a person, a limit, and a check that met it."""
    listing(bureau, "P04", "P49")
    said.facts.update(taxonomy_item="C03", is_able_to_perform=True, urged_on=TODAY - timedelta(days=1))
    said.named[:] = [named(person, "法定代表人")]
    record = entry()
    clerk, reviewer = people(bureau)
    own = MeasureApplication.objects.get(record=record, measure="P04")
    feedback.execute(
        own, what="不予核发", executed_on=TODAY, document="不许〔2026〕1号", by=reviewer, at=NOON, today=TODAY
    )
    choice = Choice(
        measure=Measure.objects.get(pk="P23"), decision="限〔2026〕1号", valid_from=TODAY, valid_until=TODAY, person=person
    )  # fmt: skip
    limits.choose(record, choice, by=record.reviewed_by, at=NOON, today=TODAY)
    matter = ApplicationMatter.objects.create(organisation=bureau, name="许可", stage="受理", workflow="查询")
    asker = Asker(organisation=bureau, matter=matter, at=NOON, today=TODAY, by=clerk)
    checking.check_codes([record.subject.uscc], asker)
    return record


def found(name: str) -> list[str]:
    return list(CHECKS[name]())


def test_a_right_town_is_right(town: Record) -> None:
    assert MeasureApplication.objects.exclude(person=None).count() == 2 and CheckHit.objects.exists()
    assert {name: found(name) for name in CHECKS} == {name: [] for name in CHECKS}


def forge(table: Any, values: dict[str, Any], *, key: int) -> None:
    """Change a row that no way of the product changes."""
    changed = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table._meta.db_table} SET {changed} WHERE id = %s", [*values.values(), key])


def hold(record: Record) -> None:
    holds.open_hold(record, "objection", by=record.reviewed_by, at=NOON + timedelta(hours=1))


def carried_out_at_rest(record: Record) -> None:
    hold(record)
    MeasureApplication.objects.filter(measure="P04").update(fed_back_at=LATER)


def met_in_force_at_rest(record: Record) -> None:
    hold(record)
    JointCheck.objects.update(asked_at=LATER)


def triggered_at_rest(record: Record) -> None:
    hold(record)
    event = record.events.order_by("seq").last()
    forge(type(event), {"action": "correct", "at": LATER}, key=event.pk)
    MeasureApplication.objects.filter(measure="P04").update(seq=event.seq)


def ended(record: Record) -> None:
    Record.objects.filter(pk=record.pk).update(public_until=TODAY - timedelta(days=1))
    expire(on=TODAY, at=NOON + timedelta(hours=1))


def met_after_its_end(record: Record) -> None:
    ended(record)
    JointCheck.objects.update(asked_at=LATER)


def carried_out_after_its_end(record: Record) -> None:
    ended(record)
    MeasureApplication.objects.filter(measure="P04").update(fed_back_at=LATER)


def not_filed(record: Record) -> None:
    MeasureApplication.objects.filter(measure="P49").update(
        state="executed", executed_on=TODAY, document="函1号", fed_back_at=NOON, fed_back_by=record.reviewed_by
    )


def rewritten(record: Record) -> None:
    forge(MeasureArchive, {"data": '{"what": "改写"}'}, key=MeasureArchive.objects.get().pk)


PLANTED: list[tuple[str, Callable[[Record], object], str]] = [
    ("measures-held", carried_out_at_rest, "核实期间执行了措施：P04"),
    ("measures-held", met_in_force_at_rest, "仍答复执行中"),
    ("measures-held", triggered_at_rest, "触发了新的措施：P04"),
    ("measures-ended", met_after_its_end, "仍被命中"),
    ("measures-ended", carried_out_after_its_end, "结束后执行了措施：P04"),
    ("measure-persons", lambda record: PersonalItem.objects.update(role="股东"), "P23"),
    ("measure-persons", lambda record: PersonalItem.objects.update(held_until=TODAY - timedelta(days=900)), "P49"),
    ("measure-basis", lambda record: ListLine.objects.filter(measure="P04").update(clause=" "), "没有写明依据的条款"),
    ("measure-archive", not_filed, "没有归档：P49"),
    ("measure-archive", rewritten, "被改动"),
]


@pytest.mark.parametrize(
    ("name", "plant", "said_of_it"), PLANTED, ids=[f"{n}-{i}" for i, (n, *_) in enumerate(PLANTED)]
)
def test_what_was_planted_is_found(town: Record, name: str, plant: Callable[[Record], object], said_of_it: str) -> None:
    plant(town)
    assert any(said_of_it in line for line in found(name)), found(name)
    with pytest.raises(CommandError):
        call_command("check_integrity")


def test_a_limit_without_a_refusal_is_found(town: Record, said) -> None:
    said.facts["taxonomy_item"] = "A01"
    assert "P23" in found("consumption-limits")[0]
    said.facts.update(taxonomy_item="C03", is_able_to_perform=None)
    assert "P23" in found("consumption-limits")[0]
