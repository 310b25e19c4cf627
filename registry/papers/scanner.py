"""The hook for a virus scanner, by `SCANNER_URL`: nothing for the built-in signatures, `clamd://host:port` for ClamAV.

A scanner that does not answer has found nothing and proved nothing: `Unavailable`, and the file waits.
"""

from __future__ import annotations

import io
import socket
import struct
import zipfile
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# The test pattern every scanner knows, in two parts so that no scanner takes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_PART_AT_MOST = 32 * 1024 * 1024
_CHUNK = 256 * 1024
PATIENCE_SECONDS = 10


class Unavailable(Exception):
    """The scanner could not be asked."""


class Scanner(Protocol):
    def scan(self, content: bytes) -> str:
        """What was found, '' for nothing; raises Unavailable."""


class Signatures:
    """Byte patterns, in the file and in the parts of a package."""

    def __init__(self, patterns: tuple[bytes, ...] = (EICAR,)) -> None:
        self.patterns = patterns

    def scan(self, content: bytes) -> str:
        found = any(pattern in text for text in (content, *_parts(content)) for pattern in self.patterns)
        return "EICAR-Test-Signature" if found else ""


class Clamd:
    """A ClamAV daemon, asked over TCP by its INSTREAM command."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    def scan(self, content: bytes) -> str:
        try:
            with socket.create_connection((self.host, self.port), timeout=PATIENCE_SECONDS) as line:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _CHUNK):
                    chunk = content[start : start + _CHUNK]
                    line.sendall(struct.pack("!I", len(chunk)) + chunk)
                line.sendall(struct.pack("!I", 0))
                reply = _read_all(line)
        except OSError:
            raise Unavailable from None
        return _verdict(reply)


def _read_all(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(4096):
        parts.append(part)
        if part.endswith(b"\0"):
            break
    return b"".join(parts)


def _verdict(reply: bytes) -> str:
    words = reply.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")
    raise Unavailable


def _parts(content: bytes):
    """The parts of a zip file, each cut off at a limit; nothing for anything else."""
    if not content.startswith(b"PK\x03\x04"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.infolist():
                with package.open(part) as opened:
                    yield opened.read(_PART_AT_MOST)
    except Exception:  # a damaged package is refused by its own check; here it only has no more parts
        return


def scanner() -> Scanner:
    """The scanner of the settings."""
    url = settings.SCANNER_URL
    parts = urlsplit(url)
    if not url:
        return Signatures()
    if parts.scheme == "clamd" and parts.hostname and parts.port:
        return Clamd(parts.hostname, parts.port)
    raise ImproperlyConfigured("SCANNER_URL 须写作 clamd://主机:端口。")
