"""Telling the applicant that something happened: an outbox row with the event, sent by a task, on every known channel.

A message holds the number of the case and what to do, nothing of its matter: it passes through other hands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import QuerySet

from objections import sms
from objections.models import Case, CaseEvent, Notice, NoticeState
from objections.models.contacts import Channel

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
BATCH = 100


def promise(case: Case, event: CaseEvent) -> None:
    """Write the rows for this event, in its transaction: one for each channel the applicant named."""
    contact = case.contact()
    channels = [channel for channel, field in _FIELDS.items() if contact.get(field)]
    Notice.objects.bulk_create(
        Notice(case=case, event=event, channel=channel, next_try_at=event.at) for channel in channels
    )


_FIELDS: Mapping[Channel, str] = {Channel.EMAIL: "email", Channel.SMS: "phone"}


def send_waiting(*, at: datetime) -> int:
    """Send what waits, oldest first; returns how many went out. Two senders never send one row twice."""
    sent = 0
    for key in list(_waiting(at).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            notice = (
                _waiting(at)
                .select_for_update(of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked)
                .filter(pk=key)
                .first()
            )
            if notice is not None:
                sent += _send(notice, at)
    return sent


def _waiting(at: datetime) -> QuerySet[Notice]:
    return (
        Notice.objects.filter(state=NoticeState.PENDING, next_try_at__lte=at)
        .select_related("case", "event")
        .order_by("next_try_at", "pk")
    )


def _send(notice: Notice, at: datetime) -> bool:
    try:
        _SENDERS[Channel(notice.channel)](notice)
    except Exception as error:  # whatever a gateway raises, the row stays and is tried again
        logger.warning("通知未能发送：%s", type(error).__name__)
        _failed(notice, at, type(error).__name__)
        return False
    notice.state, notice.settled_at = NoticeState.SENT, at
    notice.attempts += 1
    notice.save()
    return True


def _failed(notice: Notice, at: datetime, why: str) -> None:
    notice.attempts += 1
    notice.error = why[:200]
    if notice.attempts >= MOST_ATTEMPTS:
        notice.state, notice.settled_at = NoticeState.FAILED, at
    else:
        notice.next_try_at = at + timedelta(minutes=5 * 4 ** (notice.attempts - 1))
    notice.save()


def text_of(notice: Notice) -> str:
    """The message: which case, what happened, where to read on."""
    case, event = notice.case, notice.event
    name, address = settings.SITE["name"], settings.SITE["url"].rstrip("/")
    due = f"，办理期限至{case.due_on}" if case.due_on else ""
    return (
        f"【{name}】您的{case.get_procedure_display()}{case.number}已{event.get_action_display()}"
        f"（现为“{event.get_to_status_display()}”）{due}。请凭编号和查询码在{address}/track/查询。"
    )


def _by_email(notice: Notice) -> None:
    subject = f"{settings.SITE['name']}：{notice.case.number}{notice.event.get_action_display()}"
    send_mail(subject, text_of(notice), None, [notice.case.contact()["email"]])


def _by_sms(notice: Notice) -> None:
    sms.gateway().send(notice.case.contact()["phone"], text_of(notice))


_SENDERS: Mapping[Channel, Callable[[Notice], None]] = {Channel.EMAIL: _by_email, Channel.SMS: _by_sms}
