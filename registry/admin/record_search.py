"""The search box of the record list: a code, a document number, or words of an organisation's name.

Natural persons are never found by name, not by staff either. Names of published subjects come from the search
index; those that only drafts name are looked for among the drafts this person may see, which are few.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from registry.directory.subjects import Subject, SubjectKind
from registry.identifiers import document_key
from registry.records.kinds import SUBJECT_NUMBER
from registry.records.statuses import NOT_YET_PUBLIC
from registry.search import find, query

MOST = 500  # subjects whose records are listed
TOO_MANY = f"名称相符的主体超过{MOST}个，只列出其中一部分的记录，请输入更完整的名称"


def narrow(records: QuerySet, typed: str, *, on: date) -> tuple[QuerySet, str]:
    """The records that were asked for, and a remark for the person who asked ('' for none)."""
    asked = query.read(typed, on=on)
    if asked.code:
        by_code = records.filter(subject__in=Subject.objects.with_code(asked.code).values("pk"))
        return by_code, asked.notice
    if key := document_key(typed[: query.MAX_CHARACTERS]):
        by_document = records.filter(document_key=key)
        if asked.document or by_document.exists():
            return by_document, asked.notice
    if not asked.terms:
        return records.none(), asked.notice
    published = published_subjects(typed, on=on)
    subjects = {*published, *_drafted_subjects(records, asked.terms)}
    notice = TOO_MANY if len(published) >= MOST else asked.notice
    return records.filter(subject__in=subjects), notice


def published_subjects(typed: str, *, on: date) -> list[int]:
    """The keys of at most `MOST` published organisations whose name holds these words."""
    found: list[int] = []
    for page in range(1, MOST // find.PER_PAGE_AT_MOST + 1):
        answer = find.find(typed, on=on, kind=SUBJECT_NUMBER, page=page, per_page=find.PER_PAGE_AT_MOST)
        found += answer.subject_ids
        if len(answer.subject_ids) < find.PER_PAGE_AT_MOST:
            break
    return found


def _drafted_subjects(records: QuerySet, terms: tuple[str, ...]) -> list[int]:
    named = Q()
    for term in terms:
        named &= Q(subject__name_key__contains=term)
    drafted = records.filter(named, status__in=NOT_YET_PUBLIC).exclude(subject__kind=SubjectKind.NATURAL)
    return list(drafted.order_by().values_list("subject_id", flat=True).distinct()[:MOST])
