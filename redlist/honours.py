"""The kind “redlist” as it announces itself: models of honesty (诚信典型), row S2.1.1–S2.1.9."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from measures.triggering import trigger
from redlist.checking import GUARDS, valid_until
from redlist.checks import CHECKS, rules_for
from redlist.fields import HONOUR_FIELDS
from redlist.models import Honour
from redlist.revoking import cause_was_wrong, decided_with_cause
from registry.directory.catalogue import Nature
from registry.records import numbers
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.publication import ANOTHER_REVIEWER, PUBLICATION, REVIEWER
from registry.records.statuses import Action, Operation, StateCode, Status
from registry.records.workflow import Act, Transition, from_


def confirm(records: Sequence[Record], act: Act) -> None:
    """Give each its number, the rule it stands on and its last day."""
    taken = numbers.take(f"HMD-R-{act.today.year}", count=len(records))
    rules = rules_for({record.organisation_id for record in records}, on=act.today)
    details: list[Honour] = []
    for record, place in zip(records, taken, strict=True):
        detail = record.detail
        detail.number = f"HMD-R-{act.today.year}-{place:04d}"
        detail.list_rule = rules.get((record.organisation_id, detail.category_id))
        record.public_until = valid_until(record)
        details.append(detail)
    Honour.objects.bulk_update(details, ["number", "list_rule"], batch_size=500)


def set_last_day(records: Sequence[Record], act: Act) -> None:
    """A corrected day or category moves the end of the honour."""
    for record in records:
        record.public_until = valid_until(record)


def heading(values: Mapping[str, Any]) -> str:
    """An honoured product is named before its holder (row S2.1.8)."""
    product = values.get("product_name")
    return f"{product} — {values['subject_name']}" if product else values["title"]


RULE_BOOK = {
    Action.SUBMIT: PUBLICATION[Action.SUBMIT],
    Action.RETURN: Transition(
        sources=from_(Status.SUBMITTED, Status.NOTICE), target=Status.RETURNED, who=REVIEWER, needs_reason=True
    ),
    Action.ANNOUNCE: Transition(sources=from_(Status.SUBMITTED), target=Status.NOTICE, who=ANOTHER_REVIEWER),
    Action.PUBLISH: Transition(
        sources=from_(Status.SUBMITTED, Status.NOTICE),
        target=Status.PUBLISHED,
        who=ANOTHER_REVIEWER,
        guards=GUARDS,
        effects=(confirm, trigger),
        operation=Operation.ADD,
    ),
    Action.CORRECT: Transition(
        sources=from_(Status.PUBLISHED),
        target=None,
        who=REVIEWER,
        guards=PUBLICATION[Action.CORRECT].guards,
        effects=(set_last_day, trigger),
        operation=Operation.UPDATE,
    ),
    Action.WITHDRAW: PUBLICATION[Action.WITHDRAW],
    Action.REVOKE: Transition(
        sources=from_(Status.PUBLISHED),
        target=Status.REVOKED,
        who=REVIEWER,
        guards=(decided_with_cause,),
        needs_reason=True,
        operation=Operation.WITHDRAW,
        state=StateCode.REVOKED,
    ),
    Action.RESTORE: Transition(
        sources=from_(Status.REVOKED),
        target=Status.PUBLISHED,
        who=REVIEWER,
        guards=(cause_was_wrong,),
        needs_reason=True,
        operation=Operation.ADD,
    ),
    Action.EXPIRE: PUBLICATION[Action.EXPIRE],
}

REDLIST = Kind(
    code="redlist",
    number=13,
    label="守信红名单",
    detail=Honour,
    fields=HONOUR_FIELDS,
    rule_book=RULE_BOOK,
    nature=Nature.GOOD,
    yields_to=frozenset({"blacklist"}),
    checks=CHECKS,
    heading=heading,
    number_column="number",
    collection="redlist",
    url_name="redlist:list",
    filters=("category", "level"),
)
