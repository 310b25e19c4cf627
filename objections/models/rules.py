"""Dated rules of the procedures: step limits, the text of remedies, what a complaint may be about."""

from __future__ import annotations

from django.db import models

from objections.statuses import CaseAction, Procedure
from registry.directory.terms import DatedRuleQuerySet


class Step(models.TextChoices):
    """The parts of a procedure that have a limit, in their order."""

    ACCEPT = "accept", "受理"
    ASSIGN = "assign", "交办"
    SUPPLEMENT = "supplement", "补正"
    VERIFY = "verify", "核查"
    DECIDE = "decide", "作出修复决定"
    HANDLE = "handle", "更正或撤销"
    FEED_BACK = "feed_back", "反馈"
    REPLY = "reply", "答复"
    FINISH = "finish", "确认解除措施"
    CONTEST = "contest", "反映未解决"
    REVIEW = "review", "复查"


class StepRule(models.Model):
    """How long one step may take. The rules in force on the day of filing decide the whole case."""

    rule_id = models.CharField("规则编号", max_length=40, primary_key=True)
    regime = models.CharField("规则体系", max_length=60)
    procedure = models.CharField("程序", max_length=12, choices=Procedure)
    step = models.CharField("环节", max_length=12, choices=Step)
    limit = models.PositiveSmallIntegerField("时限")
    unit = models.CharField("单位", max_length=10, choices=[("workday", "个工作日"), ("day", "日")])
    counts_from = models.CharField("起算", max_length=12, choices=CaseAction)
    extension = models.PositiveSmallIntegerField("可延长", default=0, help_text="一次；0 为不得延长")
    actor = models.CharField("办理人", max_length=30)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    legal_basis = models.CharField("依据", max_length=200)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理时限规则"
        ordering = ["procedure", "-effective_from", "rule_id"]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()}·{self.get_step_display()}：{self.limit}{self.get_unit_display()}"


class RemedyText(models.Model):
    """What a letter says of reconsideration and litigation (S4.5.7); the newest in force is printed."""

    rule_id = models.CharField("规则编号", max_length=40, primary_key=True)
    procedure = models.CharField("程序", max_length=12, choices=Procedure)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    text = models.TextField("救济途径")
    legal_basis = models.CharField("依据", max_length=200)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "救济途径告知文字"
        ordering = ["procedure", "-effective_from"]

    def __str__(self) -> str:
        return self.rule_id


class ComplaintTopic(models.Model):
    """What may be complained of, in citizens' words; `taxonomy_item` is the item of severe dishonesty behind it."""

    code = models.CharField("代码", max_length=20, primary_key=True)
    label = models.CharField("名称", max_length=40)
    hint = models.CharField("说明", max_length=100)
    taxonomy_item = models.CharField("严重失信事项", max_length=10, blank=True)
    sort = models.PositiveSmallIntegerField("顺序")
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "投诉举报事项"
        ordering = ["sort", "code"]

    def __str__(self) -> str:
        return self.label
