"""Joint measures of the demo: lists of several bodies, matters in which they ask, and one thing followed to its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ankang_credit.demo.desks import Desk
from ankang_credit.demo.timetable import at
from measures import checking, deciding, feedback, lists
from measures.checking import Asker
from measures.models import ApplicationMatter, Colour, Decision, LegalBasis, Measure, MeasureApplication
from registry.directory.organisations import OrganisationLevel
from registry.models import Record

_FOUNDING = "AZF-2017-8"
_BODIES = 8  # of the city that have issued their lists; the others are named as still owing theirs
_MEASURES = 6  # of each colour that a body puts on its list
_MATTERS = (
    ("生产许可证", "受理", ("P03", "P04")),
    ("评先评优", "初审", ("P20",)),
)


def put_lists(desks: Iterable[Desk], *, on: date) -> None:
    """Lists of both colours of some bodies of the city, in force from that day."""
    of_the_city = [desk for desk in desks if desk.body.organisation.level == OrganisationLevel.CITY]
    for number, desk in enumerate(of_the_city[:_BODIES], start=1):
        for colour in Colour:
            _put_list(desk, colour, number, on=on)


def _put_list(desk: Desk, colour: Colour, number: int, *, on: date) -> None:
    basis = LegalBasis.objects.get(pk=_FOUNDING)
    body = desk.body.organisation
    able = [one for one in Measure.objects.filter(colour=colour, is_triggered=True) if one.may_be_taken_by(body)]
    able.sort(key=lambda one: (not one.body_words, one.pk))  # what only such a body can do comes first
    drafted = lists.begin(body, colour, by=desk.clerk, at=at(on, 9), today=on)
    drafted.document_number = f"{desk.body.word}发〔{on.year}〕{9100 + number}号"
    drafted.save(update_fields=["document_number"])
    for measure in able[:_MEASURES]:
        lists.put_line(
            drafted, measure, basis=basis, clause=measure.section, procedure="办理时查询联合奖惩信息，记录处理决定。",
            contact="信用股（演示）", by=desk.clerk, today=on,
        )  # fmt: skip
    lists.approve(drafted, by=desk.reviewer, at=at(on, 15), today=on)


def follow(desk: Desk, *, on: date) -> None:
    """Matters to ask in; a check that met an entry and what was decided; one measure carried out and filed."""
    body = desk.body.organisation
    matters = []
    for name, stage, measures in _MATTERS:
        matter = ApplicationMatter.objects.create(
            organisation=body, name=name, stage=stage, workflow="受理前查询，命中的按措施办理并反馈"
        )
        matter.measures.set(measures)
        matters.append(matter)
    listed = Record.objects.public(on=on).filter(kind="blacklist", organisation=body).select_related("subject")
    entry = listed.order_by("pk").first()
    if entry is None:
        return
    asker = Asker(organisation=body, matter=matters[0], at=at(on, 16), today=on, by=desk.clerk)
    for hit in checking.check_codes([entry.subject.uscc], asker).hits:
        deciding.decide(hit, Decision.DENIED, "", by=desk.clerk, at=at(on, 16))
    own = MeasureApplication.objects.filter(record=entry, organisation=body, person=None).order_by("measure")
    if measure := own.first():
        feedback.execute(
            measure, what="已录入并在门户网站公布", executed_on=on, document=f"{desk.body.word}记〔{on.year}〕9201号",
            by=desk.reviewer, at=at(on, 17), today=on,
        )  # fmt: skip
