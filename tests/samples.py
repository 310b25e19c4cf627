"""What a clerk types: complete, right values for each kind, to be changed one at a time by a test."""

from __future__ import annotations

from typing import Any

from tests.factories import make_uscc


def licence(**changes: Any) -> dict[str, Any]:
    return {
        "counterparty_name": "石泉县后柳试例水产专业合作社",
        "counterparty_kind": "法人及非法人组织",
        "counterparty_uscc": make_uscc("93", "610922"),
        "legal_representative": "柯试明",
        "document_name": "食品经营许可",
        "document_number": "石食药监许〔2026〕9001号",
        "category": "普通",
        "content": "食品经营（预包装食品销售）",
        "decided_on": "2026-02-27",
        "valid_from": "2026-02-27",
        "valid_to": "2031-02-26",
    } | changes


def penalty(**changes: Any) -> dict[str, Any]:
    return {
        "counterparty_name": "安康试例建设工程有限公司",
        "counterparty_kind": "法人及非法人组织",
        "counterparty_uscc": make_uscc("91", "610900"),
        "legal_representative": "邓试强",
        "document_number": "汉建罚〔2026〕9301号",
        "violation": "未按规定设置施工围挡",
        "facts": "施工现场围挡高度不足1.8米。",
        "basis": "《陕西省大气污染防治条例》第七十六条",
        "category": "罚款",
        "content": "罚款人民币5000元",
        "fine": "0.5",
        "decided_on": "2026-02-27",
    } | changes


def code_event(**changes: Any) -> dict[str, Any]:
    return {
        "event_kind": "增量赋码",
        "counterparty_name": "石泉县云雾试例商贸有限公司",
        "counterparty_uscc": make_uscc("91", "610922"),
        "decided_on": "2026-02-27",
    } | changes


def arrears(**changes: Any) -> dict[str, Any]:
    """欠缴社会保险费公告, a class of information that only a catalogue item describes."""
    return {
        "counterparty_name": "汉滨区试例建设劳务有限公司",
        "counterparty_uscc": make_uscc("91", "610902"),
        "document_number": "汉社险告〔2026〕9001号",
        "decided_on": "2026-02-27",
        "owed_from": "2025-07-01",
        "owed_to": "2025-12-31",
        "amount": "12.86",
    } | changes


def award(**changes: Any) -> dict[str, Any]:
    """市长质量奖, the kind that only the tests know (`tests/awards`)."""
    return {
        "counterparty_name": "安康市云岭试例茶业有限公司",
        "counterparty_uscc": make_uscc("91", "610902"),
        "document_number": "安政奖〔2026〕9001号",
        "decided_on": "2026-02-27",
        "prize": "提名奖",
    } | changes


def honour(**changes: Any) -> dict[str, Any]:
    """守信红名单: an enterprise that keeps its contracts."""
    return {
        "subject_name": "安康市云岭试例茶业有限公司",
        "subject_kind": "法人及非法人组织",
        "subject_uscc": make_uscc("91", "610902"),
        "category": "R06",
        "title": "2025年度守合同重信用企业",
        "level": "市级",
        "document_number": "安市监信〔2026〕9001号",
        "decided_on": "2026-02-27",
        "deeds": "连续五年合同履约率百分之百，产品抽检全部合格。",
    } | changes


def commitment(**changes: Any) -> dict[str, Any]:
    """信用承诺 made of the subject's own accord."""
    return {
        "subject_name": "安康市云岭试例茶业有限公司",
        "subject_kind": "法人及非法人组织",
        "subject_uscc": make_uscc("91", "610902"),
        "type": "主动型",
        "reason": "明码标价、农残零超标",
        "content": "所售茶叶明码标价，农药残留不超标。",
        "standard": "执行GB 2763食品中农药最大残留限量。",
        "quality": "每批产品附检验报告。",
        "liability": "违诺的，退还货款并接受记入信用记录。",
        "decided_on": "2026-02-27",
        "valid_to": "2026-12-31",
    } | changes


def listing(**changes: Any) -> dict[str, Any]:
    """严重失信主体名单: a food producer, its legal representative, no prior notice needed."""
    return {
        "counterparty_name": "平利县试例绞股蓝食品有限公司",
        "counterparty_kind": "法人及非法人组织",
        "counterparty_uscc": make_uscc("91", "610926"),
        "item": "A01",
        "facts": "使用非食品原料生产食品，货值30万元。",
        "acted_on": "2025-12-20",
        "document_kind": "行政决定",
        "document_number": "平市监罚〔2026〕9201号",
        "document_date": "2026-02-27",
        "legal_basis": "《中华人民共和国食品安全法》第一百二十三条",
        "persons": "罗试华 61092619000212002X 法定代表人 2013-05-06",
        "exempt_basis": "行政处罚已告知并听证，决定已生效",
    } | changes


def of(kind_code: str, **changes: Any) -> dict[str, Any]:
    """Right values for a kind named by its code."""
    makers = {
        "licence": licence,
        "penalty": penalty,
        "code-event": code_event,
        "catalogue-record": arrears,
        "award": award,
        "redlist": honour,
        "commitment": commitment,
        "blacklist": listing,
    }
    return makers[kind_code](**changes)
