"""Keys of machines: they read what their organisation may see, and write only in the name of a clerk."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from rest_framework_api_key.models import AbstractAPIKey

from registry.directory.organisations import Organisation
from registry.directory.staff import User


class ApiKey(AbstractAPIKey):
    """A key of an organisation; prefix and hash are stored, the key itself is shown once."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="api_keys", verbose_name="所属单位")
    clerk = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name="代表的录入员",
        help_text="不填则只能查询；填写后以其名义录入，四眼原则由此有名有姓",
    )

    class Meta(AbstractAPIKey.Meta):
        verbose_name = verbose_name_plural = "接口密钥"

    def __str__(self) -> str:
        return f"{self.organisation} {self.name}"

    def clean(self) -> None:
        super().clean()
        if self.clerk is not None and self.clerk.organisation_id != self.organisation_id:
            raise ValidationError({"clerk": "录入员须是密钥所属单位的工作人员"})

    @property
    def clerk_still_serves(self) -> bool:
        """A key ends with its clerk's service in the organisation; a key of nobody only reads."""
        if self.clerk is None:
            return True
        return self.clerk.is_active and self.clerk.organisation_id == self.organisation_id


class IdempotentAnswer(models.Model):
    """What was answered to a request that named itself, so that a repetition gets the same answer and no second row."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="调用人")
    key = models.CharField("幂等键", max_length=64)
    request_sha256 = models.CharField("请求摘要", max_length=64)
    status = models.PositiveSmallIntegerField("状态码", null=True)
    body = models.JSONField("回答", null=True)
    created_on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "幂等应答"
        constraints = [
            models.UniqueConstraint(name="a_person_names_a_request_once", fields=["by", "key"]),
        ]

    def __str__(self) -> str:
        return self.key
