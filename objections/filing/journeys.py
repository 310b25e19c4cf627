"""The pages of each procedure in their order, and what each must bring before the last one may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from objections.filing import questions
from objections.models import EvidencePurpose
from objections.statuses import Capacity, Procedure, RepairWay

RECORD, WHO, PAPERS, CHECK = "record", "who", "papers", "check"
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """One page of a form."""

    slug: str
    title: str
    question: type[questions.Question]
    lead: str = ""


@dataclass(frozen=True)
class Journey:
    """A form from its first page to its last."""

    procedure: Procedure
    url: str  # the name of its first page
    title: str
    verb: str  # what the button of the last page does
    every: tuple[Page, ...]

    def pages(self, answers: Answers) -> list[Page]:
        """The pages that are asked, given what has been answered."""
        return [page for page in self.every if not _is_skipped(page, answers)]

    def page(self, slug: str, answers: Answers) -> Page | None:
        return next((page for page in self.pages(answers) if page.slug == slug), None)

    def after(self, slug: str, answers: Answers) -> str:
        """The slug of the page that follows."""
        slugs = [page.slug for page in self.pages(answers)]
        return [*slugs, CHECK][slugs.index(slug) + 1]

    def before(self, slug: str, answers: Answers) -> str:
        """The slug of the page that comes before; '' for the first."""
        slugs = [*(page.slug for page in self.pages(answers)), CHECK]
        place = slugs.index(slug)
        return slugs[place - 1] if place else ""

    def first_missing(self, answers: Answers) -> str:
        """The first page nobody has answered yet; the check page when all are."""
        return next((page.slug for page in self.pages(answers) if page.slug not in answers), CHECK)


def _is_skipped(page: Page, answers: Answers) -> bool:
    if page.slug == "service":
        return answers.get("repair", {}).get("way") != RepairWay.SERVICE
    return page.slug == RECORD and bool(answers.get(RECORD, {}).get("uid"))


_WHICH = Page(RECORD, "是哪一条信息", questions.WhichRecord, "请写明该信息的决定书文号。也可以从信息页面上直接提出。")
_WHO = Page(WHO, "您是谁", questions.Who, "只有信息所涉的主体或其代理人可以提出。我们把您填写的内容与登记的信息核对。")
_REACH = Page("reach", "怎样通知您", questions.Reach)

OBJECTION = Journey(
    Procedure.OBJECTION,
    "objections:objection_start",
    "异议申诉",
    "提交异议",
    (
        _WHICH,
        _WHO,
        Page("wrong", "什么不对", questions.WhatIsWrong),
        Page(
            PAPERS,
            "证明材料",
            questions.Papers,
            "请上传能证明信息有误的材料和身份证明；由他人代办的，还要上传授权委托书。",
        ),
        _REACH,
    ),
)
REPAIR = Journey(
    Procedure.REPAIR,
    "objections:repair_start",
    "信用修复",
    "提交修复申请",
    (
        _WHICH,
        _WHO,
        Page("repair", "纠正了什么", questions.HowRepaired),
        Page(
            "service",
            "公益服务",
            questions.ServiceRows,
            "请逐次填写，由组织单位确认后计入；还有的可以提交后在查询页补报。",
        ),
        Page(PAPERS, "证明材料", questions.Papers, "请分别上传纠正失信行为和消除不良影响的证明，以及身份证明。"),
        _REACH,
    ),
)
COMPLAINT = Journey(
    Procedure.COMPLAINT,
    "objections:complaint_start",
    "投诉举报",
    "提交举报",
    (
        Page("accused", "举报谁", questions.Accused),
        Page("facts", "发生了什么", questions.WhatHappened),
        Page(
            PAPERS,
            "证据",
            questions.Papers,
            "照片、合同、票据等都可以，没有也可以继续。图片中的拍摄地点等信息会被自动去除。",
        ),
        Page(
            "reporter",
            "您的联系方式",
            questions.Reporter,
            "举报人的信息加密保存，只有承办人员说明理由后才能查看，每次查看都有记录。",
        ),
    ),
)
COMMITMENT = Journey(
    Procedure.COMMITMENT,
    "objections:commitment_start",
    "发布信用承诺",
    "提交承诺",
    (
        Page(WHO, "您是谁", questions.Promiser, "只有承诺的主体或其代理人可以提交。我们把您填写的内容与登记的信息核对。"),
        Page("promise", "承诺什么", questions.Promised),
        Page(
            PAPERS, "承诺书", questions.Papers, "请上传加盖公章的承诺书和身份证明；由他人代办的，还要上传授权委托书。"
        ),
        _REACH,
    ),
)  # fmt: skip
JOURNEYS = {journey.procedure: journey for journey in (OBJECTION, REPAIR, COMPLAINT, COMMITMENT)}


def purposes(procedure: Procedure, answers: Answers) -> list[EvidencePurpose]:
    """The kinds of papers that may be handed in."""
    if procedure == Procedure.COMPLAINT:
        return [EvidencePurpose.FACTS]
    of_matter = {
        Procedure.OBJECTION: [EvidencePurpose.FACTS],
        Procedure.REPAIR: [EvidencePurpose.CORRECTION, EvidencePurpose.EFFECT],
        Procedure.COMMITMENT: [EvidencePurpose.PLEDGE],
    }[procedure]
    return [*of_matter, EvidencePurpose.IDENTITY, EvidencePurpose.AUTHORISATION]


def required_papers(procedure: Procedure, answers: Answers) -> list[EvidencePurpose]:
    """The kinds without which nothing is filed."""
    if procedure == Procedure.COMPLAINT:
        return []
    wanted = [EvidencePurpose.PLEDGE if procedure == Procedure.COMMITMENT else EvidencePurpose.FACTS]
    if procedure == Procedure.REPAIR:
        is_service = answers.get("repair", {}).get("way") == RepairWay.SERVICE
        # That the effect is gone may be proved later; without it nothing is approved.
        wanted = [] if is_service else [EvidencePurpose.CORRECTION]
    wanted.append(EvidencePurpose.IDENTITY)
    if answers.get(WHO, {}).get("capacity") not in (None, Capacity.SELF):
        wanted.append(EvidencePurpose.AUTHORISATION)
    return wanted
