"""The kind `blacklist` as it announces itself: an entry, its life, and what it answers to those who ask of any kind."""

from __future__ import annotations

from blacklist import steps
from blacklist.fields import FIELDS
from blacklist.judging import CHECKS, still_right
from blacklist.models import Listing
from blacklist.repairs import facts
from measures.triggering import trigger
from registry.directory.catalogue import Nature
from registry.records.kinds import Kind
from registry.records.publication import ANOTHER_REVIEWER, CLERK, REVIEWER, waits_for_another
from registry.records.statuses import Action, Operation, StateCode, Status
from registry.records.workflow import RuleBook, Transition, from_

RULE_BOOK: RuleBook = {
    Action.SUBMIT: Transition(sources=from_(Status.DRAFT, Status.RETURNED), target=Status.SUBMITTED, who=CLERK),
    Action.RETURN: Transition(sources=from_(Status.SUBMITTED), target=Status.RETURNED, who=REVIEWER, needs_reason=True),
    Action.NOTIFY: Transition(
        sources=from_(Status.SUBMITTED),
        target=Status.NOTIFIED,
        who=REVIEWER,
        guards=(still_right,),
        effects=(steps.give_notice,),
    ),
    Action.REJECT: Transition(
        sources=from_(Status.SUBMITTED, Status.NOTIFIED), target=Status.REJECTED, who=REVIEWER, needs_reason=True
    ),
    Action.LIST: Transition(
        sources=from_(Status.SUBMITTED, Status.NOTIFIED),
        target=Status.LISTED,
        who=ANOTHER_REVIEWER,
        guards=(still_right, steps.document_is_effective, steps.was_heard, steps.office_agreed),
        effects=(steps.enlist, trigger),
        operation=Operation.ADD,
    ),
    Action.CORRECT: Transition(
        sources=from_(Status.LISTED),
        target=None,
        who=REVIEWER,
        guards=(waits_for_another, steps.term_only_shrinks),
        effects=(steps.settle_correction, trigger),
        operation=Operation.UPDATE,
    ),
    Action.REPAIR: Transition(
        sources=from_(Status.LISTED),
        target=Status.REPAIRED,
        who=ANOTHER_REVIEWER,
        needs_reason=True,
        operation=Operation.WITHDRAW,
        state=StateCode.OTHER,
    ),
    Action.REVOKE: Transition(
        sources=from_(Status.LISTED, Status.REPAIRED, Status.EXPIRED),
        target=Status.REVOKED,
        who=REVIEWER,
        guards=(steps.finding_is_written,),
        needs_reason=True,
        operation=Operation.WITHDRAW,
        state=StateCode.REVOKED,
    ),
    Action.EXPIRE: Transition(
        sources=from_(Status.LISTED),
        target=Status.EXPIRED,
        who=None,
        operation=Operation.WITHDRAW,
        state=StateCode.OTHER,
    ),
}

LISTING = Kind(
    code="blacklist",
    number=12,
    label="严重失信主体名单",
    detail=Listing,
    fields=FIELDS,
    rule_book=RULE_BOOK,
    nature=Nature.ADVERSE,
    bites=True,
    checks=CHECKS,
    title_field="item",
    number_column="number",
    collection="blacklist",
    url_name="blacklist:list",
    filters=("category", "item", "counterparty_kind"),
    facts=facts,
)
