"""What people answer on the pages of each form: complete and right, to be changed one at a time by a test."""

from __future__ import annotations

from typing import Any

from objections.models import EvidencePurpose
from objections.statuses import Procedure
from registry.models import Record

REACH = {"phone": "13800000001", "email": "shili@example.com", "address": ""}


PERSON = {
    "counterparty_name": "汪试芳", "counterparty_kind": "自然人", "counterparty_uscc": None,
    "legal_representative": None, "counterparty_document_type": "身份证",
    "counterparty_id_number": "610902190006220078",
}  # fmt: skip


def of(
    procedure: Procedure, record: Record | None = None, **changes: Any
) -> tuple[dict[str, Any], list[EvidencePurpose]]:
    """The answers by page, and the kinds of papers that come with them; `changes` are of any page."""
    answers, papers = _MAKERS[procedure](record)
    answers["papers"] = {}
    papers = changes.pop("papers", papers)
    for page in answers.values():
        page.update({name: changes.pop(name) for name in list(changes) if name in page})
    assert not changes, f"no page asks {changes}"
    return answers, papers


def _who(record: Record) -> dict[str, Any]:
    return {
        "capacity": "self",
        "subject_code": record.subject.uscc or "",
        "name": "邓试强",
        "id_last4": "0037",
        "representative": "",
    }


def _objection(record: Record) -> tuple[dict[str, Any], list[EvidencePurpose]]:
    answers = {
        "record": {"uid": str(record.uid), "field": ""},
        "who": _who(record),
        "wrong": {
            "ground": "facts",
            "field_name": "fine",
            "statement": "决定书上的罚款金额是五百元，公示成了五千元。",
            "claim": "请更正罚款金额。",
        },
        "reach": dict(REACH),
    }
    return answers, [EvidencePurpose.FACTS, EvidencePurpose.IDENTITY]


def _repair(record: Record) -> tuple[dict[str, Any], list[EvidencePurpose]]:
    answers = {
        "record": {"uid": str(record.uid), "field": ""},
        "who": _who(record),
        "repair": {
            "way": "correction",
            "corrected_on": "2025-06-01",
            "correction": "已按要求加高围挡，并缴清全部罚款。",
            "effect_removal": "已向周边居民致歉并公开整改情况。",
        },
        "service": {"rows": []},
        "reach": dict(REACH),
    }
    return answers, [EvidencePurpose.CORRECTION, EvidencePurpose.EFFECT, EvidencePurpose.IDENTITY]


def _commitment(record: Record | None) -> tuple[dict[str, Any], list[EvidencePurpose]]:
    answers = {
        "who": {
            "capacity": "self",
            "subject_code": record.subject.uscc if record else "",
            "name": "邓试强",
            "id_last4": "0037",
            "representative": "",
        },
        "promise": {
            "body": str(record.organisation_id) if record else "",
            "reason": "公开声明食品质量和售后服务",
            "content": "不采购、不销售来源不明和超过保质期的食品。",
            "standard": "执行 GB 7718—2011 预包装食品标签通则。",
            "quality": "所售食品均有合格证明，不合格的无条件退货。",
            "liability": "违反承诺的，退一赔十，并接受公开通报。",
            "valid_to": "2028-12-31",
        },
        "reach": dict(REACH),
    }
    return answers, [EvidencePurpose.PLEDGE, EvidencePurpose.IDENTITY]


def _complaint(record: Record | None) -> tuple[dict[str, Any], list[EvidencePurpose]]:
    answers = {
        "accused": {"accused_name": "安康试例置业有限公司", "accused_code": ""},
        "facts": {
            "topic": "wages",
            "facts": "该公司拖欠三十名工人去年的工资，共一百二十八万元。",
            "happened_on": "2025-12-15",
            "place": "安康市汉滨区江北",
        },
        "reporter": {"manner": "named", "name": "谢试军", "phone": "13900000002", "email": ""},
    }
    if record is not None:
        answers["record"] = {"uid": str(record.uid), "field": ""}
    return answers, []


_MAKERS = {
    Procedure.OBJECTION: _objection,
    Procedure.REPAIR: _repair,
    Procedure.COMPLAINT: _complaint,
    Procedure.COMMITMENT: _commitment,
}
