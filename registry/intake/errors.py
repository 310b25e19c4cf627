"""Why a file is not taken."""

from __future__ import annotations


class Refused(Exception):
    """A file that is not read; the message says in Chinese what is wrong with it and the way out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
