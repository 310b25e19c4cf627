"""S-06: a complaint about wages leads to an entry, to limits of consumption, and full performance ends them (1 to 7).

Steps 3 to 5 are acted here as far as 6 needs them; `tests/measures` and `tests/blacklist` refuse what they refuse.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from blacklist import supervision
from blacklist.models import Campaign
from measures import standing
from measures.models import MeasureApplication
from measures.standing import Standing
from objections.models import Case, ContactAccess, EvidencePurpose
from objections.statuses import CaseAction, CaseStatus, Procedure
from registry import clock
from registry.models import AuditLog, DishonestyItem, Person, Record
from registry.records.statuses import Status
from tests.admin.pages import Browser, text
from tests.journeys import black
from tests.journeys.black import told
from tests.objections import answers as said
from tests.objections.desk import Desk
from tests.objections.files import picture
from tests.objections.visiting import Visitor, begin, number_and_code, walk, where

pytestmark = pytest.mark.django_db

O9_NAME, O9, _, _ = black.COMPANIES["O9"]
P7_NAME, P7 = black.PERSONS["P7"]
CAMPAIGN = "2017年治欠保支专项整治"
FACTS = "该公司拖欠三十名工人工资一百二十八万六千元。<script>alert(1)</script>"
REFUSAL = {
    "item": "C03", "acted_on": "2016-12-31", "document_kind": "行政决定", "document_number": "安人社监理〔2016〕9010号",
    "document_date": "2016-12-31", "legal_basis": "安政发〔2017〕8号 三（二）", "obligation": "支付工资1286000元",
    "obligation_amount": "128.6", "ability_finding": "2017年2月27日银行流水显示有支付能力",
    "ability_found_on": "2017-02-27", "persons": [{"name": P7_NAME, "number": P7, "role": "法定代表人"}],
}  # fmt: skip


@pytest.fixture
def stage(world, settings) -> SimpleNamespace:
    """The labour bureau with its rule, the travel bureau with its matter, the accused."""
    black.in_no_hurry(settings)
    settings.CREDIT_TODAY = date(2017, 2, 27)
    black.terms(B05=24, C03=24)
    black.companies("O9")
    srs = black.body(
        "安康市人力资源和社会保障局", "11610900XXAK090602", "610900", "B05", "C03", measures=("P22", "P23", "P24")
    )
    settings.CREDIT_TODAY = date(2017, 3, 1)
    campaign = Campaign.objects.create(
        title=CAMPAIGN,
        lead=srs.organisation,
        begins=date(2017, 3, 1),
        ends=date(2017, 6, 30),
        goal="农民工工资按时足额支付",
    )
    campaign.bodies.add(srs.organisation)
    campaign.items.set(DishonestyItem.objects.filter(pk__in=["B05", "C03"]))
    return SimpleNamespace(
        srs=srs, office=Desk.of(world.users["xyb"]), visitor=Visitor(Client()), settings=settings, world=world
    )


def complained(stage) -> tuple[Case, tuple[str, str]]:
    """Somebody who gives no name, with two photos."""
    pages, _ = said.of(Procedure.COMPLAINT, None, **ACCUSED)
    page = stage.visitor.send(stage.visitor.get("/complaints/new/"))
    page = walk(stage.visitor, page, pages, [], until="papers")
    for name in ("工地.jpg", "欠条.jpg"):
        page = stage.visitor.upload(page, EvidencePurpose.FACTS, name, picture())
        assert name in text(page)
    page = walk(stage.visitor, page, pages, [])
    return Case.objects.latest("pk"), number_and_code(page)


ACCUSED = {
    "accused_name": O9_NAME, "accused_code": O9, "facts": FACTS, "happened_on": "2016-12-15", "manner": "anonymous",
    "name": "", "phone": "", "email": "",
}  # fmt: skip


def found_true(stage, **changes) -> tuple[Case, tuple[str, str]]:
    case, receipt = complained(stage)
    stage.office.take(case, CaseAction.ASSIGN, organisation=stage.srs.organisation.pk, clue_of=CAMPAIGN)
    assert case.body == stage.srs.organisation and case.complaint.clue_of == CAMPAIGN
    stage.srs.desk(stage.srs.reviewer).take(case, CaseAction.FIND_TRUE, text="经调查，欠薪属实")
    return case, receipt


def drafted(stage, case: Case) -> Record:
    """生成黑名单草稿, at the page that offers it; what the bureau itself knows is filled in beside."""
    address = reverse("admin:objections_case_draft", args=[case.pk]) + "?kind=blacklist"
    desk = stage.srs.client(stage.srs.clerk)
    page = desk.get(address)
    shown = page.content.decode()
    assert "拖欠三十名工人工资" in shown and O9 in shown and "<script>alert" not in shown
    values = {**REFUSAL, "exempt_basis": "责令支付决定已告知，未申请复议"}
    values["persons"] = f"{P7_NAME} {P7} 法定代表人"
    Browser(desk).fill(page, values)
    case.complaint.refresh_from_db()
    return case.complaint.draft


def test_step_1_a_complaint_without_a_name_is_followed_by_its_code_only(stage, client) -> None:
    case, (number, code) = complained(stage)
    page = text(stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code))
    assert "已受理登记" in page
    wrong = stage.visitor.send(
        stage.visitor.get("/track/"), number=number, code=code[:-1] + ("0" if code[-1] != "0" else "1")
    )
    assert "已受理登记" not in text(wrong) and "编号或查询码不正确" in text(wrong)
    stage.office.open(case)
    shown = stage.office.open(case).content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;alert(1)" in shown
    assert case.complaint.is_anonymous and case.contact() == {"name": "", "phone": "", "email": ""}
    for address in ("/", f"/subjects/{O9}/", "/search/?q=试例置业", "/objections/statistics/", "/blacklist/"):
        shown = client.get(address, follow=True).content.decode()
        assert number not in shown and "拖欠三十名" not in shown, address
    assert "投诉举报" in text(client.get("/objections/statistics/"))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("x.exe", b"MZ\x90\x00" + b"\0" * 200, "不接受“exe”类型的文件"), ("大.jpg", picture() + b"\0" * 40 * 2**20, "MB")],
    ids=["a program", "forty megabytes"],
)
def test_step_1_what_is_no_evidence_is_refused(stage, name, content, why) -> None:
    pages, _ = said.of(Procedure.COMPLAINT, None, **ACCUSED)
    page = stage.visitor.send(stage.visitor.get("/complaints/new/"))
    page = walk(stage.visitor, page, pages, [], until="papers")
    refused = stage.visitor.upload(page, EvidencePurpose.FACTS, name, content)
    assert refused.status_code == 400 and why in text(refused), text(refused)[-600:]


def test_step_1_without_facts_there_is_nothing_to_look_into(stage) -> None:
    page = begin(stage.visitor, Procedure.COMPLAINT, None, until="facts", **ACCUSED)
    refused = stage.visitor.send(page, topic="wages", facts="")
    assert refused.status_code == 400 and where(refused) == "facts"
    assert not Case.objects.exists()


def test_step_2_the_draft_knows_the_facts_and_nothing_of_who_complained(stage) -> None:
    stage.settings.CREDIT_TODAY = date(2017, 3, 2)
    named = {"manner": "named", "name": "谢试军", "phone": "13900000002"}
    page = begin(stage.visitor, Procedure.COMPLAINT, None, **ACCUSED | named)
    assert where(page) == "done"
    case = Case.objects.latest("pk")
    stage.office.take(case, CaseAction.ASSIGN, organisation=stage.srs.organisation.pk, clue_of=CAMPAIGN)
    stage.srs.desk(stage.srs.reviewer).take(case, CaseAction.FIND_TRUE, text="经调查，欠薪属实")
    record = drafted(stage, case)
    assert record.status == Status.DRAFT and record.subject.uscc == O9 and "拖欠三十名工人工资" in record.listing.facts
    for value in ("谢试军", "13900000002", case.number):
        assert value not in str(record.listing.__dict__) + str(record.__dict__), value
    desk = stage.srs.client(stage.srs.reviewer)
    reveal = reverse("admin:objections_case_reveal", args=[case.pk])
    assert "13900000002" not in desk.post(reveal, {"reason": ""}).content.decode()
    assert not ContactAccess.objects.exists()
    assert "13900000002" in desk.post(reveal, {"reason": "电话核实欠薪人数"}, follow=True).content.decode()
    (access,) = ContactAccess.objects.all()
    assert (access.case, access.by, access.reason) == (case, stage.srs.reviewer, "电话核实欠薪人数")
    assert AuditLog.objects.filter(action="case.reveal_contact", by=stage.srs.reviewer).count() == 1
    assert not Record.objects.public(on=clock.today()).exists(), "a complaint lists nobody (I15)"


@pytest.fixture
def limited(stage) -> SimpleNamespace:
    """Steps 3 and 4: listed on 2017-03-06, urged, on 2017-03-14 limited in three ways, the company and P7."""
    case, receipt = found_true(stage)
    record = drafted(stage, case)
    stage.settings.CREDIT_TODAY = date(2017, 3, 6)
    srs = stage.srs
    assert srs.post(srs.clerk, f"blacklist/{record.uid}/moves/", action="submit").status_code == 201
    assert srs.post(srs.reviewer, f"blacklist/{record.uid}/moves/", action="list").status_code == 201
    record.refresh_from_db()
    person = Person.objects.get(name=P7_NAME)
    page = f"{reverse('admin:measures_measureapplication_add')}?record={record.uid}"
    decided = {"decision": "安人社限〔2017〕9001号", "valid_from": "2017-03-14", "valid_until": "2018-03-13"}
    early = srs.client(srs.reviewer).post(page, decided | {"measure": "P23", "person": person.pk})
    assert early.status_code in (400, 409) and "催告" in early.content.decode()
    urged = {"sent_on": "2017-03-06", "due_on": "2017-03-13", "delivered": "直接送达其法定代表人"}
    _urge(stage, record, urged)
    stage.settings.CREDIT_TODAY = date(2017, 3, 14)
    for measure in ("P22", "P23", "P24"):
        answer = srs.client(srs.reviewer).post(page, decided | {"measure": measure, "person": person.pk})
        assert answer.status_code == 302, text(answer)[-500:]
    record.refresh_from_db()
    return SimpleNamespace(record=record, case=case, receipt=receipt, person=person)


def _urge(stage, record: Record, said: dict[str, str]) -> None:
    days = {name: date.fromisoformat(said[name]) for name in ("sent_on", "due_on")}
    supervision.urge(record, **days, delivered=said["delivered"], by=stage.srs.clerk, at=clock.now())


def limits(limited) -> dict[str, Standing]:
    chosen = MeasureApplication.objects.filter(record=limited.record, measure__in=("P22", "P23", "P24"))
    return {one.measure_id: standing.of(one, on=clock.today()) for one in chosen}


def correct(stage, record: Record, **changes: str) -> None:
    srs = stage.srs
    answer = srs.post(srs.clerk, f"blacklist/{record.uid}/corrections/", reason="登记履行情况", changes=changes)
    assert answer.status_code == 201, answer.content.decode()
    moved = srs.post(srs.second, f"blacklist/{record.uid}/moves/", action="correct")
    assert moved.status_code == 201, moved.content.decode()
    record.refresh_from_db()


def test_step_6_only_full_performance_ends_the_limits_and_repair_ends_the_entry(stage, limited, client) -> None:
    record = limited.record
    asked = {"person": {"name": P7_NAME, "number": P7}}
    told_before = stage.srs.checks(**asked)
    assert {one["code"] for one in told_before["entries"][0]["measures"]} == {"P22", "P23", "P24"}
    correct(stage, record, performed_amount="80")
    assert set(limits(limited).values()) == {Standing.TRIGGERED}, "part of it lifts nothing"
    stage.settings.CREDIT_TODAY = date(2017, 3, 28)
    correct(stage, record, performed_amount="128.6", performed_on="2017-03-28")
    assert set(limits(limited).values()) == {Standing.LIFTED}, "on the same day"
    assert told(record) == [("add", 0), ("update", 0), ("update", 0)]
    after = stage.srs.checks(**asked)
    assert after["hit"] == 1 and after["entries"][0]["measures"] == []
    page = stage.visitor.get(record.get_absolute_url())
    assert f"/repairs/new/?record={record.uid}" in page.content.decode()
    p7 = {"name": P7_NAME, "id_last4": P7[-4:], "corrected_on": "2017-03-28"}
    assert where(begin(stage.visitor, Procedure.REPAIR, record, **p7)) == "done"
    repair = Case.objects.latest("pk")
    desk = stage.srs.desk(stage.srs.second)
    desk.take(repair, CaseAction.ACCEPT)
    desk.take(repair, CaseAction.APPROVE, text="工资已全部支付", is_corrected="on", is_effect_removed="on")
    record.refresh_from_db()
    assert record.status == Status.REPAIRED and client.get(record.get_absolute_url()).status_code == 410
    assert stage.srs.checks(code=O9)["hit"] == 0 and told(record)[-1] == ("withdraw", 3)
    campaign = text(client.get("/campaigns/")).replace("\n", "").replace(" ", "")
    assert "群众线索1件" in campaign and "列入名单1个，其中已修复1个" in campaign


def test_step_7_whoever_complained_reads_the_answer_and_the_complaint_is_closed(stage, limited) -> None:
    case, (number, code) = limited.case, limited.receipt
    refused = stage.office.force(case, CaseAction.CLOSE)
    assert refused.status_code == 409, "not without an answer"
    reply = "您反映的问题属实，该公司已被列入黑名单，并责令支付。"
    stage.srs.desk(stage.srs.reviewer).take(case, CaseAction.REPLY, text=reply)
    page = text(stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code))
    assert reply in page and "已答复" in page
    stage.office.take(case, CaseAction.CLOSE)
    assert case.status == CaseStatus.CLOSED
    page = text(stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code))
    assert "已办结" in page and reply in page
