"""Files to be read, and LibreOffice to check what other programs make of ours."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from registry.intake.limits import Limits
from registry.intake.reading import Book, open_workbook

Opener = Callable[..., Book]
Converter = Callable[..., Path]
Worker = Callable[..., dict]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Open a file from its content: bytes, or a workbook of openpyxl."""
    with ExitStack() as stack:

        def open_content(content: bytes | Workbook, **limits: int) -> Book:
            if isinstance(content, Workbook):
                content = saved(content)
            path = tmp_path / f"file{len(list(tmp_path.iterdir()))}"
            path.write_bytes(content)
            return stack.enter_context(open_workbook(path, limits=replace(Limits(), **limits)))

        yield open_content


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Converter:
    """LibreOffice without a window: converts a file and returns the new one."""
    if shutil.which("soffice") is None:
        missing = "LibreOffice (soffice) is not installed"
        pytest.fail(missing) if os.environ.get("REQUIRE_ALL") else pytest.skip(missing)
    profile = tmp_path_factory.mktemp("office")

    def convert(path: Path, to: str, *options: str) -> Path:
        out = tmp_path_factory.mktemp("converted")
        subprocess.run(
            ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", *options, "--convert-to", to, "--outdir", out, path],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return next(out.iterdir())

    return convert


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One process for all files of this module, as a Celery worker is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.intake.worker"],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def ask(path: Path, **limits: int) -> dict:
        process.stdin.write(json.dumps({"path": str(path), "limits": limits}) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield ask
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    process.stdout.close()
