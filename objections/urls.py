"""Public addresses of the procedures."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from objections.pages import informing, track
from objections.pages.filing import asking, beginning, confirming, papers
from objections.statuses import Procedure

_PREFIXES = {
    Procedure.OBJECTION: "objections",
    Procedure.REPAIR: "repairs",
    Procedure.COMPLAINT: "complaints",
    Procedure.COMMITMENT: "commitments",
}


def _forms() -> Iterator[URLPattern]:
    for procedure, prefix in _PREFIXES.items():
        of = {"procedure": procedure}
        name = procedure.value
        yield path(f"{prefix}/new/", beginning.start, of, name=f"{name}_start")
        yield path(f"{prefix}/new/<str:key>/done/", confirming.done, of, name=f"{name}_done")
        yield path(f"{prefix}/new/<str:key>/receipt.pdf", confirming.receipt, of, name=f"{name}_receipt")
        yield path(f"{prefix}/new/<str:key>/papers/remove/", papers.remove, of, name=f"{name}_remove")
        yield path(f"{prefix}/new/<str:key>/<slug:slug>/", asking.page, of, name=f"{name}_page")


app_name = "objections"
urlpatterns = [
    *_forms(),
    path("track/", track.track, name="track"),
    path("track/verify/", track.verify, name="verify"),
    path("objections/rules/", informing.rules, name="rules"),
    path("objections/statistics/", informing.counts, name="statistics"),
    path("objections/clarifications/", informing.clarifications, name="clarifications"),
]
