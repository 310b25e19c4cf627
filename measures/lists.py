"""Drawing up measure lists: a version is drafted by one person and put in force by another, line by line lawful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from measures.models import PUBLIC_BODIES, Colour, LegalBasis, ListLine, ListState, Measure, MeasureList, Strength
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.records.workflow import MoveRefused

REVIEWED_EVERY = timedelta(days=365)


def problems_of(line: ListLine, *, on: date) -> Iterator[tuple[str, str]]:
    """What the document forbids about a line (安政发〔2017〕8号 四（三）), by field; `line.basis_id` may be missing."""
    body, measure = line.measure_list.organisation, line.measure
    if measure.colour != line.measure_list.colour:
        yield "measure", f"“{measure.name}”是{measure.get_colour_display()}措施，不能列入{_colour(line)}清单"
    if not measure.may_be_taken_by(body):
        yield "measure", f"{body}没有实施“{measure.name}”的权限（实施单位：{measure.bodies}）"
    if line.basis_id is None:
        yield "basis", f"“{measure.name}”没有依据，每项措施都须写明法律、法规或政策依据"
        return
    if not line.clause.strip():
        yield "clause", f"“{measure.name}”没有写明依据的条款"
    if not line.basis.holds(on=on):
        yield "basis", f"依据“{line.basis}”在{on}不在有效期内"
    if line.strength == Strength.MANDATORY:
        yield from _obliging(line)


def _obliging(line: ListLine) -> Iterator[tuple[str, str]]:
    body, measure = line.measure_list.organisation, line.measure
    if body.kind not in PUBLIC_BODIES:
        yield "strength", f"{body.get_kind_display()}只能列入推荐性措施，“{measure.name}”不能定为强制性"
    if not line.basis.can_oblige:
        yield "strength", f"“{measure.name}”定为强制性须有法律、法规或政策依据，{line.basis.get_kind_display()}不够"
    elif measure.strength == Strength.RECOMMENDED and line.basis.is_founding:
        yield "strength", (f"“{measure.name}”在{line.basis.number}中是推荐性措施，改为强制性须另有法律、法规或政策依据")


def _colour(line: ListLine) -> str:
    return Colour(line.measure_list.colour).label


def may_draft(user: User, organisation: Organisation) -> None:
    """Raises PermissionDenied for whoever does not draw up this body's lists."""
    if not user.has_perm("measures.add_measurelist") or user.organisation_id != organisation.pk:
        raise PermissionDenied("只能拟定本单位的措施清单")


@transaction.atomic
def begin(organisation: Organisation, colour: Colour | str, *, by: User, at: datetime, today: date) -> MeasureList:
    """A new draft with the lines of the version in force; raises MoveRefused while another draft is open."""
    may_draft(by, organisation)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    versions = MeasureList.objects.filter(organisation=organisation, colour=colour)
    if versions.filter(state=ListState.DRAFT).exists():
        raise MoveRefused("本单位已有一份同类清单草稿，请在该草稿上修改")
    last = versions.aggregate(last=Max("version"))["last"] or 0
    drafted = MeasureList.objects.create(
        organisation=organisation, colour=colour, version=last + 1, valid_from=today,
        review_due=today + REVIEWED_EVERY, drafted_by=by, drafted_at=at,
    )  # fmt: skip
    former = versions.filter(version=last).first()
    if former is not None:
        ListLine.objects.bulk_create(_copy(line, into=drafted) for line in former.lines.all())
    return drafted


def _copy(line: ListLine, *, into: MeasureList) -> ListLine:
    kept = {name: getattr(line, name) for name in ("measure_id", "strength", "basis_id", *_TEXTS)}
    return ListLine(measure_list=into, **kept)


_TEXTS = ("clause", "procedure", "contact")


@transaction.atomic
def put_line(
    measure_list: MeasureList, measure: Measure, *, basis: LegalBasis | None, strength: Strength | str = "",
    clause: str = "", procedure: str = "", contact: str = "", by: User, today: date,
) -> ListLine:  # fmt: skip
    """Write a line of a draft; raises ValidationError by field, and nothing is stored then."""
    may_draft(by, measure_list.organisation)
    if not measure_list.is_draft:
        raise MoveRefused("已发布的清单不能修改，请另拟新版本")
    line = measure_list.lines.filter(measure=measure).first() or ListLine(measure_list=measure_list, measure=measure)
    line.strength = strength or measure.strength
    line.basis, line.clause, line.procedure, line.contact = basis, clause, procedure, contact
    check(line, on=max(today, measure_list.valid_from))
    line.save()
    return line


def check(line: ListLine, *, on: date) -> None:
    """Raises ValidationError with everything that is wrong with the line, by field."""
    wrong: dict[str, list[str]] = {}
    for name, message in problems_of(line, on=on):
        wrong.setdefault(name, []).append(message)
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def approve(measure_list: MeasureList, *, by: User, at: datetime, today: date) -> MeasureList:
    """Put a draft in force, by another person than its author; raises MoveRefused, PermissionDenied."""
    found = MeasureList.objects.select_for_update().select_related("organisation").get(pk=measure_list.pk)
    if not by.has_perm("measures.approve_measurelist") or by.organisation_id != found.organisation_id:
        raise PermissionDenied("只能审定本单位的措施清单")
    if by.pk == found.drafted_by_id:
        raise PermissionDenied("拟定人不能审定自己拟定的清单")
    if not found.is_draft:
        raise MoveRefused("该清单已经发布")
    if found.valid_from < today:
        raise MoveRefused(f"生效日期{found.valid_from}已过，请改为{today}或以后的日期")
    lines = list(found.lines.select_related("measure", "basis"))
    if not lines:
        raise MoveRefused("清单没有任何措施，不能发布")
    wrong = [message for line in lines for _, message in problems_of(_in(line, found), on=found.valid_from)]
    if wrong:
        raise MoveRefused("；".join(wrong))
    found.state, found.approved_by, found.approved_at = ListState.APPROVED, by, at
    found.save()
    return found


def _in(line: ListLine, measure_list: MeasureList) -> ListLine:
    line.measure_list = measure_list
    return line


@dataclass(frozen=True)
class Difference:
    """How one measure stands in two versions; None where a version does not name it."""

    measure: Measure
    before: ListLine | None
    after: ListLine | None

    @property
    def word(self) -> str:
        if self.before is None:
            return "新增"
        if self.after is None:
            return "取消"
        return "不变" if _said(self.before) == _said(self.after) else "调整"


def _said(line: ListLine) -> tuple[str, ...]:
    return (line.strength, line.basis_text, line.procedure, line.contact)


def compare(before: MeasureList, after: MeasureList) -> list[Difference]:
    """Both versions side by side, by measure."""
    olds, news = _by_measure(before), _by_measure(after)
    return [
        Difference((news.get(code) or olds[code]).measure, olds.get(code), news.get(code))
        for code in sorted({*olds, *news})
    ]


def _by_measure(measure_list: MeasureList) -> dict[str, ListLine]:
    lines = measure_list.lines.select_related("measure", "basis")
    return {line.measure_id: line for line in lines}


def missing(*, on: date) -> list[tuple[Organisation, Colour]]:
    """The public bodies that have no list of a colour in force: each county and department issues both (四（三）)."""
    there = set(MeasureList.objects.in_force(on=on).values_list("organisation", "colour"))
    bodies = Organisation.objects.filter(is_active=True, kind__in=PUBLIC_BODIES).order_by("region", "uscc")
    return [(body, colour) for body in bodies for colour in Colour if (body.pk, colour.value) not in there]
