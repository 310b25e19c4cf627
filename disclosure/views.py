"""The public lists of 双公示 (国发〔2016〕33号): licences and penalties."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponseBase

from registry.pages.kind_list import KindList, answer
from registry.pages.refusing import public_page

LICENCES = KindList(
    kind_code="licence",
    title="行政许可",
    introduction="安康市各行政机关作出的行政许可决定，自决定之日起7个工作日内公示。",
    keywords="双公示,行政许可,许可决定",
    columns=(
        "counterparty_name", "document_name", "document_number", "category", "authority_name", "decided_on", "valid_to",
    ),
    choices=("category", "validity"),
)  # fmt: skip

PENALTIES = KindList(
    kind_code="penalty",
    title="行政处罚",
    introduction="安康市各行政机关作出的行政处罚决定，自决定之日起7个工作日内公示，公示期满即不再展示。",
    keywords="双公示,行政处罚,处罚决定",
    columns=(
        "counterparty_name", "document_number", "violation", "category", "authority_name", "decided_on", "public_until",
    ),
    choices=("category",),
)  # fmt: skip


@public_page
def licences(request: HttpRequest, *, on: date) -> HttpResponseBase:
    return answer(LICENCES, request, on=on)


@public_page
def penalties(request: HttpRequest, *, on: date) -> HttpResponseBase:
    return answer(PENALTIES, request, on=on)
