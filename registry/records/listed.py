"""Choices that stand in a table of the directory, by their codes: a field offers what the table holds today."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence


class Listed(Sequence[str]):
    """The codes of a table as the choices of a field; `label` says how people read one.

    `table` names it in documents and messages; `read` gives its names by their codes, and is asked only when used.
    """

    def __init__(self, table: str, read: Callable[[], Mapping[str, str]]) -> None:
        self.table, self._read = table, read

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __getitem__(self, place):
        return list(self._read())[place]

    def __contains__(self, code: object) -> bool:
        return code in self._read()

    def __repr__(self) -> str:
        return f"<{self.table}>"

    def label(self, code: str) -> str:
        """The code and its name, as people choose and read it."""
        name = self._read().get(code, "")
        return code if name in ("", code) else f"{code} {name}"

    def code(self, typed: str) -> str | None:
        """The code somebody meant: itself, its name, or both as a list offers them; None where there is none."""
        words = self._read()
        typed = unicodedata.normalize("NFKC", typed).strip()
        first = typed.split(maxsplit=1)[0] if typed.strip() else ""
        for candidate in (typed, typed.upper(), first.upper()):
            if candidate in words:
                return candidate
        return next((code for code, name in words.items() if name == typed), None)
