"""The mock province as a process of its own: threads, and connections that can really be broken."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import NoReturn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from exchange.mock_province import checking
from exchange.mock_province.app import RESET, WSGIApp, build


class _Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, object]:
        return {**super().get_environ(), RESET: partial(_reset, self.connection)}

    def log_message(self, format: str, *args: object) -> None:
        """Silent: addresses and contents stay out of the terminal."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        # WSGIServer's own asks the name server for our full name.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()


def run(*, store: Path, key: str, host: str, port: int, kinds: Sequence[str] = ()) -> None:
    """Serve until interrupted; says its address on the first line of standard output."""
    listening = server(build(store, key=key, kinds=checking.KINDS | set(kinds)), host=host, port=port)
    try:
        # Inside: whoever reads the line may interrupt in the same instant.
        print(f"模拟省平台：http://{host}:{listening.server_port}/", flush=True)
        listening.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        listening.server_close()


def server(application: WSGIApp, *, host: str = "127.0.0.1", port: int = 0) -> Server:
    """A server that listens already; port 0 takes a free one (`server_port` says which)."""
    listening = Server((host, port), _Handler)
    listening.set_app(application)
    return listening


def _reset(connection: socket.socket) -> NoReturn:
    """End the connection with RST instead of FIN, as a crashing machine or a firewall does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    raise ConnectionAbortedError  # wsgiref takes it for a client that went away
