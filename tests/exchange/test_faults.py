"""Whatever the platform answers, nothing is lost, doubled, or taken for delivered that is not (faults F10–F21)."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from exchange import relay
from exchange.models import Channel, ChannelState
from exchange.province import Province
from registry.models import AuditLog, Delivery
from registry.records.models import DeliveryState
from tests.exchange.conftest import HURRIED

pytestmark = pytest.mark.django_db


def channel() -> Channel:
    return Channel.objects.get(name="province")


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("500", "500"),
        ("503", "503"),
        ("429", "429"),
        ("reset_before", "connection"),
        ("reset_after", "connection"),
        ("truncate", "connection"),
        ("html_200", "unreadable"),
    ],
)
def test_an_answer_that_says_nothing_is_asked_for_again(platform, line, onboarded, several, states, mode, code):
    """BI-Z03, BI-Z05: a connection that breaks before or after the platform applied it; an outage"""
    records = several(2)
    platform.fail(mode, times=1)

    relay.drain(line)

    assert states() == ["retry", "retry"]
    assert set(Delivery.objects.values_list("error_code", flat=True)) == {code}
    assert channel().state == ChannelState.HALF

    assert relay.drain(line, impatient=True).sent == 2
    assert [len(platform.applied(record)) for record in records] == [1, 1], "applied once each"
    assert states() == ["acked", "acked"]


@pytest.mark.parametrize("mode", ["timeout", "slow"])
def test_a_reply_that_takes_too_long_is_asked_for_again(platform, line, hurried, onboarded, several, states, mode):
    """BI-Z03"""
    records = several(2)
    platform.fail(mode, times=1, seconds=1.5)

    relay.drain(hurried)

    assert states() == ["retry", "retry"]
    assert set(Delivery.objects.values_list("error_code", flat=True)) == {"timeout"}
    assert relay.drain(line, impatient=True).sent == 2
    assert [len(platform.applied(record)) for record in records] == [1, 1], "the platform had them already"


@pytest.mark.parametrize(("mode", "settled"), [("double", 0), ("foreign", 0), ("wrong_hash", 0), ("partial", 2)])
def test_only_an_exact_receipt_settles(platform, line, onboarded, several, states, mode, settled):
    """BI-Z02: doubled, of somebody else, with a wrong digest, too few"""
    several(4)
    platform.fail(mode, times=1)

    relay.drain(line, batches=1)

    assert states().count("acked") == settled
    assert states().count("retry") == 4 - settled
    assert channel().anomalies > 0
    relay.drain(line, impatient=True)
    assert states() == ["acked"] * 4
    assert len(platform.applied()) == 4


def test_receipts_may_come_in_any_order(platform, line, onboarded, several, states):
    """BI-Z02"""
    records = several(3)
    platform.fail("shuffle", times=1)

    relay.drain(line, batches=1)

    assert states() == ["acked"] * 3
    for record in records:
        assert Delivery.objects.get(record=record).receipt_number == platform.held(record)["receipt"]
    assert channel().anomalies == 0


def test_a_lost_receipt_is_told_again_and_nothing_is_applied_twice(platform, line, onboarded, published):
    record = published()
    platform.fail("reset_after", times=1)
    relay.drain(line)
    assert platform.applied(record) == [(2, "add")], "the platform has it, we do not know"

    relay.drain(line, impatient=True)

    assert platform.applied(record) == [(2, "add")]
    assert Delivery.objects.get(record=record).receipt_number == platform.held(record)["receipt"]


def test_a_rejected_record_holds_up_nobody_else(platform, line, onboarded, published, states):
    """BI-Z05: for good, with the reason, and alone"""
    poison, sound = published("penalty"), published()
    platform.fail("reject_kind", kind="penalty")

    relay.drain(line)

    delivery = Delivery.objects.get(record=poison)
    assert (delivery.state, delivery.error_code) == (DeliveryState.BOUNCED, "rejected_by_rule")
    assert delivery.error == "该类信息暂不接收"
    assert states(sound) == ["acked"]


def test_what_was_turned_down_goes_again_when_it_has_been_corrected(
    platform, line, onboarded, published, corrected, states
):
    record = published()
    platform.fail("reject_kind", times=1)
    relay.drain(line)

    corrected(record, content="食品经营（散装食品销售）")
    relay.drain(line)

    assert states(record) == ["superseded", "acked"]
    assert platform.applied(record) == [(3, "update")]


def test_a_batch_that_is_too_large_goes_in_parts(platform, line, onboarded, several, states):
    several(7)
    platform.fail("413", largest=2)

    relay.drain(line)

    assert states() == ["acked"] * 7
    assert max(row["items"] for row in platform.requests() if row["status"] == 200) == 2


def test_one_that_is_too_large_alone_is_turned_down_by_itself(platform, line, onboarded, several, states):
    several(3)
    platform.fail("413", times=2)  # the batch of three, and then one by itself

    relay.drain(line)

    assert sorted(states()) == ["acked", "acked", "bounced"]
    assert Delivery.objects.get(state=DeliveryState.BOUNCED).error_code == "413"


def test_a_message_that_breaks_the_platform_is_soon_alone(onboarded, several, states, answering):
    *_, poison = several(9)

    def break_on_poison(items):
        return 500 if poison.uid.hex in [item["key"] for item in items] else 200

    line = answering(break_on_poison)
    for _ in range(12):
        relay.drain(line, impatient=True)

    assert states(poison) == ["retry"]
    assert states().count("acked") == 8


def test_a_refused_key_stops_the_channel_and_says_so_once(platform, line, onboarded, several, states):
    """BI-Z05, BI-Z08"""
    several(2)
    platform.fail("401")

    for _ in range(3):
        relay.drain(line, impatient=True)

    assert channel().state == ChannelState.STOPPED
    assert states() == ["retry", "retry"]
    assert len(platform.requests()) == 1
    assert AuditLog.objects.filter(action="exchange.channel_stopped").count() == 1


def test_a_wrong_key_is_refused_by_the_platform(platform, onboarded, published, states):
    record = published()
    relay.drain(Province(platform.url, "another-key"))
    assert channel().state == ChannelState.STOPPED
    assert platform.held(record) is None


def test_a_redirect_is_not_followed(onboarded, published, states, answering):
    """BI-Z05, BI-F06"""
    published()
    line = answering(lambda items: 307, headers="Location: http://127.0.0.1:1/elsewhere\r\n")
    relay.drain(line)
    assert states() == ["retry"]
    assert Delivery.objects.get().error_code == "307"


def test_an_unknown_address_is_an_outage_and_turns_nothing_down(onboarded, published, states, answering):
    """A wrong PROVINCE_URL must not bounce the whole queue."""
    published()
    relay.drain(answering(lambda items: 404))
    assert states() == ["retry"]


def test_a_platform_that_is_not_there_is_an_outage(onboarded, published, states):
    published()
    relay.drain(Province("http://127.0.0.1:1/", "key"))
    assert states() == ["retry"]
    assert Delivery.objects.get().error_code == "connection"


@pytest.mark.parametrize("name", ["dripping body", "dripping headers"])
def test_a_reply_that_drips_costs_bounded_time(onboarded, published, name):
    published()
    with hostile(name) as url:
        begun = time.monotonic()
        relay.drain(Province(url, "key", HURRIED))
        took = time.monotonic() - begun
    assert Delivery.objects.get().error_code == "timeout"
    assert took < DRIPS_FOR / 2


@pytest.mark.parametrize(("name", "code"), [("endless body", "too_long"), ("gzip", "encoding")])
def test_a_reply_that_swells_costs_bounded_memory(onboarded, published, name, code):
    published()
    with hostile(name) as url:
        relay.drain(Province(url, "key"))
    assert Delivery.objects.get().error_code == code


def test_a_platform_that_cannot_prove_who_it_is_stops_the_channel(onboarded, published, states, tmp_path):
    """BI-Z08: Nobody falls back to plain http, or to not looking at certificates (fault F19)."""
    published()
    with self_certified(tmp_path) as url:
        relay.drain(Province(url, "key"))
    assert channel().state == ChannelState.STOPPED and "证书" in channel().stopped_reason
    assert states() == ["retry"]


# Servers that the mock cannot play.

DRIPS_FOR = 10  # seconds


@contextmanager
def self_certified(folder):
    """A server with a certificate that nobody but itself has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.now(UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(days=1))
    certificate = certificate.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    ).sign(key, hashes.SHA256())
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def shake_hands():
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    context.wrap_socket(connection, server_side=True).close()

        threading.Thread(target=shake_hands, daemon=True).start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/"


HEAD = b"HTTP/1.1 200 OK\r\n"


class hostile:
    """A server that never ends its reply, or unpacks it into our memory."""

    def __init__(self, name: str) -> None:
        self.reply = {
            "endless body": lambda send: (send(HEAD + b"\r\n"), [send(b" " * 65536) for _ in range(100)]),
            "dripping body": lambda send: (send(HEAD + b"\r\n"), drip(send)),
            "dripping headers": lambda send: (send(HEAD + b"X-Slow: "), drip(send)),
            "gzip": lambda send: send(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"),
        }[name]

    def __enter__(self) -> str:
        reply = self.reply

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.recv(65536)
                with suppress(OSError):  # the relay hangs up, as it should
                    reply(self.request.sendall)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def __exit__(self, *exception) -> None:
        self.server.shutdown()
        self.server.server_close()


def drip(send) -> None:
    for _ in range(DRIPS_FOR * 20):
        send(b"x")
        time.sleep(0.05)
