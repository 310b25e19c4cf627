"""Counting hours of public service: the organiser confirms, and what cannot count says why (S4.4.4)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum

from objections.models import ServiceHours
from registry import clock
from registry.audit import log
from registry.directory.persons import Person
from registry.directory.staff import User
from registry.records.workflow import MoveRefused

HOURS_OF_A_DAY = 24


@transaction.atomic
def confirm(hours: ServiceHours, *, by: User, at: datetime) -> ServiceHours:
    """The organiser's word that these hours were served; raises PermissionDenied or MoveRefused."""
    hours = _locked(hours, by)
    if why := _cannot_count(hours):
        raise MoveRefused(why)
    return _decide(hours, by=by, at=at, refusal="")


@transaction.atomic
def refuse(hours: ServiceHours, *, by: User, at: datetime, reason: str) -> ServiceHours:
    """The organiser knows nothing of them, or something forbids it."""
    hours = _locked(hours, by)
    if len(reason.strip()) < 4:
        raise MoveRefused("请写明不予计入的原因（不少于4个字）")
    return _decide(hours, by=by, at=at, refusal=reason.strip()[:200])


def _locked(hours: ServiceHours, by: User) -> ServiceHours:
    """The person's row is the lock: two confirmations of one day wait for each other."""
    Person.objects.select_for_update().get(pk=hours.person_id)
    related = ("programme", "case__record", "person")
    hours = ServiceHours.objects.select_for_update(of=("self",)).select_related(*related).get(pk=hours.pk)
    if not by.has_perm("objections.confirm_hours"):
        raise PermissionDenied("您的角色不能确认公益服务时长")
    if by.organisation_id != hours.programme.organisation_id:
        raise PermissionDenied("只能由组织该项目的单位确认")
    if hours.confirmed_at is not None:
        raise MoveRefused("该时长已经处理")
    if by.full_name == hours.person.name:
        raise MoveRefused("不能确认本人的服务时长，请由其他人确认")
    return hours


def _cannot_count(hours: ServiceHours) -> str:
    """Why these hours cannot count; '' when they can."""
    programme, record = hours.programme, hours.case.record
    listed_on = record.public_from or record.decided_on
    if hours.served_on < listed_on:
        return f"服务日期早于列入（公示）日期{listed_on}，不计入"
    ends = programme.approved_until
    if hours.served_on < programme.approved_from or (ends is not None and hours.served_on > ends):
        return "服务日期不在该项目的批准期内，不计入"
    same_day = ServiceHours.objects.filter(
        person=hours.person_id, served_on=hours.served_on, confirmed_at__isnull=False, refusal=""
    )
    served = same_day.aggregate(total=Sum("hours"))["total"] or 0
    if served + hours.hours > HOURS_OF_A_DAY:
        return f"当日已确认{float(served):g}小时，合计超过24小时，不计入"
    return ""


def _decide(hours: ServiceHours, *, by: User, at: datetime, refusal: str) -> ServiceHours:
    hours.confirmed_by, hours.confirmed_at, hours.refusal = by, at, refusal
    hours.save(update_fields=["confirmed_by", "confirmed_at", "refusal"])
    log.write("service.refuse" if refusal else "service.confirm", by=by, at=at, about=hours, on=str(clock.day_of(at)))
    return hours
