"""Addresses of API v1. A kind that names its collection has one; nothing here knows any kind."""

from collections.abc import Iterator

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from registry.api import described
from registry.api.changes import Changes
from registry.api.intake import Batch, BatchActs, BatchWorkbook, Intake
from registry.api.reading import Code, RecordDetail, Records, SubjectDetail
from registry.api.schema import SchemaDocument
from registry.records import kinds


class AnyText(StringConverter):
    """Whatever somebody takes for a code, slashes and line ends included."""

    regex = "(?s:.+)"


register_converter(AnyText, "anytext")


def _collections() -> Iterator[URLPattern]:
    for kind in kinds.every():
        if kind.collection:
            views = described.views_of(kind)
            yield path(f"v1/{kind.collection}/", views.collection, name=f"{kind.collection}")
            yield path(f"v1/{kind.collection}/<uuid:uid>/", views.item, name=f"{kind.collection}-item")
            yield path(f"v1/{kind.collection}/<uuid:uid>/moves/", views.moves, name=f"{kind.collection}-moves")
            yield path(
                f"v1/{kind.collection}/<uuid:uid>/corrections/",
                views.corrections,
                name=f"{kind.collection}-corrections",
            )


app_name = "api"
urlpatterns = [
    path("v1/codes/", described.view_of(Code, "code-judge"), name="codes"),
    path("v1/codes/<anytext:code>/", described.view_of(Code, "code-read"), name="code"),
    path("v1/subjects/<anytext:code>/", described.view_of(SubjectDetail, "subject-read"), name="subject"),
    # Without the slash as well: a redirect would repeat in its header what may be somebody's number.
    path("v1/codes/<anytext:code>", described.unlisted(Code)),
    path("v1/subjects/<anytext:code>", described.unlisted(SubjectDetail)),
    path("v1/records/", described.view_of(Records, "record-list"), name="records"),
    path("v1/records/<uuid:uid>/", described.view_of(RecordDetail, "record-read"), name="record"),
    path("v1/changes/", described.view_of(Changes, "change-list"), name="changes"),
    *_collections(),
    path("v1/intake/<slug:kind>/", described.of_intake(Intake, "intake-deliver"), name="intake"),
    path("v1/intake/<slug:kind>/<uuid:uid>/", described.of_intake(Batch, "intake-read"), name="intake-batch"),
    path("v1/intake/<slug:kind>/<uuid:uid>/acts/", described.of_intake(BatchActs, "intake-act"), name="intake-acts"),
    path(
        "v1/intake/<slug:kind>/<uuid:uid>/workbook/",
        described.of_intake(BatchWorkbook, "intake-workbook"),
        name="intake-workbook",
    ),
    path("schema/", SchemaDocument.as_view(), name="schema"),
]
