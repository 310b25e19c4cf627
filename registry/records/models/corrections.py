"""A proposed correction waiting for a second pair of eyes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from registry.records.models.record import Record


class Correction(models.Model):
    """Changed field values one person proposes; another moves the record with them, or refuses.

    `changes` holds values in their JSON form; a document number stands in it as reference to a Person.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="corrections", verbose_name="记录")
    changes = models.JSONField("更正内容")
    reason = models.TextField("更正理由")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审核人"
    )
    decided_at = models.DateTimeField("审核时间", null=True)
    is_accepted = models.BooleanField("通过", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        constraints = [
            models.CheckConstraint(
                name="a_correction_is_not_decided_by_its_author",
                violation_error_message="提出更正的人不能审核该更正",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                name="a_record_has_one_open_correction",
                fields=["record"],
                condition=Q(decided_at=None),
                violation_error_message="该记录已有一份待审核的更正",
            ),
        ]

    def __str__(self) -> str:
        return f"更正 #{self.pk}"
