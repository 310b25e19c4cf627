"""S-05: repair of black-list entries by an enterprise, by a person's public service, and who may not (steps 1 to 3, 5 to 9).

The entries are of 2016, listed by the scenario's own rules of that time; step 4 belongs to the green channel.
"""

from __future__ import annotations

from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from blacklist import supervision
from measures import standing
from measures.models import LegalBasis, Measure, MeasureApplication, MeasureArchive
from measures.standing import Standing
from objections import reminding, statistics
from objections.models import Case, EvidencePurpose, RecallTask, RepairReminder, ServiceHours, ServiceProgramme
from objections.statuses import CaseAction, CaseStatus, Procedure
from registry import clock, remembering
from registry.directory.organisations import OrganisationKind
from registry.directory.positions import Position
from registry.directory.staff import Role
from registry.directory.taxonomies import DishonestyItem
from registry.directory.terms import RepairRule
from registry.models import Organisation, Person, PersonalItem, Record
from registry.records.statuses import Status
from tests import factories
from tests.admin.pages import text
from tests.journeys import black
from tests.journeys.black import listing_of, told
from tests.objections import answers as said
from tests.objections.desk import Desk
from tests.objections.visiting import Visitor, begin, number_and_code, posting, walk, where

pytestmark = pytest.mark.django_db

P4, P6 = ({"name": "谢试军", "id_last4": "0042"}, {"name": "唐试兰", "id_last4": "006X"})
BOTH = {"is_corrected": "on", "is_effect_removed": "on"}
RULE = {
    "regime": "情景规则", "kind": "blacklist", "effective_from": date(2015, 1, 1), "term_starts": "publication",
    "conditions": "在规定期限内纠正", "materials": "纠正证明", "legal_basis": "情景规则：安政发〔2017〕8号 四（四）",
}  # fmt: skip


@pytest.fixture
def of_2016(world, settings) -> None:
    """The scenario's own rows: what came into force in February 2017 had been in force all along; a year to correct."""
    black.in_no_hurry(settings)
    Measure.objects.update(valid_from=date(2015, 1, 1))
    for rows in (DishonestyItem, LegalBasis):
        rows.objects.update(effective_from=date(2015, 1, 1))
    RepairRule.objects.filter(kind="blacklist").delete()
    RepairRule.objects.create(rule_id="S05", is_allowed=True, window_months=12, service_hours=60, **RULE)
    RepairRule.objects.create(
        rule_id="S05-NEVER", is_allowed=False, categories="B05", **RULE | {"conditions": "恶意欠薪不予修复"}
    )
    black.terms(A04=24, B05=24, B14=12, B18=12)
    remembering.forget()
    black.companies("O5", "O7", "O9")
    p4 = Person.objects.get(positions__subject__uscc=black.COMPANIES["O5"][1])
    o9 = Position.objects.get(subject__uscc=black.COMPANIES["O9"][1]).subject
    Position.objects.create(subject=o9, person=p4, role_id="主要负责人", held_from=date(2010, 10, 10))


@pytest.fixture
def stage(of_2016, settings) -> SimpleNamespace:
    """The entries E1 to E5 and one that may not be repaired, each listed on its day; a measure carried out on E1."""
    settings.CREDIT_TODAY = date(2016, 2, 15)
    items = ("A04", "B05", "B14", "B18")
    xy_aj = black.body("旬阳县安全生产监督管理局", "11610928XXAK093352", "610928", *items)
    sgs = black.body("安康市工商行政管理局", "11610900XXAK09044C", "610900", measures=("P20",))
    made = {}
    for name, day, values in _entries():
        settings.CREDIT_TODAY = day
        made[name] = xy_aj.lists(values)
    measure = MeasureApplication.objects.get(record=made["E1"], person=None)
    done = {"what": "列为重点监管对象", "executed_on": "2016-10-10", "document": "安工商函〔2016〕9001号"}
    assert sgs.answers(measure, "execute", **done).status_code == 302
    settings.CREDIT_TODAY = date(2017, 3, 1)
    return SimpleNamespace(
        **made, xy_aj=xy_aj, sgs=sgs, measure=measure, settings=settings, visitor=Visitor(Client()),
    )  # fmt: skip


def _entries():
    number = "旬安监罚〔2016〕900{}号"
    person = {
        "counterparty_name": "唐试兰", "counterparty_kind": "自然人", "counterparty_uscc": "",
        "counterparty_document_type": "身份证", "counterparty_id_number": black.PERSONS["P6"][1], "persons": [],
    }  # fmt: skip

    def of(company, item, n, on, *persons, **changes):
        return listing_of(
            company, item, *persons, document_number=number.format(n), document_date=str(on), acted_on="2016-01-20",
            **changes,
        )  # fmt: skip

    head = ("P4", "直接责任人员")
    shop = {"counterparty_kind": "个体工商户", "term_months": "24"}
    yield "E3", date(2016, 2, 15), of("O8", "B14", 3, "2016-02-01", ("P6", "经营者"), **shop)
    yield "never", date(2016, 8, 1), of("O9", "B05", 6, "2016-07-20", ("P7", "法定代表人"))
    yield "E1", date(2016, 9, 1), of("O5", "A04", 1, "2016-08-20", ("P4", "法定代表人"))
    yield "E4", date(2016, 9, 1), of("O9", "A04", 4, "2016-08-20", ("P4", "主要负责人"))
    yield "E2", date(2016, 10, 10), of("O5", "B18", 2, "2016-09-20", **person)
    yield "E5", date(2016, 10, 10), of("O7", "B14", 5, "2016-09-20", head)


def asked(stage, until: str = "done", **changes):
    """O5 asks repair of E1, as far as that page."""
    return begin(
        stage.visitor, Procedure.REPAIR, stage.E1, until=until, **{"corrected_on": "2017-02-20"} | P4 | changes
    )


def verifying(stage) -> Case:
    assert where(asked(stage)) == "done"
    case = Case.objects.latest("pk")
    stage.settings.CREDIT_TODAY = date(2017, 3, 2)
    stage.xy_aj.desk(stage.xy_aj.second).take(case, CaseAction.ACCEPT)
    assert case.status == CaseStatus.VERIFYING
    return case


def approved(stage) -> Case:
    case = verifying(stage)
    stage.settings.CREDIT_TODAY = date(2017, 3, 8)
    answer = stage.xy_aj.desk(stage.xy_aj.second).take(case, CaseAction.APPROVE, text="已纠正并消除影响", **BOTH)
    assert case.status == CaseStatus.APPROVED, text(answer)
    return case


def test_step_1_without_evidence_by_service_or_beside_an_objection_nothing_is_taken(stage) -> None:
    page = asked(stage, until="papers")
    refused = stage.visitor.send(page)
    assert refused.status_code == 400 and "还缺少" in text(refused) and "消除不良影响" in text(refused)
    page = asked(stage, until="repair")
    refused = stage.visitor.send(
        page,
        way="service",
        correction="愿意参加社区公益服务六十小时。",
        effect_removal="愿意参加社区公益服务六十小时。",
    )
    assert refused.status_code == 400 and "只适用于自然人" in text(refused)
    assert not Case.objects.exists()
    said_of = {"field_name": "", "statement": "处罚决定认定的事实与我单位无关。"}
    assert where(begin(stage.visitor, Procedure.OBJECTION, stage.E1, **P4 | said_of)) == "done"
    page = stage.visitor.get(f"/repairs/new/?record={stage.E1.uid}")
    assert "已有一件正在办理的异议或修复" in text(page)


def test_step_2_one_tick_is_not_enough_and_both_are_the_decision(stage) -> None:
    case = verifying(stage)
    desk = stage.xy_aj.desk(stage.xy_aj.second)
    for tick in BOTH:
        refused = desk.force(case, CaseAction.APPROVE, text="已纠正失信行为", **{tick: "on"})
        assert refused.status_code == 409 and "缺一不可" in refused.content.decode()
    case.evidence.filter(purpose="effect").delete()
    refused = desk.force(case, CaseAction.APPROVE, text="已纠正失信行为", **BOTH)
    assert refused.status_code == 409 and "没有消除不良影响的证明材料" in refused.content.decode()
    stage.E1.refresh_from_db()
    assert stage.E1.status == Status.LISTED


def test_step_3_repaired_it_is_over_everywhere_but_not_what_else_there_is(stage, client) -> None:
    o5, o9 = black.COMPANIES["O5"][1], black.COMPANIES["O9"][1]
    assert stage.sgs.checks(code=o5)["hit"] == 1
    assert supervision.task(stage.E1, on=clock.today()) is not None
    case = approved(stage)
    today = clock.today()
    stage.E1.refresh_from_db()
    assert stage.E1.status == Status.REPAIRED
    assert client.get(stage.E1.get_absolute_url()).status_code == 410
    assert "汽车运输" not in client.get("/blacklist/", follow=True).content.decode()
    assert stage.sgs.checks(code=o5)["hit"] == 0 and stage.sgs.checks(code=o9)["hit"] == 1
    assert standing.of(stage.measure, on=today) is Standing.LIFTED
    assert told(stage.E1) == [("add", 0), ("withdraw", 3)]
    assert supervision.task(stage.E1, on=today) is None
    p4 = Person.objects.get(name="谢试军")
    live = Record.objects.live(on=today)
    items = PersonalItem.objects.filter(person=p4, record__in=live)
    assert [item.record for item in items.order_by("record")] == [stage.E4, stage.E5], "the item of E1 has ended"
    found = stage.sgs.checks(person={"name": "谢试军", "number": black.PERSONS["P4"][1]})
    assert str(stage.E4.uid) in str(found) and str(stage.E1.uid) not in str(found)
    _lifting_is_chased_and_filed(stage, case)


def _lifting_is_chased_and_filed(stage, case: Case) -> None:
    tasks = RecallTask.objects.waiting().filter(restoration=case.pk, organisation=stage.sgs.organisation)
    assert {task.use for task in tasks} == {"联合奖惩查询", f"执行了{stage.measure.measure}"}
    office = Desk.of(factories.UserFactory(role=Role.CREDIT_OFFICE, organisation=_office()))
    assert office.force(case, CaseAction.FINISH).status_code == 409, "somebody has not lifted"
    stage.settings.CREDIT_TODAY = date(2017, 3, 22)
    assert statistics.unconfirmed(on=clock.today()) == [("安康市工商行政管理局", 2)]
    page = reverse("admin:objections_recalltask_change", args=[tasks.get(measure=stage.measure).pk])
    stage.sgs.client(stage.sgs.reviewer).post(page, {"undone": "已移出重点监管名单"})
    stage.measure.refresh_from_db()
    assert stage.measure.lifted_at is not None and stage.measure.lift_note == "已移出重点监管名单", (
        "one word for both desks"
    )
    filed = MeasureArchive.objects.get(application=stage.measure)
    assert "已解除：已移出重点监管名单" in str(list(filed.notes.values_list("text", flat=True)))
    for task in RecallTask.objects.waiting().filter(restoration=case.pk):
        page = reverse("admin:objections_recalltask_change", args=[task.pk])
        stage.sgs.client(stage.sgs.reviewer).post(page, {"undone": "已更新查询结果"})
    office.take(case, CaseAction.FINISH)
    assert case.status == CaseStatus.DONE


def _office():
    return Organisation.objects.get(is_credit_office=True)


def test_step_5_a_person_repairs_by_sixty_hours_of_service(stage) -> None:
    society = factories.OrganisationFactory(name="安康市试例志愿者协会", kind=OrganisationKind.SOCIAL)
    organiser = factories.UserFactory(organisation=society, role=Role.ORGANISER, full_name="试例组织者")
    programme = ServiceProgramme.objects.create(
        organisation=society, title="社区服务", approved_from=date(2016, 1, 1), approved_until=date(2017, 12, 31)
    )
    days = [(f"2017-01-{day:02d}", "8") for day in (9, 10, 11, 12, 13)]
    claimed = _rows(programme, [("2016-10-09", "8"), *days])
    pages, _ = said.of(Procedure.REPAIR, stage.E2, way="service", corrected_on="", subject_code="", **P6)
    pages |= {"record": {"document_number": stage.E2.document_number}, "service": claimed}
    page = stage.visitor.send(stage.visitor.get("/repairs/new/"))
    page = walk(stage.visitor, page, pages, [EvidencePurpose.IDENTITY], until="done")
    number, code = number_and_code(page)
    case = Case.objects.latest("pk")
    assert {hours.served_on: bool(_confirm(hours, organiser)) for hours in case.service_hours.all()} == {
        date.fromisoformat(day): day != "2016-10-09" for day, _ in [("2016-10-09", "8"), *days]
    }  # fmt: skip
    too_much = stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code)
    refused = stage.visitor.send(too_much, _claiming(too_much), act="hours", **_rows(programme, [("2017-01-16", "30")]))
    assert "不超过24小时" in text(refused)
    desk = stage.xy_aj.desk(stage.xy_aj.second)
    desk.take(case, CaseAction.ACCEPT)
    refused = desk.force(case, CaseAction.APPROVE, text="公益服务已完成", **BOTH)
    assert refused.status_code == 409 and "40小时，不足60小时" in refused.content.decode()
    for day in ("2017-02-06", "2017-02-07"):
        page = stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code)
        stage.visitor.send(page, _claiming(page), act="hours", **_rows(programme, [(day, "10")]))
        assert _confirm(case.service_hours.get(served_on=day), organiser)
    desk.take(case, CaseAction.APPROVE, text="公益服务已满六十小时", **BOTH)
    stage.E2.refresh_from_db()
    assert case.status == CaseStatus.APPROVED and stage.E2.status == Status.REPAIRED


def _rows(programme: ServiceProgramme, served: list[tuple[str, str]]) -> dict[str, str]:
    return {
        f"{name}_{n}": value
        for n, (day, hours) in enumerate(served, start=1)
        for name, value in (("programme", str(programme.pk)), ("served_on", day), ("hours", hours))
    }


def _claiming(page) -> int:
    return next(n for n, form in enumerate(posting(page)) if "served_on_1" in form.names)


def _confirm(hours: ServiceHours, by) -> bool:
    """The organiser's word, at the organiser's page."""
    client = Client()
    client.force_login(by)
    client.post(reverse("admin:objections_servicehours_change", args=[hours.pk]), {"confirm": "1"})
    hours.refresh_from_db()
    return hours.confirmed_at is not None and not hours.refusal


def test_steps_6_and_7_after_the_window_or_where_no_repair_is_allowed_it_says_so(stage) -> None:
    page = text(stage.visitor.get(f"/repairs/new/?record={stage.E3.uid}"))
    assert "规定期限已于2017-02-15届满" in page and "认为有误的可以提出异议" in page
    page = text(stage.visitor.get(f"/repairs/new/?record={stage.never.uid}"))
    assert "恶意欠薪不予修复" in page and "情景规则：安政发〔2017〕8号 四（四）" in page


def test_step_8_the_last_day_counts_and_whoever_could_repair_was_told_in_time(stage, mailoutbox) -> None:
    approved(stage)
    days = {}
    for on in (date(2017, 9, 10), date(2017, 10, 3)):
        stage.settings.CREDIT_TODAY = on
        days[on] = reminding.remind(on=on, at=clock.now())
        assert reminding.remind(on=on, at=clock.now()) == 0
    told_of = set(RepairReminder.objects.values_list("record", "days"))
    assert {(stage.E5.pk, 30), (stage.E5.pk, 7), (stage.E2.pk, 30), (stage.E2.pk, 7)} <= told_of
    assert stage.E1.pk not in {record for record, _ in told_of}, "already repaired"
    for day, status in (("2017-10-10", Status.LISTED), ("2017-10-11", Status.EXPIRED), ("2017-10-11", Status.EXPIRED)):
        stage.settings.CREDIT_TODAY = date.fromisoformat(day)
        call_command("expire", "--as-of", day, stdout=StringIO())
        stage.E5.refresh_from_db()
        stage.E1.refresh_from_db()
        assert (stage.E5.status, stage.E1.status) == (status, Status.REPAIRED)
    assert told(stage.E5) == [("add", 0), ("withdraw", 3)]


def test_step_9_neither_who_entered_it_nor_another_body_decides(stage) -> None:
    case = verifying(stage)
    for body, who in (
        (stage.xy_aj, stage.xy_aj.clerk), (stage.xy_aj, stage.xy_aj.reviewer), (stage.sgs, stage.sgs.second),
    ):  # fmt: skip
        answer = body.desk(who).force(case, CaseAction.APPROVE, text="已纠正失信行为", **BOTH)
        assert answer.status_code in (403, 404, 409), answer.status_code
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFYING
