"""The gateway for short messages, by `SMS_URL`: nothing or `console:` writes them to the log with the number masked,
`https://…` posts them as JSON, signed by the key in its user part (`https://name:key@host/path`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from registry import privacy

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 5


class Gateway(Protocol):
    def send(self, number: str, text: str) -> None:
        """Hand the message over; raises when that failed."""


class Console:
    """Writes to the log: for the demo, and until the city has a contract."""

    def send(self, number: str, text: str) -> None:
        logger.info("短信（未接通网关）至%s：%s", privacy.mask_mobile(number), text)


class Http:
    """Posts `{"to", "text"}` with an HMAC-SHA256 of the body, to one address of the settings."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.account, self.key = parts.username or "", (parts.password or "").encode()
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        self.address = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))

    def send(self, number: str, text: str) -> None:
        body = json.dumps({"to": number, "text": text}, ensure_ascii=False).encode()
        seal = hmac.new(self.key, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Account": self.account, "X-Signature": seal}
        answer = requests.post(
            self.address, data=body, headers=headers, timeout=PATIENCE_SECONDS, allow_redirects=False
        )
        answer.raise_for_status()
        if answer.is_redirect:
            raise requests.HTTPError("the gateway redirects")


def gateway() -> Gateway:
    """The gateway of the settings; ImproperlyConfigured for a scheme nobody knows."""
    url = settings.SMS_URL
    match urlsplit(url).scheme:
        case "" | "console":
            return Console()
        case "https" | "http":
            return Http(url)
    raise ImproperlyConfigured("SMS_URL 须为 console: 或 https:// 开头的网关地址。")
