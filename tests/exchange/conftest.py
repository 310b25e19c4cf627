"""A mock province per run, emptied for every test, and an organisation that is connected to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from exchange import envelope, onboarding
from exchange.province import Province, Timeouts
from registry.models import Delivery, Organisation
from registry.records import drafting, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests import factories
from tests.exchange import platform as mock

HURRIED = Timeouts(connect=1, read=0.4, total=0.8)


@pytest.fixture(scope="session")
def mock_process(tmp_path_factory):
    with mock.running(tmp_path_factory.mktemp("province")) as platform:
        yield platform


@pytest.fixture
def platform(mock_process, settings) -> mock.Platform:
    """The province that the settings name."""
    mock_process.forget()
    settings.PROVINCE_URL, settings.PROVINCE_KEY = mock_process.url, mock_process.key
    return mock_process


@pytest.fixture
def line(platform) -> Province:
    return Province(platform.url, platform.key)


@pytest.fixture
def hurried(platform) -> Province:
    """A way there that does not wait long, for replies that never end."""
    return Province(platform.url, platform.key, HURRIED)


@pytest.fixture
def onboarded(organisation: Organisation) -> Organisation:
    onboarding.onboard(organisation, by=None, at=factories.NOON)
    return organisation


@pytest.fixture
def corrected(clerk, reviewer):
    """Correct a published record: proposed by one, accepted by another."""

    def correct(record, **changes):
        drafting.propose_correction(
            record,
            changes,
            reason="录入有误",
            by=clerk,
            at=factories.NOON,
            today=factories.TODAY,
            door=Door.FORM,
        )
        workflow.move(record, Action.CORRECT, by=reviewer, at=factories.NOON)

    return correct


@pytest.fixture
def withdrawn(reviewer):
    def withdraw(record):
        workflow.move(record, Action.WITHDRAW, by=reviewer, at=factories.NOON, reason="撤回测试")

    return withdraw


@pytest.fixture
def several(published):
    """Publish a number of licences that differ."""

    def make(number: int):
        return [published(document_number=f"石食药监许〔2026〕9{n:03d}号") for n in range(number)]

    return make


@pytest.fixture
def states():
    """The states of a record's deliveries, in the order of their numbers."""

    def read(record=None) -> list[str]:
        rows = Delivery.objects.order_by("record_id", "seq")
        rows = rows.filter(record=record) if record else rows
        return list(rows.values_list("state", flat=True))

    return read


@pytest.fixture
def answering() -> Iterator[Callable[..., Province]]:
    """A platform that looks at the items and answers with a status: 200 accepts them, any other says no more."""
    servers = []

    def serve(decide: Callable[[list[dict[str, Any]]], int], headers: str = "") -> Province:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                items = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["items"]
                status = decide(items)
                body = json.dumps({"receipts": [accepting(item) for item in items]}) if status == 200 else ""
                reply = f"HTTP/1.0 {status} -\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}"
                self.wfile.write(reply.encode())

            def log_message(self, *args: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return Province(f"http://127.0.0.1:{server.server_port}/", "key")

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def accepting(item: dict[str, Any]) -> dict[str, Any]:
    """The receipt of an item that was taken in."""
    return {
        "msg_id": item["msg_id"],
        "version": item["version"],
        "payload_sha256": item["payload_sha256"],
        "status": "accepted",
        "platform_id": f"SX{envelope.sha256(item['msg_id'].encode())[:10]}",
    }
