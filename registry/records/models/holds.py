"""Grounds on which a record's measures rest for a while (安政发〔2017〕8号 四（五）)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.records.models.record import Record


class HoldGround(models.TextChoices):
    OBJECTION = "objection", "异议核实"
    COURT = "court", "法院裁定停止执行"
    RECONSIDERATION = "reconsideration", "复议机关决定停止执行"


class Hold(models.Model):
    """One ground, open until closed; the record stays shown, its measures do not bite."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="holds", verbose_name="记录")
    ground = models.CharField("事由", max_length=20, choices=HoldGround)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("开始时间")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "暂停执行"
        constraints = [
            models.UniqueConstraint(
                name="a_ground_holds_a_record_once_at_a_time",
                fields=["record", "ground"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="a_hold_is_closed_by_somebody",
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_ground_display()
