"""What follows from a record at once: a measure for each matching line of the lists in force, for each target.

`trigger` is an effect for the rule books of kinds that carry measures: red ones add it to PUBLISH, black ones to LIST,
both to CORRECT. So the measures stand in the transaction of the step, or neither does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from measures.models import Colour, FeedbackRule, ListLine, Measure, MeasureApplication
from measures.standing import held_among
from registry import workdays
from registry.directory import calendar
from registry.directory.catalogue import Nature
from registry.directory.persons import Person
from registry.directory.positions import PersonRole
from registry.records import personal_items
from registry.records.models import Hold, Record
from registry.records.statuses import Action
from registry.records.workflow import Act

COLOURS = {Nature.GOOD: Colour.INCENTIVE, Nature.ADVERSE: Colour.PUNISHMENT}


@dataclass(frozen=True)
class Target:
    """On whom a measure falls; no person: the subject itself."""

    person: int | None = None
    role: str = ""


def trigger(records: Sequence[Record], act: Act) -> None:
    """Have exactly the measures stand that follow from these records by the lists in force today."""
    records = [record for record in records if record.the_kind.nature in COLOURS]
    if not records:
        return
    lines = _lines(act.today)
    there = _standing(records) if act.action is Action.CORRECT else {}
    held = held_among({record.pk for record in records}) if act.action is Action.CORRECT else frozenset()
    reach = Reach.of(records)
    due = due_on(act.today)
    made, dropped = [], []
    for record in records:
        wanted = dict(_wanted(record, lines, reach, on=act.today))
        kept = there.get(record.pk, {})
        if record.pk not in held:  # while it is verified nothing new follows from it (四（五）)
            made += [_application(record, *key, line, act, due) for key, line in wanted.items() if key not in kept]
        dropped += [one for key, one in kept.items() if key not in wanted]
    for one in dropped:
        one.dropped_seq = one.record.seq
    MeasureApplication.objects.bulk_update(dropped, ["dropped_seq"], batch_size=500)
    MeasureApplication.objects.bulk_create(made, batch_size=500)


def catch_up(record: Record, hold: Hold) -> None:
    """What a correction during the hold would have brought follows when the record bites again."""
    corrected = record.events.filter(action=Action.CORRECT, at__gte=hold.opened_at, at__lte=hold.closed_at)
    if corrected.exists():
        trigger([record], Act(Action.CORRECT, hold.closed_by, hold.closed_at, ""))


Key = tuple[str, int, Target]  # measure, body, on whom


def _lines(on: date) -> list[ListLine]:
    lines = ListLine.objects.triggering(on=on).filter(measure__is_triggered=True)
    return list(lines.select_related("measure", "basis", "measure_list"))


def _standing(records: Sequence[Record]) -> dict[int, dict[Key, MeasureApplication]]:
    """What was triggered by itself before; what was chosen for a target stays as it was decided."""
    found: dict[int, dict[Key, MeasureApplication]] = {}
    by_key = {record.pk: record for record in records}
    for one in MeasureApplication.objects.current().filter(record__in=records, line__isnull=False):
        one.record = by_key[one.record_id]  # as it stands inside this step
        target = Target(one.person_id, one.role)
        found.setdefault(one.record_id, {})[one.measure_id, one.organisation_id, target] = one
    return found


def _wanted(record: Record, lines: Iterable[ListLine], reach: Reach, *, on: date) -> Iterator[tuple[Key, ListLine]]:
    item = record.the_kind.facts(record, on).taxonomy_item
    colour = COLOURS[record.the_kind.nature]
    for line in lines:
        measure, body = line.measure, line.measure_list.organisation_id
        if measure.colour != colour or not measure.covers(item):
            continue
        if measure.is_own and body != record.organisation_id:
            continue
        for target in reach.targets(record, measure):
            yield (measure.pk, body, target), line


def _application(
    record: Record, measure: str, body: int, target: Target, line: ListLine, act: Act, due: date | None
) -> MeasureApplication:
    return MeasureApplication(
        record=record, line=line, measure_id=measure, organisation_id=body, person_id=target.person, role=target.role,
        strength=line.strength, basis=line.basis_text[:400], triggered_on=act.today, seq=record.seq, due_on=due,
    )  # fmt: skip


def due_on(day: date) -> date | None:
    """The last day to answer what was triggered on that day, by the rule in force; None where there is none."""
    rule = FeedbackRule.objects.in_force(on=day).order_by("-effective_from").first()
    return workdays.add_workdays(day, rule.workdays, calendar.current()).last_day if rule else None


class Reach:
    """Whom measures reach: the subject, and persons the record names in a position of the measure's own list that
    they held when the act was done (三（三）（八））."""

    def __init__(self, bearers: Mapping[str, int], roles: Mapping[str, PersonRole]) -> None:
        self.bearers, self.roles = bearers, roles
        self._named: dict[int, list[tuple[int, str]]] = {}

    @classmethod
    def of(cls, records: Iterable[Record]) -> Reach:
        """Read the persons and positions these records name: two queries for any number of them."""
        indexes = {one["index"] for record in records for one in personal_items.named_in(record)}
        if not indexes:
            return cls({}, {})
        bearers = dict(Person.objects.filter(number_index__in=indexes).values_list("number_index", "pk"))
        return cls(bearers, PersonRole.objects.in_bulk())

    def targets(self, record: Record, measure: Measure) -> Iterator[Target]:
        if measure.reaches_subject and measure.suits(record.subject.kind):
            yield Target()
        if measure.persons:
            for person, role in self.named(record):
                if getattr(self.roles[role], measure.persons):
                    yield Target(person, role)

    def named(self, record: Record) -> list[tuple[int, str]]:
        """Who is named and was in office on the day of the act; each once, in the weightiest position."""
        if record.pk not in self._named:
            acted_on = act_day(record)
            held = [
                (self.bearers[one["index"]], one["role"])
                for one in personal_items.named_in(record)
                if one["role"] in self.roles and _held(one, acted_on)
            ]
            self._named[record.pk] = held
        return self._named[record.pk]


def act_day(record: Record) -> date:
    """The day of the act itself, where its kind tells it; else of the decision."""
    return record.the_kind.facts(record, record.decided_on).acted_on or record.decided_on


def _held(named: Mapping[str, str | None], day: date) -> bool:
    since, until = named["held_from"], named["held_until"]
    return (since is None or date.fromisoformat(since) <= day) and (until is None or day <= date.fromisoformat(until))
