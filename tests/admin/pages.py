"""A browser small enough for tests: it reads the forms of a page and sends what they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from registry.models import Record


@dataclass
class Form:
    """One form of a page with the values its controls hold."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "form":
            self.form = Form(said.get("action") or "", (said.get("method") or "get").lower())
            self.forms.append(self.form)
        if self.form is None:
            return
        if tag == "input":
            self._input(said, name, value)
        elif tag == "select":
            self.select = name
            self.form.names.add(name)
        elif tag == "option" and "selected" in said:
            self.form.values.setdefault(self.select, []).append(value)
        elif tag == "textarea":
            self.area = name
            self.form.names.add(name)

    def _input(self, said: dict[str, str | None], name: str, value: str) -> None:
        kind = said.get("type", "text")
        if kind == "submit":
            self.form.buttons[name] = value
            return
        self.form.names.add(name)
        if kind in ("checkbox", "radio"):
            if "checked" in said:
                self.form.values.setdefault(name, []).append(said.get("value") or "on")
        else:
            self.form.values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.area:
            self.form.values.setdefault(self.area, []).append(data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = ""


def forms(page: HttpResponse) -> list[Form]:
    reader = _Reader()
    reader.feed(page.content.decode())
    return reader.forms


def text(page: HttpResponse) -> str:
    """The words of a page without its markup."""
    bare = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", bare)


@dataclass
class Browser:
    """Somebody's browser at the admin."""

    client: Client

    def get(self, path: str, **query: str) -> HttpResponse:
        return self.client.get(path, query)

    def post(self, path: str, data: dict[str, Any]) -> HttpResponse:
        return self.client.post(path, data)

    def send(self, page: HttpResponse, place: str, changes: dict[str, Any]) -> HttpResponse:
        """Send the form of this page whose action ends in `place`, with some of its values changed."""
        path = page.request["PATH_INFO"]
        query = page.request["QUERY_STRING"]
        here = f"{path}?{query}" if query else path
        found = next(form for form in forms(page) if form.method == "post" and _leads_to(form.action or here, place))
        return self.client.post(found.action or here, found.values | changes)

    def fill(self, page: HttpResponse, values: dict[str, Any], *, button: str = "_draft") -> HttpResponse:
        """Fill in the entry form of this page field by field, and press a button."""
        form = next(form for form in forms(page) if form.method == "post" and button in form.buttons)
        changes = {button: "1"}
        for name, value in values.items():
            changes |= _controls(form, f"f-{name}", value)
        here = page.request["PATH_INFO"]
        query = page.request["QUERY_STRING"]
        return self.client.post(f"{here}?{query}" if query else here, form.values | changes)

    def enter(self, kind: str, item: str, values: dict[str, Any], *, button: str = "_draft") -> HttpResponse:
        """Open the entry form of a class of information, fill it in, press a button."""
        page = self.get(reverse("admin:registry_record_add"), kind=kind, item=item)
        return self.fill(page, values, button=button)

    def record(self, record: Record, page: str = "change") -> HttpResponse:
        return self.get(reverse(f"admin:registry_record_{page}", args=[record.pk]))


def _leads_to(action: str, place: str) -> bool:
    return action.partition("?")[0].endswith(place)


def _controls(form: Form, name: str, value: Any) -> dict[str, Any]:
    """The controls a value is typed into: one box, a choice with its note, or a number that is not shown."""
    if f"{name}_number" in form.names:
        return {f"{name}_number": value}
    if f"{name}_choice" in form.names:
        choices = value.split(";") if isinstance(value, str) else value
        return {f"{name}_choice": choices}
    assert name in form.names, f"the form has no {name}"
    return {name: value}
