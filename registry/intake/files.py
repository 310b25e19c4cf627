"""The delivered workbooks as they are kept: sealed, under random names, for a limited time, and in clear only while
a worker reads them. They hold ID numbers (个人信息保护法 47: what is no longer needed is deleted)."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.core.files import File
from django.core.files.storage import default_storage

from registry.audit import sealed_files
from registry.intake.errors import Refused

FOLDER = "intake"
_ROOMS = "ankang-intake-"
_AT_ONCE = 1024 * 1024


class Kept(NamedTuple):
    """A sealed file: where it is, how large it was and its digest in clear."""

    name: str
    size: int
    sha256: str


def keep(chunks: Iterable[bytes], *, batch: uuid.UUID, largest: int | None = None) -> Kept:
    """Seal a file for that batch as it comes in; raises Refused as soon as it is larger than `largest` bytes."""
    digest, size = hashlib.sha256(), 0

    def measured() -> Iterator[bytes]:
        nonlocal size
        for chunk in chunks:
            size += len(chunk)
            if largest is not None and size > largest:
                raise Refused(f"文件超过{largest // 1024 // 1024}MB，请分成几个文件上传")
            digest.update(chunk)
            yield chunk

    with tempfile.TemporaryFile() as sealed:
        sealed_files.seal(measured(), sealed, context=_context(batch))
        sealed.seek(0)
        name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", File(sealed))
    return Kept(name, size, digest.hexdigest())


def keep_file(path: Path, *, batch: uuid.UUID) -> str:
    """Seal a file that a worker has made; returns where it is kept."""
    with path.open("rb") as file:
        return keep(iter(lambda: file.read(_AT_ONCE), b""), batch=batch).name


def read(name: str, *, batch: uuid.UUID) -> Iterator[bytes]:
    """The file in clear, piece by piece; raises FileNotFoundError when it is deleted."""
    with default_storage.open(name, "rb") as sealed:
        yield from sealed_files.unseal(sealed, context=_context(batch))


def write_clear(name: str, target: BinaryIO, *, batch: uuid.UUID) -> None:
    for piece in read(name, batch=batch):
        target.write(piece)


def delete(*names: str) -> None:
    """Delete kept files; one that is gone already is well gone."""
    for name in filter(None, names):
        default_storage.delete(name)


def delete_older(than: datetime) -> int:
    """Delete every kept file from before that moment, whoever still points at it; returns how many."""
    if not default_storage.exists(FOLDER):
        return 0
    names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    old = [name for name in names if default_storage.get_modified_time(name) < than]
    delete(*old)
    return len(old)


@contextmanager
def room() -> Iterator[Path]:
    """A private folder for files in clear, gone with the block; what killed workers left is cleared away first."""
    _clear_abandoned()
    with tempfile.TemporaryDirectory(prefix=f"{_ROOMS}{os.getpid()}-") as folder:
        yield Path(folder)


def _clear_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_ROOMS}*"):
        owner = folder.name.removeprefix(_ROOMS).partition("-")[0]
        if owner.isdigit() and not _lives(int(owner)):
            with suppress(OSError):  # of another user, or somebody was faster
                shutil.rmtree(folder)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _context(batch: uuid.UUID) -> str:
    return f"registry_importbatch:{batch}:file"
