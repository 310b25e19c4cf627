"""Pages for anybody: safe methods only, the clock asked once, and a refusal that says what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry import clock
from registry.pages.crumbs import Crumb, Place

TITLES = {
    400: "请求有误",
    403: "页面已过期",
    404: "没有找到",
    409: "现在不能办理",
    410: "信息已不再公示",
    429: "操作过于频繁",
}


class Refused(Exception):
    """A page that is not given; `message` tells the visitor why and what to do instead."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def public_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that is also given `on`, the day it is asked on, and may raise `Refused`."""

    @wraps(view)
    def page(request: HttpRequest, **wanted: object) -> HttpResponseBase:
        try:
            return view(request, on=clock.today(), **wanted)
        except Refused as refused:
            return refusal(request, refused)

    return require_safe(page)


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    title = TITLES[refused.status]
    place = Place(title=title, trail=(Crumb(title),), is_indexed=False)
    context = {"place": place, "message": refused.message}
    return render(request, "registry/refused.html", context, status=refused.status)
