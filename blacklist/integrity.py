"""Whether what must always hold of entries still holds in the data (lifecycle 6: I1, I7, I9, I10, I22)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from blacklist.models import ConsentGround, Listing, ListingConsent, ListingNotice
from blacklist.steps import last_day
from registry import clock
from registry.models import PersonalItem, Record, RecordEvent
from registry.records import kinds
from registry.records.personal_items import named_in
from registry.records.statuses import LIVE, NOT_YET_PUBLIC, Status

Check = Callable[[], Iterator[str]]


def _made() -> QuerySet[Listing]:
    """Entries that were ever made."""
    related = ("record__subject", "record__item_version", "term_rule", "item")
    return Listing.objects.exclude(record__status__in=NOT_YET_PUBLIC).select_related(*related)


def standing_on_nothing() -> Iterator[str]:
    """I9: every entry has its number, document, item, basis, rule and term."""
    empty = Q(number="") | Q(document_number="") | Q(legal_basis="") | Q(term_months="")
    missing = _made().filter(
        empty | Q(list_rule=None) | Q(term_rule=None) | Q(record__public_until=None)
    )  # fmt: skip
    for uid in missing.values_list("record__uid", flat=True).iterator():
        yield f"黑名单记录缺少编号、文书、依据、认定规则或期限：{uid}"


def unanswered_for() -> Iterator[str]:
    """I7: an entry about an organisation is in the files of just those it names, and of one at least."""
    agreed = ListingConsent.objects.filter(record=OuterRef("record"), ground=ConsentGround.NO_PERSONS)
    for listing in _made().annotate(is_agreed=Exists(agreed)).iterator(chunk_size=500):
        record = listing.record
        kept = {(one["index"], one["role"]) for one in named_in(record)}
        written = PersonalItem.objects.filter(record=record)
        if kept != set(written.values_list("person__number_index", "role_id")):
            yield f"黑名单记录与个人信用记录不一致：{record.uid}"
        elif not (record.subject.is_natural or listing.is_agreed or written.filter(role__is_recorded=True).exists()):
            yield f"黑名单记录没有责任人员：{record.uid}"


def answered_by_its_author() -> Iterator[str]:
    """I10: nobody answered the defence against what he had entered."""
    own = ListingNotice.objects.filter(answered_by=F("record__entered_by"))
    for uid in own.values_list("record__uid", flat=True).iterator():
        yield f"陈述申辩由录入人答复：{uid}"


def terms_moved() -> Iterator[str]:
    """I22: the last day is what the fixed term gives, and was never put off without a basis."""
    for listing in _made().exclude(term_rule=None).exclude(term_months="").iterator(chunk_size=500):
        record = listing.record
        if record.public_until != last_day(record, listing, listing.term_rule):
            yield f"惩戒期限止与期限不符：{record.uid}"
            continue
        before = ""
        for data in record.editions.order_by("edition").values_list("data", flat=True):
            if before and data["term_end"] > before and not data["term_basis"]:
                yield f"惩戒期限无依据延长：{record.uid}"
                break
            before = data["term_end"]


def red_beside_black() -> Iterator[str]:
    """I1: nothing that yields is shown beside a live entry, nor was made public during one."""
    yielding = [kind.code for kind in kinds.every() if "blacklist" in kind.yields_to]
    if not yielding:
        return
    today = clock.today()
    black = Record.objects.live(on=today).filter(kind="blacklist")
    for record in Record.objects.public(on=today, of=yielding).filter(subject__in=black.values("subject")).iterator():
        yield f"有黑名单记录的主体仍在展示：{record.uid}"
    ended = RecordEvent.objects.filter(
        record=OuterRef("pk"),
        to_status__in=(Status.REPAIRED, Status.EXPIRED),
        at__gt=OuterRef(OuterRef("published_at")),
    )
    during = Record.objects.filter(
        Q(status__in=LIVE) | Exists(ended),
        kind="blacklist",
        subject=OuterRef("subject"),
        published_at__lt=OuterRef("published_at"),
    ).exclude(status=Status.REVOKED)
    red = Record.objects.filter(kind__in=yielding, status__in=LIVE)
    for record in red.filter(Exists(during)).iterator():
        yield f"在黑名单记录有效期间公示：{record.uid}"


CHECKS: dict[str, Check] = {
    "red-black": red_beside_black,
    "responsible-persons": unanswered_for,
    "listing-basis": standing_on_nothing,
    "defence": answered_by_its_author,
    "listing-term": terms_moved,
}
