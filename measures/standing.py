"""How a measure stands on a day: what the body did with it, and what the record makes of it. Never stored.

A measure rests while its record is verified or stayed (安政发〔2017〕8号 四（五）), ends with its record, and the limits
of consumption end on the day the duty is performed in full (三（四）).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from measures.models import ApplicationState, MeasureApplication
from measures.models.applications import ApplicationQuerySet
from registry import clock, workdays
from registry.directory import calendar
from registry.records.models import Hold, Record

ONE_DAY = timedelta(days=1)


class Standing(StrEnum):
    TRIGGERED = "triggered"
    EXECUTED = "executed"
    NOT_APPLICABLE = "not_applicable"
    HELD = "held"
    LIFTED = "lifted"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Standing.TRIGGERED: "已触发",
    Standing.EXECUTED: "已执行",
    Standing.NOT_APPLICABLE: "不适用",
    Standing.HELD: "核实期间暂缓执行",
    Standing.LIFTED: "已解除",
}


class Enforcement(StrEnum):
    IN_FORCE = "IN_FORCE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"

    @property
    def label(self) -> str:
        return {"IN_FORCE": "执行中", "SUSPENDED": "核实中，暂不执行", "ENDED": "已解除"}[self.value]


def enforcement(standing: Standing) -> Enforcement:
    """What a body that asks is told of a measure that stands so."""
    match standing:
        case Standing.HELD:
            return Enforcement.SUSPENDED
        case Standing.LIFTED | Standing.NOT_APPLICABLE:
            return Enforcement.ENDED
    return Enforcement.IN_FORCE


@dataclass(frozen=True)
class Standings:
    """How each of a set of measures stands; asked of the records once, whatever the number of measures."""

    on: date
    live: frozenset[int]
    held: frozenset[int]
    performed: frozenset[int]

    @classmethod
    def of(cls, applications: Iterable[MeasureApplication], *, on: date) -> Standings:
        """Read what the records say; `record` and `measure` should have been read with the measures."""
        applications = list(applications)
        keys = {application.record_id for application in applications}
        return cls(on=on, live=_live(keys, on), held=held_among(keys), performed=_performed(applications, on))

    def __getitem__(self, application: MeasureApplication) -> Standing:
        key = application.record_id
        if application.state == ApplicationState.NOT_APPLICABLE:
            return Standing.NOT_APPLICABLE
        if key not in self.live or application.dropped_seq is not None or self._is_over(application):
            return Standing.LIFTED
        return Standing.HELD if key in self.held else Standing(application.state)

    def _is_over(self, application: MeasureApplication) -> bool:
        if application.valid_until is not None and application.valid_until < self.on:
            return True
        return application.measure.ends_on_performance and application.record_id in self.performed


def of(application: MeasureApplication, *, on: date) -> Standing:
    return Standings.of([application], on=on)[application]


def _live(keys: set[int], on: date) -> frozenset[int]:
    if not keys:
        return frozenset()  # known without working the questions out
    found = Record.objects.live(on=on).filter(pk__among=keys)
    hidden = Record.objects.hidden(on=on).filter(pk__among=keys)
    return frozenset(found.values_list("pk", flat=True)) - frozenset(hidden.values_list("pk", flat=True))


def held_among(keys: Collection[int]) -> frozenset[int]:
    """Which of these records rest now."""
    if not keys:
        return frozenset()
    return frozenset(Hold.objects.filter(record__among=keys, closed_at=None).values_list("record_id", flat=True))


def _performed(applications: Iterable[MeasureApplication], on: date) -> frozenset[int]:
    """The records whose duty has been performed; asked only where a measure ends with that."""
    limited = {one.record_id: one.record for one in applications if one.measure.ends_on_performance}
    return frozenset(key for key, record in limited.items() if is_performed(record, on=on))


def is_performed(record: Record, *, on: date) -> bool:
    """Whether its kind says that the duty has been performed in full by that day."""
    performed_on = record.the_kind.facts(record, on).performed_on
    return performed_on is not None and performed_on <= on


@dataclass(frozen=True)
class Dues:
    """The last days to answer a set of measures: days on which a record rested do not count (None: it still rests)."""

    holds: Mapping[int, list[Hold]]

    @classmethod
    def of(cls, applications: Iterable[MeasureApplication]) -> Dues:
        holds: dict[int, list[Hold]] = {}
        for hold in Hold.objects.filter(record__in={one.record_id for one in applications}).order_by("opened_at"):
            holds.setdefault(hold.record_id, []).append(hold)
        return cls(holds)

    def __getitem__(self, application: MeasureApplication) -> date | None:
        stops = list(self._stops(application))
        if application.due_on is None or not stops:
            return application.due_on
        if any(stop.until is None for stop in stops):
            return None
        known = calendar.current()
        count = workdays.workdays_between(application.triggered_on, application.due_on, known)
        return workdays.add_workdays(application.triggered_on, count, known, stops).last_day

    def _stops(self, application: MeasureApplication) -> Iterator[workdays.Stop]:
        for hold in self.holds.get(application.record_id, ()):
            began = clock.day_of(hold.opened_at) - ONE_DAY  # the day of the acceptance rests already
            ended = clock.day_of(hold.closed_at) if hold.closed_at else None
            if ended is None or ended >= application.triggered_on:
                yield workdays.Stop(began, ended, str(hold))


def overdue(applications: ApplicationQuerySet, *, on: date) -> ApplicationQuerySet:
    """Those of these that should have been answered before that day; only what is mandatory is chased."""
    late = applications.waiting(on=on).filter(strength="mandatory", due_on__lt=on)
    rested = late.filter(record__holds__isnull=False).distinct()
    dues = Dues.of(rested)
    excused = [one.pk for one in rested if (day := dues[one]) is None or day >= on]
    return late.exclude(pk__in=excused)
