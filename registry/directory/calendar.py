"""The workday calendar as dated rows, and the pure value that deadlines are reckoned with."""

from __future__ import annotations

from django.db import models

from registry import workdays
from registry.remembering import remembered


class YearState(models.TextChoices):
    OFFICIAL = "official", "已发布"
    UNPUBLISHED = "unpublished", "待发布"


class CalendarYear(models.Model):
    """Whether the State Council has published this year's holidays yet."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    state = models.CharField("状态", max_length=20, choices=YearState)
    source = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历年度"

    def __str__(self) -> str:
        return f"{self.year}（{self.get_state_display()}）"


class CalendarDay(models.Model):
    """A day that differs from the plain week: a holiday, or a weekend day worked in exchange."""

    day = models.DateField("日期", primary_key=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=30)
    source = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "节假日与调休"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


@remembered
def current() -> workdays.Calendar:
    """The calendar as the rows stand now (about 300 rows, one query each)."""
    return workdays.read_calendar(
        CalendarDay.objects.values("day", "is_workday", "name"),
        CalendarYear.objects.values("year", "state"),
    )
