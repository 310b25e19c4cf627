"""How long somebody who logged in stays in: thirty minutes without a click (settings), twelve hours in all.

A session also ends when the account is disabled, changes its role, body or password, or loses its second factor: the
stamp of the account is part of what each session is checked against, so it ends with the next request.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django_otp import DEVICE_ID_SESSION_KEY

from registry.directory.staff import User

LONGEST = timedelta(hours=12)
ENTERED = "entered"  # the real moment of the login, in seconds


class Standing(Enum):
    NOBODY = "nobody"
    EXPIRED = "expired"  # logged in, but too long ago
    HALF = "half"  # the password was right, the second factor is still to come
    OPEN = "open"


def standing(user: AbstractBaseUser | AnonymousUser, session: Mapping[str, Any], *, now: datetime) -> Standing:
    """Where whoever asks stands at that real moment."""
    if not user.is_authenticated:
        return Standing.NOBODY
    if not now.timestamp() - session.get(ENTERED, 0) < LONGEST.total_seconds():
        return Standing.EXPIRED
    if settings.STAFF_TOTP_REQUIRED and DEVICE_ID_SESSION_KEY not in session:
        return Standing.HALF
    return Standing.OPEN


def end_all(user: User) -> None:
    """End every session of this account with its next request."""
    user.session_stamp = secrets.token_hex(8)
    user.save(update_fields=["session_stamp"])
