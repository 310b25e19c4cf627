"""What outside systems have been promised: outbox rows, written in the transaction of the fact."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from registry.records.models.events import RecordEvent
from registry.records.models.record import Record
from registry.records.statuses import Operation, StateCode


class DeliveryState(models.TextChoices):
    PENDING = "pending", "待推送"
    BLOCKED = "blocked", "待接入"
    SENDING = "sending", "推送中"
    RETRY = "retry", "待重试"
    ACKED = "acked", "已回执"
    BOUNCED = "bounced", "被退回"
    DEAD = "dead", "已停止重试"
    SUPERSEDED = "superseded", "已取代"


UNSETTLED = (DeliveryState.PENDING, DeliveryState.BLOCKED, DeliveryState.SENDING, DeliveryState.RETRY)


class Lane(models.IntegerChoices):
    """Withdrawals, corrections and suspensions overtake ordinary news."""

    URGENT = 0, "优先"
    NORMAL = 1, "普通"


class Delivery(models.Model):
    """One event on its way to one outside system, and how that is going.

    `registry` writes it; `exchange` alone changes it afterwards. The payload is rendered from the edition
    when it is sent, so nothing personal is stored here.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="deliveries", verbose_name="记录")
    event = models.ForeignKey(RecordEvent, models.PROTECT, related_name="deliveries", verbose_name="事件")
    seq = models.PositiveIntegerField("事件序号")
    destination = models.CharField("去向", max_length=30)
    message_id = models.UUIDField("消息编号", unique=True)
    operation = models.CharField("操作", max_length=10, choices=Operation)
    state_code = models.PositiveSmallIntegerField("当前状态", choices=StateCode)
    edition = models.PositiveIntegerField("版次")
    lane = models.PositiveSmallIntegerField("通道", choices=Lane, default=Lane.NORMAL)
    state = models.CharField("状态", max_length=12, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveIntegerField("尝试次数", default=0)
    created_at = models.DateTimeField("生成时间")
    next_try_at = models.DateTimeField("下次尝试时间")
    lease_until = models.DateTimeField("占用至", null=True)
    lease_token = models.UUIDField("占用凭证", null=True)
    payload_sha256 = models.CharField("报文摘要", max_length=64, blank=True)
    receipt_number = models.CharField("回执号", max_length=64, blank=True)
    error_code = models.CharField("错误代码", max_length=40, blank=True)
    error = models.CharField("错误说明", max_length=300, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送任务"
        constraints = [
            models.UniqueConstraint(
                name="an_event_is_delivered_once_per_destination", fields=["record", "seq", "destination"]
            ),
        ]
        indexes = [
            # What the relay looks for; stays small however long the history grows.
            models.Index(
                name="delivery_waiting",
                fields=["destination", "lane", "id"],
                condition=Q(state__in=UNSETTLED),
            ),
            # Head of line: is there an older unsettled one of this record?
            models.Index(name="delivery_line", fields=["record", "seq"], condition=Q(state__in=UNSETTLED)),
        ]

    def __str__(self) -> str:
        return f"{self.get_operation_display()} #{self.seq}"
