"""Citizens answer back: objections, repair requests and complaints in every state, handled by the people of the demo.

They go in by the verb the pages use. Their query codes follow from the secret of the data folder, so the file with the
passwords can say two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from fpdf import FPDF

from ankang_credit.demo import tables
from ankang_credit.demo.timetable import at, last_workday
from objections import codes, receiving, restoring, workflow
from objections.filing import admission, drafts, journeys, submitting
from objections.life import Decision, Party
from objections.models import Case, EvidencePurpose, FilingDraft, RecallTask, ServiceProgramme
from objections.statuses import CaseAction, Outcome, Procedure
from registry.directory import calendar
from registry.directory.organisations import Organisation
from registry.directory.staff import Role, User
from registry.directory.subjects import Subject
from registry.records.models import Record

OFFICE = "xyb"
OFFICER = "scj_sh2"
BODY_OF_COMPLAINTS = "scj"
_KEY = "demo case {}"
_ACCUSED = 100  # subjects complaints may be about
_SHOWN = 2  # of whose codes the file tells
_TEXTS = {
    "ask": "请补充决定书全文和营业执照复印件。",
    "refuse": "所述内容不属于信用信息的错误或遗漏，请向作出机关申请政府信息公开处理。",
    "extend": "需要向原办案机构调阅案卷，延长办理期限。",
    "upheld": "经调阅案卷，公示内容与决定书一致。",
    "revoke": "经核查，该决定已被撤销，信息应当撤回。",
    "feed_back": "您提出的异议已经核查完毕。",
    "contest": "核查时没有看我提交的第二份材料。",
    "approve": "经现场核查，违法行为已改正，罚款已缴清，不良影响已消除。",
    "reject": "复查发现同类问题仍然存在，整改没有完成。",
    "true": "经现场检查，举报情况属实，已立案。",
    "false": "经现场检查，没有发现举报所述的情况。",
    "not_take": "所述事项属于服务质量纠纷，不属于严重失信行为的举报范围。",
    "reply": "您反映的事项已经核查处理，感谢您的监督。",
}


class Theatre:
    """The people who handle cases, and the records they are about."""

    def __init__(self, penalties: Sequence[Record], *, today: date) -> None:
        self.today = today
        self.office = User.objects.get(username=OFFICE)
        self.officer = User.objects.get(username=OFFICER)
        self.body = self.officer.organisation
        self.calendar = calendar.current()
        own = Record.objects.public(on=today).filter(
            pk__in=[record.pk for record in penalties], organisation=self.body, subject__kind__in=_COMPANIES
        )
        self.accused = list(Subject.objects.public().order_by("-pk")[:_ACCUSED])
        self.waiting = list(own.select_related("subject__person", "organisation").order_by("-decided_on", "-pk"))

    def play(self) -> Iterator[Case]:
        """Every line of the table for which there is a record; the oldest first, as it happened."""
        lines = list(enumerate(tables.rows("cases")))
        for number, line in sorted(lines, key=lambda each: -int(each[1]["days"])):
            if (case := self._filed(number, line)) is not None:
                for step in line["steps"].split():
                    self._take(case, step)
                yield case

    def _filed(self, number: int, line: tables.Row) -> Case | None:
        procedure = Procedure(line["procedure"])
        moment = at(last_workday(self.today - timedelta(days=int(line["days"])), self.calendar), 9, 20)
        record = self._record(procedure, moment) if procedure is not Procedure.COMPLAINT else None
        if record is None and procedure is not Procedure.COMPLAINT:
            return None
        answers = self._answers(procedure, record, line, moment)
        drafts.begin(procedure, at=moment, answers=answers, key=_KEY.format(number))
        draft = FilingDraft.objects.get(pk=codes.digest(_KEY.format(number)))
        for purpose in journeys.required_papers(procedure, answers) + _more_papers(procedure):
            paper = SimpleUploadedFile(f"{purpose.label}.pdf", _paper(purpose))
            receiving.receive(paper, purpose=purpose, at=moment, draft=draft)
        case = submitting.submit(draft, _KEY.format(number), at=moment)
        case.moment = moment
        return case

    def _record(self, procedure: Procedure, moment: datetime) -> Record | None:
        """The next record such a case may be about, as things stood then."""
        on = moment.date()
        for record in self.waiting:
            was_public = record.public_from <= on and record.published_at < moment
            if was_public and (procedure is Procedure.OBJECTION or _is_due(record, on)):
                self.waiting.remove(record)
                return record
        return None

    def _answers(
        self, procedure: Procedure, record: Record | None, line: tables.Row, moment: datetime
    ) -> dict[str, Any]:
        reach = {"phone": "13900000000", "email": "shili@example.com", "address": ""}
        if record is None:
            accused = self.accused[int(line["days"]) * 3 % len(self.accused)]
            return {
                "accused": {"accused_name": accused.name, "accused_code": accused.uscc},
                "facts": {"topic": line["topic"], "facts": line["words"], "happened_on": "", "place": line["more"]},
                "papers": {},
                "reporter": {"manner": "named", "name": "试例群众", "phone": "13900000000", "email": ""},
            }
        who = {
            "capacity": "self", "subject_code": record.subject.uscc, "name": record.detail.legal_representative,
            "id_last4": "0000", "representative": "", "is_identified": False,
        }  # fmt: skip
        common = {"record": {"uid": str(record.uid), "field": ""}, "who": who, "papers": {}, "reach": reach}
        if procedure is Procedure.OBJECTION:
            wrong = {"ground": line["topic"], "field_name": "", "statement": line["words"], "claim": line["more"]}
            return common | {"wrong": wrong}
        corrected = (moment.date() - timedelta(days=20)).isoformat()
        repair = {"correction": line["words"], "effect_removal": line["more"], "corrected_on": corrected}
        return common | {"repair": repair | {"way": "correction"}}

    def _take(self, case: Case, step: str) -> None:
        """One word of the table, a working day after the one before."""
        case.moment = at(_next_workday(case.moment.date(), self.calendar), 15)
        if step == "clarify":
            self._clarify(case)
            return
        if step == "finish":
            self._undo(case)
        action, decision = _STEPS[step]
        by = self._actor(case, action)
        if action is CaseAction.ASSIGN:
            decision = Decision(organisation=self.body.pk, organisation_code=self.body.uscc)
        workflow.move(case, action, by=by, at=case.moment, text=_TEXTS.get(step, ""), decision=decision)

    def _actor(self, case: Case, action: CaseAction) -> User | Party:
        if action in (CaseAction.WITHDRAW, CaseAction.CONTEST):
            return Party.APPLICANT
        of_the_office = action in _OFFICE or (
            case.procedure == Procedure.OBJECTION and action is not CaseAction.CONCLUDE
        )
        not_assigned = action is CaseAction.REPLY and case.body is None
        return self.office if of_the_office or not_assigned else self.officer

    def _clarify(self, case: Case) -> None:
        case.objection.wants_clarification = True
        case.objection.save()
        self._undo(case)
        said = f"经核查，“{case.record.title}”一条信息所依据的决定已被撤销，本网站已停止公示，特此澄清。"
        restoring.clarify(case, by=self.office, at=case.moment, text=said)

    def _undo(self, case: Case) -> None:
        for task in RecallTask.objects.waiting().filter(restoration=case.pk):
            who = self.office if task.organisation is None else task.organisation.staff.first()
            restoring.confirm(task, by=who, at=case.moment, undone="已停止使用并删除该信息")


_COMPANIES = ("法人及非法人组织", "个体工商户")
_OFFICE = (CaseAction.ASSIGN, CaseAction.NOT_TAKE, CaseAction.CLOSE, CaseAction.FINISH)
_STEPS: Mapping[str, tuple[CaseAction, Decision]] = {
    "ask": (CaseAction.ASK, Decision()),
    "accept": (CaseAction.ACCEPT, Decision()),
    "refuse": (CaseAction.REFUSE, Decision()),
    "extend": (CaseAction.EXTEND, Decision()),
    "withdraw": (CaseAction.WITHDRAW, Decision()),
    "upheld": (CaseAction.CONCLUDE, Decision(outcome=Outcome.UPHELD)),
    "revoke": (CaseAction.CONCLUDE, Decision(outcome=Outcome.TO_REVOKE)),
    "feed_back": (CaseAction.FEED_BACK, Decision()),
    "deliver": (CaseAction.DELIVER, Decision(delivery="邮寄签收")),
    "contest": (CaseAction.CONTEST, Decision()),
    "close": (CaseAction.CLOSE, Decision()),
    "approve": (CaseAction.APPROVE, Decision(is_corrected=True, is_effect_removed=True)),
    "reject": (CaseAction.REJECT, Decision()),
    "finish": (CaseAction.FINISH, Decision()),
    "assign": (CaseAction.ASSIGN, Decision()),
    "true": (CaseAction.FIND_TRUE, Decision()),
    "false": (CaseAction.FIND_FALSE, Decision()),
    "not_take": (CaseAction.NOT_TAKE, Decision()),
    "reply": (CaseAction.REPLY, Decision()),
}


def _is_due(record: Record, on: date) -> bool:
    return admission.repair_terms(record, on=on).is_due(on)


def _next_workday(day: date, known: Any) -> date:
    following = day + timedelta(days=1)
    while last_workday(following, known) != following:
        following += timedelta(days=1)
    return following


def _more_papers(procedure: Procedure) -> list[EvidencePurpose]:
    return [EvidencePurpose.EFFECT] if procedure is Procedure.REPAIR else []


def _paper(purpose: EvidencePurpose) -> bytes:
    """A sheet that says it is none."""
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("Helvetica", size=14)
    sheet.cell(text=f"Fabricated for the demo: {purpose.value}")
    return bytes(sheet.output())


def programmes(bodies: Sequence[Organisation], *, on: date) -> None:
    """What natural persons may serve in."""
    for body, title in zip(bodies, ("社区环境整治志愿服务", "文明交通劝导志愿服务"), strict=False):
        ServiceProgramme.objects.create(organisation=body, title=title, approved_from=on)


def play(penalties: Sequence[Record], *, today: date) -> None:
    """File and handle all of them."""
    organisers = Organisation.objects.filter(staff__groups__name=Role.CREDIT_OFFICE.value).distinct()[:1]
    programmes(list(organisers), on=today - timedelta(days=365))
    for _ in Theatre(penalties, today=today).play():
        pass


def codes_to_try() -> Iterator[str]:
    """Two cases that can be followed at once, with their codes; the same as long as the folder keeps its secret."""
    for number in range(_SHOWN):
        code = codes.code_of(_KEY.format(number))
        case = Case.objects.filter(query_code_sha256=codes.digest(code)).first()
        if case is not None:
            yield f"办件查询  {case.number}  {codes.grouped(code)}  在 /track/ 查看{case.get_procedure_display()}的进度"
