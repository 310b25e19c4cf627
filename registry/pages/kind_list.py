"""The public list of one kind of record: filters, table, pages, and the same rows to take away.

An app that brings a kind describes its list (`KindList`) and calls `answer`; nothing here knows any kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from registry import exporting
from registry.directory.subjects import SubjectKind
from registry.pages import asking, filters, paging
from registry.pages.crumbs import Crumb, Place
from registry.pages.filters import Directory, Field
from registry.pages.rows import Table
from registry.reading import own_fields
from registry.reading.asked import Asked
from registry.reading.lists import matching, page_of
from registry.records import kinds
from registry.records.kinds import Kind
from registry.records.models import Record


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A part of the list under its own name, chosen by `kind=`; the first shows everything."""

    code: str
    label: str
    columns: tuple[str, ...]
    condition: Q | None = None


@dataclass(frozen=True, kw_only=True)
class KindList:
    """How the list of a kind looks: the place it takes, its columns and the choices it can be filtered by."""

    kind_code: str
    title: str
    introduction: str
    keywords: str
    columns: tuple[str, ...] = ()  # names of public fields, the first leads to the record; tabs have their own
    organisation_label: str = ""  # a last column for the body behind the record, where no field names it
    choices: tuple[str, ...] = ()  # names of fields with a fixed set of values
    tabs: tuple[Tab, ...] = ()
    template: str = "registry/kind_list.html"  # or one that extends it
    leads_to: tuple[str, str] | None = (
        None  # what a visitor may do from here: what it is called, the name of its address
    )

    @property
    def kind(self) -> Kind:
        return kinds.get(self.kind_code)

    @property
    def url(self) -> str:
        return reverse(self.kind.url_name)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Everything the address of a list says."""

    shared: Asked
    chosen: Mapping[str, str] = field(default_factory=dict)
    tab: Tab | None = None

    def address(self) -> dict[str, object]:
        tab = {"kind": self.tab.code} if self.tab else {}
        return {**tab, **self.shared.address(), **self.chosen}


def answer(listing: KindList, request: HttpRequest, *, on: date) -> HttpResponseBase:
    """The page of the list, or its rows as a file when `format=` asks for them."""
    directory = Directory.read()
    question = _read(listing, request, directory, on=on)
    if wanted := asking.choice(request.GET, "format", list(exporting.Format)):
        return _export(listing, question, exporting.Format(wanted), on=on)
    number, parameters = paging.number(request.GET), question.address()
    found = page_of(listing.kind, question.shared, on=on, page=number, more=_condition(listing, question))
    table = _table(listing, question)
    context = {
        "place": _place(listing),
        "introduction": listing.introduction,
        "leads_to": listing.leads_to,
        "tabs": _tabs(listing, question),
        "fields": _fields(listing, question, directory, on=on),
        "hidden": {"kind": question.tab.code} if question.tab and question.tab.code else {},
        "query": question.shared.query,
        "notice": found.notice,
        "table": table,
        "rows": table.rows(found.lines, question.shared.query),
        "pager": paging.pager(number, total=found.total, capped=found.capped, path=listing.url, asked=parameters),
        "exports": [(fmt.upper(), paging.address(listing.url, parameters, format=fmt)) for fmt in exporting.Format],
        "most_rows": exporting.MOST_ROWS,
    }
    return render(request, listing.template, context)


def _read(listing: KindList, request: HttpRequest, directory: Directory, *, on: date) -> Question:
    spec = listing.kind.spec()
    by_code = {tab.code: tab for tab in listing.tabs}
    wanted = asking.choice(request.GET, "kind", by_code) if by_code else ""
    return Question(
        shared=filters.read(request.GET, directory, on=on, with_days=True),
        chosen={name: asking.choice(request.GET, name, spec[name].choices) for name in listing.choices},
        tab=by_code.get(wanted),
    )


def _condition(listing: KindList, question: Question) -> Q | None:
    """What the kind's own columns must say; None when that was not asked."""
    spec = listing.kind.spec()
    conditions = [own_fields.holds(listing.kind, spec[name], value) for name, value in question.chosen.items() if value]
    if question.tab is not None and question.tab.condition is not None:
        conditions.append(question.tab.condition)
    return reduce(and_, conditions) if conditions else None


def _table(listing: KindList, question: Question) -> Table:
    columns = question.tab.columns if question.tab else listing.columns
    return Table(listing.kind.spec(), columns, organisation_label=listing.organisation_label)


def _place(listing: KindList) -> Place:
    return Place(
        title=listing.title,
        trail=(Crumb(listing.title),),
        column=listing.title,
        keywords=listing.keywords,
        description=listing.introduction,
    )


def _tabs(listing: KindList, question: Question) -> list[paging.Link]:
    asked = question.address()
    return [
        paging.Link(tab.label, paging.address(listing.url, asked, kind=tab.code), tab is question.tab)
        for tab in listing.tabs
    ]


def _fields(listing: KindList, question: Question, directory: Directory, *, on: date) -> list[Field]:
    spec = listing.kind.spec()
    own = [
        Field(
            name,
            spec[name].label,
            options=filters.options(tuple(spec[name].offered()), question.chosen[name]),
        )
        for name in listing.choices
    ]
    return [*filters.fields(question.shared, directory, on=on, with_days=True), *own]


def _export(listing: KindList, question: Question, wanted: exporting.Format, *, on: date) -> HttpResponseBase:
    spec = listing.kind.spec()
    every_field = [column.name for column in spec.public()]
    table = Table(spec, every_field, organisation_label=listing.organisation_label)
    return exporting.answer(
        wanted,
        code=listing.kind.code,
        on=on,
        header=table.headings,
        rows=table.values_of(_keys(listing, question, on=on), on=on),
    )


def _keys(listing: KindList, question: Question, *, on: date) -> list[int]:
    """The records of the filtered list, newest first; nothing about natural persons leaves in bulk."""
    shown = Record.objects.public(on=on).filter(kind=listing.kind_code)
    shown = question.shared.narrow(shown.exclude(subject__kind=SubjectKind.NATURAL))
    if question.shared.q:
        ids, _ = matching(listing.kind, question.shared, on=on)
        shown = shown.filter(pk__in=ids)
    if (condition := _condition(listing, question)) is not None:
        shown = shown.filter(condition)
    return list(shown.order_by("-decided_on", "-pk").values_list("pk", flat=True)[: exporting.MOST_ROWS])
