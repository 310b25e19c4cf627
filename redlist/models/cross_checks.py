"""What a reviewer saw of a subject before confirming it as a model of honesty (row S2.1.3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from registry.models import Record


class CrossCheck(models.Model):
    """One look by one person at one state of the draft; it holds until the draft moves again."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="cross_checks", verbose_name="记录")
    seq = models.PositiveIntegerField("核对时的事件序号")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核对人")
    at = models.DateTimeField("核对时间")
    is_clean = models.BooleanField("没有生效的严重失信记录")
    hits = models.JSONField("查到的记录", default=list)  # uid, kind, title, status of what was seen; nothing personal

    class Meta:
        verbose_name = verbose_name_plural = "信用核对"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {'无严重失信记录' if self.is_clean else '有严重失信记录'}"
