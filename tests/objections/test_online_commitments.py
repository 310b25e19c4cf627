"""Promises made online (S2.2.1): filed without an account, looked through by a body, public, replaced and ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from objections.life import Act, Actor, Party, Situation, may_take, refusal
from objections.models import Case, EvidencePurpose, Pledge
from objections.rule_books import RULE_BOOKS
from objections.statuses import CaseAction, CaseStatus, Procedure
from registry.directory.positions import Position
from registry.directory.staff import Role
from registry.models import CatalogueItemVersion, Person, Record, Subject
from registry.records import workflow
from registry.records.statuses import Action, Status
from tests import factories
from tests.admin.pages import text
from tests.factories import NOON, TODAY, make_uscc
from tests.objections import answers as said
from tests.objections.desk import Desk
from tests.objections.visiting import Visitor, number_and_code, posting, walk, where

pytestmark = pytest.mark.django_db

START = "/commitments/new/"


@pytest.fixture(autouse=True)
def noon(settings):
    settings.CREDIT_TODAY = TODAY
    settings.FORMS = settings.FORMS | {"quickest": 0, "posts": (10**6, 10**6), "filings": (10**6, 10**6)}


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(Client())


@pytest.fixture
def promiser(organisation) -> Subject:
    """A company whose representative is on file."""
    subject = factories.SubjectFactory(name="石泉县试例食品有限公司", published_on=TODAY)
    person = Person.objects.remember(name="邓试强", document_type="身份证", number="610902190003190037")
    Position.objects.create(subject=subject, person=person, role_id="法定代表人", held_from=date(2015, 1, 1))
    return subject


@pytest.fixture
def desk(clerk) -> Desk:
    return Desk.of(clerk)


def promised(visitor: Visitor, subject: Subject, organisation: Any, *, about: str = "", until: str = "done", **changes):
    answers, papers = said.of(
        Procedure.COMMITMENT, **{"subject_code": subject.uscc, "body": str(organisation.pk)} | changes
    )
    page = visitor.send(visitor.get(f"{START}{about}"))
    return walk(visitor, page, answers, papers, until=until)


def adopted(case: Case, desk: Desk, reviewer: Any) -> Record:
    """Adopted by the clerk, published by somebody else."""
    desk.take(case, CaseAction.ADOPT)
    assert case.status == CaseStatus.VERIFYING, text(desk.open(case))
    workflow.move(case.record, Action.PUBLISH, by=reviewer, at=NOON)
    case.refresh_from_db()
    return case.record


def act(visitor: Visitor, receipt: tuple[str, str], name: str, **values: str):
    number, code = receipt
    page = visitor.send(visitor.get("/track/"), number=number, code=code)
    ticket = posting(page)[0].values["ticket"][0]
    return visitor.client.post("/track/", {"ticket": ticket, "act": name, **values})


def test_it_is_filed_adopted_published_and_ended_by_whoever_made_it(
    visitor, promiser, organisation, desk, reviewer, client
):
    listing = visitor.get("/commitments/")
    assert START in listing.content.decode() and "发布信用承诺" in text(listing)
    page = promised(visitor, promiser, organisation)
    assert where(page) == "done", text(page)
    receipt = number_and_code(page)
    assert receipt[0].startswith("AKCN-") and "公布后可以在查询页更新或者终止" in text(page)
    case = Case.objects.get()
    assert (case.body, case.subject, case.is_identified) == (organisation, promiser, True)
    assert not Record.objects.filter(kind="commitment").exists(), "nothing is a record before a body adopted it"
    record = adopted(case, desk, reviewer)
    assert case.status == CaseStatus.CLOSED
    for address in ("/commitments/", f"/subjects/{promiser.uscc}/", record.get_absolute_url()):
        assert "公开声明食品质量和售后服务" in text(client.get(address)), address
    shown = text(client.get(record.get_absolute_url()))
    assert "GB 7718—2011" in shown and "邓试强" not in shown and "0037" not in shown
    assert record.number.startswith(f"{organisation.region_id}{TODAY:%Y%m%d}")
    page = act(visitor, receipt, "end")
    assert page.status_code == 409 and "我确认终止" in text(page)
    page = act(visitor, receipt, "end", sure="yes")
    assert page.status_code == 200 and "承诺已终止" in text(page), text(page)
    record.refresh_from_db()
    assert record.status == Status.WITHDRAWN and client.get(record.get_absolute_url()).status_code == 410
    assert "公开声明食品质量" not in text(client.get("/commitments/"))
    assert act(visitor, receipt, "end", sure="yes").status_code == 409
    last = record.events.latest("seq")
    assert last.action == Action.END and case.number in last.reason and last.by is None


def test_a_new_promise_takes_the_place_of_the_old_one_the_moment_it_is_public(
    visitor, promiser, organisation, desk, reviewer, client
):
    promised(visitor, promiser, organisation)
    old = adopted(Case.objects.get(), desk, reviewer)
    start = visitor.get(f"{START}?record={old.uid}")
    assert "原承诺" in text(start)
    page = promised(visitor, promiser, organisation, about=f"?record={old.uid}", reason="公开声明食品质量（新版）")
    assert where(page) == "done", text(page)
    case = Case.objects.latest("pk")
    assert case.pledge.replaces == old
    desk.take(case, CaseAction.ADOPT)
    assert client.get(old.get_absolute_url()).status_code == 200, "until then the old one stands"
    workflow.move(case.record, Action.PUBLISH, by=reviewer, at=NOON)
    assert client.get(old.get_absolute_url()).status_code == 410
    assert "新版" in text(client.get("/commitments/"))


def test_nobody_replaces_the_promise_of_another(visitor, promiser, organisation, desk, reviewer):
    promised(visitor, promiser, organisation)
    old = adopted(Case.objects.get(), desk, reviewer)
    other = factories.SubjectFactory(published_on=TODAY)
    page = promised(visitor, other, organisation, about=f"?record={old.uid}", until="who")
    answers, _ = said.of(Procedure.COMMITMENT, subject_code=other.uscc)
    refused = visitor.send(page, **answers["who"])
    assert refused.status_code == 400 and "核对不一致" in text(refused)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"subject_code": "91610902XXAK000151"}, "校验"),
        ({"subject_code": ""}, "必填"),
        ({"subject_code": make_uscc()}, "核对不一致"),
        ({"id_last4": "0038"}, "核对不一致"),
        ({"name": "谢试军"}, "核对不一致"),
        ({"capacity": "representative"}, "代为办理的必填"),
        ({"capacity": "guardian", "representative": "谢试军"}, "请从所列选项中选择"),
    ],
)
def test_who_may_not_promise_is_told_what_to_do_and_nothing_more(changes, why, visitor, promiser, organisation):
    page = promised(visitor, promiser, organisation, until="who")
    answers, _ = said.of(Procedure.COMMITMENT, **{"subject_code": promiser.uscc} | changes)
    refused = visitor.send(page, **answers["who"])
    assert refused.status_code == 400 and why in text(refused), text(refused)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"standard": ""}, "产品服务标准：必填"),
        ({"standard": "。。。。。。"}, "产品服务标准：请写清楚"),
        ({"quality": " "}, "质量声明：必填"),
        ({"quality": "好"}, "质量声明：请写清楚"),
        ({"liability": ""}, "违诺责任：必填"),
        ({"content": "电话 610902190003190037 找我，保证质量"}, "请勿填写身份证号码"),
        ({"valid_to": str(TODAY - timedelta(days=1))}, "不能早于今天"),
        ({"valid_to": "2028-02-30"}, "应为日期"),
        ({"body": "999999"}, "承诺受理单位：请从所列选项中选择"),
        ({"body": "x"}, "承诺受理单位：请从所列选项中选择"),
    ],
)
def test_a_promise_says_something(changes, why, visitor, promiser, organisation):
    page = promised(visitor, promiser, organisation, until="promise")
    answers, _ = said.of(Procedure.COMMITMENT, **{"body": str(organisation.pk)} | changes)
    refused = visitor.send(page, **answers["promise"])
    assert refused.status_code == 400 and why in text(refused), text(refused)


def test_somebody_else_brings_a_letter_of_authority(visitor, promiser, organisation):
    page = promised(visitor, promiser, organisation, until="papers", capacity="representative", representative="谢试军")
    for purpose in (EvidencePurpose.PLEDGE, EvidencePurpose.IDENTITY):
        page = visitor.upload(page, purpose.value)
    refused = visitor.send(page)
    assert refused.status_code == 400 and "授权委托书" in text(refused)
    page = visitor.upload(page, EvidencePurpose.AUTHORISATION.value)
    page = walk(visitor, visitor.send(page), said.of(Procedure.COMMITMENT)[0], [])
    assert where(page) == "done"


def test_without_the_sealed_paper_nothing_is_filed(visitor, promiser, organisation):
    page = promised(visitor, promiser, organisation, until="papers")
    page = visitor.upload(page, EvidencePurpose.IDENTITY.value)
    refused = visitor.send(page)
    assert refused.status_code == 400 and "签章的承诺书" in text(refused) and not Case.objects.exists()


def test_sent_twenty_times_it_is_one(visitor, promiser, organisation):
    page = promised(visitor, promiser, organisation, until="check")
    receipts = {number_and_code(visitor.send(page, promise="on")) for _ in range(20)}
    assert len(receipts) == 1 and Case.objects.count() == Pledge.objects.count() == 1


def test_a_body_asks_for_more_refuses_with_a_reason_and_only_its_own(visitor, promiser, organisation, desk):
    receipt = number_and_code(promised(visitor, promiser, organisation))
    case = Case.objects.get()
    stranger = Desk.of(factories.UserFactory(role=Role.CLERK))
    assert stranger.open(case).status_code == 404
    assert desk.offered(case) == {"adopt", "ask", "refuse"}
    desk.take(case, CaseAction.ASK, text="请写明执行的标准编号")
    page = act(visitor, receipt, "supplement", text="执行标准见承诺书第二页")
    assert page.status_code == 200
    case.refresh_from_db()
    assert case.status == CaseStatus.SUBMITTED
    assert desk.force(case, CaseAction.REFUSE).status_code == 409, "not without a reason"
    desk.take(case, CaseAction.REFUSE, text="承诺的标准已经废止，请更新后重新提交")
    number, code = receipt
    page = visitor.send(visitor.get("/track/"), number=number, code=code)
    assert "不予受理" in text(page) and "标准已经废止" in text(page)
    assert not Record.objects.filter(kind="commitment").exists()


def test_whoever_changes_their_mind_before_takes_it_back(visitor, promiser, organisation, desk):
    receipt = number_and_code(promised(visitor, promiser, organisation))
    assert act(visitor, receipt, "withdraw", sure="yes").status_code == 200
    case = Case.objects.get()
    assert case.status == CaseStatus.WITHDRAWN and desk.offered(case) == set()


def test_what_a_body_may_no_longer_collect_is_refused_in_words_and_stays_where_it_is(
    visitor, promiser, organisation, desk
):
    promised(visitor, promiser, organisation)
    case = Case.objects.get()
    CatalogueItemVersion.objects.filter(item__kind="commitment").update(valid_to=TODAY - timedelta(days=1))
    page = desk.take(case, CaseAction.ADOPT)
    assert "不能生成承诺记录" in text(page) or "目录" in text(page), text(page)
    assert case.status == CaseStatus.SUBMITTED and case.record is None
    assert "请选择" in text(promised(visitor, promiser, organisation, until="promise"))


def test_the_clerk_who_adopted_does_not_publish(visitor, promiser, organisation, desk, clerk):
    promised(visitor, promiser, organisation)
    case = Case.objects.get()
    desk.take(case, CaseAction.ADOPT)
    path = reverse("admin:registry_record_move", args=[case.record.pk])
    answer = desk.client.post(path, {"action": "publish", "expecting": case.record.seq})
    assert answer.status_code == 403
    case.record.refresh_from_db()
    assert case.record.status == Status.SUBMITTED


# The whole life of a promise: from where, by whom; whatever is not listed here does not go.
LIFE = {
    ("submitted", "adopt"): "clerk",
    ("submitted", "ask"): "clerk body",
    ("submitted", "refuse"): "clerk body",
    ("returned", "refuse"): "clerk body",
    ("verifying", "refuse"): "clerk body",
    ("returned", "resubmit"): "applicant",
    ("submitted", "withdraw"): "applicant",
    ("returned", "withdraw"): "applicant",
    ("submitted", "add"): "applicant",
    ("verifying", "add"): "applicant",
    ("verifying", "handle"): "system",
    ("closed", "end"): "applicant",
}
ACTORS = {
    "clerk": Actor(user=1, organisation=9, enters=True),
    "body": Actor(user=2, organisation=9, decides=True),
    "office": Actor(user=3, organisation=8, oversees=True),
    "stranger": Actor(user=4, organisation=7, decides=True, enters=True),
    "applicant": Actor(party=Party.APPLICANT),
    "system": Actor(party=Party.SYSTEM),
}


@pytest.mark.parametrize("status", [one for one in CaseStatus if one not in (CaseStatus.FILED, CaseStatus.ASSIGNED)])
def test_no_step_goes_but_those_of_its_life_and_by_nobody_else(status):
    situation = Situation(procedure=Procedure.COMMITMENT, status=status, filed_on=TODAY, body=9)
    for action in CaseAction:
        if action is CaseAction.RECKON:
            continue
        rule = RULE_BOOKS[Procedure.COMMITMENT].get(action)
        going = set()
        for name, actor in ACTORS.items():
            step = Act(action=action, by=actor, at=NOON, text="写明了理由")
            if refusal(situation, rule, step) is None and may_take(situation, rule, actor) is None:
                going.add(name)
        assert going == set(LIFE.get((status.value, action.value), "").split()), (status, action)
