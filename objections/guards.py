"""The conditions of steps that say more than who and from where; each answers why not, in words for people."""

from __future__ import annotations

from objections.life import Act, Situation, is_service
from objections.statuses import CaseAction, Outcome

MOST_CONTESTS = 1


def neither_entered_nor_reviewed(case: Situation, act: Act) -> str | None:
    """Who entered or reviewed a record does not conclude on it (I10)."""
    if act.by.user == case.entered_by:
        return "录入该信息的人不能对它作出结论，请由其他人办理"
    if act.by.user == case.reviewed_by:
        return "审核该信息的人不能对它作出结论，请由其他人办理"
    return None


def not_entered_and_reviewed_only_alone(case: Situation, act: Act) -> str | None:
    """As above; but where a body has nobody else, whoever reviewed a record may decide on its repair."""
    if act.by.user == case.reviewed_by and not case.others_can_decide:
        return None
    return neither_entered_nor_reviewed(case, act)


def the_body_first(case: Situation, act: Act) -> str | None:
    """The office concludes only where the body has nobody who may (lifecycle §5)."""
    if act.by.organisation != case.body and case.others_can_decide:
        return "该信息的提供单位有可以核查的人员，应由提供单位作出结论"
    return None


def fresh_eyes(case: Situation, act: Act) -> str | None:
    """A second look is not taken by whoever took the first."""
    if case.concluded_by is not None and act.by.user == case.concluded_by:
        return "作出原结论的人不能再次作出结论，请由其他人重新核查"
    return None


def has_an_outcome(case: Situation, act: Act) -> str | None:
    return None if act.decision.outcome else "请选择结论：维持、更正或撤销"


def correction_is_anothers(case: Situation, act: Act) -> str | None:
    """What is corrected at once was proposed by somebody else (a correction has four eyes)."""
    if act.decision.outcome is Outcome.TO_CORRECT and case.has_correction and case.correction_by == act.by.user:
        return "更正内容由您提出，须由其他人作出结论并通过更正"
    return None


def only_upheld(case: Situation, act: Act) -> str | None:
    return None if case.outcome == Outcome.UPHELD else "结论为更正或撤销的不再复查；如仍有错误，请另行提出异议"


def sent_back_once(case: Situation, act: Act) -> str | None:
    return "已退回重新核查过一次，不能再次退回" if case.count(CaseAction.SEND_BACK) else None


def extended_once(case: Situation, act: Act) -> str | None:
    return "期限已延长过一次，不能再次延长" if case.count(CaseAction.EXTEND) else None


def asked_once(case: Situation, act: Act) -> str | None:
    """What is missing is said once and completely (一次性告知)."""
    return "已通知补正过一次；须补正的内容应当一次告知，请作出决定" if case.count(CaseAction.ASK) else None


def contested_once(case: Situation, act: Act) -> str | None:
    if case.count(CaseAction.CONTEST) >= MOST_CONTESTS:
        return "已复查过一次；仍不服的，可以依法申请行政复议或者提起行政诉讼"
    return None


def contested_in_time(case: Situation, act: Act) -> str | None:
    if case.contest_until is not None and act.today > case.contest_until:
        return f"可以反映“未解决”的期限至{case.contest_until}，现已届满；可以另行提出"
    return None


TAKEN = "该信息已有一件正在办理的异议或修复，请待其办结"


def nothing_else_is_undecided(case: Situation, act: Act) -> str | None:
    """One procedure at a time on one record (lifecycle Q5)."""
    return TAKEN if case.is_taken else None


def is_delivered(case: Situation, act: Act) -> str | None:
    return None if case.is_delivered else "告知书尚未送达，不能办结"


def not_delivered_yet(case: Situation, act: Act) -> str | None:
    return "告知书已经送达" if case.is_delivered else None


def is_carried_out(case: Situation, act: Act) -> str | None:
    if case.outcome in (Outcome.TO_CORRECT, Outcome.TO_REVOKE) and not case.is_handled:
        return "结论尚未落实（信息尚未更正或撤销），不能办结"
    return None


def nothing_left_to_undo(case: Situation, act: Act) -> str | None:
    return f"还有{case.open_recalls}项纠错任务没有确认，不能办结" if case.open_recalls else None


def both_are_proved(case: Situation, act: Act) -> str | None:
    """Corrected and effect removed, each ticked and each with a paper (I4); hours of service stand for both."""
    said = act.decision
    if not (said.is_corrected and said.is_effect_removed):
        return "须分别确认“已纠正失信行为”和“已消除不良影响”，缺一不可"
    if is_service(case):
        return None
    if not case.evidence:
        return "没有纠正失信行为的证明材料，不能准予修复"
    if not case.effect_evidence:
        return "没有消除不良影响的证明材料，不能准予修复"
    return None


def hours_are_served(case: Situation, act: Act) -> str | None:
    if is_service(case) and case.hours < case.hours_needed:
        return f"经确认的公益服务时长为{case.hours:g}小时，不足{case.hours_needed:g}小时"
    return None


def may_be_repaired(case: Situation, act: Act) -> str | None:
    """Repairable by the rule of the day of filing, and put right inside the window (I4, lifecycle Q12)."""
    if not case.is_repairable:
        return case.why_not or "该信息不可修复"
    if not case.is_record_live:
        return "该信息已不再公示，不需要修复"
    if case.allowed_from and case.filed_on < case.allowed_from:
        return f"最短公示期尚未届满，自{case.allowed_from}起方可申请修复"
    if case.is_late_allowed or case.allowed_until is None:
        return None
    if max(case.filed_on, case.corrected_on or case.filed_on) > case.allowed_until:
        return f"规定期限至{case.allowed_until}，逾期纠正的不能提前修复；该信息公示至期满，认为有误的可以提出异议"
    return None


def not_the_accused(case: Situation, act: Act) -> str | None:
    """A body complained of does not handle its own case (S3.7.2)."""
    if act.decision.organisation is None:
        return "请选择承办单位"
    if case.accused_code and act.decision.organisation_code == case.accused_code:
        return "不能交由被举报的单位自己办理"
    return None


def drafted_once(case: Situation, act: Act) -> str | None:
    return "已经由此生成过一条记录草稿" if case.has_draft else None


def has_ended(case: Situation, act: Act) -> str | None:
    return "信息仍在公示" if case.is_record_live else None


def is_still_shown(case: Situation, act: Act) -> str | None:
    return None if case.is_record_live else "该承诺已不再公示，不需要终止"
