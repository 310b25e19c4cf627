"""By which rule a body confirms models of honesty, and of which categories (安政发〔2017〕8号 四（二）)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from registry.directory.terms import DatedRuleQuerySet
from registry.models import HonourCategory, Organisation


class ListRule(models.Model):
    """红名单认定规则 of one body. A change is a new rule; what was confirmed under the old one keeps it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="red_rules", verbose_name="认定单位")
    document_number = models.CharField("文号", max_length=100)
    standard = models.TextField("认定标准", max_length=2000)
    procedure = models.TextField("认定程序", max_length=2000)
    exit = models.TextField("退出条件", max_length=1000)
    objection_contact = models.CharField("异议联系方式", max_length=100)
    notice_days = models.PositiveSmallIntegerField(
        "拟认定公示天数", default=0, validators=[MaxValueValidator(60)], help_text="自然日；0：不另行公示"
    )
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "红名单认定规则"
        ordering = ["organisation", "-effective_from"]
        constraints = [
            models.CheckConstraint(
                name="a_red_rule_ends_after_it_begins",
                violation_error_message="失效日期不能早于生效日期",
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
            ),
            models.UniqueConstraint(name="one_red_rule_of_a_number", fields=["organisation", "document_number"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.document_number}"


class ListScope(models.Model):
    """One category a rule covers, with the threshold in words."""

    rule = models.ForeignKey(ListRule, models.CASCADE, related_name="scopes", verbose_name="规则")
    category = models.ForeignKey(HonourCategory, models.PROTECT, related_name="+", verbose_name="类别")
    threshold = models.CharField("具体条件", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "适用类别"
        constraints = [models.UniqueConstraint(name="a_red_rule_names_a_category_once", fields=["rule", "category"])]

    def __str__(self) -> str:
        return str(self.category)
