"""What stands in the way of a step of an entry's life, and what the step writes (lifecycle 4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from blacklist.fields import YES
from blacklist.judging import names_who_answers
from blacklist.models import (
    ConsentGround,
    Listing,
    ListingConsent,
    ListingNotice,
    ListingTermRule,
)
from blacklist.rule_tables import RuleTable, repair_rule
from registry import workdays
from registry.directory.catalogue import Openness
from registry.directory.terms import TermStart
from registry.models import Correction, Record
from registry.records import numbers
from registry.records.statuses import Status
from registry.records.workflow import Act

SHORTEST_FINDING = 10  # characters of a written finding


def document_is_effective(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """An entry stands on a document that binds: none is listed before it does (三（二）, S3.1.1)."""
    return {
        record.pk: f"认定文书自{record.listing.in_effect_from}起生效，列入不能早于生效日期"
        for record in records
        if record.listing.in_effect_from > act.today
    }


def was_heard(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """Prior notice, and its time to answer over or what was said answered, unless a basis exempts (S4.2.5)."""
    notices = ListingNotice.objects.in_bulk([record.pk for record in records])
    refused = {}
    for record in records:
        if why := _unheard(record, notices.get(record.pk), on=act.today):
            refused[record.pk] = why
    return refused


def _unheard(record: Record, notice: ListingNotice | None, *, on: date) -> str:
    if notice is None:
        rule = RuleTable(record.organisation, on).list_rule(record.listing.item_id)
        if record.listing.exempt_basis or rule is None or not rule.notice_days:
            return ""
        return f"须先送达事先告知（{rule}：陈述申辩期{rule.notice_days}日）；免予告知的，请退回并写明依据（四（二））"
    if notice.statement:
        return "" if notice.answer else "当事人已提出陈述申辩，须先复核答复（四（二））"
    if record.listing.exempt_basis or on > notice.answer_until:
        return ""
    return f"陈述申辩期至{notice.answer_until}止，期满后方可列入（四（二））"


def office_agreed(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """Open-ended items, and organisations without anybody who answers, need the consent of the city's credit office."""
    agreed = set(ListingConsent.objects.filter(record__in=records).values_list("record_id", "ground", "seq"))
    refused = {}
    for record in records:
        missing = [ground.label for ground in grounds_of(record) if not _agreed(record, ground, agreed)]
        if missing:
            refused[record.pk] = f"{'、'.join(missing)}，须经市信用办同意后方可列入（待批准）"
    return refused


def grounds_of(record: Record) -> list[ConsentGround]:
    """What of this entry needs the consent of the city's credit office."""
    grounds = [ConsentGround.OPEN_ENDED] if record.listing.item.is_open_ended else []
    if not record.subject.is_natural and not names_who_answers(record):
        grounds.append(ConsentGround.NO_PERSONS)
    return grounds


def _agreed(record: Record, ground: ConsentGround, agreed: set[tuple[int, str, int]]) -> bool:
    """Consent is to what was submitted then: returned and changed, it has to be asked for again."""
    since = last_submission(record)
    return any(key == record.pk and of == ground and seq >= since for key, of, seq in agreed)


def last_submission(record: Record) -> int:
    """The number of the event by which the entry came before its reviewer the last time."""
    event = record.events.filter(to_status=Status.SUBMITTED).order_by("-seq").values_list("seq", flat=True).first()
    return event or 0


def term_only_shrinks(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """The term is fixed at listing: a correction may shorten it, or lengthen it with a basis of its own (I22)."""
    refused = {}
    by_key = {record.pk: record for record in records}
    for correction in Correction.objects.filter(record__in=records, decided_at=None):
        listing = by_key[correction.record_id].listing
        asked = correction.changes.get("term_months")
        if asked and int(asked) > int(listing.term_months) and not correction.changes.get("term_basis"):
            refused[correction.record_id] = (
                f"惩戒期限已定为{listing.term_months}个月，更正只能缩短；确有依据延长的，须同时写明“期限的特别依据”"
            )
        if "term_months" in correction.changes and not asked:
            refused[correction.record_id] = "惩戒期限（月）：已列入的不能为空"
    return refused


def finding_is_written(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """Found wrong means a written finding says so (四（五）)."""
    if len(act.reason) >= SHORTEST_FINDING:
        return {}
    why = f"撤销须有书面认定：请写明认定的文书和理由（不少于{SHORTEST_FINDING}个字）"
    return {record.pk: why for record in records}


def give_notice(records: Sequence[Record], act: Act) -> None:
    """Write down that notice was served today, and until when it may be answered."""
    notices = []
    for record in records:
        rule = RuleTable(record.organisation, act.today).list_rule(record.listing.item_id)
        days = rule.notice_days if rule else 0
        notices.append(
            ListingNotice(
                record=record,
                sent_on=act.today,
                served_on=act.today,
                window_days=days,
                answer_until=act.today + timedelta(days=days),
            )
        )
    ListingNotice.objects.bulk_create(notices)


def enlist(records: Sequence[Record], act: Act) -> None:
    """Give the number; fix the rules, the term, the time for correction, the name; see to what may be shown."""
    year = act.today.year
    for record, place in zip(records, numbers.take(f"HMD-B-{year}", count=len(records)), strict=True):
        listing, table = record.listing, RuleTable(record.organisation, act.today)
        rule, term = table.list_rule(listing.item_id), table.term_rule(listing.item_id)
        listing.number, listing.category = f"HMD-B-{year}-{place:04d}", listing.item.category
        listing.list_rule, listing.list_rule_cited = rule, str(rule)
        listing.term_rule, listing.term_rule_cited = term, f"{term.rule_id} {term.in_words()}"
        listing.term_months = listing.term_months or str(term.default_months)
        listing.listed_name, listing.listed_code = record.subject.name, record.subject.uscc or ""
        record.decided_on = act.today
        record.public_until = last_day(record, listing, term)
        listing.correct_until = _correct_until(record)
        _withhold(record, listing)
        listing.save()


def settle_correction(records: Sequence[Record], act: Act) -> None:
    """What follows from the corrected values: the last day, and what may be shown."""
    for record in records:
        listing = record.listing
        record.public_until = last_day(record, listing, listing.term_rule)
        _withhold(record, listing)
        listing.save()


def last_day(record: Record, listing: Listing, rule: ListingTermRule) -> date:
    """The last day of the term, inclusive; suspension does not move it (Q6)."""
    start = listing.document_date if rule.term_starts == TermStart.DECISION else record.public_from
    return workdays.add_months(start, int(listing.term_months))


def _correct_until(record: Record) -> date | None:
    """The 规定期限: until when putting it right ends the entry early; None where no rule sets one."""
    rule = repair_rule(record.listing.item_id, record.organisation.name, on=record.public_from)
    if rule is None or rule.window_months is None:
        return None
    start = record.public_from if rule.term_starts == TermStart.PUBLICATION else record.listing.document_date
    return min(workdays.add_months(start, rule.window_months), record.public_until)


def _withhold(record: Record, listing: Listing) -> None:
    """Keep back what the item does not let the public see: its details, or the person altogether (Q13)."""
    if listing.item.is_restricted:
        listing.restricted = YES
    if listing.restricted:
        record.title, record.document_number = listing.item.get_category_display(), ""
    if record.subject.is_natural and not listing.item.shows_persons:
        record.openness = max(record.openness, Openness.SHARED)
