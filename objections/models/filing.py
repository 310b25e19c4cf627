"""What a filing leaves behind before it is a case: a draft for some hours, a number, a count against floods."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from objections.statuses import Procedure
from registry.audit import encryption


class FilingDraft(models.Model):
    """The answers given so far, encrypted, kept for some hours; whoever holds its key goes on where they were.

    The key stands in the address of the pages and in no table; here is its digest. Submitting empties the draft, so
    a repeated submission meets the case and nothing else.
    """

    key_sha256 = models.CharField(max_length=64, primary_key=True)
    procedure = models.CharField("程序", max_length=12, choices=Procedure)
    answers_cipher = models.TextField("已填内容（密文）")
    case = models.OneToOneField(
        "objections.Case", models.CASCADE, null=True, related_name="filing_draft", verbose_name="办件"
    )
    started_at = models.DateTimeField("开始时间")
    posts = models.PositiveIntegerField("提交次数", default=0)
    is_suspicious = models.BooleanField("须答题", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "填报草稿"
        indexes = [models.Index(name="filing_draft_age", fields=["started_at"])]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()}草稿"

    @property
    def _context(self) -> str:
        return f"objections_filingdraft:{self.key_sha256}:answers"

    def keep(self, answers: dict[str, Any]) -> None:
        self.answers_cipher = encryption.encrypt(json.dumps(answers, ensure_ascii=False), context=self._context)

    def answers(self) -> dict[str, Any]:
        return json.loads(encryption.decrypt(self.answers_cipher, context=self._context))


class DaySequence(models.Model):
    """The last number given out of one prefix on one day."""

    prefix = models.CharField("前缀", max_length=4)
    day = models.DateField("日期")
    last = models.PositiveIntegerField("末号")

    class Meta:
        verbose_name = verbose_name_plural = "编号序列"
        constraints = [
            models.UniqueConstraint(name="a_day_has_one_sequence_of_a_prefix", fields=["prefix", "day"]),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.day} {self.last}"


class Allowance(models.Model):
    """How often something was tried in a span of time, by a keyed digest that tells nobody's address."""

    key = models.CharField(max_length=64)
    window = models.PositiveBigIntegerField("时段")
    taken = models.PositiveIntegerField("次数", default=0)
    until = models.DateTimeField("可清除时间")

    class Meta:
        verbose_name = verbose_name_plural = "限次"
        constraints = [
            models.UniqueConstraint(name="an_allowance_is_counted_once", fields=["key", "window"]),
        ]
        indexes = [models.Index(name="allowance_age", fields=["until"])]

    def __str__(self) -> str:
        return f"{self.taken}"
