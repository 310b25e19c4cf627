"""「本周无决定」: with one word a body says that a week went by without a decision of a kind."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from registry import clock
from registry.audit import log
from registry.directory.staff import User
from registry.intake.models import ZeroReport
from registry.records import drafting, kinds
from registry.records.models import Record
from registry.records.statuses import VOID
from registry.records.workflow import MoveRefused


def week_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def report(kind_code: str, *, by: User, at: datetime) -> ZeroReport:
    """Say it of the week of that moment; raises MoveRefused where it was said already, or is not so."""
    if by.organisation is None:
        raise PermissionDenied("您的账号没有所属单位，不能作零报告")
    drafting.may_enter(by, by.organisation)
    kind, week = kinds.get(kind_code), week_of(clock.day_of(at))
    drafting.item_version(kind, by.organisation, on=clock.day_of(at))
    decided = Record.objects.filter(
        organisation=by.organisation, kind=kind.code, decided_on__range=(week, week + timedelta(days=6))
    ).exclude(status__in=VOID)
    if count := decided.count():
        raise MoveRefused(f"本周（{week}起）已录入{kind.label}{count}条，不能作零报告")
    try:
        with transaction.atomic():
            made = ZeroReport.objects.create(
                organisation=by.organisation, kind=kind.code, week=week, reported_by=by, reported_at=at
            )
            log.write("zero_report.add", by=by, at=at, about=made, kind=kind.code, week=str(week))
    except IntegrityError:
        raise MoveRefused(f"本周（{week}起）的{kind.label}已作零报告") from None
    return made
