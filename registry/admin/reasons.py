"""The small forms of the staff door that ask for a reason; what a reason may be is said in `records.reasons`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from registry.records.reasons import LONGEST, ReasonProblem, clean_reason
from registry.records.statuses import Action


class ReasonField(forms.CharField):
    """A reason in words; line breaks are kept, what would hide or break is refused."""

    widget = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "理由", "max_length": LONGEST, **kwargs})

    def clean(self, value: Any) -> str:
        try:
            return clean_reason(super().clean(value), longest=self.max_length)
        except ReasonProblem as problem:
            raise ValidationError(str(problem)) from None


class MoveForm(forms.Form):
    """One step of the record's rule book, as the page that offered it was seen."""

    action = forms.ChoiceField(label="操作", choices=Action.choices)
    expecting = forms.IntegerField(label="事件序号", min_value=0, max_value=2**31 - 1)
    reason = ReasonField(required=False)


class ProposalForm(forms.Form):
    """Why a published record should say something else."""

    reason = ReasonField(
        label="更正理由", help_text="写明错在哪里、依据什么更正", error_messages={"required": "更正理由：必填"}
    )


class DecisionForm(forms.Form):
    """The decision on one proposed correction."""

    correction = forms.IntegerField(label="更正", min_value=1, max_value=2**63 - 1)
    expecting = forms.IntegerField(label="事件序号", min_value=0, max_value=2**31 - 1)
    reason = ReasonField(required=False)


class RevealForm(forms.Form):
    """Which number is to be opened, and why."""

    field = forms.CharField(label="栏目", max_length=60)
    reason = ReasonField(label="查看理由", max_length=200, error_messages={"required": "请写明查看理由（不少于4个字）"})
