"""That what is shown of a record may have changed: the feed of changes, one row for each record; and who reads it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from registry.directory.catalogue import Openness
from registry.directory.organisations import Organisation
from registry.records.models.record import Record


class Change(models.Model):
    """The latest change of a record that was ever published. Not a history: that is `RecordEvent`.

    A number stands for a place in the feed. It is given after the commit (`registry.records.changes`), for numbers
    given before it become visible in another order than they were given in.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="change", verbose_name="记录")
    kind = models.CharField("种类", max_length=30)
    openness = models.PositiveSmallIntegerField("最宽的公开属性", choices=Openness)  # it ever had: who may have a copy
    number = models.BigIntegerField("序号", null=True, unique=True)  # None: it waits for one
    first_number = models.BigIntegerField("首次序号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "变更"
        indexes = [
            models.Index(name="change_of_kind", fields=["kind", "number"]),
            models.Index(name="change_without_number", fields=["record"], condition=Q(number=None)),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} #{self.number}"


class FeedReader(models.Model):
    """How far an organisation has read the feed: whoever holds a copy of a wrong record is asked to undo it.

    One row for each feed (audience and kind); readers without a key are nobody we could ask.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    openness = models.PositiveSmallIntegerField("读取范围", choices=Openness)
    kind = models.CharField("种类", max_length=30, blank=True)  # empty: all of them
    reached = models.BigIntegerField("读到的序号")
    read_at = models.DateTimeField("最近读取时间")

    class Meta:
        verbose_name = verbose_name_plural = "变更流读取"
        constraints = [
            models.UniqueConstraint("organisation", "openness", "kind", name="feed_reader_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} #{self.reached}"
