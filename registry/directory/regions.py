"""Administrative divisions of Ankang, with the years in which each code was valid (GB/T 2260)."""

from __future__ import annotations

from django.db import models


class RegionLevel(models.TextChoices):
    PREFECTURE = "prefecture", "市"
    COUNTY = "county", "县区"


class RegionQuerySet(models.QuerySet["Region"]):
    def current(self) -> RegionQuerySet:
        """Regions that exist today, in code order; a retired code lives on only inside old numbers."""
        return self.filter(valid_to_year=None).order_by("pk")


class Region(models.Model):
    """One division under one code; 旬阳 has two rows because its code changed in 2021."""

    code = models.CharField("行政区划代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=30)
    level = models.CharField("级别", max_length=20, choices=RegionLevel)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="上级")
    valid_from_year = models.PositiveSmallIntegerField("启用年份", null=True, blank=True)
    valid_to_year = models.PositiveSmallIntegerField("停用年份", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="继任区划"
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"

    def __str__(self) -> str:
        return self.name
