"""The provincial platform over HTTP: one request, bounded in time and size, and no trust in what comes back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import requests
import urllib3
from django.conf import settings
from requests.adapters import HTTPAdapter

from exchange import address, envelope
from registry import clock

RECORDS = "api/v1/records/"
DIGESTS = "api/v1/records/digests"
PORTS = "api/v1/ports/"
LARGEST_REPLY = 1_000_000  # bytes
_CHUNK = 65_536


class NoAnswer(Exception):
    """Nothing usable came back; whether the platform has the message is unknown. `code` is for the log."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Untrusted(Exception):
    """The other side could not prove that it is the platform; asking again will not help."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds to connect, between two bytes, and for the whole exchange."""

    connect: float = 3
    read: float = 5
    total: float = 10


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    retry_after: float | None = None  # seconds, as the platform asks


@dataclass
class Province:
    """One platform under one address and one key."""

    url: str
    key: str = field(repr=False)
    timeouts: Timeouts = Timeouts()

    def __post_init__(self) -> None:
        self._connections = _Connections()
        self._session = requests.Session()
        # Proxies, .netrc and certificates named by the environment have no say in where records go.
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._connections)

    def close(self) -> None:
        """Let go of the connection; the next request makes a new one."""
        self._session.close()

    def post(self, items: Sequence[Mapping[str, Any]]) -> Answer:
        """Send a batch; raises NoAnswer or Untrusted."""
        body = envelope.canonical({"contract": envelope.CONTRACT, "items": list(items)})
        return self._ask("POST", RECORDS, body=body)

    def digests(self, bucket: str = "") -> Answer:
        """The platform's digests of all buckets, or the lines of one; raises NoAnswer or Untrusted."""
        return self._ask("GET", DIGESTS, query=urlencode({"bucket": bucket}) if bucket else "")

    def announce_port(self, port: Mapping[str, Any]) -> Answer:
        """Tell the platform of an organisation's port and its key; raises NoAnswer or Untrusted."""
        return self._ask("POST", PORTS, body=envelope.canonical({"contract": envelope.CONTRACT, **port}))

    def try_port(self, number: str, key: str, message: Mapping[str, Any]) -> Answer:
        """Send a test message by that port, signed with its own key; raises NoAnswer or Untrusted."""
        body = envelope.canonical({"contract": envelope.CONTRACT, **message})
        return self._ask("POST", f"{PORTS}{number}/test", body=body, key=key)

    def _ask(self, method: str, path: str, *, query: str = "", body: bytes = b"", key: str = "") -> Answer:
        url = address.below(self.url, path)
        now = clock.real_now().timestamp()
        headers = {
            **envelope.sign(key or self.key, now=now, method=method, query=query, body=body),
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # a few bytes of gzip unpack to gigabytes
            "User-Agent": "credit-ankang/1",
        }
        with self._deadline() as passed:
            try:
                answer = self._exchange(method, f"{url}?{query}" if query else url, headers, body)
            except requests.exceptions.SSLError as error:
                raise Untrusted("省平台的证书无效或已过期") from error
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise _no_answer(error, timed_out=passed.is_set()) from error
        if passed.is_set():  # a reply without a length ends where it was cut
            raise NoAnswer("timeout", "省平台未在规定时间内答复")
        return answer

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        with self._session.request(
            method,
            url,
            data=body or None,
            headers=headers,
            timeout=(self.timeouts.connect, self.timeouts.read),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise NoAnswer("encoding", "省平台的回复使用了未约定的压缩")
            return Answer(
                status=response.status_code,
                body=_read(response),
                retry_after=_seconds(response.headers.get("Retry-After")),
            )

    @contextmanager
    def _deadline(self) -> Iterator[threading.Event]:
        """Cut the connection when the whole exchange takes too long.

        The time-outs of sockets begin anew with every byte, so a peer that drips would hold us for ever.
        """
        passed = threading.Event()

        def cut() -> None:
            passed.set()
            self._connections.cut()

        timer = threading.Timer(self.timeouts.total, cut)
        timer.daemon = True
        timer.start()
        try:
            yield passed
        finally:
            timer.cancel()


def of_settings() -> Province:
    """The platform that the settings name; raises AddressRefused."""
    neighbours = getattr(settings, "ENABLE_MOCK_PROVINCE", False)
    return Province(address.base_url(settings.PROVINCE_URL, neighbours=neighbours), settings.PROVINCE_KEY)


class _Connections(HTTPAdapter):
    """Connections that can be cut from another thread."""

    def __init__(self) -> None:
        self._sockets: set[socket.socket] = set()
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(urllib3.HTTPConnectionPool, self._sockets),
            "https": _pool(urllib3.HTTPSConnectionPool, self._sockets),
        }

    def cut(self) -> None:
        for open_socket in tuple(self._sockets):
            with suppress(OSError):  # it is closed already
                # The plain call also for TLS, whose own would take the session from under the reader.
                socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


def _pool(of: type[urllib3.HTTPConnectionPool], sockets: set[socket.socket]) -> type:
    class Connection(of.ConnectionCls):
        def connect(self) -> None:
            super().connect()
            if self.sock is not None:
                sockets.clear()  # a session has one connection at a time
                sockets.add(self.sock)

    return type(of.__name__, (of,), {"ConnectionCls": Connection})


def _read(response: requests.Response) -> bytes:
    body = b""
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > LARGEST_REPLY:
            raise NoAnswer("too_long", "省平台的回复过长")
    return body


def _seconds(text: str | None) -> float | None:
    """Retry-After, as a number or as a date; None for anything else."""
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - clock.real_now()).total_seconds())


def _no_answer(error: Exception, *, timed_out: bool) -> NoAnswer:
    if timed_out or isinstance(error, requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError):
        return NoAnswer("timeout", "省平台未在规定时间内答复")
    if isinstance(error, requests.ConnectTimeout):
        return NoAnswer("connect_timeout", "连接省平台超时")
    return NoAnswer("connection", "与省平台的连接中断或被拒绝")
