"""Undoing the harm of a wrong record: whoever used it has a task, and the subject may have it said in public."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from measures.models import MeasureApplication
from objections.models.cases import Case
from registry.directory.organisations import Organisation
from registry.records.models import Delivery, DeliveryState, Record


class RestorationQuerySet(models.QuerySet["Restoration"]):
    def clarified(self) -> RestorationQuerySet:
        """Those that have been said in public, the latest first."""
        return self.filter(clarified_at__isnull=False).order_by("-clarified_at", "-pk")


class Restoration(models.Model):
    """恢复信誉 (row S4.5.6), or the lifting that follows a repair; one for each case that ended or changed a record."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="restoration")
    record = models.ForeignKey(Record, models.PROTECT, related_name="restorations", verbose_name="信用记录")
    edition = models.PositiveIntegerField("涉及版次")
    opened_at = models.DateTimeField("开始时间")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="开始人"
    )
    clarification = models.TextField("澄清公告", blank=True)
    clarified_at = models.DateTimeField("澄清时间", null=True)
    clarified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )

    objects = RestorationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "恢复信誉"
        indexes = [models.Index(name="restoration_clarified", fields=["-clarified_at"])]

    def __str__(self) -> str:
        return f"恢复信誉 {self.case}"


class RecallTaskQuerySet(models.QuerySet["RecallTask"]):
    def waiting(self) -> RecallTaskQuerySet:
        """Not confirmed yet. A channel confirms by its receipt for the message that took the wrong version back, a body
        that carried out a measure also where it answers for its measures."""
        receipt = Delivery.objects.filter(
            record=OuterRef("restoration__record"),
            destination=OuterRef("channel"),
            seq__gte=OuterRef("seq"),
            state=DeliveryState.ACKED,
        )
        return self.filter(done_at=None).exclude(Exists(receipt)).exclude(measure__lifted_at__isnull=False)


class RecallTask(models.Model):
    """Somebody who checked, executed, reported or received the wrong version is to undo it and say so."""

    restoration = models.ForeignKey(Restoration, models.PROTECT, related_name="tasks", verbose_name="恢复信誉")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="recall_tasks", verbose_name="单位"
    )
    channel = models.CharField("渠道", max_length=60, blank=True)
    measure = models.ForeignKey(
        MeasureApplication, models.PROTECT, null=True, related_name="recall_tasks", verbose_name="已执行的措施"
    )
    use = models.CharField("使用情况", max_length=200)
    used_at = models.DateTimeField("使用时间", null=True)
    edition = models.PositiveIntegerField("版次")
    seq = models.PositiveIntegerField("纠正事件序号")
    due_on = models.DateField("应确认日")
    undone = models.TextField("处理情况", blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    done_at = models.DateTimeField("确认时间", null=True)

    objects = RecallTaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纠错任务"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_use_is_recalled_once",
                fields=["restoration", "organisation", "channel", "use"],
                condition=Q(measure=None),
            ),
            models.UniqueConstraint(
                name="a_measure_is_recalled_once", fields=["restoration", "measure"], condition=Q(measure__isnull=False)
            ),
            models.CheckConstraint(
                name="a_recall_goes_to_somebody",
                condition=Q(organisation__isnull=False) | ~Q(channel=""),
            ),
        ]
        indexes = [
            models.Index(name="recall_waiting", fields=["organisation", "due_on"], condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation or self.channel}：{self.use}"
