"""Running numbers that people read, such as HMD-B-2017-0001: given once, in order, and never again."""

from __future__ import annotations

from django.db import models


class NumberSeries(models.Model):
    """How far one series has come; its row is locked by whoever takes from it."""

    prefix = models.CharField("前缀", max_length=40, primary_key=True)
    last = models.PositiveIntegerField("已用至", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"
