"""What a person gives as the reason of an act: a sentence that stays on file, so without anybody's ID number."""

from __future__ import annotations

from typing import Any

from registry.identifiers import NameProblem, clean_text, looks_like_resident_id

LONGEST = 500


class ReasonProblem(ValueError):
    """A reason that cannot be kept; the message says what is wrong, and never repeats it."""


def clean_reason(given: Any, *, longest: int = LONGEST) -> str:
    """The reason as it is kept, '' for none; line breaks stay, what would hide or break raises ReasonProblem."""
    if not isinstance(given, str):
        raise ReasonProblem("理由须为文字")
    if len(given) > longest:
        raise ReasonProblem(f"理由最多{longest}个字，现为{len(given)}个字")
    try:
        text = clean_text(given)
    except NameProblem as problem:
        raise ReasonProblem(f"理由的{problem.message}") from None
    if looks_like_resident_id(text):
        raise ReasonProblem("理由中不得填写居民身份证号码")
    return text
