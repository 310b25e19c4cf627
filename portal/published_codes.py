"""Codes newly assigned and numbers converted, as they are made public (安政发〔2017〕8号 一（一）)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from registry.pages.kind_list import KindList, Tab, answer
from registry.pages.refusing import public_page
from registry.records.code_events import CODE_EVENT, CodeEventKind

PUBLISHED_CODES = KindList(
    kind_code=CODE_EVENT.code,
    title="代码公示",
    introduction="新发放的和由旧号码转换的统一社会信用代码，由登记管理部门归集公示。",
    keywords="统一社会信用代码,新发放,存量转换",
    organisation_label="登记管理部门",
    tabs=(
        Tab(code="", label="全部", columns=("counterparty_name", "counterparty_uscc", "event_kind", "decided_on")),
        Tab(
            code="new",
            label="新发放",
            condition=Q(code_event__event_kind=CodeEventKind.ASSIGNED),
            columns=("counterparty_name", "counterparty_uscc", "decided_on"),
        ),
        Tab(
            code="converted",
            label="存量转换",
            condition=Q(code_event__event_kind=CodeEventKind.CONVERTED),
            columns=("counterparty_name", "counterparty_uscc", "old_scheme", "old_value", "decided_on"),
        ),
    ),
)


@public_page
def published_codes(request: HttpRequest, *, on: date) -> HttpResponseBase:
    return answer(PUBLISHED_CODES, request, on=on)
