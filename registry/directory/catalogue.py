"""The collection catalogue (公共信用信息征集共享指导目录): the gate every record passes.

What a department may collect is an item; what the item demands on a given day is a version of it.
A version is never edited: a change is a new version, and old records keep the one they were checked against.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from registry.directory.organisations import Organisation
from registry.directory.regions import Region


class Openness(models.IntegerChoices):
    """使用范围 of the 2016 data standard."""

    PUBLIC = 0, "社会公开"
    SHARED = 1, "政务共享"
    AUTHORISED = 2, "授权查询"


class Nature(models.TextChoices):
    BASIC = "basic", "基础信息"
    GOOD = "good", "良好信息"
    ADVERSE = "adverse", "不良信息"
    NOTICE = "notice", "提示信息"


class UpdateCycle(models.TextChoices):
    REALTIME = "realtime", "实时"
    SEVEN_WORKDAYS = "seven_workdays", "7个工作日内"
    MONTHLY = "monthly", "每月"
    QUARTERLY = "quarterly", "每季度"
    YEARLY = "yearly", "每年"


class CollectionCatalogue(models.Model):
    """One edition issued by the city or a county (安政发〔2017〕8号 一（二）)."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="catalogues", verbose_name="区划")
    title = models.CharField("目录名称", max_length=100)
    document_number = models.CharField("发布文号", max_length=60, blank=True)
    issued_on = models.DateField("发布日期")

    class Meta:
        verbose_name = verbose_name_plural = "征集共享目录"
        ordering = ["region", "-issued_on"]

    def __str__(self) -> str:
        return self.title


class CatalogueItem(models.Model):
    """One class of information one organisation collects, as one kind of record."""

    catalogue = models.ForeignKey(CollectionCatalogue, models.PROTECT, related_name="items", verbose_name="目录")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="catalogue_items", verbose_name="提供单位"
    )
    code = models.CharField("信息项编码", max_length=40, unique=True)
    kind = models.CharField("记录种类", max_length=30)
    name = models.CharField("信息项名称", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "目录信息项"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}（{self.organisation}）"


class ItemVersionQuerySet(models.QuerySet["CatalogueItemVersion"]):
    def in_force(self, *, on: date) -> ItemVersionQuerySet:
        """Versions that hold on that day (the last day counts)."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


class CatalogueItemVersion(models.Model):
    """What an item demands from `valid_from` on; written once."""

    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="versions", verbose_name="信息项")
    version = models.PositiveSmallIntegerField("版本")
    openness = models.PositiveSmallIntegerField("公开属性", choices=Openness)
    nature = models.CharField("信息性质", max_length=10, choices=Nature)
    update_cycle = models.CharField("更新周期", max_length=20, choices=UpdateCycle)
    publication_days = models.PositiveIntegerField(
        "公示天数", null=True, blank=True, help_text="不填则由公示期限规则或记录自身的有效期决定"
    )
    persons_are_public = models.BooleanField(
        "自然人信息可公开", default=False, help_text="默认不公开自然人的信息；有法律依据时方可勾选"
    )
    sends_id_numbers = models.BooleanField("向省平台报送证件号码", default=False)
    fields = models.JSONField("数据项", default=list, help_text="仅由目录定义的信息类别填写")
    legal_basis = models.CharField("依据", max_length=200)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "信息项版本"
        ordering = ["item", "version"]
        constraints = [
            models.UniqueConstraint(name="an_item_has_one_such_version", fields=["item", "version"]),
            models.CheckConstraint(
                name="what_is_not_open_shows_no_persons",
                violation_error_message="非社会公开的信息项不能勾选公开自然人信息",
                condition=Q(openness=Openness.PUBLIC) | Q(persons_are_public=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} 第{self.version}版"
