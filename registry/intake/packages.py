"""The few parts of an .xlsx package that say where its sheets lie."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat
from zipfile import ZipFile

from registry.intake.errors import DAMAGED, Refused

_LONGEST_INDEX = 4 * 1024 * 1024  # of the parts read here, unpacked


@dataclass(frozen=True)
class Package:
    """The parts of the sheets by name, and the calendar of the workbook."""

    parts: dict[str, str]
    is_1904: bool


def read(path: Path) -> Package:
    """The index of an inspected workbook; raises Refused where it has none."""
    with ZipFile(path) as container:
        root = next(
            (to for kind, to in _relations(container, "_rels/.rels", "").values() if _is(kind, "officeDocument")), ""
        )
        folder, name = posixpath.split(root)
        if name != "workbook.xml":  # calamine asks for no other name; two readers must see one workbook
            raise Refused(DAMAGED)
        targets = _relations(container, f"{folder}/_rels/{name}.rels".lstrip("/"), folder)
        sheets, is_1904 = _workbook(_part(container, root))
    return Package({name: targets[key][1] for name, key in sheets.items() if key in targets}, is_1904)


def _is(kind: str, wanted: str) -> bool:
    return kind.rsplit("/", 1)[-1] == wanted


def _relations(container: ZipFile, name: str, folder: str) -> dict[str, tuple[str, str]]:
    found = {}

    def started(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), target)

    _parse(_part(container, name), started)
    return found


def _workbook(content: bytes) -> tuple[dict[str, str], bool]:
    sheets: dict[str, str] = {}
    calendar = []

    def started(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            key = next((value for name, value in attributes.items() if _local(name) == "id"), "")
            if sheets.setdefault(attributes.get("name", ""), key) != key:
                raise Refused(DAMAGED)
        elif _local(tag) == "workbookPr":
            calendar.append(attributes.get("date1904", ""))

    _parse(content, started)
    return sheets, any(value in ("1", "true") for value in calendar)


def _local(tag: str) -> str:
    return tag.rsplit(":", 1)[-1]


def _part(container: ZipFile, name: str) -> bytes:
    try:
        info = container.getinfo(name)
    except KeyError:
        raise Refused(DAMAGED) from None
    with container.open(info) as part:
        content = part.read(_LONGEST_INDEX + 1)
    if len(content) > _LONGEST_INDEX:
        raise Refused("工作簿的目录过大，无法读取，请另存为新的 .xlsx 再上传")
    return content


def _parse(content: bytes, started: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = started
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Refused(DAMAGED) from None
