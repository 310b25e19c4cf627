"""The rule book of whatever is simply made public: licences, penalties, code events, catalogue information."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from registry.records.models import Correction, Record
from registry.records.statuses import Action, Operation, StateCode, Status
from registry.records.workflow import Act, Effect, Guard, RuleBook, Transition, Who, from_

CLERK = Who("registry.enter_record")
REVIEWER = Who("registry.review_record")
ANOTHER_REVIEWER = Who("registry.review_record", not_the_author=True)


def waits_for_another(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """A correction needs a proposal, and somebody else than its author to accept it."""
    proposals = {
        correction.record_id: correction
        for correction in Correction.objects.filter(record__in=records, decided_at=None)
    }
    refused = {}
    for record in records:
        if record.pk not in proposals:
            refused[record.pk] = "没有待审核的更正"
        elif act.by is not None and proposals[record.pk].proposed_by_id == act.by.pk:
            refused[record.pk] = "提出更正的人不能审核该更正"
    return refused


def set_term(records: Sequence[Record], act: Act) -> None:
    """The catalogue item's own publication term, counted from today, where it names one."""
    for record in records:
        days = record.item_version.publication_days
        if days is not None:
            record.public_until = act.today + timedelta(days=days - 1)


PUBLICATION: RuleBook = {
    Action.SUBMIT: Transition(sources=from_(Status.DRAFT, Status.RETURNED), target=Status.SUBMITTED, who=CLERK),
    Action.RETURN: Transition(sources=from_(Status.SUBMITTED), target=Status.RETURNED, who=REVIEWER, needs_reason=True),
    Action.PUBLISH: Transition(
        sources=from_(Status.SUBMITTED),
        target=Status.PUBLISHED,
        who=ANOTHER_REVIEWER,
        effects=(set_term,),
        operation=Operation.ADD,
    ),
    Action.CORRECT: Transition(
        sources=from_(Status.PUBLISHED),
        target=None,
        who=REVIEWER,
        guards=(waits_for_another,),
        operation=Operation.UPDATE,
    ),
    Action.WITHDRAW: Transition(
        sources=from_(Status.PUBLISHED),
        target=Status.WITHDRAWN,
        who=REVIEWER,
        needs_reason=True,
        operation=Operation.WITHDRAW,
        state=StateCode.REVOKED,
    ),
    Action.EXPIRE: Transition(
        sources=from_(Status.PUBLISHED),
        target=Status.EXPIRED,
        who=None,
        operation=Operation.WITHDRAW,
        state=StateCode.OTHER,
    ),
}


def extended(rule: Transition, *, guards: Sequence[Guard] = (), effects: Sequence[Effect] = ()) -> Transition:
    """The common line of the rule book with a kind's own guards and effects added."""
    return replace(rule, guards=(*rule.guards, *guards), effects=(*rule.effects, *effects))
