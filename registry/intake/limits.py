"""How large a delivered file may be, in each way in which a small file can turn out large."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of one installation; `configured.limits()` reads them from the settings `INTAKE_*`."""

    file_bytes: int = 25 * MIB  # of a workbook, which is packed
    text_bytes: int = 80 * MIB  # of a CSV file, which is not
    unpacked_bytes: int = 300 * MIB
    ratio: int = 200  # unpacked to packed, of parts over one MiB
    parts: int = 2_000  # files inside the container
    sheets: int = 60
    rows: int = 200_000  # of a sheet, counted to the last one with a value
    columns: int = 250
    cells: int = 5_000_000  # of the rectangle around all values of a sheet: what a reader holds in memory
    strings: int = 3_000_000  # different texts of a workbook
    memory_bytes: int = 512 * MIB  # address space of the process that parses
    cpu_seconds: int = 60
    seconds: int = 120  # by the clock, from one row to the next
