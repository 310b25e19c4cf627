"""What a body decides upon a hit, and what a bank makes of one: by a person, once, and never without a reason to pass."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from measures.models import CheckHit, Decision, FinanceFeedback, FinanceWay, JointCheck, Measure
from registry import clock
from registry.directory.organisations import OrganisationKind
from registry.directory.staff import User
from registry.records.reasons import ReasonProblem, clean_reason
from registry.records.workflow import MoveRefused

LARGEST_RISE = Decimal("100")


@transaction.atomic
def decide(hit: CheckHit, decision: str, reason: str, *, by: User, at: datetime) -> CheckHit:
    """Record 不予, 从严 or 放行; raises PermissionDenied, MoveRefused or ValidationError."""
    hit = CheckHit.objects.select_for_update(of=("self",)).select_related("joint_check__organisation").get(pk=hit.pk)
    _may(by, hit.joint_check)
    if not hit.demands_decision:
        raise MoveRefused("该信息正在核实，暂不执行，不需要作出决定")
    if hit.decision:
        raise MoveRefused(f"已决定{hit.get_decision_display()}，不能再改")
    if decision not in Decision.values:
        raise ValidationError({"decision": f"须为{'、'.join(Decision.labels)}之一"})
    if decision != Decision.PASSED and hit.joint_check.is_stale(on=clock.day_of(at)):
        raise MoveRefused(
            f"查询结果只在{hit.joint_check.good_until}前有效，信息可能已经修复或撤销，请重新查询后再作限制的决定"
        )
    reason = _cleaned(reason, longest=500)
    if decision == Decision.PASSED and not reason:
        raise ValidationError({"reason": "放行须说明理由"})
    hit.decision, hit.reason, hit.decided_by, hit.decided_at = decision, reason, by, at
    hit.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    return hit


@transaction.atomic
def answer_as_finance(
    hit: CheckHit, measure: Measure, way: str, *, size: Decimal | None = None, note: str = "", by: User, at: datetime
) -> FinanceFeedback:
    """Record what a bank or insurer did upon a hit; nothing here blocks anything."""
    body = hit.joint_check.organisation
    _may(by, hit.joint_check)
    if body.kind != OrganisationKind.FINANCE:
        raise PermissionDenied("只有金融机构可以填写此项反馈")
    if measure.code not in {told["code"] for told in hit.measures}:
        raise ValidationError({"measure": "不是本次查询提示的措施"})
    if way not in FinanceWay.values:
        raise ValidationError({"way": f"须为{'、'.join(FinanceWay.labels)}之一"})
    rises = way in (FinanceWay.RATE, FinanceWay.PREMIUM)
    if rises and (size is None or not 0 < size <= LARGEST_RISE):
        raise ValidationError({"size": f"幅度：上浮利率或费率须写明，大于0，不超过{LARGEST_RISE}个百分点"})
    return FinanceFeedback.objects.create(
        hit=hit, measure=measure, organisation=body, way=way, size=size if rises else None,
        note=_cleaned(note, longest=200), by=by, at=at,
    )  # fmt: skip


def _may(by: User, check: JointCheck) -> None:
    if not by.has_perm("measures.change_checkhit") or by.organisation_id != check.organisation_id:
        raise PermissionDenied("只能办理本单位的查询")


def _cleaned(text: str, *, longest: int) -> str:
    try:
        return clean_reason(text, longest=longest)
    except ReasonProblem as problem:
        raise ValidationError({"reason": str(problem)}) from None
