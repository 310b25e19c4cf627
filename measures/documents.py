"""Keeping the papers by which a measure was carried out."""

from __future__ import annotations

from datetime import datetime

from measures.models import MeasureApplication, MeasureDocument
from registry.directory.staff import User
from registry.papers import vault
from registry.papers.examining import Paper


def keep(application: MeasureApplication, paper: Paper, *, by: User, at: datetime) -> MeasureDocument:
    """Store the paper with the measure, sealed; call it in the transaction of the feedback."""
    row = MeasureDocument(
        application=application, name=paper.name, media_type=paper.media_type, size=len(paper.content),
        sha256=paper.sha256, by=by, at=at,
    )  # fmt: skip
    vault.keep(row, paper.content)
    try:
        row.save()
    except Exception:
        vault.destroy(row)
        raise
    return row
