"""Requests that name themselves (Idempotency-Key): a repetition is answered, not carried out again.

The name, the row it led to and the answer are committed together, so a crash leaves no name locked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from registry import clock
from registry.api.problems import Refusal
from registry.directory.api_keys import IdempotentAnswer

HEADER = "HTTP_IDEMPOTENCY_KEY"
KEPT = timedelta(days=7)
_FORM = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

Work = Callable[[], tuple[int, dict[str, Any]]]


def once(request: Request, work: Work) -> Response:
    """Do the work, or give the answer it led to when this person asked the same before."""
    name = request.META.get(HEADER)
    if name is None:
        status, body = work()
        return Response(body, status=status)
    if not _FORM.fullmatch(name):
        raise Refusal(400, "Idempotency-Key 须为1至64位的字母、数字或 _ . : -")
    try:
        return _first(request, name, work)
    except IntegrityError:
        stored = IdempotentAnswer.objects.filter(by=request.user, key=name).first()
        if stored is None:
            raise
        return _again(request, stored)


def _first(request: Request, name: str, work: Work) -> Response:
    with transaction.atomic():
        mine = IdempotentAnswer.objects.filter(by=request.user)
        mine.filter(created_on__lt=clock.today() - KEPT).delete()
        stored = IdempotentAnswer.objects.create(
            by=request.user, key=name, request_sha256=_digest(request), created_on=clock.today()
        )
        stored.status, stored.body = work()
        stored.save()
    return Response(stored.body, status=stored.status)


def _again(request: Request, stored: IdempotentAnswer) -> Response:
    if stored.request_sha256 != _digest(request):
        raise Refusal(422, "同一 Idempotency-Key 已用于不同的请求")
    return Response(stored.body, status=stored.status)


def _digest(request: Request) -> str:
    text = json.dumps([request.path, request.query_params, request.data], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
