"""Sixteen connections that ask without a pause, in a process of its own; loopback only.

    python -m benchmarks.load_generator PORT SECONDS CONNECTIONS < paths

One request at a time on each connection, kept alive, the paths in turn. A request costs it some 30 µs, a
fortieth of what the quickest page costs the server. The last line is JSON.
"""

from __future__ import annotations

import itertools
import json
import selectors
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

HOST = "127.0.0.1"
HEADERS = "Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nAccept: */*\r\n\r\n"
_PATIENCE = 10.0
_LENGTH = b"content-length:"


@dataclass
class Tally:
    """What came back: how long each answer took, and those that were not 200."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Connection:
    """One keep-alive connection and the request that is under way on it."""

    def __init__(self, port: int, requests: Iterator[bytes], tally: Tally) -> None:
        self._port, self._requests, self._tally = port, requests, tally
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connected = socket.create_connection((HOST, self._port), timeout=_PATIENCE)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def ask(self) -> None:
        self._got = b""
        self._asked_at = time.perf_counter()
        self.socket.sendall(next(self._requests))

    def receive(self) -> bool:
        """Take what has come; whether the answer is complete. An answer cut off counts as wrong."""
        part = self.socket.recv(262_144)
        self._got += part
        if not part:
            self._tally.wrong.append("closed")
            self.socket.close()
            self.socket = self._connect()
            return True
        head, blank, body = self._got.partition(b"\r\n\r\n")
        if not blank or len(body) < _length(head):
            return False
        self._tally.seconds.append(time.perf_counter() - self._asked_at)
        if (status := head[9:12]) != b"200":
            self._tally.wrong.append(status.decode("latin-1"))
        return True


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(_LENGTH)
    if not found:
        sys.exit("an answer without Content-Length")
    return int(rest.partition(b"\r")[0])


def drive(port: int, paths: Iterable[str], *, seconds: float, connections: int) -> Tally:
    """Ask for so many seconds."""
    requests = itertools.cycle([f"GET {path} HTTP/1.1\r\n{HEADERS}".encode() for path in paths])
    tally = Tally()
    with selectors.DefaultSelector() as waiting:
        for _ in range(connections):
            _wait_for(waiting, Connection(port, requests, tally))
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            ready = waiting.select(_PATIENCE)
            if not ready:
                sys.exit("no answer")
            for key, _ in ready:
                if key.data.receive():
                    waiting.unregister(key.fileobj)
                    _wait_for(waiting, key.data)
    return tally


def _wait_for(waiting: selectors.BaseSelector, connection: Connection) -> None:
    connection.ask()
    waiting.register(connection.socket, selectors.EVENT_READ, connection)


def main(port: str, seconds: str, connections: str) -> None:
    paths = sys.stdin.read().split()
    tally = drive(int(port), paths, seconds=float(seconds), connections=int(connections))
    print(json.dumps({"seconds": tally.seconds, "wrong": tally.wrong}))


if __name__ == "__main__":
    main(*sys.argv[1:])
