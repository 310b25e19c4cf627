"""The second factor of staff: a code from the phone (TOTP, RFC 6238), kept by django-otp's rules with our own key.

A used code is refused, one step of thirty seconds before and after is allowed, and five wrong ones in a row close the
device for a quarter of an hour. Only the server's real clock counts. The secret is stored encrypted and shown once.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from base64 import b32encode
from datetime import datetime, timedelta
from urllib.parse import quote

import django_otp
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django_otp.models import Device
from django_otp.oath import TOTP

from registry import clock
from registry.audit import encryption, log
from registry.directory import sessions
from registry.directory.staff import User

STEP_SECONDS, DIGITS, TOLERANCE = 30, 6, 1
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SECRET_BYTES = 20
_CODE = re.compile(r"[0-9]{6}")


class TotpDevice(Device):
    """The phone of one member of staff; unconfirmed until it has shown a right code."""

    key_cipher = models.TextField("密钥（密文）", editable=False)
    last_t = models.BigIntegerField("最近使用的时间步", default=-1, editable=False)
    failures = models.PositiveSmallIntegerField("连续失败次数", default=0, editable=False)
    locked_until = models.DateTimeField("暂停至", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "动态口令"
        constraints = [models.UniqueConstraint(name="a_person_has_one_second_factor", fields=["user"])]

    def __str__(self) -> str:
        return f"{self.user}：{'已绑定' if self.confirmed else '未绑定'}"

    def secret(self) -> bytes:
        return bytes.fromhex(encryption.decrypt(self.key_cipher, context=_context(self.user)))

    def is_locked(self, *, at: datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

    def tries_left(self) -> int:
        return MOST_FAILURES - self.failures

    def verify_token(self, token: str) -> bool:
        """Whether this is a code of now that was never used; writes down either. The caller holds the row's lock."""
        now = clock.real_now()
        if self.is_locked(at=now):
            return False
        totp = TOTP(self.secret(), step=STEP_SECONDS, digits=DIGITS)
        totp.time = now.timestamp()
        code = _plain(token)
        right = bool(_CODE.fullmatch(code)) and totp.verify(int(code), TOLERANCE, self.last_t + 1)
        if right:
            self.last_t, self.failures, self.locked_until = totp.t(), 0, None
        else:
            self._count_failure(now)
        self.save()
        return right

    def _count_failure(self, now: datetime) -> None:
        self.failures += 1
        if self.failures >= MOST_FAILURES:
            self.failures, self.locked_until = 0, now + LOCKED_FOR

    def shown_secret(self) -> str:
        """The secret to be typed by hand, in groups of four."""
        text = b32encode(self.secret()).decode().rstrip("=")
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

    def address(self) -> str:
        """What the QR code says to the phone."""
        issuer, account = quote(settings.SITE["name"]), quote(self.user.get_username())
        key = b32encode(self.secret()).decode().rstrip("=")
        return f"otpauth://totp/{issuer}:{account}?secret={key}&issuer={issuer}&digits={DIGITS}&period={STEP_SECONDS}"


def _context(user: User) -> str:
    return f"registry_totpdevice:{user.pk}:key"


def _plain(typed: str) -> str:
    """What was typed, half width and without the blanks that phones show between three digits."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", typed[:40]))


def of(user: User) -> TotpDevice | None:
    """The confirmed device of this person."""
    return TotpDevice.objects.filter(user=user, confirmed=True).first()


def to_enrol(user: User) -> TotpDevice:
    """The device this person is to set up, the same until it is confirmed; raises PermissionDenied once there is one."""
    device = TotpDevice.objects.filter(user=user).first()
    if device is None:
        key = encryption.encrypt(secrets.token_bytes(SECRET_BYTES).hex(), context=_context(user))
        device, _ = TotpDevice.objects.get_or_create(
            user=user, defaults={"name": "动态口令", "confirmed": False, "key_cipher": key}
        )
    if device.confirmed:
        raise PermissionDenied("您已绑定动态口令；更换手机请与技术管理员联系解除绑定")
    return device


def passes(device: TotpDevice, typed: str) -> bool:
    """Whether the code is right; one at a time, so that no code passes twice."""
    verified = django_otp.verify_token(device.user, device.persistent_id, typed)
    device.refresh_from_db()
    return verified is not None


def confirm(device: TotpDevice, *, at: datetime) -> None:
    """The phone has shown a right code: from now on it is asked for."""
    TotpDevice.objects.filter(pk=device.pk).update(confirmed=True)
    log.write("login.enrol", by=device.user, at=at, about=device.user)


@transaction.atomic
def reset(user: User, *, by: User | None, at: datetime, reason: str) -> None:
    """Take the device away, for somebody who lost it; the person's sessions end. Raises ValidationError.

    `by` is the technical administrator, or None at the console of the server.
    """
    if by is not None and not by.is_superuser:
        raise PermissionDenied("只有技术管理员可以解除动态口令绑定")
    if len(reason.strip()) < 4:
        raise ValidationError("请写明解除绑定的理由（不少于4个字）")
    if not TotpDevice.objects.filter(user=user).delete()[0]:
        raise ValidationError("该账号没有绑定动态口令")
    sessions.end_all(user)
    log.write("login.reset", by=by, at=at, about=user, reason=reason.strip())
