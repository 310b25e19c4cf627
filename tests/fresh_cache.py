"""A cache that no other test writes to or clears: both workers of a run share one Redis."""

from __future__ import annotations

import uuid
from typing import Any


def of_its_own(settings: Any) -> None:
    """Have this test start with an empty cache; what others hold stays theirs."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": f"test-{uuid.uuid4().hex}"}}
