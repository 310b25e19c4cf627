"""A record that is not shown: gone, or never there as far as anybody may know."""

from __future__ import annotations

import uuid
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from registry.directory.catalogue import Openness
from registry.directory.subjects import SubjectKind
from registry.records.models import Record
from registry.records.statuses import LIVE, NOT_YET_PUBLIC


class Absence(NamedTuple):
    """The HTTP status and a neutral sentence that names nobody."""

    status: int
    message: str


def absence(uid: uuid.UUID, *, on: date) -> Absence:
    """Gone, or never there as far as anybody may know; the neutral text names nobody.

    A live record within its term that is not shown yields to another one: that is no end, and not told.
    """
    once = Record.objects.exclude(status__in=NOT_YET_PUBLIC).filter(uid=uid, openness=Openness.PUBLIC)
    ended = once.filter(~Q(status__in=LIVE) | Q(public_until__lt=on))
    found = ended.exclude(subject__kind=SubjectKind.NATURAL).select_related("item_version").first()
    if found is not None and not _was_kept_back(found):
        return Absence(410, "该信息已依法不再公示。如需了解，请向作出机关查询。")
    return Absence(404, "没有找到这条信息。网址可能有误，您可以按名称、代码或文书号重新查询。")


def _was_kept_back(record: Record) -> bool:
    """Whether it was shown in part only: then its end is nobody's business either."""
    last = record.editions.get(edition=record.edition)
    return record.specification.keeps_back(last.data)
