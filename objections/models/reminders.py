"""Telling a subject in time that the window for putting things right is closing (row S4.4.7)."""

from __future__ import annotations

from django.db import models

from registry.records.models import Record


class RepairReminder(models.Model):
    """One reminder: so many days before the window of one record closes, once, and whether anybody could be told."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="reminders", verbose_name="信用记录")
    days = models.PositiveSmallIntegerField("提前天数")
    window_ends_on = models.DateField("规定期限")
    told = models.CharField("通知方式", max_length=20, blank=True, help_text="空：没有联系方式，由提供单位通知")
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "修复期限提醒"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="a_reminder_is_sent_once", fields=["record", "days", "window_ends_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.record}：{self.window_ends_on}前{self.days}天"
