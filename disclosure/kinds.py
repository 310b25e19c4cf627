"""The two kinds of 双公示 as they announce themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from disclosure.backfilling import licence_may_be_entered_late, penalty_may_be_entered_late
from disclosure.deadlines import late_reason_given
from disclosure.fields import LICENCE_FIELDS, PENALTY_FIELDS
from disclosure.models import Licence, Penalty
from disclosure.repairs import facts
from disclosure.terms import can_still_be_shown, no_longer_than_the_rule, set_term
from registry.directory.catalogue import Nature
from registry.directory.subjects import SubjectKind
from registry.identifiers import uscc
from registry.records.kinds import Kind, Problem
from registry.records.publication import ANOTHER_REVIEWER, PUBLICATION, extended
from registry.records.statuses import Action, Operation, StateCode, Status
from registry.records.validation import Circumstances
from registry.records.workflow import Transition, from_


def category_suits_code(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Codes that begin with 92 belong to 个体工商户, and only those do (GB 32100-2015)."""
    code, kind = data["counterparty_uscc"], data["counterparty_kind"]
    if code and code.startswith("92") != (kind == SubjectKind.BUSINESS):
        fitting = SubjectKind.BUSINESS if code.startswith("92") else SubjectKind.LEGAL
        yield Problem(
            field="counterparty_kind",
            message=f"行政相对人类别：与代码前两位“{code[:2]}”不符，应为“{fitting}”",
        )


def old_code_agrees(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Positions 9 to 17 of a code are its bearer's organisation code (GB 32100-2015), unless a body erred."""
    code, old = data["counterparty_uscc"], data["counterparty_organisation_code"]
    if code and old and uscc.parts(code).organisation_code != old:
        yield Problem(
            field="counterparty_organisation_code",
            message="行政相对人代码_3（组织机构代码）：与统一社会信用代码第9至17位不一致，请核对",
        )


RULE_BOOK = {
    **PUBLICATION,
    Action.PUBLISH: extended(PUBLICATION[Action.PUBLISH], guards=(can_still_be_shown,), effects=(set_term,)),
    Action.CORRECT: extended(PUBLICATION[Action.CORRECT], guards=(no_longer_than_the_rule,), effects=(set_term,)),
}

# A repair ends the publication of a penalty everywhere (安政发〔2017〕8号 四（四）); a licence has nothing to repair.
PENALTY_RULE_BOOK = {
    **RULE_BOOK,
    Action.REPAIR: Transition(
        sources=from_(Status.PUBLISHED),
        target=Status.REPAIRED,
        who=ANOTHER_REVIEWER,
        needs_reason=True,
        operation=Operation.WITHDRAW,
        state=StateCode.OTHER,
    ),
}

LICENCE = Kind(
    code="licence",
    number=10,
    label="行政许可",
    detail=Licence,
    fields=LICENCE_FIELDS,
    rule_book=RULE_BOOK,
    nature=Nature.BASIC,
    checks=(category_suits_code, late_reason_given("licence")),
    remarks=(old_code_agrees,),
    backfill_problem=licence_may_be_entered_late,
    title_field="document_name",
    collection="licences",
    url_name="disclosure:licences",
    filters=("category",),
)

PENALTY = Kind(
    code="penalty",
    number=11,
    label="行政处罚",
    detail=Penalty,
    fields=PENALTY_FIELDS,
    rule_book=PENALTY_RULE_BOOK,
    nature=Nature.ADVERSE,
    checks=(category_suits_code, late_reason_given("penalty")),
    remarks=(old_code_agrees,),
    backfill_problem=penalty_may_be_entered_late,
    title_field="violation",
    collection="penalties",
    url_name="disclosure:penalties",
    filters=("category",),
    facts=facts,
)
