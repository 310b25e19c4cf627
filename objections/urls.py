"""Public addresses of the procedures."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from objections.pages import filing, informing, track
from objections.statuses import Procedure

_PREFIXES = {Procedure.OBJECTION: "objections", Procedure.REPAIR: "repairs", Procedure.COMPLAINT: "complaints"}


def _forms() -> Iterator[URLPattern]:
    for procedure, prefix in _PREFIXES.items():
        of = {"procedure": procedure}
        name = procedure.value
        yield path(f"{prefix}/new/", filing.start, of, name=f"{name}_start")
        yield path(f"{prefix}/new/<str:key>/done/", filing.done, of, name=f"{name}_done")
        yield path(f"{prefix}/new/<str:key>/receipt.pdf", filing.receipt, of, name=f"{name}_receipt")
        yield path(f"{prefix}/new/<str:key>/papers/remove/", filing.remove, of, name=f"{name}_remove")
        yield path(f"{prefix}/new/<str:key>/<slug:slug>/", filing.page, of, name=f"{name}_page")


app_name = "objections"
urlpatterns = [
    *_forms(),
    path("track/", track.track, name="track"),
    path("track/verify/", track.verify, name="verify"),
    path("objections/rules/", informing.rules, name="rules"),
    path("objections/statistics/", informing.counts, name="statistics"),
    path("objections/clarifications/", informing.clarifications, name="clarifications"),
]
