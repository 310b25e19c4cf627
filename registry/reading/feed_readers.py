"""Who holds a copy of a record: the organisations that have read the feed of changes past it.

What a reader was told cannot be taken back; so that a wrong record can be undone (安政发〔2017〕8号 四（五）), each
organisation's furthest place in each of its feeds is kept. Readers without a key stay unknown.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from registry.directory.organisations import Organisation
from registry.reading.changes import Place
from registry.records.models import FeedReader, Record


def remember(organisation: Organisation, place: Place, *, at: datetime) -> None:
    """Keep that this organisation has been told everything up to that place."""
    feed = {"organisation": organisation, "openness": place.audience, "kind": place.kind.code if place.kind else ""}
    further = FeedReader.objects.filter(**feed, reached__lt=place.number)
    if further.update(reached=Greatest(F("reached"), place.number), read_at=at):
        return
    # Also where nothing is new: most readers ask for what they know already, and then nothing is written.
    FeedReader.objects.get_or_create(**feed, defaults={"reached": place.number, "read_at": at})


def who_received(record: Record) -> QuerySet[FeedReader]:
    """Everybody who was told of the record: past its first number, in a feed that was open to it.

    By its first number, not by its latest: it may have changed again since they read.
    """
    change = getattr(record, "change", None)
    if change is None or change.first_number is None:
        return FeedReader.objects.none()
    return FeedReader.objects.filter(
        Q(kind="") | Q(kind=record.kind), reached__gte=change.first_number, openness__gte=change.openness
    )
