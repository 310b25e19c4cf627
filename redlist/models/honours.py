"""The statutory columns of a model of honesty beside its record."""

from __future__ import annotations

from django.db import models

from redlist.models.list_rules import ListRule
from registry.models import HonourCategory, Record


class Level(models.TextChoices):
    COUNTY = "县区级", "县区级"
    CITY = "市级", "市级"
    ABOVE = "省级及以上", "省级及以上"


class Honour(models.Model):
    """诚信典型 (row S2.1.2). The body that confirms it is the organisation of the record."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="honour")
    number = models.CharField("编号", max_length=20, blank=True, editable=False)
    subject_document_type = models.CharField("证件类型", max_length=64, blank=True)
    category = models.ForeignKey(HonourCategory, models.PROTECT, related_name="+", verbose_name="类别")
    title = models.CharField("荣誉名称", max_length=100)
    level = models.CharField("级别", max_length=10, choices=Level)
    conferring_body = models.CharField("授予单位", max_length=200)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    deeds = models.TextField("主要事迹", max_length=4000)
    product_name = models.CharField("产品名称", max_length=100, blank=True)
    brand = models.CharField("商标", max_length=60, blank=True)
    award_name = models.CharField("奖项名称", max_length=100, blank=True)
    award_level = models.CharField("奖项等级", max_length=40, blank=True)
    award_year = models.CharField("奖项年度", max_length=4, blank=True)
    nominator_name = models.CharField("推荐单位", max_length=200, blank=True)
    nominator_uscc = models.CharField("推荐单位统一社会信用代码", max_length=18, blank=True)
    article_url = models.CharField("报道链接", max_length=300, blank=True)
    consent_on = models.DateField("本人同意公示日期", null=True, blank=True)
    renews_number = models.CharField("接续的编号", max_length=20, blank=True)
    list_rule = models.ForeignKey(
        ListRule, models.PROTECT, null=True, editable=False, related_name="honours", verbose_name="认定规则"
    )

    class Meta:
        verbose_name = verbose_name_plural = "诚信典型"
        constraints = [
            models.UniqueConstraint(
                name="an_honour_has_a_number_of_its_own", fields=["number"], condition=~models.Q(number="")
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title
