"""The workbook that a clerk fills in, made from the fields of a kind alone."""

from __future__ import annotations

from datetime import date

from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.organisations import Organisation
from registry.records.kinds import Kind


def template(
    kind: Kind, version: CatalogueItemVersion | None = None, *, organisation: Organisation, today: date
) -> bytes:
    """An .xlsx: how to fill in, the sheet 「填报」, and a hidden dictionary behind its drop-downs."""
    raise NotImplementedError


def file_name(kind: Kind, version: CatalogueItemVersion | None = None, *, today: date) -> str:
    """The name under which the template is offered, such as 行政处罚_模板_v3_20261123.xlsx."""
    raise NotImplementedError
