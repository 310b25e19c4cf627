"""The name a file came with, as it is shown again: no paths, nothing that hides or turns round, one ending."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80
_HIDING = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_RESERVED = re.compile(r"^(CON|PRN|AUX|NUL|COM\d|LPT\d)$", re.IGNORECASE)


def cleaned(name: str, ending: str) -> str:
    """The name with the ending its content has; what is left of nothing is called 材料."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = _HIDING.sub("", last)
    stem = re.sub(r"[<>:\"|?*;%]", "_", stem).split(".")[0].strip(" _-")
    if not stem or _RESERVED.match(stem):
        stem = "材料"
    return f"{stem[:LONGEST]}.{ending}"


def ending_of(name: str) -> str:
    """The ending as the door reads it: after everything that hides has been taken out."""
    last = re.split(r"[/\\]", _HIDING.sub("", name))[-1]
    return last.rpartition(".")[2].lower() if "." in last else ""
