"""The mock province as a WSGI application: below any prefix, under any server, without Django.

POST api/v1/records/            a signed batch; one receipt per item
GET  api/v1/records/?key=…      what is held of one record
GET  api/v1/records/digests     digests of all buckets; ?bucket=ab: the lines of one (signed)
POST api/v1/ports/              an organisation's port and key, announced by the channel
POST api/v1/ports/…/test        a test message, signed with that port's own key
GET, POST api/v1/faults/        what it does wrong on purpose
GET  api/v1/log/                every application and every request, for whoever checks
GET  /                          a page for people
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from exchange import envelope
from exchange.mock_province import checking, faults, page, ports, store
from exchange.mock_province.faults import Fault

RESET = "mock_province.reset"  # a server that can break its connection leaves here how
LARGEST_BODY = 4_000_000
RECORDS, DIGESTS, FAULTS, LOG = "api/v1/records", "api/v1/records/digests", "api/v1/faults", "api/v1/log"
PORTS = "api/v1/ports"
NO_FAULT = Fault()

Environ = Mapping[str, Any]
StartResponse = Callable[..., Any]
WSGIApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class Reply:
    status: int
    value: Any = None  # as JSON
    text: str = ""  # as HTML, where there is no value
    headers: tuple[tuple[str, str], ...] = ()

    def body(self) -> bytes:
        return self.text.encode() if self.value is None else json.dumps(self.value, ensure_ascii=False).encode()


def build(store_path: Path, *, key: str, faults: bool = True, kinds: Collection[str] = checking.KINDS) -> MockProvince:
    """The application, with its store in this file. Without `faults` nobody can make it misbehave."""
    return MockProvince(store.Store(store_path), key=key, may_fail=faults, kinds=frozenset(kinds))


class MockProvince:
    def __init__(self, kept: store.Store, *, key: str, may_fail: bool, kinds: frozenset[str]) -> None:
        self.store, self._key, self._may_fail, self._kinds = kept, key, may_fail, kinds
        self.switch = faults.Switch()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "").strip("/")
        query = environ.get("QUERY_STRING", "")
        match method, path:
            case "POST", "api/v1/records":
                return self._receive(environ, start_response)
            case "GET", "":
                reply = Reply(200, text=page.render(self.store, self.switch.look()))
            case "GET", "api/v1/records":
                reply = self._held(query)
            case "POST", "api/v1/ports":
                reply = self._port(environ, self._key, lambda body, fault: ports.announce(self.store, body))
            case "POST", _ if number := _port_in(path):
                key = ports.key_of(self.store, number)
                reply = self._port(environ, key, lambda body, fault: ports.tried(self.store, number, body, fault))
            case "GET", "api/v1/records/digests":
                reply = self._refusal(environ, b"") or self._digests(query)
            case "GET", "api/v1/log":
                reply = self._log()
            case "GET", "api/v1/faults":
                reply = Reply(200, self.switch.look())
            case "POST", "api/v1/faults" if self._may_fail:
                reply = self._set_fault(environ)
            case _:
                reply = Reply(404, {"detail": "没有这个地址"})
        return _send(reply, start_response)

    def _receive(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        fault = self.switch.take()
        if fault.mode == "reset_before":
            return _break_off(environ, start_response)
        body = _body(environ)
        reply, items = self._answer(environ, body, fault)
        self.store.note_request(method="POST", path=RECORDS, status=reply.status, fault=fault.mode, items=items)
        if fault.mode == "reset_after":
            return _break_off(environ, start_response)
        if fault.mode == "timeout":
            time.sleep(fault.seconds)
        return _send(reply, start_response, fault)

    def _answer(self, environ: Environ, body: bytes | None, fault: Fault) -> tuple[Reply, int]:
        """The reply, and how many items the request had."""
        if fault.mode in faults.STATUSES and fault.mode != "413":
            headers = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
            return Reply(faults.STATUSES[fault.mode], {"detail": "模拟故障"}, headers=headers), 0
        if body is None:
            return Reply(413, {"code": "too_large", "detail": "报文过大"}), 0
        if refusal := self._refusal(environ, body):
            return refusal, 0
        items = _items(body)
        if items is None:
            return Reply(400, {"code": "malformed", "detail": "报文不符合接口约定"}), 0
        if len(items) > checking.LARGEST_BATCH or (fault.mode == "413" and len(items) > fault.largest):
            return Reply(413, {"code": "too_many", "detail": "每批条数过多"}), len(items)
        receipts = self._take_in(items, fault)
        turned_down = receipts and all(receipt["status"] == "rejected" for receipt in receipts)
        return _spoilt(receipts, fault, status=422 if turned_down else 200), len(items)

    def _take_in(self, items: list[Any], fault: Fault) -> list[dict[str, Any]]:
        receipts = []
        with self.store.writing() as connection:
            for item in items:
                if errors := checking.problems(item, kinds=self._kinds):
                    code = "unknown_kind" if "kind" in errors else "invalid"
                    said = "；".join(f"{name}：{message}" for name, message in errors.items())
                    receipts.append(store.rejected(item if isinstance(item, dict) else {}, code, said, errors))
                elif fault.mode == "reject_kind" and fault.kind in ("", item["payload"]["kind"]):
                    receipts.append(store.rejected(item, "rejected_by_rule", "该类信息暂不接收", {}))
                else:
                    receipts.append(store.apply(connection, item, dedup=fault.dedup))
        return receipts

    def _port(self, environ: Environ, key: str | None, act: Callable[[bytes, Fault], ports.Answer]) -> Reply:
        """A request about a port, signed with that key; a platform that fails does so here as well."""
        fault, body = self.switch.take(), _body(environ) or b""
        if fault.mode in faults.STATUSES:
            return Reply(faults.STATUSES[fault.mode], {"detail": "模拟故障"})
        if fault.mode == "html_200":
            return Reply(200, text="<!doctype html><title>系统维护</title><p>系统维护中")
        if refusal := self._refusal(environ, body, key=key or ""):
            return refusal
        status, value = act(body, fault)
        self.store.note_request(method="POST", path=PORTS, status=status, fault=fault.mode, items=1)
        return Reply(status, value)

    def _refusal(self, environ: Environ, body: bytes, *, key: str | None = None) -> Reply | None:
        """Why the request is not from who it should be; None if it is. Signed by the channel unless a key is given."""
        headers = {
            name: environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
            for name in (envelope.TIMESTAMP, envelope.NONCE, envelope.DIGEST, envelope.SIGNATURE)
        }
        method, query, now = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", ""), time.time()
        if key == "":
            return Reply(401, {"code": "unknown_port", "detail": "端口未登记"})
        try:
            nonce = envelope.verify(
                self._key if key is None else key, headers, now=now, method=method, query=query, body=body
            )
        except envelope.BadSignature as problem:
            return Reply(401, {"code": "bad_signature", "detail": str(problem)})
        if not self.store.is_new(nonce, now=now, keep=2 * envelope.TOLERANCE):
            return Reply(401, {"code": "replayed", "detail": "请求重复"})
        return None

    def _held(self, query: str) -> Reply:
        key = parse_qs(query).get("key", [""])[0]
        rows = self.store.rows("SELECT * FROM records WHERE key = ?", key)
        if not rows:
            return Reply(404, {"detail": "没有该记录"})
        found = rows[0]
        return Reply(200, {**found, "payload": json.loads(found["payload"]), "channels": json.loads(found["channels"])})

    def _digests(self, query: str) -> Reply:
        bucket = parse_qs(query).get("bucket", [""])[0]
        rows = self.store.rows("SELECT * FROM records WHERE substr(key, 1, ?) = ?", len(bucket), bucket)
        buckets: dict[str, list[str]] = {}
        for row in rows:
            state = f"W{row['state']}" if row["op"] == "withdraw" else row["state"]
            line = f"{row['key']}|{row['version']}|{state}|{row['payload_sha256']}"
            buckets.setdefault(row["key"][:2], []).append(line)
        if bucket:
            return Reply(200, {"lines": buckets.get(bucket, [])})
        return Reply(200, {"buckets": {name: envelope.digest_of(lines) for name, lines in buckets.items()}})

    def _log(self) -> Reply:
        last = "SELECT * FROM (SELECT * FROM {} ORDER BY number DESC LIMIT 1000) ORDER BY number"
        applications, requests = (self.store.rows(last.format(table)) for table in ("applications", "requests"))
        return Reply(200, {"applications": applications, "requests": requests})

    def _set_fault(self, environ: Environ) -> Reply:
        # A page of another site can send a form here, but no JSON.
        if not environ.get("CONTENT_TYPE", "").startswith("application/json"):
            return Reply(415, {"detail": "须为 application/json"})
        try:
            self.switch.set(Fault.of(json.loads(_body(environ) or b"")))
        except ValueError as problem:
            return Reply(400, {"detail": str(problem)})
        return Reply(200, self.switch.look())


def _port_in(path: str) -> str:
    """The number of the port whose test this is; '' for any other address."""
    number = path.removeprefix(f"{PORTS}/").removesuffix("/test")
    return number if path == f"{PORTS}/{number}/test" else ""


def _items(body: bytes) -> list[Any] | None:
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(request, dict) or request.get("contract") != envelope.CONTRACT:
        return None
    items = request.get("items")
    return items if isinstance(items, list) else None


def _body(environ: Environ) -> bytes | None:
    """The body of the request; None if it is too long."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return None
    return environ["wsgi.input"].read(int(length))


def _spoilt(receipts: list[dict[str, Any]], fault: Fault, *, status: int) -> Reply:
    """The reply with these receipts, as the fault has it."""
    match fault.mode:
        case "html_200":
            return Reply(200, text="<!doctype html><title>系统维护</title><p>系统维护中")
        case "shuffle":
            receipts = receipts[::-1]
        case "double":
            receipts = receipts * 2
        case "partial":
            receipts = receipts[: len(receipts) // 2]
        case "foreign":
            receipts = [{**receipt, "msg_id": "00000000-0000-5000-8000-000000000000"} for receipt in receipts]
        case "wrong_hash":
            receipts = [{**receipt, "payload_sha256": "0" * 64} for receipt in receipts]
    return Reply(status, {"contract": envelope.CONTRACT, "receipts": receipts})


def _break_off(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if RESET in environ:
        environ[RESET]()  # raises: nothing follows
    return _send(Reply(502, {"detail": "连接中断"}), start_response)


def _send(reply: Reply, start_response: StartResponse, fault: Fault = NO_FAULT) -> Iterable[bytes]:
    body = reply.body()
    kind = "text/html" if reply.value is None else "application/json"
    headers = [
        ("Content-Type", f"{kind}; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        *reply.headers,
    ]
    start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
    if fault.mode == "truncate":
        return [body[: len(body) // 2]]
    return _dripping(body, fault.seconds) if fault.mode == "slow" else [body]


def _dripping(body: bytes, seconds: float) -> Iterable[bytes]:
    for at in range(len(body)):
        time.sleep(seconds / len(body))
        yield body[at : at + 1]
