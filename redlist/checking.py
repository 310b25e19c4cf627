"""The cross-check before a model of honesty is confirmed: what speaks against it, seen and written down (S2.1.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from redlist.checks import rules_for
from redlist.models import CrossCheck, Honour
from registry import clock
from registry.audit import log
from registry.directory.catalogue import Nature
from registry.directory.staff import User
from registry.models import HonourCategory, Record, RecordEvent
from registry.records import kinds, workflow
from registry.records.statuses import LIVE, NOT_YET_PUBLIC, Action, Status
from registry.records.visibility import weighed_down, weighing
from registry.records.workflow import Act, MoveRefused
from registry.remembering import remembered
from registry.workdays import add_months

CHECKABLE = (Status.SUBMITTED, Status.NOTICE)


def bad_records(record: Record) -> list[Record]:
    """Every adverse record of the subject that was ever shown and not taken back as wrong, for the reviewer's eyes."""
    adverse = [kind.code for kind in kinds.every() if kind.nature is Nature.ADVERSE]
    found = Record.objects.filter(subject=record.subject_id, kind__in=adverse)
    shown = found.exclude(status__in=[*NOT_YET_PUBLIC, Status.REVOKED, Status.WITHDRAWN])
    return list(shown.select_related("organisation").order_by("-decided_on", "-pk")[:100])


def cross_check(record: Record, *, by: User, at: datetime) -> CrossCheck:
    """Write down what is there against the subject now; the reviewer who confirms must have looked himself."""
    if record.status not in CHECKABLE:
        raise MoveRefused(f"{record.get_status_display()}的记录不需要核对")
    if not by.has_perm("registry.review_record") or by.organisation_id != record.organisation_id:
        raise MoveRefused("只有认定单位的审核员可以核对")
    against = list(weighing(record, on=clock.day_of(at)))
    seen = {one.pk: one for one in [*against, *bad_records(record)]}
    check = CrossCheck.objects.create(
        record=record,
        seq=record.seq,
        by=by,
        at=at,
        is_clean=not against,
        hits=[
            {"uid": str(one.uid), "kind": one.kind, "number": one.number, "status": one.status} for one in seen.values()
        ],
    )
    log.write("redlist.cross_check", by=by, at=at, about=record, clean=check.is_clean, hits=len(check.hits))
    return check


def nothing_speaks_against(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """No subject is confirmed while it is listed as seriously dishonest, nor a person whom a listing names (I1, Q2).

    Asked with the subject's row locked, so a listing either came before and is seen, or waits.
    """
    refused = weighed_down(records, on=act.today)
    return {record.pk: _weighed_down_by(record, act.today) for record in records if record.pk in refused}


def _weighed_down_by(record: Record, on: date) -> str:
    named = "、".join(f"{one.kind_label} {one.number}" for one in weighing(record, on=on)[:3])
    return f"该主体有生效的严重失信记录（{named}），不能认定为诚信典型"


def looked_at(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """Whoever confirms has looked at the subject's records as the draft now stands."""
    checks = CrossCheck.objects.filter(record__in=records, by=act.by).values_list("record_id", "seq")
    seen = set(checks)
    return {
        record.pk: "请先核对该主体的信用记录（已核对）" for record in records if (record.pk, record.seq) not in seen
    }


def consented(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """A natural person is shown as a model only with his consent (个人信息保护法第二十五条)."""
    return {
        record.pk: "自然人须经本人同意方可公示，请填写本人同意公示日期"
        for record in records
        if record.subject.is_natural and record.detail.consent_on is None
    }


def still_valid(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    return {
        record.pk: f"有效期已于{until}届满"
        for record in records
        if (until := valid_until(record)) is not None and until < act.today
    }


def valid_until(record: Record) -> date | None:
    """The last day of the honour: as its document says, else by the years of its category."""
    detail: Honour = record.detail
    years = _years_of_categories()[detail.category_id]
    if detail.valid_until is not None or years is None:
        return detail.valid_until
    return add_months(record.decided_on, 12 * years) - timedelta(days=1)


@remembered
def _years_of_categories() -> dict[str, int | None]:
    return dict(HonourCategory.objects.values_list("pk", "valid_years"))


def covered(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """The body's rule in force on this day covers the category, and its notice has run."""
    refused = {}
    announced = dict(_announced(records))
    rules = rules_for({record.organisation_id for record in records}, on=act.today)
    for record in records:
        rule = rules.get((record.organisation_id, record.detail.category_id))
        if rule is None:
            refused[record.pk] = "认定单位现行的红名单认定规则不含此类别"
        elif rule.notice_days and (why := _notice_runs(record, announced.get(record.pk), rule.notice_days, act.today)):
            refused[record.pk] = why
    return refused


def _announced(records: Sequence[Record]) -> QuerySet:
    """When each of them was last announced."""
    begun = RecordEvent.objects.filter(record__in=records, action=Action.ANNOUNCE)
    return begun.order_by("seq").values_list("record", "at")


def _notice_runs(record: Record, begun: datetime | None, days: int, today: date) -> str:
    if record.status != Status.NOTICE or begun is None:
        return f"规则要求先进行拟认定公示（{days}天）"
    last = clock.day_of(begun) + timedelta(days=days)
    return f"拟认定公示至{last}，期满后方可认定" if today <= last else ""


def no_double_product(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """One product of one holder is confirmed once for a year (row S2.1.8)."""
    named = {record.pk: _product(record) for record in records if record.detail.product_name}
    if not named:
        return {}
    others = Record.objects.filter(
        subject__in=[subject for subject, _, _ in named.values()], kind=records[0].kind, status__in=LIVE
    ).exclude(honour__product_name="")
    holders: defaultdict[tuple[int, int, str], set[int]] = defaultdict(set)
    for other in others.select_related("honour"):
        holders[_product(other)].add(other.pk)
    refused = {}
    for pk, product in named.items():
        if holders[product] - {pk}:
            refused[pk] = f"“{product[2]}”当年已有生效的认定"
        holders[product].add(pk)  # of two in one go, the first
    return refused


def _product(record: Record) -> tuple[int, int, str]:
    """Whose product in which year."""
    return record.subject_id, record.decided_on.year, record.detail.product_name


GUARDS: tuple[workflow.Guard, ...] = (
    covered, still_valid, consented, no_double_product, nothing_speaks_against, looked_at,
)  # fmt: skip
