"""What objections and repairs do when a record moves, whoever moved it: inside the same transaction, under its locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q

from objections import effects, workflow
from objections.life import Party
from objections.models import Case
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure
from registry.records.models import Record, RecordEvent
from registry.records.statuses import LIVE, Action, Status
from registry.records.workflow import Act

_WAITING = (CaseStatus.CONCLUDED, CaseStatus.FED_BACK)
_TO_BE_DONE = (Outcome.TO_CORRECT, Outcome.TO_REVOKE)


def notice(records: Sequence[Record]) -> None:
    """Write down that a conclusion has been carried out, that a promise is public, or that nothing is left to repair."""
    keys = [record.pk for record in records]
    cases = Case.objects.filter(record__in=keys).select_related("record", "objection", "pledge__replaces")
    for case in cases.filter(_WAITS_FOR_ITS_RECORD):
        event = case.record.events.order_by("-seq").select_related("by").first()
        if case.procedure == Procedure.COMMITMENT:
            workflow.move(case, CaseAction.HANDLE, by=Party.SYSTEM, at=event.at)
        elif _carries_out(case, event):
            case.objection.handled_by, case.objection.handled_at = event.by, event.at
            case.objection.save(update_fields=["handled_by", "handled_at"])
            workflow.move(case, CaseAction.HANDLE, by=Party.SYSTEM, at=event.at)
    ended = [record.pk for record in records if record.status not in LIVE]
    for case in cases.undecided().filter(procedure=Procedure.REPAIR, record__in=ended):
        event = case.record.events.order_by("-seq").first()
        workflow.move(case, CaseAction.LAPSE, by=Party.SYSTEM, at=event.at, text=_WHY_LAPSED)


_WAITS_FOR_ITS_RECORD = Q(
    procedure=Procedure.OBJECTION, status__in=_WAITING, objection__handled_at=None, objection__outcome__in=_TO_BE_DONE
) | Q(procedure=Procedure.COMMITMENT, status=CaseStatus.VERIFYING, record__status=Status.PUBLISHED)
_WHY_LAPSED = "该信息已因其他原因不再公示，不需要修复"


def _carries_out(case: Case, event: RecordEvent) -> bool:
    """Corrected or ended as concluded; or ended otherwise, so that nothing is left to correct or to end."""
    outcome = case.objection.outcome
    is_corrected = outcome == Outcome.TO_CORRECT and event.action == Action.CORRECT
    return is_corrected or effects.step_left(case.record, outcome) is None


def repair_is_granted(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """A record is repaired because a request was approved, by whoever approved it, and for no other reason."""
    granted = set(
        Case.objects.filter(
            record__in=records,
            procedure=Procedure.REPAIR,
            status=CaseStatus.APPROVED,
            repair__decided_by=act.by,
            repair__is_corrected=True,
            repair__is_effect_removed=True,
        ).values_list("record_id", flat=True)
    )
    why = "信用修复须由当事人申请，经核查准予后方可办理"
    return {record.pk: why for record in records if record.pk not in granted}
