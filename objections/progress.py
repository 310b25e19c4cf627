"""Where a case stands for the applicant: the steps done with their days, the current one, those still to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from objections.deadlines import Limit
from objections.models import Case, CaseEvent
from objections.models.rules import Step
from objections.statuses import CaseAction, CaseStatus, Procedure
from registry import clock


@dataclass(frozen=True)
class Stage:
    """One part of the way. `state` is done, current or expected; the words say the same as the colour."""

    label: str
    state: str
    on: date | None = None
    by: date | None = None

    @property
    def word(self) -> str:
        return {"done": "已完成", "current": "办理中", "expected": "待办"}[self.state]


_A, _S = CaseAction, CaseStatus
# Each stage: what it is called, the acts that end it, the limit that runs in it.
_WAY: Mapping[Procedure, tuple[tuple[str, frozenset[CaseAction], Step | None], ...]] = {
    Procedure.OBJECTION: (
        ("提交", frozenset({_A.FILE}), None),
        ("受理", frozenset({_A.ACCEPT, _A.REFUSE}), Step.ACCEPT),
        ("核查", frozenset({_A.CONCLUDE}), Step.VERIFY),
        ("反馈", frozenset({_A.FEED_BACK}), Step.FEED_BACK),
        ("办结", frozenset({_A.CLOSE}), None),
    ),
    Procedure.REPAIR: (
        ("提交", frozenset({_A.FILE}), None),
        ("受理", frozenset({_A.ACCEPT, _A.REFUSE}), Step.ACCEPT),
        ("核查和决定", frozenset({_A.APPROVE, _A.REJECT}), Step.DECIDE),
        ("各单位解除措施", frozenset({_A.FINISH}), Step.FINISH),
    ),
    Procedure.COMMITMENT: (
        ("提交", frozenset({_A.FILE}), None),
        ("核对", frozenset({_A.ADOPT, _A.REFUSE}), Step.ACCEPT),
        ("公布", frozenset({_A.HANDLE}), Step.ACCEPT),
    ),
    Procedure.COMPLAINT: (
        ("提交", frozenset({_A.FILE}), None),
        ("交办", frozenset({_A.ASSIGN, _A.NOT_TAKE}), Step.ASSIGN),
        ("调查", frozenset({_A.FIND_TRUE, _A.FIND_FALSE, _A.NOT_TAKE}), Step.REPLY),
        ("答复", frozenset({_A.REPLY}), Step.REPLY),
        ("办结", frozenset({_A.CLOSE}), None),
    ),
}
# After one of these nothing more of the way is to come.
_CUT_SHORT = (_S.REFUSED, _S.WITHDRAWN, _S.REJECTED, _S.OBSOLETE)
_BACK = {_A.SEND_BACK: 2, _A.CONTEST: None, _A.HAND_BACK: 1}


def stages(case: Case, events: Sequence[CaseEvent], limits: Sequence[Limit]) -> list[Stage]:
    """The way of the case from its filing to its end."""
    way = _WAY[Procedure(case.procedure)]
    ended = _ended(case, events)
    due = {Step(limit.rule.step): limit.last_day for limit in limits}
    found, is_current_seen = [], not case.is_open
    for place, (label, _, step) in enumerate(way):
        if place in ended:
            found.append(Stage(label, "done", on=ended[place]))
        elif case.status in _CUT_SHORT:
            break
        elif is_current_seen:
            found.append(Stage(label, "expected", by=due.get(step) if step else None))
        else:
            is_current_seen = True
            found.append(Stage(label, "current", by=due.get(step) if step else None))
    return found


def _ended(case: Case, events: Sequence[CaseEvent]) -> dict[int, date]:
    """When each stage ended for the last time; what was sent back is open again."""
    way = _WAY[Procedure(case.procedure)]
    ended: dict[int, date] = {}
    for event in events:
        action = CaseAction(event.action)
        for place, (_, acts, _) in enumerate(way):
            if action in acts:
                ended[place] = clock.day_of(event.at)
        if action in _BACK:
            reopened = _first_open(case, action)
            ended = {place: day for place, day in ended.items() if place < reopened}
    return ended


def _first_open(case: Case, action: CaseAction) -> int:
    """From which stage on a case begins again."""
    if action is _A.CONTEST:
        return 3 if case.procedure == Procedure.OBJECTION else 1
    return _BACK[action] or 1
