"""Dated rules: how long a record is published, under which regime (data, never code)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from registry.remembering import remembered


class Severity(models.TextChoices):
    """失信程度 (信用修复管理办法, 国家发展改革委令2025年第36号)."""

    MINOR = "轻微", "轻微"
    GENERAL = "一般", "一般"
    SERIOUS = "严重", "严重"


class TermStart(models.TextChoices):
    DECISION = "decision", "决定之日"
    PUBLICATION = "publication", "公示之日"


class DatedRuleQuerySet(models.QuerySet):
    def in_force(self, *, on: date) -> DatedRuleQuerySet:
        """Rules that hold on that day (the last day counts)."""
        return self.filter(effective_from__lte=on).filter(Q(effective_to=None) | Q(effective_to__gte=on))


class TermRule(models.Model):
    """How long one class of information may be shown."""

    rule_id = models.CharField("规则编号", max_length=40, primary_key=True)
    regime = models.CharField("规则体系", max_length=60)
    kind = models.CharField("记录种类", max_length=30)
    severity = models.CharField("失信程度", max_length=10, choices=Severity, blank=True)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    is_published = models.BooleanField("是否公示")
    min_months = models.PositiveSmallIntegerField("最短公示月数", null=True, blank=True)
    # A term of no months would end on the day of the decision: what is not to be shown says `is_published` no.
    max_months = models.PositiveSmallIntegerField(
        "最长公示月数",
        null=True,
        blank=True,
        validators=[MinValueValidator(1, "最长公示月数至少为1；不公示的，请不勾选“是否公示”")],
        help_text="不填：公示至记录自身的有效期止；不公示的信息按此期限共享",
    )
    term_starts = models.CharField("起算", max_length=20, choices=TermStart, default=TermStart.DECISION)
    legal_basis = models.CharField("依据", max_length=200)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示期限规则"
        ordering = ["kind", "-effective_from", "rule_id"]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.severity or '全部'}"


class RepairRule(models.Model):
    """Whether, from when and until when one class of information may be repaired (安政发〔2017〕8号 四（四）).

    The rule in force on the day of the application decides. Where several fit, the narrowest does: one for a
    certain authority before one for certain categories, before one for a severity, before one for all.
    """

    rule_id = models.CharField("规则编号", max_length=40, primary_key=True)
    regime = models.CharField("规则体系", max_length=60)
    kind = models.CharField("记录种类", max_length=30)
    severity = models.CharField("失信程度", max_length=10, choices=Severity, blank=True)
    authority_words = models.CharField(
        "机关名称含有", max_length=60, blank=True, help_text="只适用于名称中含有此文字的决定机关"
    )
    categories = models.CharField(
        "类别", max_length=200, blank=True, help_text="只适用于含有其中任何一类的记录，以分号隔开"
    )
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    is_allowed = models.BooleanField("可以修复")
    min_months = models.PositiveSmallIntegerField("最短公示月数", default=0)
    term_starts = models.CharField("起算", max_length=20, choices=TermStart, default=TermStart.DECISION)
    window_months = models.PositiveSmallIntegerField(
        "规定期限月数", null=True, blank=True, help_text="须在此期限内纠正；不填：公示期满前均可"
    )
    is_late_allowed = models.BooleanField("逾期仍可修复", default=False)
    service_hours = models.PositiveSmallIntegerField(
        "公益服务小时数", null=True, blank=True, help_text="自然人可以公益服务修复的，须完成的小时数"
    )
    conditions = models.CharField("条件", max_length=300)
    materials = models.CharField("材料", max_length=300)
    legal_basis = models.CharField("依据", max_length=200)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "信用修复规则"
        ordering = ["kind", "-effective_from", "rule_id"]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.severity or '全部'}"

    def fits(self, *, kind: str, severity: str, authority: str, categories: Iterable[str]) -> bool:
        """Whether the rule is about such a record; dates are not asked here."""
        named = set(filter(None, self.categories.split(";")))
        return (
            self.kind == kind
            and self.severity in ("", severity)
            and self.authority_words in authority
            and (not named or bool(named & set(categories)))
        )

    @property
    def narrowness(self) -> tuple[bool, bool, bool, date]:
        return (bool(self.authority_words), bool(self.categories), bool(self.severity), self.effective_from)


def repair_rules(*, on: date) -> list[RepairRule]:
    """The rules in force on that day, as remembered."""
    return [rule for rule in _every_repair_rule().values() if holds(rule, on)]


def repair_rule(rule_id: str) -> RepairRule | None:
    return _every_repair_rule().get(rule_id)


@remembered
def _every_repair_rule() -> dict[str, RepairRule]:
    return RepairRule.objects.in_bulk()


def holds(rule: TermRule | RepairRule | DeadlineRule, on: date) -> bool:
    """What `in_force` says, of a rule that has been read."""
    return rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)


class DeadlineRule(models.Model):
    """Within how many working days of the decision a record must be published."""

    kind = models.CharField("记录种类", max_length=30)
    workdays = models.PositiveSmallIntegerField("工作日数")
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    legal_basis = models.CharField("依据", max_length=200)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示时限规则"
        ordering = ["kind", "-effective_from"]
        constraints = [
            models.UniqueConstraint(name="one_deadline_rule_begins_a_day", fields=["kind", "effective_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.workdays}个工作日"
