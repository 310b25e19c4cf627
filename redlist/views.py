"""The public lists of models of honesty (安政发〔2017〕8号 二（一）) and of commitments (二（二）)."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponseBase

from registry.pages.kind_list import KindList, answer
from registry.pages.refusing import public_page

HONOURS = KindList(
    kind_code="redlist",
    title="守信红名单",
    introduction="各县区、各部门确定、评选，行业协会商会推荐和新闻媒体挖掘的诚信典型。主体被列入严重失信名单的，其荣誉随即停止展示。",
    keywords="红名单,诚信典型,守信激励",
    columns=("subject_name", "title", "category", "level", "conferring_body", "decided_on", "valid_until"),
    choices=("category", "level"),
)

COMMITMENTS = KindList(
    kind_code="commitment",
    title="信用承诺",
    introduction="市场主体公开作出的信用承诺及其履行情况，接受社会监督。",
    keywords="信用承诺,产品服务标准,履行状态",
    columns=("subject_name", "reason", "type", "accepting_unit", "decided_on", "valid_to", "fulfilment"),
    choices=("type", "fulfilment"),
    leads_to=("发布信用承诺", "objections:commitment_start"),
)


@public_page
def honours(request: HttpRequest, *, on: date) -> HttpResponseBase:
    return answer(HONOURS, request, on=on)


@public_page
def commitments(request: HttpRequest, *, on: date) -> HttpResponseBase:
    return answer(COMMITMENTS, request, on=on)
