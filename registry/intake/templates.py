"""The workbook that a clerk fills in, made from the fields of a kind alone.

Three sheets: 「填写说明」 says how, 「填报」 is filled in, the hidden 「字典」 holds what drop-downs and checks need and
the version. No macros: the check character of a code is reckoned by a formula of conditional formatting.
"""

from __future__ import annotations

import io
import re
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.organisations import Organisation
from registry.intake import template_checks, template_guide, template_table
from registry.intake.additions import AUTHOR, DICTIONARY, FILL_IN, GUIDE
from registry.intake.versions import SIGNATURE, fingerprint
from registry.records.fields import Specification
from registry.records.kinds import Kind

_NOT_IN_A_NAME = re.compile(r"[^\w-]+")


def template(
    kind: Kind, version: CatalogueItemVersion | None = None, *, organisation: Organisation, today: date
) -> bytes:
    """An .xlsx for the records of a kind, as that version of the organisation's catalogue item describes them."""
    spec = kind.spec(version).typed
    book = Workbook()
    book.properties.creator, book.properties.title = AUTHOR, f"{title(kind, version)}填报模板"
    template_guide.write(
        book.active, spec, title=title(kind, version), number=number(version), organisation=organisation, today=today
    )
    book.active.title = GUIDE
    table, dictionary = book.create_sheet(FILL_IN), book.create_sheet(DICTIONARY)
    _sign(dictionary, spec, f"{title(kind, version)} v{number(version)}", today)
    template_table.write(table, spec, today=today)
    template_checks.add(book, table, dictionary, spec)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def title(kind: Kind, version: CatalogueItemVersion | None = None) -> str:
    """What the workbook is about: the kind, or the class of information that only the catalogue describes."""
    return version.item.name if version and kind.described_by_catalogue else kind.label


def number(version: CatalogueItemVersion | None) -> int:
    return version.version if version else 1


def file_name(kind: Kind, version: CatalogueItemVersion | None = None, *, today: date) -> str:
    """The name under which the template is offered, such as 行政处罚_模板_v3_20261123.xlsx."""
    about = _NOT_IN_A_NAME.sub("", title(kind, version))[:60] or kind.code
    return f"{about}_模板_v{number(version)}_{today:%Y%m%d}.xlsx"


def _sign(sheet: Worksheet, spec: Specification, name: str, today: date) -> None:
    sheet.sheet_state = "hidden"
    for row, text in enumerate((SIGNATURE, name, today.isoformat(), fingerprint(spec)), start=1):
        sheet.cell(row, 1, text)
