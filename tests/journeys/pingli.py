"""What 平利县食品药品监督管理局 enters against O3: the right draft of S-03, and whom it names."""

from __future__ import annotations

from typing import Any

O3 = "91610926XXAK00031E"
P2 = ("罗试华", "61092619000212002X")
P5 = ("汪试兵", "610902190005210054")
P7 = ("柯试明", "610902190001050014")


def named(person: tuple[str, str], role: str) -> dict[str, str]:
    return {"name": person[0], "number": person[1], "role": role}


RIGHT: dict[str, Any] = {
    "counterparty_name": "平利县试例绞股蓝食品有限公司",
    "counterparty_kind": "法人及非法人组织",
    "counterparty_uscc": O3,
    "item": "A01",
    "facts": "2016年12月20日检查发现使用非食品原料生产食品。",
    "acted_on": "2016-12-20",
    "document_kind": "行政决定",
    "document_number": "平食药监罚〔2017〕9201号",
    "document_date": "2017-02-27",
    "legal_basis": "《中华人民共和国食品安全法》第一百二十三条",
    "persons": [named(P2, "法定代表人"), named(P5, "直接责任人员")],
}
