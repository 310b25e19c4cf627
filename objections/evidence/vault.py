"""Where the files lie: sealed under the field keys, with a random name, below FILES_ROOT, which no web server serves."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from objections.models import Evidence
from registry.audit import sealed_files


def keep(evidence: Evidence, content: bytes) -> None:
    """Store the bytes of this row; they open under no other name."""
    sealed = io.BytesIO()
    sealed_files.seal([content], sealed, context=evidence.context)
    default_storage.save(evidence.path, ContentFile(sealed.getvalue()))


def take(evidence: Evidence) -> bytes:
    """The bytes of this row in clear. Callers have asked whether this person may, and log it."""
    with default_storage.open(evidence.path) as stored:
        return b"".join(sealed_files.unseal(stored, context=evidence.context))


def destroy(evidence: Evidence) -> None:
    """Take the bytes away; the row may go or stay."""
    default_storage.delete(evidence.path)
