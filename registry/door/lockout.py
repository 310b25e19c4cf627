"""How many wrong passwords are borne: django-axes counts, three budgets of a quarter of an hour decide.

* one account from one address: five; a right password takes the count back
* one account from everywhere: ten, whatever the addresses
* one address for all accounts: fifty, because a whole office stands behind it

A device on which the owner has logged in before has a budget of its own: whoever grinds the account from elsewhere
does not lock its owner out. What is counted by name is a keyed digest of it: somebody may type a password there.
"""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import ip_address, ip_network
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessFailureLog
from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from registry.directory.staff import User

KNOWN_FOR = 180 * 24 * 60 * 60  # seconds
_SALT = "registry.door.lockout.known-device"
_DEVICE = ":"  # between the digest of an account and the name of a known device


class LoginBudgets(AxesDatabaseHandler):
    """The stock handler, with the budgets that span addresses and accounts."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return super().is_locked(request, credentials) or self._is_spent(request, credentials)

    def _is_spent(self, request: HttpRequest, credentials: dict[str, Any] | None) -> bool:
        account = account_of(request, credentials)
        if _DEVICE in account:
            return False  # its own five tries are all that counts
        recent = AccessFailureLog.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        return _reached(recent.filter(username=account), settings.LOGIN_BUDGETS["account"]) or _reached(
            recent.filter(ip_address=request.axes_ip_address), settings.LOGIN_BUDGETS["address"]
        )


def _reached(failures: QuerySet[AccessFailureLog], limit: int) -> bool:
    return failures.order_by()[:limit].count() >= limit


def account_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name under which tries are counted: a digest, and the device where its owner is known to use it."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    account = _digest(str(typed))
    device = _known(request, account)
    return f"{account}{_DEVICE}{device}" if device else account


def household_of(request: HttpRequest) -> str | None:
    """The address tries are counted by; an IPv6 household has 2**64 of them and counts as one."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a unix socket knows none
        return None
    if address.version == 4:
        return str(address)
    return str(ip_network(f"{address.compressed.partition('%')[0]}/64", strict=False).network_address)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Know this browser again: its owner came in with everything that is asked for."""
    account = _digest(user.get_username())
    device = _known(request, account) or get_random_string(16)
    response.set_cookie(
        _cookie(),
        signing.dumps([account, device], salt=_SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest, account: str) -> str:
    """The device, where its cookie is ours and of this account; '' otherwise."""
    try:
        whose, device = signing.loads(request.COOKIES.get(_cookie(), ""), salt=_SALT, max_age=KNOWN_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return device if whose == account else ""


def _cookie() -> str:
    return f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}known-device"


def _digest(username: str) -> str:
    key = hashlib.sha256(f"{_SALT}{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, username.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
