"""What a person sees who opens the mock province: how much it holds, and the latest receipts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from exchange.mock_province.store import Store

_OPERATIONS = {"add": "新增", "update": "更新", "withdraw": "撤回"}
_STATES = {0: "正常", 1: "撤销", 2: "异议", 3: "其他"}
_LATEST = 50


def render(store: Store, fault: Mapping[str, Any]) -> str:
    """The page; everything in it is escaped, for it came over the network."""
    count = store.number("SELECT count(*) FROM records WHERE op != 'withdraw'")
    withdrawn = store.number("SELECT count(*) FROM records WHERE op = 'withdraw'")
    kinds = store.rows(
        "SELECT kind, count(*) AS number FROM records WHERE op != 'withdraw' GROUP BY kind ORDER BY kind"
    )
    latest = store.rows("SELECT * FROM records ORDER BY received_at DESC, receipt DESC LIMIT ?", _LATEST)
    return "\n".join(
        [
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>模拟省平台</title></head><body>',
            "<h1>模拟省公共信用信息平台</h1>",
            "<p>仅供演示和测试，不是陕西省公共信用信息平台。</p>",
            f"<p>在册 {count} 条，已撤回 {withdrawn} 条。当前模拟故障：{escape(str(fault['mode']))}</p>",
            _table("各类信息", ("种类", "条数"), ((row["kind"], row["number"]) for row in kinds)),
            _table(
                "最近回执",
                ("回执号", "记录", "种类", "版本", "操作", "状态", "渠道", "接收时间"),
                map(_receipt, latest),
            ),
            "</body></html>",
        ]
    )


def _receipt(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        row["receipt"],
        row["key"],
        row["kind"],
        row["version"],
        _OPERATIONS[row["op"]],
        _STATES[row["state"]],
        "、".join(json.loads(row["channels"])),
        row["received_at"],
    )


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
