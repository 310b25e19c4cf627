"""The public catalogue of joint incentives and punishments, by kind, section, body and force (row S3.3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render

from measures.models import Colour, Measure, Strength
from registry.directory.organisations import Organisation
from registry.pages import asking, filters
from registry.pages.crumbs import Crumb, Place
from registry.pages.filters import Directory, Field
from registry.pages.refusing import public_page
from registry.remembering import remembered

COLUMN = "联合奖惩"


@public_page
def catalogue(request: HttpRequest, *, on: date) -> HttpResponseBase:
    measures = [measure for measure in everything() if _holds(measure, on)]
    directory = Directory.read()
    sections = tuple(dict.fromkeys(measure.section for measure in measures))
    asked = _asked(request.GET, directory, sections)
    context = {
        "place": place("联合奖惩措施目录", "守信联合激励和失信联合惩戒措施目录：措施、对象、实施单位、约束力和依据"),
        "fields": list(_fields(asked, directory, sections)),
        "rows": list(_chosen(measures, asked, directory)),
        "total": len(measures),
    }
    return render(request, "measures/catalogue.html", context)


@remembered
def everything() -> list[Measure]:
    """The catalogue, some eighty rows that change a few times a year."""
    return list(Measure.objects.select_related("basis").order_by("code"))


def place(title: str, description: str) -> Place:
    return Place(
        title=title,
        trail=(Crumb(title),),
        column=COLUMN,
        keywords=f"{title},守信联合激励,失信联合惩戒",
        description=description,
    )


def _holds(measure: Measure, on: date) -> bool:
    return measure.valid_from <= on and (measure.valid_to is None or on <= measure.valid_to)


def _asked(query: QueryDict, directory: Directory, sections: tuple[str, ...]) -> dict[str, str]:
    return {
        "kind": asking.choice(query, "kind", Colour.values),
        "section": asking.choice(query, "section", sections),
        "organisation": asking.choice(query, "organisation", {body.uscc for body in directory.organisations}),
        "strength": asking.choice(query, "strength", Strength.values),
    }


def _fields(asked: dict[str, str], directory: Directory, sections: tuple[str, ...]) -> Iterator[Field]:
    bodies = tuple((body.uscc, body.name) for body in directory.organisations)
    choices = {
        "kind": ("类别", tuple(Colour.choices)),
        "section": ("条款", tuple((section, section) for section in sections)),
        "organisation": ("可以实施的单位", bodies),
        "strength": ("约束力", tuple(Strength.choices)),
    }
    for name, (label, offered) in choices.items():
        yield Field(name, label, options=filters.options(offered, asked[name]))


def _chosen(measures: list[Measure], asked: dict[str, str], directory: Directory) -> Iterator[Measure]:
    body = next((body for body in directory.organisations if body.uscc == asked["organisation"]), None)
    whole = Organisation.objects.get(pk=body.pk) if body is not None else None  # its kind decides as well
    for measure in measures:
        if asked["kind"] in ("", measure.colour) and asked["section"] in ("", measure.section):
            fits = asked["strength"] in ("", measure.strength)
            if fits and (whole is None or measure.may_be_taken_by(whole)):
                yield measure
