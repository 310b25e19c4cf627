"""The small form of each step: what must be said or chosen with it, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from objections import clues
from objections.life import Decision
from objections.models import Case
from objections.rule_books import RULE_BOOKS
from objections.statuses import CaseAction, Outcome, Procedure
from registry import clock
from registry.admin.reasons import ReasonField
from registry.directory.organisations import Organisation

LONGEST = 2000


class ActForm(forms.Form):
    """Every step has its words for the applicant and a remark that stays inside."""

    action = forms.ChoiceField(choices=CaseAction.choices, widget=forms.HiddenInput)
    expecting = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    text = ReasonField(label="说明（申请人可见）", required=False, max_length=LONGEST)
    remark = ReasonField(label="内部意见（申请人看不到）", required=False)

    def decision(self) -> Decision:
        return Decision()


class ConcludeForm(ActForm):
    outcome = forms.ChoiceField(label="结论", choices=[("", "请选择"), *Outcome.choices], required=False)

    def decision(self) -> Decision:
        chosen = self.cleaned_data["outcome"]
        return Decision(outcome=Outcome(chosen) if chosen else None)


class ApproveForm(ActForm):
    is_corrected = forms.BooleanField(label="已纠正失信行为、履行义务，有证明材料", required=False)
    is_effect_removed = forms.BooleanField(label="已消除不良影响，有证明材料", required=False)

    def decision(self) -> Decision:
        said = self.cleaned_data
        return Decision(is_corrected=said["is_corrected"], is_effect_removed=said["is_effect_removed"])


class RejectForm(ActForm):
    reapply_from = forms.DateField(
        label="可再次申请日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def decision(self) -> Decision:
        return Decision(reapply_from=self.cleaned_data["reapply_from"])


class DeliverForm(ActForm):
    delivery = ReasonField(label="送达方式", max_length=100, required=False, help_text="例如：邮寄签收、当面领取")

    def decision(self) -> Decision:
        return Decision(delivery=self.cleaned_data["delivery"] or "工作人员登记送达")


class AssignForm(ActForm):
    organisation = forms.ModelChoiceField(
        label="承办单位", queryset=Organisation.objects.filter(is_active=True), required=False
    )
    clue_of = forms.ChoiceField(label="作为线索转入的专项行动", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        running = clues.campaigns(clock.today())
        self.fields["clue_of"].choices = [("", "不转入"), *((title, title) for title in running)]

    def decision(self) -> Decision:
        body = self.cleaned_data["organisation"]
        return Decision(
            organisation=body.pk if body else None,
            organisation_code=body.uscc if body else "",
            clue_of=self.cleaned_data["clue_of"],
        )


FORMS: Mapping[CaseAction, type[ActForm]] = {
    CaseAction.CONCLUDE: ConcludeForm,
    CaseAction.APPROVE: ApproveForm,
    CaseAction.REJECT: RejectForm,
    CaseAction.DELIVER: DeliverForm,
    CaseAction.ASSIGN: AssignForm,
}
# Has a page of its own.
ELSEWHERE = (CaseAction.DRAFT,)
Words = Callable[[Case], str]


def form_of(case: Case, action: CaseAction, data: Any = None) -> ActForm:
    """The form of a step of this case, named so that several stand on one page."""
    made = FORMS.get(action, ActForm)
    form = made(data, prefix=action.value, initial={"action": action.value, "expecting": case.seq})
    needed = RULE_BOOKS[Procedure(case.procedure)][action].needs_text
    if needed:
        form.fields["text"].label = f"{needed}（申请人可见）"
    form.must_say = needed
    return form
