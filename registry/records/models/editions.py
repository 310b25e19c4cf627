"""What a record said: one row for every published content, kept for ever."""

from __future__ import annotations

from django.db import models

from registry.audit.models import AppendOnly
from registry.records.models.record import Record


class RecordEdition(AppendOnly):
    """The contents of a record as published or corrected; ID numbers stand in it as reference and mask."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="editions", verbose_name="记录")
    edition = models.PositiveIntegerField("版次")
    data = models.JSONField("内容")
    sha256 = models.CharField("摘要", max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "记录版次"
        ordering = ["record", "edition"]
        constraints = [
            models.UniqueConstraint(name="an_edition_is_written_once", fields=["record", "edition"]),
        ]

    def __str__(self) -> str:
        return f"第{self.edition}版"
