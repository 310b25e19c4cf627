"""What the API says of a joint check, in plain dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from measures.checking import BETWEEN_CONSORTIA, Answer
from measures.models import CheckHit, FinanceFeedback, JointCheck
from measures.standing import Enforcement
from registry.identifiers import uscc
from registry.reading.presenting import visible
from registry.records import kinds

NOTICES = {
    True: "金融机构只查询公开的信息；所列措施均为推荐性，由本单位按风险定价原则自行决定（安政发〔2017〕8号 三（五））",
    False: "执行状态为 SUSPENDED 的信息正在核实，核实期间暂不执行联合惩戒措施（安政发〔2017〕8号 四（五））",
}


def of_answer(answer: Answer, *, is_finance: bool) -> dict[str, Any]:
    """The check just made: whom was asked about, in the order asked, and every entry met."""
    hit = answer.hit_subjects
    by_subject: dict[int, list[str]] = {}
    for one in answer.hits:
        by_subject.setdefault(one.record.subject_id, []).append(str(one.record.uid))
    standing = _standing_of((one.record.subject_id, one) for one in answer.hits)
    results = [
        {
            "code": _echo(code),
            "found": key is not None,
            "hit": key in hit,
            "enforcement": standing.get(key),
            "entries": by_subject.get(key, []),
        }
        for code, key in zip(answer.asked, answer.subjects, strict=True)
    ]
    if answer.check.is_of_person:
        results = [
            {"code": None, "found": bool(answer.hits), "hit": bool(answer.hits),
             "enforcement": next(iter(_standing_of((0, one) for one in answer.hits).values()), None),
             "entries": [str(one.record.uid) for one in answer.hits]}
        ]  # fmt: skip
    return of_check(answer.check, answer.hits, is_finance=is_finance) | {"results": results}


def _standing_of(hits: Iterable[tuple[Any, CheckHit]]) -> dict[Any, str]:
    """How it stands with each: in force as soon as one entry is, resting where all of them rest."""
    standing: dict[Any, str] = {}
    for key, hit in hits:
        if standing.get(key) != Enforcement.IN_FORCE:
            standing[key] = hit.enforcement
    return standing


def _echo(code: str) -> str | None:
    """The code as it was read; what is no code may be somebody's number and is not repeated."""
    return code if uscc.is_valid(code) else None


def of_check(check: JointCheck, hits: list[CheckHit], *, is_finance: bool) -> dict[str, Any]:
    """A check as it was kept, with what is still to be decided."""
    return {
        "number": check.number,
        "data_time": check.asked_at,
        "good_until": check.good_until,
        "matter": check.matter.name,
        "asked": check.asked,
        "found": check.found,
        "hit": check.hit,
        "undecided": 0 if is_finance else sum(hit.is_open for hit in hits),
        "entries": [of_hit(hit) for hit in hits],
        "consortia": [
            {"name": name, "enforcement": enforcement}
            for name, enforcement in _standing_of(
                (name, hit) for hit in hits for name in filter(None, hit.consortium.split(BETWEEN_CONSORTIA))
            ).items()
        ],
        "notice": NOTICES[is_finance],
    }


def of_hit(hit: CheckHit) -> dict[str, Any]:
    record = hit.record
    return {
        "uid": str(record.uid),
        "kind": record.kind,
        "kind_label": kinds.get(record.kind).label,
        "number": record.number or None,
        "title": visible(record.title),
        "document_number": visible(record.document_number),
        "organisation": {"code": record.organisation.uscc, "name": record.organisation.name},
        "subject": {"code": record.subject.uscc, "name": visible(record.subject.public_name)},
        "role": hit.role or None,
        "consortium": hit.consortium or None,
        "decided_on": record.decided_on,
        "until": record.public_until,
        "edition": hit.edition,
        "seq": hit.seq,
        "enforcement": hit.enforcement,
        "enforcement_label": Enforcement(hit.enforcement).label,
        "measures": [_measure(told, hit.enforcement) for told in hit.measures],
        "decision": hit.decision or None,
    }


def _measure(told: Mapping[str, str], enforcement: str) -> dict[str, Any]:
    return {**told, "enforcement": enforcement}


def of_feedback(feedback: FinanceFeedback) -> dict[str, Any]:
    return {"measure": feedback.measure_id, "way": feedback.way, "size": feedback.size, "at": feedback.at}
