"""Who asks: a machine with its organisation's key, or a person who is logged in."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from registry import clock
from registry.api.problems import Refusal
from registry.directory import sessions
from registry.directory.api_keys import ApiKey
from registry.directory.organisations import Organisation, OrganisationKind
from registry.directory.sessions import Standing
from registry.records.visibility import Audience

SCHEME = "Api-Key"
_SECRET = re.compile(r"([A-Za-z0-9]{8})\.[A-Za-z0-9]{32}")
# Whom 政务共享 is for: not banks, bureaus, associations or media (安政发〔2017〕8号 四（一）).
SHARES_GOVERNMENT_DATA = {
    OrganisationKind.GOVERNMENT, OrganisationKind.PARTY, OrganisationKind.COURT, OrganisationKind.MILITARY,
    OrganisationKind.UPPER, OrganisationKind.MASS, OrganisationKind.INSTITUTION,
}  # fmt: skip


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key …`; with a named clerk the request is that person's."""

    def authenticate(self, request: Any) -> tuple[Any, ApiKey] | None:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = _usable(secret.strip())
        if key is None:
            raise AuthenticationFailed
        return (key.clerk or AnonymousUser(), key)

    def authenticate_header(self, request: Any) -> str:
        return SCHEME


class StaffSession(SessionAuthentication):
    """A person who is logged in with everything that is asked for, and not too long ago; what changes anything needs
    the token of the page as well."""

    def authenticate(self, request: Any) -> tuple[Any, None] | None:
        inner = request._request
        user = getattr(inner, "user", None)
        if user is None or not user.is_authenticated:
            return None
        if sessions.standing(user, inner.session, now=clock.real_now()) is not Standing.OPEN:
            return None  # to the API, whoever is half in is nobody
        return super().authenticate(request)

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            raise Refusal(403, "请求缺少有效的 CSRF 令牌，请刷新页面后重新提交。") from None


def _usable(secret: str) -> ApiKey | None:
    form = _SECRET.fullmatch(secret)
    if form is None:
        return None
    keys = ApiKey.objects.filter(revoked=False, prefix=form[1])
    key = keys.select_related("organisation", "clerk__organisation").first()
    if key is None or key.has_expired or not key.is_valid(secret):
        return None
    if not key.organisation.is_active or not key.clerk_still_serves:
        return None
    return key


def organisation_of(request: Any) -> Organisation | None:
    """The organisation that asks, by its key or by one of its people; None is anybody."""
    organisation: Organisation | None = getattr(request.auth, "organisation", None)
    if organisation is None and request.user.is_authenticated:
        organisation = request.user.organisation
    return organisation


def audience_of(request: Any) -> Audience:
    """Whom an answer is for: anybody, or a body that shares government data."""
    organisation = organisation_of(request)
    if organisation is not None and organisation.kind in SHARES_GOVERNMENT_DATA:
        return Audience.ORGANISATION
    return Audience.PUBLIC


class ReadsOrNamed(BasePermission):
    """Anybody reads; only a named person writes."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request.method in SAFE_METHODS or request.user.is_authenticated:
            return True
        if isinstance(request.auth, ApiKey):
            raise Refusal(403, "该密钥没有绑定录入员，只能查询，不能录入。")
        return False
