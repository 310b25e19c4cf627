"""Who came in, who left, and who tried: written to the audit log with the address (等保 8.1.4.3)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from registry import clock
from registry.audit import log, trace
from registry.directory import sessions
from registry.directory.staff import User


@receiver(user_logged_in)
def came_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is not None:
        request.session[sessions.ENTERED] = int(clock.real_now().timestamp())
    _write("login", request, user)


@receiver(user_logged_out)
def left(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _write("logout", request, user)


@receiver(user_login_failed)
def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """The account that was tried, if there is one: what else was typed may be a password in the wrong box."""
    account = User.objects.filter(username=str(credentials.get("username", ""))[:150]).first()
    _write("login", request, account, succeeded=False)


def _write(action: str, request: HttpRequest | None, account: User | None, *, succeeded: bool = True) -> None:
    log.write(
        action,
        by=account if succeeded else None,
        at=clock.now(),
        about=account,
        succeeded=succeeded,
        address=trace.address_of(request) if request is not None else None,
    )
