"""Both lists of the demo: the rules they stand on, models of honesty, severe dishonesty, commitments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from ankang_credit.demo import fabricating
from ankang_credit.demo.desks import Desk
from ankang_credit.demo.timetable import at
from blacklist import models as black
from redlist import checking
from redlist import models as red
from registry.directory.subjects import Subject, SubjectKind
from registry.models import DishonestyItem, HonourCategory
from registry.records.models import Record
from registry.records.statuses import Action

_SUBJECTS = 16
_PERSONS_FROM = 9000  # of the numbers of persons, far above those of the cast
_HONOURS = (
    ("R06", "守合同重信用企业", "合同履约率百分之百，连续五年没有因违约被起诉。", {}),
    ("R07", "消费者信得过企业", "公开服务承诺，消费投诉当日答复，全年没有未决投诉。", {}),
    (
        "R08",
        "名牌产品",
        "产品连续三年抽检合格，获评本市名牌产品。",
        {"product_name": "秦巴试例富硒茶", "brand": "秦巴试例"},
    ),
    ("R01", "信用状况良好的行政相对人", "三年内没有不良信用记录，主动公示信用承诺。", {}),
    (
        "R09",
        "质量管理奖",
        "推行全过程质量管理，一次检验合格率居全市前列。",
        {"award_name": "质量管理奖", "award_level": "一等奖"},
    ),
    ("R06", "守合同重信用企业", "与农户签订的收购合同全部按期履行。", {}),
)
_LISTED = (
    (
        "A01",
        "使用非食品原料生产食品，货值三十万元，被依法吊销食品生产许可证。",
        "《中华人民共和国食品安全法》第一百二十三条",
    ),
    ("B10", "生产销售以假充真的产品，货值五十万元，情节严重。", "《中华人民共和国产品质量法》第五十条"),
    ("B14", "发布虚假广告，欺骗消费者，两年内三次受到处罚。", "《中华人民共和国广告法》第五十五条"),
)
DEBTOR_NUMBER = fabricating.resident_number("610902", 9009)
_DEBTOR = "演试戊"


def write(desk: Desk, court: Desk, *, on: date) -> None:
    """What one body confirmed, listed and received up to that working day, and a debtor whom the court listed."""
    before = on - timedelta(days=60)
    _rules(desk, since=before - timedelta(days=400))
    subjects = _subjects()
    _confirm(desk, list(_honours(subjects[: len(_HONOURS)], on=on)), on=on)
    # The last of the honoured is listed as well: its honour is nowhere shown from then on.
    honoured, others = subjects[: len(_HONOURS)], subjects[len(_HONOURS) :]
    _list(desk, list(_listings([*others[:2], *honoured[-1:]], on=on)), on=on)
    commitments = desk.enter("commitment", list(_commitments(others[3:7], on=on)), on=on)
    desk.publish(commitments, on=on)
    _campaign(desk, on=on)
    _black_rule(court, "执行", {"C01"}, since=before - timedelta(days=400))
    _list(court, [_debtor(on=on)], on=on)


def _subjects() -> Sequence[Subject]:
    shown = Subject.objects.public().filter(kind=SubjectKind.LEGAL, uscc__startswith="91")
    return list(shown.order_by("pk")[:_SUBJECTS])


def _rules(desk: Desk, *, since: date) -> None:
    body = desk.body.organisation
    rule = red.ListRule.objects.create(
        organisation=body,
        document_number=f"演示红规〔{since.year}〕9001号",
        standard="信用状况良好，三年内没有不良信用记录。",
        procedure="申报或者推荐，核对信用记录，集体研究，公示，认定。",
        exit="有效期满；被列入严重失信主体名单；弄虚作假取得的。",
        objection_contact="0915-0000000（演示）",
        effective_from=since,
    )
    red.ListScope.objects.bulk_create(
        red.ListScope(rule=rule, category=category, threshold="符合认定标准")
        for category in HonourCategory.objects.filter(pk__in={code for code, *_ in _HONOURS})
    )
    _black_rule(desk, "市场监管", {code for code, *_ in _LISTED}, since=since)


def _campaign(desk: Desk, *, on: date) -> None:
    body = desk.body.organisation
    campaign = black.Campaign.objects.create(
        title=f"{on.year}年食品安全和假冒伪劣专项整治（演示）", lead=body, begins=on - timedelta(days=30),
        ends=on + timedelta(days=60), goal="查处一批、列入一批、公布一批严重失信主体，督促整改。",
    )  # fmt: skip
    campaign.bodies.add(body)
    campaign.items.set(DishonestyItem.objects.filter(pk__in=("A01", "B10")))


def _black_rule(desk: Desk, industry: str, items: set[str], *, since: date) -> None:
    rule = black.ListRule.objects.create(
        organisation=desk.body.organisation,
        industry=industry,
        version=1,
        document_number=f"演示黑规〔{since.year}〕9001号",
        standard="违法行为情节严重，已有生效的处罚决定或者裁判。",
        procedure="调查，事先告知，听取陈述申辩，认定，公布。",
        removal="期限届满，或者修复后移出。",
        objection_contact="0915-0000000（演示）",
        notice_days=5,
        effective_from=since,
    )
    black.ListScope.objects.bulk_create(
        black.ListScope(rule=rule, item=item, threshold="情节严重")
        for item in DishonestyItem.objects.filter(pk__in=items)
    )


def _honours(subjects: Sequence[Subject], *, on: date) -> Iterator[dict[str, Any]]:
    for number, (subject, (code, title, deeds, more)) in enumerate(zip(subjects, _HONOURS, strict=False), start=1):
        year = {"award_year": str(on.year - 1)} if code == "R09" else {}
        yield {
            **_about(subject, "subject"), "category": code, "title": f"{on.year - 1}年度{title}", "level": "市级",
            "document_number": f"演示信〔{on.year}〕{9000 + number}号", "decided_on": on - timedelta(days=3),
            "deeds": deeds, **more, **year,
        }  # fmt: skip


def _confirm(desk: Desk, raws: Sequence[dict[str, Any]], *, on: date) -> None:
    records = desk.enter("redlist", raws, on=on)
    desk.submit(records, on=on)
    for record in Record.objects.filter(pk__in=[one.pk for one in records]):
        checking.cross_check(record, by=desk.reviewer, at=at(on, 14))
    desk.take(records, Action.PUBLISH, on=on)


def _listings(subjects: Sequence[Subject], *, on: date) -> Iterator[dict[str, Any]]:
    for number, (subject, (code, facts, basis)) in enumerate(zip(subjects, _LISTED, strict=False)):
        person = fabricating.resident_number("610902", _PERSONS_FROM + number)
        yield {
            **_about(subject, "counterparty"), "item": code, "facts": facts,
            "acted_on": on - timedelta(days=120), "document_kind": "行政决定",
            "document_number": f"演示市监罚〔{on.year}〕{9500 + number}号", "document_date": on - timedelta(days=5),
            "legal_basis": basis, "persons": f"演示{'甲乙丙'[number]} {person} 法定代表人 2012-01-01",
            "exempt_basis": "行政处罚已经告知并听取陈述申辩，决定已经生效",
        }  # fmt: skip


def person_to_try() -> str:
    """Whom to ask about at the page for listed persons; he is invented."""
    return f"失信自然人  {_DEBTOR}  证件后四位 {DEBTOR_NUMBER[-4:]}  在 /blacklist/persons/ 查询是否列入"


def _debtor(*, on: date) -> dict[str, Any]:
    """A person who could pay what a judgment ordered and does not; shown masked."""
    return {
        "counterparty_name": _DEBTOR, "counterparty_kind": SubjectKind.NATURAL, "counterparty_document_type": "身份证",
        "counterparty_id_number": DEBTOR_NUMBER, "item": "C01",
        "facts": "判决生效后有履行能力而不支付货款，经传唤仍不履行。", "acted_on": on - timedelta(days=90),
        "document_kind": "司法裁判", "document_number": f"（{on.year}）陕09执9501号",
        "document_date": on - timedelta(days=20), "legal_basis": "《中华人民共和国民事诉讼法》第二百六十六条",
        "obligation": "支付货款三十二万元", "obligation_amount": "32",
        "ability_finding": "执行中查明名下有可供执行的存款", "ability_found_on": on - timedelta(days=10),
        "exempt_basis": "已有生效判决和执行通知",
    }  # fmt: skip


def _list(desk: Desk, raws: Sequence[dict[str, Any]], *, on: date) -> None:
    records = desk.enter("blacklist", raws, on=on)
    desk.submit(records, on=on)
    desk.take(records, Action.LIST, on=on)


def _commitments(subjects: Sequence[Subject], *, on: date) -> Iterator[dict[str, Any]]:
    for subject in subjects:
        yield {
            **_about(subject, "subject"), "type": "主动型", "reason": "明码标价、诚信经营",
            "content": "所售商品明码标价，不销售假冒伪劣商品，七日内无理由退货。",
            "standard": "执行国家和行业现行标准。", "quality": "商品附合格证明，质量问题包修包换包退。",
            "liability": "违反承诺的，退还货款，并同意记入信用记录。", "decided_on": on - timedelta(days=2),
            "valid_to": on + timedelta(days=365),
        }  # fmt: skip


def _about(subject: Subject, prefix: str) -> dict[str, str]:
    said = {"name": subject.name, "kind": subject.kind, "uscc": subject.uscc}
    return {f"{prefix}_{name}": value for name, value in said.items()}
