"""Workbooks as departments make them, and a batch taken through its steps as a worker would."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.staff import User
from registry.intake import deciding, files, receiving, work
from registry.intake.models import ImportBatch
from registry.intake.receiving import Delivery
from registry.records import drafting, kinds
from registry.records.statuses import Action
from tests import samples
from tests.admin.conftest import at_entry, at_review, elsewhere, sign_in, staff  # noqa: F401  # fixtures
from tests.conftest import ARREARS_FIELDS
from tests.factories import NOON, TODAY


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """A storage of each test's own."""
    settings.FILES_ROOT = settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture(autouse=True)
def the_day(settings: Any) -> None:
    settings.CREDIT_TODAY = TODAY


def workbook(kind_code: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows under the headings of the standard, as a clerk keeps them."""
    kind = kinds.get(kind_code)
    names = list(dict.fromkeys(name for row in rows for name in row))
    spec = kind.spec(CatalogueItemVersion(fields=ARREARS_FIELDS))
    book = Workbook()
    sheet = book.active
    sheet.append([spec[name].label for name in names])
    for row in rows:
        sheet.append([row.get(name) for name in names])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def licences(count: int, **changes: Any) -> list[dict[str, Any]]:
    """Right rows, each a decision of its own about a subject of its own."""
    return [
        samples.licence(document_number=f"石食药监许〔2026〕{number}号") | changes for number in range(1, count + 1)
    ]


@pytest.fixture
def deliver(organisation: Any, clerk: User) -> Callable[..., ImportBatch]:
    """Hand a file in; nothing has looked at it yet."""

    def hand_in(content: bytes, kind: str = "licence", *, name: str = "行政许可.xlsx", **more: Any) -> ImportBatch:
        delivery = Delivery(**{"kind": kind, "organisation": organisation, "by": clerk, "at": NOON} | more)
        batch, _ = receiving.receive(delivery, [content], name=name)
        return batch

    return hand_in


@pytest.fixture
def check(deliver: Callable[..., ImportBatch]) -> Callable[..., ImportBatch]:
    """Hand rows in and have them checked."""

    def go(rows: Sequence[Mapping[str, Any]] | bytes, kind: str = "licence", **more: Any) -> ImportBatch:
        content = rows if isinstance(rows, bytes) else workbook(kind, rows)
        return worked(deliver(content, kind, **more))

    return go


@pytest.fixture
def commit(check: Callable[..., ImportBatch], clerk: User) -> Callable[..., ImportBatch]:
    """Hand rows in, have them checked and what is right stored."""

    def go(rows: Sequence[Mapping[str, Any]] | bytes, kind: str = "licence", **more: Any) -> ImportBatch:
        batch = check(rows, kind, **more)
        return worked(deciding.confirm(batch, by=more.get("by", clerk), at=NOON))

    return go


def worked(batch: ImportBatch) -> ImportBatch:
    """The batch after a worker's turn."""
    work.work_on(batch.pk)
    batch.refresh_from_db()
    return batch


def moved(batch: ImportBatch, action: Action, by: User, reason: str = "") -> ImportBatch:
    return worked(deciding.move(batch, action, by=by, at=NOON, reason=reason))


def counts(batch: ImportBatch) -> dict[str, int]:
    """What is not nothing."""
    names = ("new", "wrong", "held", "same", "changed", "unmarked", "stored")
    return {name: count for name in names if (count := getattr(batch, f"rows_{name}"))}


def messages(batch: ImportBatch) -> dict[int, str]:
    """What is said of each row."""
    return {row.number: "；".join(problem["message"] for problem in row.problems) for row in batch.rows.all()}


def returned(batch: ImportBatch):
    """The workbook that went back."""
    return load_workbook(io.BytesIO(b"".join(files.read(batch.returned_as, batch=batch.uid))))


def item_of(kind: str, organisation: Any) -> str:
    return drafting.item_version(kinds.get(kind), organisation, on=TODAY).item.code
