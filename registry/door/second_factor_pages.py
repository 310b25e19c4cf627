"""The second step of coming in: the code from the phone, and setting the phone up the first time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import django_otp
import segno
from django import forms
from django.contrib.admin import site as admin_site
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from registry import clock
from registry.audit import trace
from registry.directory import second_factor, sessions
from registry.directory.second_factor import TotpDevice
from registry.directory.sessions import Standing
from registry.door import lockout

View = Callable[[HttpRequest], HttpResponse]


class CodeInput(forms.TextInput):
    """A box that comes back empty: a code that was wrong is typed anew."""

    def format_value(self, value: object) -> None:
        return None


class CodeForm(forms.Form):
    code = forms.CharField(
        label="动态口令（6位数字）",
        max_length=40,
        widget=CodeInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "class": "vTextField"}
        ),
        error_messages={"required": "动态口令：必填"},
    )


def led_on(request: HttpRequest, *, to: str = "admin:second_factor") -> HttpResponse:
    """To the second step, which knows where the person wanted to go."""
    wanted = _wanted(request)
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return redirect(f"{reverse(to)}{query}")


def half_in(view: View) -> View:
    """For whoever has given the password and nothing more; everybody else is at the wrong door."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        match sessions.standing(request.user, request.session, now=clock.real_now()):
            case Standing.HALF if request.user.is_staff:
                if "leave" in request.POST:
                    logout(request)
                    return redirect("admin:login")
                return view(request)
            case Standing.OPEN:
                return redirect(_wanted(request) or reverse("admin:index"))
        return redirect("admin:login")

    return sensitive_post_parameters()(never_cache(csrf_protect(guarded)))


@half_in
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the phone; without a phone, set it up first."""
    device = second_factor.of(request.user)
    if device is None:
        return led_on(request, to="admin:second_factor_enrol")
    return _asked(request, device, "second_factor")


@half_in
def enrol(request: HttpRequest) -> HttpResponse:
    """Show the secret as a QR code and as text, and take the first code as the proof that the phone has it."""
    if second_factor.of(request.user) is not None:
        return led_on(request)
    device = second_factor.to_enrol(request.user)
    return _asked(request, device, "second_factor_enrol", qr=_qr(device), secret=device.shown_secret())


def _asked(request: HttpRequest, device: TotpDevice, page: str, **said: Any) -> HttpResponse:
    form, status = CodeForm(request.POST or None), 200
    if device.is_locked(at=clock.real_now()):
        status = 429
    elif form.is_valid():
        if second_factor.passes(device, form.cleaned_data["code"]):
            return _let_in(request, device)
        trace.write(request, "login.second_factor", about=request.user, succeeded=False)
        form.add_error(
            "code", f"动态口令不正确、已使用过或已过期，请输入手机上当前显示的数字（还可尝试{device.tries_left()}次）"
        )
        status = 429 if device.is_locked(at=clock.real_now()) else 200
    frame = {
        **admin_site.each_context(request),
        "title": "动态口令",
        "form": form,
        "next": _wanted(request),
        "locked_until": device.locked_until if status == 429 else None,
    }
    return TemplateResponse(request, f"registration/{page}.html", frame | said, status=status)


def _let_in(request: HttpRequest, device: TotpDevice) -> HttpResponse:
    if not device.confirmed:
        second_factor.confirm(device, at=clock.now())
    request.session.cycle_key()  # more may be done from here on: nobody else has seen this key
    django_otp.login(request, device)
    trace.write(request, "login.second_factor", about=request.user)
    answer = redirect(_wanted(request) or reverse("admin:index"))
    lockout.remember(request, answer, request.user)
    return answer


def _wanted(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


def _qr(device: TotpDevice) -> SafeString:
    """The address as an SVG of its own: no script, no style, no request to anybody."""
    drawn = segno.make(device.address(), error="m", micro=False)
    # Made of numbers by the library; nothing that anybody typed stands in it as text.
    return mark_safe(drawn.svg_inline(scale=5, border=2, dark="#000", light="#fff", svgclass=None, lineclass=None))
