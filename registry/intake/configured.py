"""The limits as this installation sets them."""

from __future__ import annotations

from django.conf import settings

from registry.intake.limits import MIB, Limits


def limits() -> Limits:
    """The settings `INTAKE_*` as one object."""
    return Limits(
        file_bytes=settings.INTAKE_FILE_MIB * MIB,
        text_bytes=settings.INTAKE_TEXT_MIB * MIB,
        unpacked_bytes=settings.INTAKE_UNPACKED_MIB * MIB,
        rows=settings.INTAKE_ROWS,
        columns=settings.INTAKE_COLUMNS,
        cells=settings.INTAKE_CELLS,
        strings=settings.INTAKE_STRINGS,
    )
