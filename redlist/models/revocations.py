"""What a conferring body decided about an honour after its holder was listed as seriously dishonest (三（三）)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from registry.models import Record


class HonourRevocation(models.Model):
    """撤销荣誉的决定, citing the listing that called for it. That a decision is due is derived and stored nowhere."""

    honour = models.ForeignKey(Record, models.PROTECT, related_name="revocations", verbose_name="诚信典型")
    cause = models.ForeignKey(Record, models.PROTECT, related_name="revoked_honours", verbose_name="严重失信记录")
    document_number = models.CharField("决定文号", max_length=128)
    decided_on = models.DateField("决定日期")
    reason = models.CharField("理由", max_length=500)
    reported_to = models.CharField("报请的上级单位", max_length=100, blank=True, help_text="上级授予的荣誉由其撤销")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "撤销荣誉"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="an_honour_is_revoked_once_for_a_cause", fields=["honour", "cause"]),
        ]

    def __str__(self) -> str:
        return self.document_number
