"""The public search index: one row for every record, and every subject, that anybody may find by name.

Rows exist only for what is live and open (`registry.search.index` keeps that so, in the transaction of each
act); what the date alone hides is left out when read. Natural persons have no row: no name finds them.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from registry.directory.organisations import Organisation
from registry.directory.subjects import Subject
from registry.records.models import Record


class SearchEntry(models.Model):
    """What search matches and filters on, and nothing else; results are read from `Record.objects.public`.

    The key itself says the order (`registry.search.keys`): the greatest is the newest, on both engines.
    """

    # Always given. Of the big integers only this one is SQLite's own rowid, and saves it a second look-up.
    id = models.BigAutoField(primary_key=True)
    record = models.OneToOneField(Record, models.CASCADE, null=True, related_name="search_entry")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="search_entries")
    kind = models.PositiveSmallIntegerField()  # Kind.number, or SUBJECT_NUMBER for the subject itself
    name = models.TextField()  # keys of the present and the former names, joined by '|'
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, db_index=False, related_name="+")
    region = models.PositiveIntegerField(default=0)  # code of the organisation's region, as a number
    year = models.PositiveSmallIntegerField()  # of the day it is sorted by
    public_from = models.DateField(default=date.min)
    public_until = models.DateField(default=date.max)
    # The subject has a record of a kind this one yields to: whether it is hidden is asked when read.
    is_contested = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "检索条目"
        indexes = [
            # Every search asks what the date or another record hides: nearly nothing, found at once.
            models.Index(name="search_term_is_over", fields=["public_until", "id"]),
            models.Index(name="search_term_is_to_come", fields=["public_from"]),
            models.Index(name="search_is_contested", fields=["id"], condition=Q(is_contested=True)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class TokenFrequency(models.Model):
    """In how many entries a token stands: an estimate that steers the access path, never the answer."""

    token = models.BigIntegerField(primary_key=True)  # 0: the number of entries
    frequency = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "词频估计"

    def __str__(self) -> str:
        return f"{self.token}: {self.frequency}"
