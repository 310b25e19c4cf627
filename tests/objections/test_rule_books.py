"""The rule books as tables: every step from everywhere by everybody is either written there or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from objections import guards
from objections.life import Act, Actor, Decision, Duty, Party, Situation, Transition, may_take, refusal
from objections.rule_books import FIRST, RULE_BOOKS
from objections.statuses import ENDED, CaseAction, CaseStatus, Outcome, Procedure, RepairWay
from tests.factories import NOON

BODY, OFFICE_BODY, ELSEWHERE = 7, 1, 9
AUTHOR, REVIEWER, OFFICER, SECOND, CLERK, OFFICE, STRANGER = 11, 12, 13, 14, 15, 16, 17
ACTORS = {
    "applicant": Actor(party=Party.APPLICANT),
    "system": Actor(party=Party.SYSTEM),
    "office": Actor(user=OFFICE, organisation=OFFICE_BODY, oversees=True),
    "officer": Actor(user=OFFICER, organisation=BODY, decides=True),
    "clerk": Actor(user=CLERK, organisation=BODY, enters=True),
    "stranger": Actor(user=STRANGER, organisation=ELSEWHERE, decides=True, enters=True),
    "nobody": Actor(user=18, organisation=BODY),
}
MAY = {
    Duty.APPLICANT: {"applicant"},
    Duty.SYSTEM: {"system"},
    Duty.OFFICE: {"office"},
    Duty.BODY: {"officer"},
    Duty.CLERK: {"clerk"},
}


def case(procedure: Procedure, status: CaseStatus, **more) -> Situation:
    return Situation(
        procedure=procedure,
        status=status,
        filed_on=date(2026, 3, 2),
        body=BODY,
        entered_by=AUTHOR,
        reviewed_by=REVIEWER,
        **more,
    )


def act(action: CaseAction, by: str | Actor = "officer", **more) -> Act:
    actor = ACTORS[by] if isinstance(by, str) else by
    return Act(action=action, by=actor, at=NOON, text="经核查情况属实，予以办理", **more)


@pytest.mark.parametrize("procedure", Procedure)
def test_every_other_step_is_refused_and_says_where_the_case_stands(procedure):
    book = RULE_BOOKS[procedure]
    for status, action in product(CaseStatus, CaseAction):
        rule = book.get(action)
        if rule is None or status not in rule.sources:
            assert status.label in refusal(case(procedure, status), rule, act(action))


@pytest.mark.parametrize("procedure", Procedure)
@pytest.mark.parametrize("who", ACTORS)
def test_a_step_is_taken_by_its_own_people_and_nobody_else(procedure, who):
    for action, rule in RULE_BOOKS[procedure].items():
        allowed = set().union(*(MAY[duty] for duty in rule.who))
        status = min(rule.sources)
        why = may_take(case(procedure, status), rule, ACTORS[who])
        assert (why is None) == (who in allowed), (action, who)


@pytest.mark.parametrize("procedure", Procedure)
def test_every_status_is_reached_and_every_open_one_is_left(procedure):
    book = RULE_BOOKS[procedure]
    reached, waiting = set(), {FIRST[procedure]}
    while waiting:
        status = waiting.pop()
        reached.add(status)
        waiting |= {r.target for r in book.values() if status in r.sources and r.target} - reached
    named = {status for rule in book.values() for status in rule.sources if rule.target}
    assert named <= reached, f"never reached: {named - reached}"
    for status in reached - set(ENDED):
        assert any(status in r.sources and r.target for r in book.values()), f"{status} is never left"


def test_a_stale_page_decides_nothing():
    situation = case(Procedure.OBJECTION, CaseStatus.SUBMITTED, seq=3)
    rule = RULE_BOOKS[Procedure.OBJECTION][CaseAction.ACCEPT]
    assert refusal(situation, rule, act(CaseAction.ACCEPT, "office"), seen=3) is None
    assert "已过期" in refusal(situation, rule, act(CaseAction.ACCEPT, "office"), seen=2)


@pytest.mark.parametrize("text", ["", "  ", "。", "不行"])
def test_what_must_be_said_is_said(text):
    rule = RULE_BOOKS[Procedure.OBJECTION][CaseAction.REFUSE]
    empty = replace(act(CaseAction.REFUSE, "office"), text=text)
    assert "不予受理的理由" in refusal(case(Procedure.OBJECTION, CaseStatus.SUBMITTED), rule, empty)


def conclude(situation=None, *, by="officer", outcome=Outcome.UPHELD, **more):
    rule = RULE_BOOKS[Procedure.OBJECTION][CaseAction.CONCLUDE]
    situation = situation or case(Procedure.OBJECTION, CaseStatus.VERIFYING, **more)
    asked = act(CaseAction.CONCLUDE, by, decision=Decision(outcome=outcome))
    return may_take(situation, rule, asked.by) or refusal(situation, rule, asked)


def of_body(user: int) -> Actor:
    return Actor(user=user, organisation=BODY, decides=True)


def test_who_entered_or_reviewed_a_record_does_not_conclude_on_it():
    assert conclude() is None
    assert "录入" in conclude(by=of_body(AUTHOR))
    assert "审核" in conclude(by=of_body(REVIEWER))


def test_the_office_concludes_only_where_the_body_has_nobody():
    assert "应由提供单位" in conclude(by="office")
    assert conclude(by="office", others_can_decide=False) is None


def test_a_conclusion_needs_an_outcome_and_fresh_eyes():
    assert "请选择结论" in conclude(outcome=None)
    assert "原结论" in conclude(concluded_by=OFFICER)
    assert conclude(by=of_body(SECOND), concluded_by=OFFICER) is None


def test_nobody_passes_a_correction_of_their_own_by_concluding():
    proposed = case(Procedure.OBJECTION, CaseStatus.VERIFYING, has_correction=True, correction_by=OFFICER)
    assert "须由其他人" in conclude(proposed, outcome=Outcome.TO_CORRECT)
    assert conclude(replace(proposed, correction_by=CLERK), outcome=Outcome.TO_CORRECT) is None


def approve(*, by="officer", decision=None, **more):
    rule = RULE_BOOKS[Procedure.REPAIR][CaseAction.APPROVE]
    facts = {"evidence": 1, "effect_evidence": 1, "way": RepairWay.CORRECTION, "corrected_on": date(2026, 3, 1)}
    situation = case(Procedure.REPAIR, CaseStatus.VERIFYING, **{**facts, **more})
    both = Decision(is_corrected=True, is_effect_removed=True)
    asked = act(CaseAction.APPROVE, by, decision=decision or both)
    return may_take(situation, rule, asked.by) or refusal(situation, rule, asked)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, None),
        ({"decision": Decision(is_corrected=True)}, "缺一不可"),
        ({"decision": Decision(is_effect_removed=True)}, "缺一不可"),
        ({"evidence": 0}, "没有纠正失信行为的证明"),
        ({"effect_evidence": 0}, "没有消除不良影响的证明"),
        ({"is_repairable": False, "why_not": "不予修复（依据某条）"}, "依据某条"),
        ({"is_record_live": False}, "已不再公示"),
        ({"allowed_from": date(2026, 3, 3)}, "自2026-03-03起方可"),
        ({"allowed_from": date(2026, 3, 2)}, None),
        ({"allowed_until": date(2026, 3, 1)}, "规定期限至2026-03-01"),
        ({"allowed_until": date(2026, 3, 2)}, None),
        ({"allowed_until": date(2026, 3, 1), "is_late_allowed": True}, None),
        ({"by": of_body(AUTHOR)}, "录入"),
        ({"by": of_body(REVIEWER)}, "审核"),
        ({"by": of_body(REVIEWER), "others_can_decide": False}, None),
        ({"by": of_body(AUTHOR), "others_can_decide": False}, "录入"),
        ({"by": "stranger"}, "承办单位办理"),
        ({"by": "office"}, "承办单位办理"),
        ({"way": RepairWay.SERVICE, "hours": 40, "hours_needed": 60}, "不足60小时"),
        ({"way": RepairWay.SERVICE, "hours": 60, "hours_needed": 60, "evidence": 0, "effect_evidence": 0}, None),
    ],
)
def test_a_repair_is_approved_only_when_everything_is_there(more, why):
    said = approve(**more)
    assert said is None if why is None else why in said


def test_a_body_complained_of_does_not_handle_its_own_case():
    situation = case(Procedure.COMPLAINT, CaseStatus.FILED, accused_code="11610922XXAK09271D")
    own = Decision(organisation=3, organisation_code="11610922XXAK09271D")
    assert "被举报的单位" in guards.not_the_accused(situation, act(CaseAction.ASSIGN, decision=own))
    other = Decision(organisation=4, organisation_code="11610922XXAK0928X5")
    assert guards.not_the_accused(situation, act(CaseAction.ASSIGN, decision=other)) is None
    assert "请选择" in guards.not_the_accused(situation, act(CaseAction.ASSIGN))


def test_once_means_once():
    for guard, action in (
        (guards.asked_once, CaseAction.ASK),
        (guards.extended_once, CaseAction.EXTEND),
        (guards.sent_back_once, CaseAction.SEND_BACK),
        (guards.contested_once, CaseAction.CONTEST),
    ):
        fresh = case(Procedure.OBJECTION, CaseStatus.VERIFYING)
        assert guard(fresh, act(action)) is None
        assert guard(replace(fresh, times={action: 1}), act(action))


def test_a_case_is_closed_when_it_was_answered_carried_out_and_undone():
    rule: Transition = RULE_BOOKS[Procedure.OBJECTION][CaseAction.CLOSE]
    ready = case(
        Procedure.OBJECTION, CaseStatus.FED_BACK, outcome=Outcome.TO_REVOKE, is_handled=True, is_delivered=True
    )
    closing = act(CaseAction.CLOSE, "office")
    assert refusal(ready, rule, closing) is None
    assert "尚未送达" in refusal(replace(ready, is_delivered=False), rule, closing)
    assert "尚未落实" in refusal(replace(ready, is_handled=False), rule, closing)
    assert "2项纠错任务" in refusal(replace(ready, open_recalls=2), rule, closing)
