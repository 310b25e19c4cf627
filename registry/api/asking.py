"""Reading the query of an API address: declared filters only, each once, each value checked and named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.http import QueryDict

from registry.api.problems import Refusal, place
from registry.directory.organisations import Organisation
from registry.directory.regions import Region
from registry.identifiers.verdict import judge
from registry.reading import own_fields
from registry.reading.asked import Asked
from registry.reading.codes import holds_an_id_number
from registry.records import kinds
from registry.records.kinds import Kind
from registry.records.listed import Listed
from registry.records.models import Record
from registry.search.asking import CAP

FIRST_YEAR, LAST_YEAR = 1949, 2099
LARGEST_PAGE = 100
PAGING = frozenset({"page", "page_size"})
# ASCII digits only: strptime, int and Decimal read full-width and Arabic ones as well.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[0-9]{4}")
_COUNT = re.compile(r"[1-9][0-9]{0,5}")
_OTHER = {"invalid_choice": "不在可选范围内，请查阅接口文档"}  # Django's own sentence repeats the value


class _Day(forms.Field):
    def to_python(self, value: str | None) -> date | None:
        if not value:
            return None
        try:
            found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:  # 2026-02-30
            found = None
        if found is None:
            raise forms.ValidationError("须为日期，写作 2026-03-02")
        return found


class _Year(forms.Field):
    def to_python(self, value: str | None) -> int | None:
        if not value:
            return None
        if not _YEAR.fullmatch(value) or not FIRST_YEAR <= int(value) <= LAST_YEAR:
            raise forms.ValidationError(f"须为{FIRST_YEAR}至{LAST_YEAR}之间的四位年份")
        return int(value)


class DayFilter(django_filters.Filter):
    field_class = _Day


class YearFilter(django_filters.Filter):
    field_class = _Year


class RecordFilters(django_filters.FilterSet):
    """What records can be filtered by; the names are the public contract."""

    q = django_filters.CharFilter(label="名称中的字、统一社会信用代码或文书号", method="keep", max_length=200)
    kind = django_filters.ChoiceFilter(label="记录种类", choices=kinds.choices, method="keep", error_messages=_OTHER)
    region = django_filters.ModelChoiceFilter(
        label="区划代码", queryset=lambda request: Region.objects.current(), method="keep", error_messages=_OTHER
    )
    organisation = django_filters.ModelChoiceFilter(
        label="提供单位的统一社会信用代码",
        queryset=lambda request: Organisation.objects.all(),
        to_field_name="uscc",
        method="keep",
        error_messages=_OTHER,
    )
    year = YearFilter(label="决定年份", method="keep")
    decided_from = DayFilter(label="决定日期起", method="keep")
    decided_to = DayFilter(label="决定日期止", method="keep")

    class Meta:
        model = Record
        fields: list[str] = []

    def __init__(self, query: QueryDict, *, kind: Kind | None) -> None:
        super().__init__(query, queryset=Record.objects.none())
        if kind is not None:
            del self.filters["kind"]
            self.filters |= own_filters(kind)

    def keep(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset  # search and browsing narrow by the values themselves


def own_filters(kind: Kind) -> dict[str, django_filters.Filter]:
    """Filters by the kind's own fields with fixed choices, as it announced them."""
    spec = kind.spec() if kind.filters else ()
    return {
        one.name: django_filters.ChoiceFilter(
            label=one.label,
            choices=one.offered if isinstance(one.choices, Listed) else one.offered(),
            error_messages=_OTHER,
        )
        for one in spec
        if one.name in kind.filters
    }


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a list is asked: of which kind, narrowed by what, and by which of the kind's own fields."""

    kind: Kind | None
    asked: Asked
    more: Q | None = None
    page: int = 1
    page_size: int = 20


def question(query: QueryDict, *, on: date, kind: Kind | None = None) -> Question:
    """Everything the address of a list says; raises Refusal (400) naming each wrong parameter."""
    if query.keys() <= PAGING:  # the plain list: making a form that stays empty would cost a fifth of it
        once(query, PAGING)
        number, size = paging(query)
        return Question(kind=kind, asked=Asked(), page=number, page_size=size)
    filters = RecordFilters(query, kind=kind)
    once(query, {*filters.filters, *PAGING})
    form = filters.form
    if not form.is_valid():
        errors = {name: [str(message) for message in found] for name, found in form.errors.items()}
        raise Refusal(400, "查询参数有误：" + "、".join(sorted(errors)), errors)
    values = form.cleaned_data
    _in_order(values)
    chosen = kind or (kinds.get(values["kind"]) if values.get("kind") else None)
    number, size = paging(query)
    return Question(
        kind=chosen,
        asked=Asked(
            q=_typed(values["q"], on=on),
            organisation=values["organisation"],
            region=values["region"].pk if values["region"] else "",
            year=values["year"],
            since=values["decided_from"],
            until=values["decided_to"],
        ),
        more=_own_condition(kind, values) if kind is not None else None,
        page=number,
        page_size=size,
    )


def once(query: QueryDict, known: Iterable[str]) -> None:
    """Refuse a parameter nobody declared, and one that is given twice (parameter pollution)."""
    unknown = sorted(set(query) - set(known))
    if unknown:
        raise Refusal(400, f"没有这样的查询参数：{place(unknown[0])}", {name: ["没有此参数"] for name in unknown[:20]})
    doubled = [name for name in query if len(query.getlist(name)) > 1]
    if doubled:
        raise Refusal(400, "查询参数重复", {name: ["重复出现，请只填写一次"] for name in doubled})


def paging(query: QueryDict) -> tuple[int, int]:
    """Page number and page size; refuses a page that begins behind the cap."""
    number, size = _count(query, "page", 1), _count(query, "page_size", 20)
    if size > LARGEST_PAGE:
        raise Refusal(400, f"每页最多{LARGEST_PAGE}条", {"page_size": [f"最多{LARGEST_PAGE}"]})
    if (number - 1) * size >= CAP:
        raise Refusal(400, f"只能翻看前{CAP}条，请增加筛选条件缩小范围，或者下载开放数据", {"page": ["页码过大"]})
    return number, size


def _count(query: QueryDict, name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not _COUNT.fullmatch(text):
        raise Refusal(400, f"参数 {name} 须为从1开始的整数", {name: ["须为从1开始的整数"]})
    return int(text)


def _in_order(values: dict[str, Any]) -> None:
    since, until = values["decided_from"], values["decided_to"]
    if since and until and since > until:
        raise Refusal(400, "起始日期不能晚于截止日期", {"decided_from": ["不能晚于 decided_to"]})


def _typed(text: str, *, on: date) -> str:
    if holds_an_id_number(text, judge(text, on=on)):
        raise Refusal(400, "不能按身份证号码查询", {"q": ["请勿在此输入身份证号"]})
    return text


def _own_condition(kind: Kind, values: dict[str, Any]) -> Q | None:
    wanted = {name: values[name] for name in kind.filters if values.get(name)}
    if not wanted:
        return None
    spec = kind.spec()
    condition = Q()
    for name, value in wanted.items():
        condition &= own_fields.holds(kind, spec[name], value)
    return condition
