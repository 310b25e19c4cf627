"""What gunicorn does with bytes that are no honest request, by the very settings it serves with.

BI-R08: it refuses what two servers could read differently, so nothing is smuggled past a proxy in front of it.
BI-R09: a connection that says nothing holds one of its threads for five seconds, one that drips a request holds it
for as long as it drips. So a proxy that reads requests whole, with time-outs of its own, stands in front (decision
0020); what gunicorn bears alone is tried here.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests

from tests.ankang_credit.processes import environment, free_port, running, wait_until

pytestmark = pytest.mark.sqlite

HOST = "127.0.0.1"
THREADS = 4  # of the one worker that is started here, as the settings say
PAGE = "/codes/?q=91610900MA70ABC19X"  # a wrong code: a whole page, and no question to the database


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """gunicorn, as production runs it, over an empty data folder."""
    folder, number = tmp_path_factory.mktemp("wire"), free_port()
    env = environment(folder, GUNICORN_CMD_ARGS=f"--bind {HOST}:{number} --workers 1")
    command = [str(Path(sys.executable).parent / "gunicorn"), "-c", "ankang_credit/gunicorn.conf.py"]
    with running(command, env=env, log=folder / "log") as process:
        up = wait_until(lambda: answers(number), seconds=60, alive=process)
        assert up, (folder / "log").read_text()
        yield number
        process.terminate()
        process.wait(30)


def answers(number: int) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"http://{HOST}:{number}/healthz", timeout=2).status_code == 200
    return False


def said(number: int, sent: bytes, *, patience: float = 3) -> bytes:
    """Everything that comes back for these bytes until the server hangs up or falls silent."""
    found = b""
    with socket.create_connection((HOST, number), timeout=patience) as line, suppress(TimeoutError, ConnectionError):
        line.sendall(sent)
        while part := line.recv(65536):
            found += part
    return found


def statuses(reply: bytes) -> list[int]:
    return [int(part[:3]) for part in reply.split(b"HTTP/1.1 ")[1:] if part[:3].isdigit()]


HEAD = b"POST /api/v1/licences/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
SMUGGLED = b"GET /search/?q=smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
TWO_READINGS = {
    "BI-R08-length-and-chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "BI-R08-two-lengths": b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "BI-R08-list-of-lengths": b"Content-Length: 0, 5\r\n\r\n",
    "BI-R08-signed-length": b"Content-Length: +5\r\n\r\n",
    "BI-R08-other-coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "BI-R08-twice-chunked": b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "BI-R08-blank-in-name": b"Content-Length : 5\r\n\r\n",
    "BI-R08-folded": b"X-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "BI-R08-nul": b"X-Nul: a\0b\r\nContent-Length: 0\r\n\r\n",
    "BI-R08-bare-return": b"X-Bare: a\rb\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("case", TWO_READINGS)
def test_what_could_be_read_two_ways_is_refused_and_the_line_is_cut(case, port):
    reply = said(port, HEAD + TWO_READINGS[case] + SMUGGLED)
    assert statuses(reply) in ([400], [501]), reply[:400]
    assert b"smuggled" not in reply


def test_a_chunk_with_an_extension_is_no_way_around_the_reading_of_bodies(port):
    """BI-R08: whatever follows a semicolon is passed over, and the body is still refused as what it is."""
    chunks = b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1;ext=\r\n{\r\n0\r\n\r\n"
    reply = said(port, HEAD + chunks)
    assert statuses(reply) and statuses(reply)[0] in (400, 401, 403), reply[:400]
    assert len(statuses(reply)) == 1


@pytest.mark.parametrize(
    "sent", [b"GET /\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"\0" * 100, b"GET / HTTP/9.9\r\n\r\n"]
)
def test_what_is_no_http_of_today_is_not_answered_with_a_page(sent, port):
    reply = said(port, sent, patience=0.5)
    assert b"<html lang" not in reply
    assert answers(port)


def test_an_endless_line_is_cut(port):
    """BI-R05, BI-S02: no address is longer than the limit of the settings."""
    reply = said(port, b"GET /search/?q=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert statuses(reply)[:1] in ([400], [414]) or reply == b""
    assert answers(port)


def test_an_endless_body_is_refused_by_its_length(port):
    """BI-N09: five megabytes cost no memory, because nobody reads them."""
    head = HEAD + b"Content-Length: 5000000\r\nConnection: close\r\n\r\n"
    assert statuses(said(port, head + b"{" * 1000))[:1] == [413]


def test_a_silent_line_gives_its_thread_back_within_seconds(port):
    """BI-R09: as many as there are threads; whoever waits behind them is answered all the same."""
    with ExitStack() as lines:
        for _ in range(THREADS):
            lines.enter_context(socket.create_connection((HOST, port), timeout=3))
        answer = requests.get(f"http://{HOST}:{port}{PAGE}", timeout=10)
        assert answer.status_code == 200 and "第18位" in answer.text


def test_a_dripping_sender_holds_one_thread_and_no_more(port):
    """BI-R09: as many as leave one thread free; the proxy in front is there for the rest."""
    with ExitStack() as lines:
        for _ in range(THREADS - 1):
            line = lines.enter_context(socket.create_connection((HOST, port), timeout=3))
            line.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        for _ in range(3):
            assert requests.get(f"http://{HOST}:{port}{PAGE}", timeout=10).status_code == 200
    assert answers(port)
