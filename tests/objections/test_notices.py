"""Telling applicants: an outbox row with the event, sent once over each channel, tried again, and telling others nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured

from objections import notices, sms, workflow
from objections.models import Notice, NoticeState
from objections.statuses import CaseAction
from registry.records.workflow import MoveRefused
from tests.factories import NOON

pytestmark = pytest.mark.django_db

PHONE, MAIL = "13800000001", "shili@example.com"


@dataclass
class Gateway:
    """A gateway of messages on the loopback, that answers as it is told."""

    url: str = ""
    status: int = 200
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture(scope="module")
def listening() -> Iterator[Gateway]:
    found = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.received.append((dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *told: object) -> None:
            """Nothing: what it was asked is in `received`."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://ankang:s3cret@127.0.0.1:{server.server_port}/send"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def gateway(listening, settings) -> Gateway:
    listening.status, listening.received = 200, []
    settings.SMS_URL = listening.url
    return listening


def test_every_step_is_told_once_on_every_channel_the_applicant_named(objected, office, gateway, mailoutbox):
    case = objected()
    assert notices.send_waiting(at=NOON) == 2
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    assert notices.send_waiting(at=NOON) == 2
    assert notices.send_waiting(at=NOON) == 0
    assert [mail.to for mail in mailoutbox] == [[MAIL], [MAIL]]
    assert [json.loads(body)["to"] for _, body in gateway.received] == [PHONE, PHONE]
    said = mailoutbox[-1].body
    assert case.number in said and "已受理" in said and "/track/" in said and str(case.due_on) in said
    assert mailoutbox[-1].body == json.loads(gateway.received[-1][1])["text"]


def test_a_message_tells_nothing_of_the_matter(objected, gateway, mailoutbox):
    case = objected()
    notices.send_waiting(at=NOON)
    for text in (mailoutbox[0].body, mailoutbox[0].subject, gateway.received[0][1].decode()):
        for secret in (case.record.title, "罚款金额", "邓试强", "0037", case.code):
            assert secret not in text


def test_the_gateway_can_tell_that_the_message_is_ours(objected, gateway):
    objected()
    notices.send_waiting(at=NOON)
    headers, body = gateway.received[0]
    assert headers["X-Account"] == "ankang"
    assert headers["X-Signature"] == hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert "Authorization" not in headers


def test_a_named_complainant_without_a_mail_address_is_told_by_phone_and_an_anonymous_one_not_at_all(
    complained, gateway, mailoutbox
):
    complained()
    complained(manner="anonymous", name="", phone="", email="")
    assert notices.send_waiting(at=NOON) == 1
    assert len(gateway.received) == 1 and not mailoutbox


@pytest.mark.parametrize("status", [500, 302, 400])
def test_what_could_not_be_sent_is_tried_again_ever_later_and_given_up_after_five_times(
    status, complained, gateway, caplog
):
    complained()
    gateway.status, at = status, NOON
    waited = []
    while (notice := Notice.objects.get()).state == NoticeState.PENDING:
        assert notices.send_waiting(at=notice.next_try_at - timedelta(seconds=1)) == 0
        waited.append(notice.next_try_at - at)
        at = notice.next_try_at
        notices.send_waiting(at=at)
    assert notice.state == NoticeState.FAILED and notice.attempts == len(gateway.received) == 5
    assert waited == sorted(waited) and waited[-1] > timedelta(hours=5)
    assert "通知未能发送" in caplog.text and "13900000002" not in caplog.text + notice.error


def test_it_arrives_once_the_gateway_is_back(complained, gateway):
    complained()
    gateway.status = 503
    notices.send_waiting(at=NOON)
    gateway.status = 200
    later = NOON + timedelta(minutes=5)
    assert notices.send_waiting(at=later) == 1
    notice = Notice.objects.get()
    assert (notice.state, notice.settled_at, notice.attempts) == (NoticeState.SENT, later, 2)


def test_without_a_gateway_the_log_shows_the_message_with_the_number_masked(complained, settings, caplog):
    settings.SMS_URL = ""
    case = complained()
    with caplog.at_level("INFO", logger="objections.sms"):
        notices.send_waiting(at=NOON)
    assert case.number in caplog.text and "139****0002" in caplog.text and "13900000002" not in caplog.text


def test_an_address_of_another_kind_is_refused_with_what_to_write(settings):
    settings.SMS_URL = "ftp://gateway"
    with pytest.raises(ImproperlyConfigured, match="SMS_URL"):
        sms.gateway()


def test_a_step_that_is_refused_tells_nobody(objected, office):
    case = objected()
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    before = Notice.objects.count()
    with pytest.raises(MoveRefused):
        workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    assert Notice.objects.count() == before
