"""The columns of a credit commitment beside its record (20 items of the municipal template)."""

from __future__ import annotations

from django.db import models

from registry.models import Record


class Commitment(models.Model):
    """信用承诺 (row S2.2.1): what a subject promised in public, and what became of it."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="commitment")
    code = models.CharField("承诺编码", max_length=20, blank=True, editable=False)
    subject_document_type = models.CharField("证件类型", max_length=64, blank=True)
    type = models.CharField("承诺类型", max_length=64)
    reason = models.CharField("承诺事由", max_length=512)
    content = models.TextField("承诺内容", max_length=4000)
    standard = models.TextField("产品服务标准", max_length=2000, blank=True)
    quality = models.TextField("质量声明", max_length=2000, blank=True)
    liability = models.TextField("违诺责任", max_length=4000)
    valid_to = models.DateField("承诺有效期", null=True, blank=True)
    fulfilment = models.CharField("承诺履行状态", max_length=10, blank=True)
    unperformed = models.TextField("未履行的承诺内容", max_length=4000, blank=True)
    sanction = models.TextField("违诺责任追究内容", max_length=4000, blank=True)
    fulfilment_on = models.DateField("承诺履行状态认定日期", null=True, blank=True)
    fulfilment_unit = models.CharField("承诺履行状态认定单位", max_length=200, blank=True)
    fulfilment_unit_uscc = models.CharField("承诺履行状态认定单位代码", max_length=18, blank=True)
    accepting_unit = models.CharField("承诺受理单位", max_length=200)
    accepting_unit_uscc = models.CharField("承诺受理单位代码", max_length=18)
    publicity = models.CharField("公开类型", max_length=12)
    remarks = models.CharField("备注", max_length=512, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "信用承诺"
        constraints = [
            models.UniqueConstraint(
                name="a_commitment_has_a_code_of_its_own", fields=["code"], condition=~models.Q(code="")
            ),
        ]

    def __str__(self) -> str:
        return self.code or self.reason
