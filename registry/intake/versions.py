"""Which template a workbook came from: said in a hidden sheet, compared with the fields as they are today."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from registry.intake.additions import DICTIONARY
from registry.intake.reading import Book
from registry.records.fields import Specification

SIGNATURE = "信用安康模板"


def fingerprint(spec: Specification) -> str:
    """Changes when a template made yesterday would no longer fit: other fields, types, lengths or choices."""
    said = [f"{item.name}|{item.label}|{item.type}|{item.required}|{item.max_length}|{item.choices}" for item in spec]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def remarks(book: Book, spec: Specification) -> Iterator[str]:
    """One sentence about an old or foreign template; none where the workbook came from no template of ours."""
    sheet = next((each for each in book.sheets if each.name == DICTIONARY and each.is_hidden), None)
    first = [str(row.cells[0]) for row in book.head(sheet)[:4] if row.cells] if sheet else []
    if len(first) < 4 or first[0] != SIGNATURE:
        return
    _, name, made, mark = first
    if mark != fingerprint(spec):
        yield f"本文件用的是旧模板（{name}，{made}下载），与现行填报项不一致；能对应的列照常读取，请尽快改用新模板"
