"""Reconsideration and litigation about a record (row S4.5.7): registered, and their result drives a correction."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from objections.models.cases import Case
from registry.records.models import Hold, Record


class RemedyKind(models.TextChoices):
    RECONSIDERATION = "reconsideration", "行政复议"
    LITIGATION = "litigation", "行政诉讼"


class RemedyResult(models.TextChoices):
    PENDING = "", "审理中"
    UPHELD = "upheld", "维持"
    CHANGED = "changed", "变更"
    REVOKED = "revoked", "撤销或确认违法"
    ENDED = "ended", "撤回、驳回或终止"


class RemedyCase(models.Model):
    """One case before a reconsideration organ or a court. Pending, it rests nothing, unless an order says so."""

    kind = models.CharField("途径", max_length=16, choices=RemedyKind)
    record = models.ForeignKey(Record, models.PROTECT, related_name="remedies", verbose_name="信用记录")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="remedies", verbose_name="异议")
    organ = models.CharField("受理机关", max_length=100)
    case_number = models.CharField("案号", max_length=60)
    filed_on = models.DateField("立案日期")
    hold = models.OneToOneField(
        Hold, models.PROTECT, null=True, editable=False, related_name="remedy", verbose_name="停止执行"
    )
    stay_order = models.CharField("停止执行文书", max_length=100, blank=True)
    result = models.CharField("结果", max_length=10, choices=RemedyResult, blank=True, default=RemedyResult.PENDING)
    result_document = models.CharField("结果文书", max_length=100, blank=True)
    result_on = models.DateField("结果日期", null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    registered_at = models.DateTimeField("登记时间", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "复议诉讼"
        ordering = ["-filed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(name="a_remedy_is_registered_once", fields=["record", "case_number"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case_number}"
