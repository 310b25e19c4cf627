"""What follows from a public record, beside it on its page: the measures, how binding, who takes them, how they stand.

Of persons nothing is said here; a measure that many bodies take is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from measures import standing
from measures.models import Colour, MeasureApplication, Strength
from measures.standing import Enforcement, Standings
from measures.triggering import COLOURS
from registry.records.models import Record

BODIES_NAMED = 3


@dataclass(frozen=True)
class Told:
    """One measure as the page tells it."""

    name: str
    strength: str
    bodies: str
    state: str
    is_letter: bool


def measures(record: Record, on: date) -> Mapping[str, Any] | None:
    """The measures on the subject of this record that stand or rest; None where its kind carries none."""
    kind = record.the_kind
    if kind.nature not in COLOURS or not (kind.bites or kind.yields_to):
        return None
    found = record.measure_applications.current().filter(person=None).select_related("measure", "organisation")
    rows = list(found.exclude(state="not_applicable").order_by("measure", "organisation__uscc"))
    for one in rows:
        one.record = record
    stood = Standings.of(rows, on=on)
    told = [one for one in rows if standing.enforcement(stood[one]) is not Enforcement.ENDED]
    if not told:
        return None
    return {
        "measures": list(_told(told, stood)),
        "is_held": any(standing.enforcement(stood[one]) is Enforcement.SUSPENDED for one in told),
        "heading": "联合惩戒措施" if COLOURS[kind.nature] is Colour.PUNISHMENT else "守信激励措施",
    }


def _told(rows: Iterable[MeasureApplication], stood: Standings) -> Iterable[Told]:
    by_measure: dict[tuple[str, str], list[MeasureApplication]] = {}
    for one in rows:
        by_measure.setdefault((one.measure_id, one.strength), []).append(one)
    for (_, strength), same in by_measure.items():
        named = "、".join(one.organisation.name for one in same[:BODIES_NAMED])
        more = f"等{len(same)}个单位" if len(same) > BODIES_NAMED else ""
        yield Told(
            name=same[0].measure.name, strength=Strength(strength).label, bodies=named + more,
            state=standing.enforcement(stood[same[0]]).label, is_letter=same[0].measure.is_letter,
        )  # fmt: skip
