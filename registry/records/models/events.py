"""What happened to a record: the timeline, and the version the province is fenced by."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from registry.audit.models import AppendOnly
from registry.records.models.record import Record
from registry.records.statuses import Action, Status


class RecordEvent(AppendOnly):
    """One act on a record. Written once by the workflow, never changed."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="events", verbose_name="记录")
    seq = models.PositiveIntegerField("序号")
    action = models.CharField("操作", max_length=20, choices=Action)
    from_status = models.CharField("原状态", max_length=20, choices=Status)
    to_status = models.CharField("新状态", max_length=20, choices=Status)
    edition = models.PositiveIntegerField("版次")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人")
    at = models.DateTimeField("时间")
    reason = models.TextField("理由", blank=True)
    changes = models.JSONField("变更", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "记录事件"
        ordering = ["record", "seq"]
        constraints = [
            models.UniqueConstraint(name="an_event_has_its_own_number", fields=["record", "seq"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} #{self.seq}"
