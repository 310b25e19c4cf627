"""A visitor at the public forms: fills in page after page as a browser would, without a script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from objections.models import EvidencePurpose
from objections.statuses import Procedure
from registry.models import Record
from tests.admin.pages import forms, text
from tests.objections import answers
from tests.objections.files import pdf


@dataclass
class Visitor:
    """Somebody with a browser and an address."""

    client: Client
    address: str = "127.0.0.1"

    def get(self, path: str) -> HttpResponse:
        return self.client.get(path, follow=True, REMOTE_ADDR=self.address)

    def send(self, page: HttpResponse, form: int = -1, **values: Any) -> HttpResponse:
        """Send a form of this page (the last one that posts, unless told), with these values; follow on."""
        found = posting(page)[form]
        here = page.request["PATH_INFO"]
        query = page.request["QUERY_STRING"]
        action = found.action or (f"{here}?{query}" if query else here)
        return self.client.post(action, found.values | values, follow=True, REMOTE_ADDR=self.address)

    def upload(self, page: HttpResponse, purpose: str, name: str = "证明.pdf", content: bytes | None = None):
        """Send a file from the papers page."""
        file = SimpleUploadedFile(name, pdf(purpose) if content is None else content)
        place = next(number for number, form in enumerate(posting(page)) if "files" in form.names)
        return self.send(page, place, purpose=purpose, files=file, upload="1")


def posting(page: HttpResponse) -> list:
    return [form for form in forms(page) if form.method == "post"]


def where(page: HttpResponse) -> str:
    """The last part of the address a page was found at."""
    return page.request["PATH_INFO"].rstrip("/").rpartition("/")[2]


def number_and_code(page: HttpResponse) -> tuple[str, str]:
    """What the confirmation shows."""
    shown = text(page)
    number = re.search(r"AK(?:YY|XF|TS|CN)-\d{8}-\d{6}-[0-9A-Z]", shown)[0]
    return number, re.search(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4}\b", shown)[0]


def walk(
    visitor: Visitor,
    page: HttpResponse,
    pages: dict[str, dict[str, Any]],
    papers: list[EvidencePurpose],
    *,
    until: str = "done",
) -> HttpResponse:
    """Answer page after page, whichever comes, up to the one named."""
    for _ in range(12):
        here = where(page)
        if here == until:
            return page
        if here == "papers":
            for purpose in papers:
                page = visitor.upload(page, purpose.value)
            page = visitor.send(page)
        elif here == "check":
            page = visitor.send(page, promise="on")
        else:
            page = visitor.send(page, **pages.get(here, {}))
    raise AssertionError(f"stuck at {here}: {text(page)[:600]}")


def begin(
    visitor: Visitor, procedure: Procedure, record: Record | None, *, until: str = "done", **changes: Any
) -> HttpResponse:
    """Fill in a form from the page of the record, up to the page named."""
    said, papers = answers.of(procedure, record, **changes)
    prefix = f"{procedure}s"
    about = f"?record={record.uid}" if record else ""
    page = visitor.send(visitor.get(f"/{prefix}/new/{about}"))
    return walk(visitor, page, said, papers, until=until)
