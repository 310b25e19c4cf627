"""What was done, and which personal data were opened: rows that are written once and never change."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that only ever come; the sets of them refuse to change or go."""

    def update(self, **kwargs):
        raise TypeError(f"{self.model.__name__} rows are never changed.")

    def bulk_update(self, objs, fields, batch_size=None):
        raise TypeError(f"{self.model.__name__} rows are never changed.")

    def delete(self):
        raise TypeError(f"{self.model.__name__} rows are never deleted.")


class AppendOnly(models.Model):
    """Base of tables that are history: written once, then only read."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(f"{type(self).__name__} rows are never deleted.")


class AuditLog(AppendOnly):
    """One act of one person or of the system; holds no personal data in clear."""

    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人")
    action = models.CharField("操作", max_length=60)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_key = models.CharField("对象编号", max_length=64, blank=True)
    succeeded = models.BooleanField("是否成功", default=True)
    detail = models.JSONField("说明", default=dict)
    address = models.GenericIPAddressField("来源地址", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计日志"
        ordering = ["-pk"]
        indexes = [
            # "What happened to this record?", asked on every history tab.
            models.Index(name="audit_of_object", fields=["object_type", "object_key"]),
            models.Index(name="audit_at", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class FilePurpose(models.TextChoices):
    """What the credit file of a person may be opened for (安政发〔2017〕8号 三（八）, 个人信息保护法 13, 45)."""

    JOINT = "joint", "联合惩戒核查"
    SELECTION = "selection", "评先评优、资格审查"
    OWN = "own", "本人查询"
    DUTY = "duty", "履行法定职责的其他需要"


class PersonalDataAccess(AppendOnly):
    """Somebody opened a personal datum in clear, or a person's credit file, and why (个人信息保护法 25, 34)."""

    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="查看人")
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="accesses", verbose_name="自然人")
    purpose = models.CharField("用途", max_length=12, choices=FilePurpose, blank=True, help_text="空：查看证件号码")
    reason = models.CharField("查看理由", max_length=200)
    address = models.GenericIPAddressField("来源地址", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "个人信息查看记录"
        ordering = ["-pk"]
        permissions = [("open_personal_file", "查看个人信用档案")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
