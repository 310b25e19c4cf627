"""Where the files lie: sealed under the field keys, with a random name, below FILES_ROOT, which no web server serves."""

from __future__ import annotations

import io
from typing import Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from registry.audit import sealed_files


class Kept(Protocol):
    """A row that stands for a file: where it lies, and what its bytes are bound to."""

    @property
    def path(self) -> str: ...

    @property
    def context(self) -> str: ...


def keep(row: Kept, content: bytes) -> None:
    """Store the bytes of this row; they open under no other name."""
    sealed = io.BytesIO()
    sealed_files.seal([content], sealed, context=row.context)
    default_storage.save(row.path, ContentFile(sealed.getvalue()))


def take(row: Kept) -> bytes:
    """The bytes of this row in clear. Callers have asked whether this person may, and log it."""
    with default_storage.open(row.path) as stored:
        return b"".join(sealed_files.unseal(stored, context=row.context))


def destroy(row: Kept) -> None:
    """Take the bytes away; the row may go or stay."""
    default_storage.delete(row.path)
