"""Whatever the bytes of a file, the answer is a kind of workbook or a reason: never another exception (P58)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.intake import guard
from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.spreadsheets import Xls, Xlsx
from tests.intake import old_workbooks as xls
from tests.intake import packages

pytestmark = pytest.mark.sqlite
NEW = packages.packed(packages.parts())
OLD = xls.workbook([["名称", "代码", 1.0]] * 3, cells=xls.formula(5, 0, 1.0))
PLAIN = '名称,代码\n甲,"1"\n'.encode("gb18030")
SIGNATURES = (b"", b"PK\3\4", b"PK\5\6", xls.container({})[:512])
ANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def judged(path, content: bytes) -> guard.FileKind | None:
    path.write_bytes(content)
    try:
        return guard.inspect(path, limits=Limits())
    except Refused as refused:
        assert refused.message and refused.message[-1] not in "。！"
        return None


@given(start=st.sampled_from(SIGNATURES), rest=st.binary(max_size=3000))
@ANY
def test_random_bytes_are_judged(start, rest, tmp_path):
    judged(tmp_path / "file", start + rest)


@st.composite
def damaged(draw):
    """A good file with a few bytes changed, or cut off, or with a part of it again."""
    content = bytearray(draw(st.sampled_from([NEW, OLD, PLAIN])))
    for _ in range(draw(st.integers(0, 4))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    start = draw(st.integers(0, len(content)))
    return bytes(
        draw(st.sampled_from([content, content[:start], content + content[start:], content[start:] + content]))
    )


@given(damaged())
@ANY
def test_damaged_files_are_judged_and_what_passes_can_be_read(tmp_path, content):
    """Read here without its process, so that nothing but a refusal may come out of it."""
    path = tmp_path / "file"
    source = {guard.FileKind.XLSX: Xlsx, guard.FileKind.XLS: Xls}.get(judged(path, content))
    if source is None:
        return
    try:
        book = source(path, Limits())
        for index in range(len(book.sheets)):
            list(book.rows(index))
    except Refused as refused:
        assert refused.message
    except BaseException as panic:
        # calamine's own; it ends the parsing process, and who waits for that says the file is damaged
        if type(panic).__name__ != "PanicException":
            raise
