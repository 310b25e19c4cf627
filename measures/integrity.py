"""Whether what must always hold of measures still holds in the data (lifecycle 6: I2, I3, I6, I8, I9, I23, I24)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from measures import archiving, lists, triggering
from measures.models import ApplicationState, CheckHit, ListLine, ListState, MeasureApplication, MeasureArchive
from measures.standing import Enforcement
from registry import clock
from registry.directory.positions import PersonRole
from registry.models import Hold, PersonalItem, RecordEvent
from registry.records.statuses import Action, Status

Check = Callable[[], Iterator[str]]
ENDED = (Status.REPAIRED, Status.EXPIRED, Status.REVOKED)


def taken_while_it_rested() -> Iterator[str]:
    """I2: while a record is verified nothing follows from it anew, nothing is carried out, every check says so."""
    resting = Hold.objects.filter(record=OuterRef("record"), opened_at__lt=OuterRef("fed_back_at"))
    resting = resting.filter(Q(closed_at=None) | Q(closed_at__gt=OuterRef("fed_back_at")))
    for one in _executed().filter(Exists(resting)).iterator():
        yield f"核实期间执行了措施：{_named(one)}"
    begun = RecordEvent.objects.filter(record=OuterRef("record"), seq=OuterRef("seq"))
    held = Hold.objects.filter(record=OuterRef("record"), opened_at__lt=OuterRef("at"))
    held = held.filter(Q(closed_at=None) | Q(closed_at__gt=OuterRef("at")))
    for one in _current().filter(Exists(begun.filter(action=Action.CORRECT).filter(Exists(held)))).iterator():
        yield f"核实期间触发了新的措施：{_named(one)}"
    asked = Hold.objects.filter(record=OuterRef("record"), opened_at__lt=OuterRef("joint_check__asked_at"))
    asked = asked.filter(Q(closed_at=None) | Q(closed_at__gt=OuterRef("joint_check__asked_at")))
    for hit in _hits().filter(Exists(asked)).exclude(enforcement=Enforcement.SUSPENDED.value).iterator():
        yield f"核实期间查询仍答复执行中：{hit.joint_check.number} {hit.record.uid}"


def met_after_its_end() -> Iterator[str]:
    """I3, I24: what was repaired, ran out or was revoked is met by no check and carried out by nobody."""
    ended = RecordEvent.objects.filter(record=OuterRef("record"), to_status__in=ENDED)
    for hit in _hits().filter(Exists(ended.filter(at__lt=OuterRef("joint_check__asked_at")))).iterator():
        yield f"已结束的信息仍被命中：{hit.joint_check.number} {hit.record.uid}"
    for one in _executed().filter(Exists(ended.filter(at__lt=OuterRef("fed_back_at")))).iterator():
        yield f"信息结束后执行了措施：{_named(one)}"


def limited_without_refusing() -> Iterator[str]:
    """I6: consumption is limited only for a refusal to perform by somebody found able to."""
    today = clock.today()
    limits = _current().filter(measure__ends_on_performance=True)
    for one in limits.select_related("measure", "organisation", "record").iterator(chunk_size=500):
        facts = one.record.the_kind.facts(one.record, today)
        if not one.measure.covers(facts.taxonomy_item) or not facts.is_able_to_perform:
            yield f"限制高消费没有拒不履行和履行能力的认定：{_named(one)}"


def reaching_who_does_not_answer() -> Iterator[str]:
    """I8: a measure reaches a person only by a position of its own list, held when the act was done."""
    answering = {
        name: set(PersonRole.objects.filter(**{name: True}).values_list("name", flat=True))
        for name in ("is_recorded", "loses_honours", "is_barred", "is_limited")
    }
    on_persons = _current().exclude(person=None).select_related("measure", "organisation", "record")
    for one in on_persons.iterator(chunk_size=500):
        day = triggering.act_day(one.record)
        held = PersonalItem.objects.filter(record=one.record, person=one.person_id, role=one.role)
        held = held.filter(Q(held_from=None) | Q(held_from__lte=day), Q(held_until=None) | Q(held_until__gte=day))
        if one.role not in answering.get(one.measure.persons, ()) or not held.exists():
            yield f"措施及于不应承担责任的人员：{_named(one)}"


def lines_without_a_basis() -> Iterator[str]:
    """I9: every line of an issued list was lawful on the day the list began."""
    issued = ListLine.objects.exclude(measure_list__state=ListState.DRAFT)
    related = ("measure_list__organisation", "measure", "basis")
    for line in issued.select_related(*related).iterator(chunk_size=500):
        for _, message in lists.problems_of(line, on=line.measure_list.valid_from):
            yield f"措施清单条目不合规定：{line.measure_list} {message}"


def filed_wrongly() -> Iterator[str]:
    """I23: every documented measure was filed once, and the files say what they said then."""
    filed = MeasureArchive.objects.filter(application=OuterRef("pk"))
    for one in _executed().exclude(document="").exclude(Exists(filed)).iterator():
        yield f"已执行的措施没有归档：{_named(one)}"
    for item in MeasureArchive.objects.exclude(application__state=ApplicationState.EXECUTED).iterator():
        yield f"归档的措施没有执行：档案{item.pk}"
    for key in archiving.broken():
        yield f"奖惩档案的内容或次序被改动：档案{key}"


def _current() -> QuerySet[MeasureApplication]:
    return MeasureApplication.objects.current().select_related("measure", "organisation", "record")


def _executed() -> QuerySet[MeasureApplication]:
    executed = MeasureApplication.objects.filter(state=ApplicationState.EXECUTED)
    return executed.select_related("measure", "organisation", "record")


def _hits() -> QuerySet[CheckHit]:
    return CheckHit.objects.select_related("joint_check", "record")


def _named(one: MeasureApplication) -> str:
    return f"{one.measure_id} {one.organisation} {one.record.uid}"


CHECKS: dict[str, Check] = {
    "measures-held": taken_while_it_rested,
    "measures-ended": met_after_its_end,
    "consumption-limits": limited_without_refusing,
    "measure-persons": reaching_who_does_not_answer,
    "measure-basis": lines_without_a_basis,
    "measure-archive": filed_wrongly,
}
