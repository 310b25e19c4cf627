"""What happened to a case, and the letters it led to: written once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from objections.models.cases import Case
from objections.statuses import CaseAction, CaseStatus
from registry.audit.models import AppendOnly


class By(models.TextChoices):
    STAFF = "staff", "工作人员"
    APPLICANT = "applicant", "申请人"
    SYSTEM = "system", "系统"


class CaseEvent(AppendOnly):
    """One act on a case. `text` is for the applicant as well as for staff; what is internal stands in `remark`."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name="办件")
    seq = models.PositiveIntegerField("序号")
    action = models.CharField("操作", max_length=12, choices=CaseAction)
    from_status = models.CharField("原状态", max_length=12, choices=CaseStatus, blank=True)
    to_status = models.CharField("新状态", max_length=12, choices=CaseStatus)
    party = models.CharField("办理方", max_length=10, choices=By)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")
    text = models.TextField("说明", blank=True)
    remark = models.TextField("内部意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件事件"
        ordering = ["case", "seq"]
        constraints = [
            models.UniqueConstraint(name="a_case_event_has_its_own_number", fields=["case", "seq"]),
            models.CheckConstraint(
                name="a_case_event_of_staff_says_who",
                condition=Q(party=By.STAFF, by__isnull=False) | (~Q(party=By.STAFF) & Q(by=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} #{self.seq}"


class Letter(models.Model):
    """A written answer to the applicant: result, reasons, remedies. Its text never changes; its delivery is noted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters", verbose_name="办件")
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("名称", max_length=60)
    text = models.TextField("正文")
    remedies = models.TextField("救济途径", blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="出具人")
    issued_at = models.DateTimeField("出具时间")
    delivered_on = models.DateField("送达日期", null=True)
    delivery = models.CharField("送达方式", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "告知书"
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(name="a_letter_has_its_own_number", fields=["case", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.case}）"
