"""Telling applicants, and who of the staff opened their contact data."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from objections.models.cases import Case
from objections.models.events import CaseEvent
from registry.audit.models import AppendOnly


class ContactAccess(AppendOnly):
    """Somebody opened the contact data of an applicant or a complainant, and why (S3.7.3)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="contact_accesses", verbose_name="办件")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="查看人")
    at = models.DateTimeField("时间")
    reason = models.CharField("查看理由", max_length=200)
    address = models.GenericIPAddressField("来源地址", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "联系信息查看记录"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class NoticeState(models.TextChoices):
    PENDING = "pending", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"


class Channel(models.TextChoices):
    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"


class Notice(models.Model):
    """One message about one event on one channel: an outbox row; the address is read when it is sent."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices", verbose_name="办件")
    event = models.ForeignKey(CaseEvent, models.PROTECT, related_name="notices", verbose_name="事件")
    channel = models.CharField("方式", max_length=8, choices=Channel)
    state = models.CharField("状态", max_length=8, choices=NoticeState, default=NoticeState.PENDING)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_try_at = models.DateTimeField("下次尝试时间")
    settled_at = models.DateTimeField("办结时间", null=True)
    error = models.CharField("错误说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        constraints = [
            models.UniqueConstraint(name="an_event_is_told_once_on_a_channel", fields=["event", "channel"]),
        ]
        indexes = [
            # What the sender looks for; stays small however long the history grows.
            models.Index(name="notice_waiting", fields=["next_try_at"], condition=Q(state=NoticeState.PENDING)),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.case}"
