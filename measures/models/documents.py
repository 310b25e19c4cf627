"""The papers by which a measure was carried out, as its body handed them in (安政发〔2017〕8号 五 逐项记录存档)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from measures.models.applications import MeasureApplication
from registry.audit.models import AppendOnly
from registry.records.models.record import random_uid


class MeasureDocument(AppendOnly):
    """One file; what is archived of the measure holds its digest, so it is neither changed nor exchanged."""

    application = models.ForeignKey(
        MeasureApplication, models.PROTECT, related_name="documents", verbose_name="措施办理"
    )
    uid = models.UUIDField(unique=True, editable=False, default=random_uid)
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField("摘要", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "执行文书附件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where it lies below FILES_ROOT; the name people gave it is no part of that."""
        return f"measures/{self.uid.hex[:2]}/{self.uid.hex}"

    @property
    def context(self) -> str:
        return f"measures_document:{self.uid.hex}:content"
