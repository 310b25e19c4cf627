"""Every page of the procedures: well formed, labelled, in need of nothing but itself, at a fixed price, telling no secrets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from objections import recall, tasks, workflow
from objections.life import Party
from objections.models import Case, RecallTask, RemedyCase
from objections.statuses import CaseAction, Outcome, Procedure
from registry.directory.staff import Role
from registry.models import AuditLog, Record
from registry.records import workflow as records
from registry.records.statuses import Action
from tests import factories
from tests.factories import NOON, TODAY
from tests.objections import answers as said
from tests.objections.desk import Desk
from tests.objections.visiting import Visitor, begin, number_and_code, walk
from tests.pages.test_markup import Markup

pytestmark = pytest.mark.django_db

TEMPLATES = Path(site.BASE_DIR) / "templates"
SAID = "经核查，该信息所涉行为与贵公司无关，已经撤回，特此澄清。"


@pytest.fixture(autouse=True)
def the_day_is_known(settings):
    settings.CREDIT_TODAY = TODAY
    settings.FORMS = settings.FORMS | {"quickest": 0}


class Recording(Client):
    """Keeps every page it is answered with."""

    seen: list[HttpResponse]

    def request(self, **asked: Any) -> HttpResponse:
        answer = super().request(**asked)
        if answer.content and answer.headers.get("Content-Type", "").startswith("text/html"):
            self.seen.append(answer)
        return answer


@pytest.fixture
def browser() -> Callable[..., Recording]:
    """A browser of whoever it is; all of them keep what they see in one list."""
    seen: list[HttpResponse] = []

    def make(user: Any = None) -> Recording:
        client = Recording()
        client.seen = seen
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def everything(
    browser, published, old_penalty, office, officer, clerk, organiser, serving, organisation, monkeypatch
) -> list[HttpResponse]:
    """What is to be seen of an objection that was right, a repair by service, a complaint found true."""
    monkeypatch.setattr(recall, "_sources", [])
    recall.register(lambda record: [recall.Use("联合惩戒查询", record.edition, organisation=organisation.pk)])
    visitor = Visitor(browser())
    people = {"office": office, "body": officer, "clerk": clerk, "organiser": organiser}
    desks = {name: Desk(browser(user)) for name, user in people.items()}
    _objection(visitor, desks, published("penalty"))
    _repair(visitor, desks, old_penalty(document_number="石罚〔2025〕9002号"), serving((TODAY, 8)))
    _complaint(visitor, desks, organisation)
    _commitment(visitor, desks, organisation)
    for name in ("rules", "statistics", "clarifications", "verify"):
        visitor.get(reverse(f"objections:{name}"))
    for desk in desks.values():
        for name in ("index", "objections_case_changelist", "objections_recalltask_changelist"):
            desk.client.get(reverse(f"admin:{name}"))
    return visitor.client.seen


def _objection(visitor: Visitor, desks: dict[str, Desk], record: Record) -> None:
    visitor.get(record.get_absolute_url())
    visitor.get("/repairs/new/")
    number, code = number_and_code(begin(visitor, Procedure.OBJECTION, record))
    case = Case.objects.get(number=number)
    _opened(visitor, number, code)
    visitor.send(visitor.get("/track/"), number=number, code="wrong")
    desks["office"].take(case, CaseAction.ACCEPT)
    desks["clerk"].client.get(reverse("admin:registry_record_change", args=[record.pk]))
    desks["body"].take(case, CaseAction.CONCLUDE, outcome=Outcome.TO_REVOKE, text="处罚对象是另一公司")
    desks["office"].take(case, CaseAction.FEED_BACK, text="信息有误，已经撤回。")
    page = _opened(visitor, number, code)
    visitor.send(page, 0)
    case.objection.wants_clarification = True
    case.objection.save()
    clarify = reverse("admin:objections_case_clarify", args=[case.pk])
    desks["office"].client.post(clarify, {"text": SAID}, follow=True)
    task = RecallTask.objects.get(organisation__isnull=False)
    desks["body"].client.get(reverse("admin:objections_recalltask_change", args=[task.pk]))
    desks["office"].client.post(reverse("admin:objections_case_reveal", args=[case.pk]), {"reason": "寄送告知书"})
    visitor.get(reverse("registry:subject", args=[record.subject.uscc]))
    add = {"kind": "litigation", "organ": "试例法院", "case_number": "1", "filed_on": TODAY.isoformat(),
           "document_number": record.document_number}  # fmt: skip
    desks["office"].client.post(reverse("admin:objections_remedycase_add"), add, follow=True)
    desks["office"].client.get(reverse("admin:objections_remedycase_change", args=[RemedyCase.objects.get().pk]))


def _opened(visitor: Visitor, number: str, code: str) -> HttpResponse:
    return visitor.send(visitor.get("/track/"), number=number, code=code)


def _repair(visitor: Visitor, desks: dict[str, Desk], record: Record, by_service: Case) -> None:
    visitor.get(record.get_absolute_url())
    number, code = number_and_code(begin(visitor, Procedure.REPAIR, record))
    desks["body"].take(Case.objects.get(number=number), CaseAction.ACCEPT)
    _opened(visitor, number, code)
    _opened(visitor, by_service.number, by_service.code)
    desks["body"].open(by_service)
    hours = by_service.service_hours.get()
    desks["organiser"].client.get(reverse("admin:objections_servicehours_change", args=[hours.pk]))


def _complaint(visitor: Visitor, desks: dict[str, Desk], organisation: Any) -> None:
    visitor.send(begin(visitor, Procedure.COMPLAINT, None, until="facts"), facts="")
    number, code = number_and_code(begin(visitor, Procedure.COMPLAINT, None))
    case = Case.objects.get(number=number)
    desks["office"].take(case, CaseAction.ASSIGN, organisation=organisation.pk)
    desks["body"].take(case, CaseAction.FIND_TRUE, text="欠薪属实，已责令限期支付")
    path = reverse("admin:objections_case_draft", args=[case.pk])
    desks["clerk"].client.get(path)
    desks["clerk"].client.get(path, {"kind": "penalty"})
    desks["office"].take(case, CaseAction.REPLY, text="您反映的情况属实，已责令支付。")
    _opened(visitor, number, code)


def _commitment(visitor: Visitor, desks: dict[str, Desk], organisation: Any) -> None:
    """A promise that is adopted, published by somebody else, and ended by whoever made it."""
    subject = factories.SubjectFactory(published_on=TODAY)
    answers, papers = said.of(Procedure.COMMITMENT, subject_code=subject.uscc, body=str(organisation.pk))
    page = visitor.send(visitor.get("/commitments/new/"))
    visitor.send(walk(visitor, page, answers, papers, until="promise"), standard="")
    number, code = number_and_code(walk(visitor, page, answers, papers))
    case = Case.objects.get(number=number)
    desks["clerk"].take(case, CaseAction.ADOPT)
    reviewer = factories.UserFactory(organisation=organisation, role=Role.REVIEWER)
    records.move(case.record, Action.PUBLISH, by=reviewer, at=NOON)
    _opened(visitor, number, code)


def of_the_public(pages: list[HttpResponse]) -> dict[str, HttpResponse]:
    return {page.request["PATH_INFO"]: page for page in pages if not page.request["PATH_INFO"].startswith("/admin/")}


def test_every_page_is_well_formed_and_needs_nothing_but_itself(everything):
    for page in everything:
        address, content = page.request["PATH_INFO"], page.content.decode()
        markup = Markup(content)
        attributes = {name for _, tag in markup.tags for name in tag}
        assert not {name for name in attributes if name.startswith("on") or name == "style"}, address
        ids = [tag["id"] for _, tag in markup.tags if "id" in tag]
        assert len(ids) == len(set(ids)), (address, sorted({one for one in ids if ids.count(one) > 1}))
        assert page.status_code < 500, address


def test_every_public_page_has_one_heading_and_a_label_for_every_control(everything):
    for address, page in of_the_public(everything).items():
        markup = Markup(page.content.decode())
        names = {name for name, _ in markup.tags}
        assert len(markup.all("main")) == len(markup.all("h1")) == 1, address
        assert not names & {"script", "style", "iframe", "object"}, address
        labelled = {label["for"] for label in markup.all("label")}
        controls = [
            tag for name in ("input", "select", "textarea") for tag in markup.all(name) if tag.get("type") != "hidden"
        ]
        assert {control["id"] for control in controls} <= labelled, address
        described = {one for _, tag in markup.tags for one in (tag.get("aria-describedby") or "").split()}
        assert described <= {tag["id"] for _, tag in markup.tags if "id" in tag}, address


def test_every_template_of_the_procedures_is_used(request):
    rendered: set[str] = set()

    def note(sender: Any, template: Any, **more: Any) -> None:
        rendered.add(template.name)

    template_rendered.connect(note)
    try:
        request.getfixturevalue("everything")
    finally:
        template_rendered.disconnect(note)
    ours = {
        path.relative_to(TEMPLATES).as_posix()
        for room in ("objections", "admin/objections")
        for path in (TEMPLATES / room).rglob("*.html")
    }
    assert ours - rendered == set()


def test_nobody_meets_personal_data_but_who_opened_them(everything):
    """On no page of the public but the applicant's own last look before sending; at the staff door after a reason."""
    for page in everything:
        address, content = page.request["PATH_INFO"], page.content.decode()
        if "/reveal/" in address or "/new/" in address:
            continue
        for secret in ("13800000001", "13900000002", "shili@example.com", "谢试军", "610902190006220078"):
            assert secret not in content, (address, secret)


def test_nothing_personal_goes_into_logs_or_the_audit_log(everything, caplog):
    tasks.send_notices()
    told = caplog.text + "".join(str(line) for line in AuditLog.objects.values_list("detail", "object_key"))
    for secret in ("13800000001", "13900000002", "shili@example.com", "谢试军", "0037", "610902190006220078"):
        assert secret not in told.replace("61090219000319", "")


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_lists_cost_the_same_however_many_there_are(objected, complained, published, office, officer, client):
    desk, body = Desk.of(office).client, Desk.of(officer).client
    paths = {
        (desk, reverse("admin:objections_case_changelist")), (body, reverse("admin:objections_case_changelist")),
        (desk, reverse("admin:index")), (client, "/objections/statistics/"), (client, "/objections/clarifications/"),
    }  # fmt: skip
    objected(), complained()
    few = {each: cost(*each) for each in paths}
    for number in range(3):
        objected(record=published("penalty", document_number=f"石罚〔2026〕{number}号"))
        complained()
    assert {each: cost(*each) for each in paths} == few


def test_the_page_of_a_case_costs_the_same_however_long_its_history(objected, office, visitor):
    def of_the_applicant() -> int:
        with CaptureQueriesContext(connection) as caught:
            visitor.send(visitor.get("/track/"), number=case.number, code=case.code)
        return len(caught)

    case, desk = objected(), Desk.of(office)
    page = reverse("admin:objections_case_change", args=[case.pk])
    few = cost(desk.client, page), of_the_applicant()
    for number in range(5):
        workflow.move(case, CaseAction.ADD, by=Party.APPLICANT, at=NOON, text=f"补充第{number}份说明")
    assert (cost(desk.client, page), of_the_applicant()) == few
