"""What the mock province can be told to do wrong, and for how many requests."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

STATUSES = {"500": 500, "503": 503, "429": 429, "401": 401, "413": 413}
# Applied as always, and then the reply goes wrong.
REPLIES = ("shuffle", "double", "foreign", "wrong_hash", "partial", "truncate", "html_200", "slow")
MODES = (
    "none", *STATUSES, "timeout", "reset_before", "reset_after", "reject_kind", *REPLIES,
)  # fmt: skip


class UnknownFault(ValueError):
    """There is no such fault, or its settings make no sense."""


@dataclass(frozen=True)
class Fault:
    """One way of misbehaving. `times` requests still to go; 0 = until told otherwise."""

    mode: str = "none"
    times: int = 0
    seconds: float = 12.0  # how long "timeout" waits, and "slow" takes for a reply
    retry_after: str = ""  # sent with 429 and 503
    largest: int = 0  # "413" refuses only batches of more items than this
    kind: str = ""  # what "reject_kind" rejects; all kinds if empty
    dedup: bool = True  # off: applies whatever comes, as often as it comes (negative control)

    @classmethod
    def of(cls, wanted: Mapping[str, Any]) -> Fault:
        """The fault as asked for; raises UnknownFault."""
        try:
            fault = cls(**{**wanted, "mode": str(wanted.get("mode", "none"))})
        except TypeError:
            raise UnknownFault("故障设置的参数无法识别") from None
        numbers = (fault.times, fault.seconds, fault.largest)
        if fault.mode not in MODES or any(isinstance(n, str) or n < 0 for n in numbers) or fault.seconds > 60:
            raise UnknownFault(f"没有这种故障；可用：{'、'.join(MODES)}")
        return fault


class Switch:
    """The fault in force, shared by all threads of the server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fault, self._left = Fault(), 0

    def set(self, fault: Fault) -> None:
        with self._lock:
            self._fault, self._left = fault, fault.times

    def look(self) -> dict[str, Any]:
        with self._lock:
            return {**asdict(self._fault), "left": self._left}

    def take(self) -> Fault:
        """The fault this request is to suffer; counts it."""
        with self._lock:
            fault = self._fault
            if fault.times and fault.mode != "none":
                self._left -= 1
                if self._left <= 0:
                    self._fault = Fault(dedup=fault.dedup)
            return fault
