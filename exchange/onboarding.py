"""Connecting organisations to the platform (安政发〔2017〕8号 一（二）（三）): 未接入 → 对接中 → 联调通过 → 已接入 → 停用.

A table says which verb leads from where to where, and what must hold first; each step is kept with who took it, when
and why. Whoever sets 已接入 is told everything that is missing, not only the first of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from exchange import port_test, province
from exchange.address import AddressRefused
from exchange.models import Onboarding, OnboardingState, OnboardingStep, Verb
from exchange.port_test import NotAcknowledged
from exchange.province import NoAnswer, Province, Untrusted
from registry import clock
from registry.audit import log
from registry.directory.organisations import Organisation
from registry.directory.staff import Role, User, roles_in

KEY_BYTES = 32
NOT_CONNECTED, CONNECTING, TESTED, ONBOARDED, STOPPED = OnboardingState

Guard = Callable[[Onboarding], Iterator[str]]  # what is missing, each in a sentence


class StepRefused(Exception):
    """The step cannot be taken now; the message says everything that is missing."""


@dataclass(frozen=True)
class Move:
    sources: frozenset[OnboardingState]
    target: OnboardingState
    guards: tuple[Guard, ...] = ()


def has_named_staff(onboarding: Onboarding) -> Iterator[str]:
    """Row S1.3.1: a clerk and a reviewer, by name, and not the same person."""
    body = onboarding.organisation
    people = {
        role: set(
            User.objects.filter(organisation=body, is_active=True, groups__name=role).values_list("pk", flat=True)
        )
        for role in (Role.CLERK, Role.REVIEWER)
        if role in roles_in(body)
    }
    for role in (Role.CLERK, Role.REVIEWER):
        if not people.get(role):
            yield f"没有{role.label}，请先落实信用工作人员"
    if all(people.get(role) for role in (Role.CLERK, Role.REVIEWER)) and len(set.union(*people.values())) < 2:
        yield "录入员和审核员不能是同一人"


def has_passed_its_test(onboarding: Onboarding) -> Iterator[str]:
    if onboarding.state != TESTED or not onboarding.test_receipt:
        yield "没有通过联调测试，请先发送测试报文并取得省平台回执"


MOVES: Mapping[Verb, Move] = {
    Verb.OPEN: Move(frozenset({NOT_CONNECTED, STOPPED}), CONNECTING),
    Verb.TEST: Move(frozenset({CONNECTING, TESTED}), TESTED),
    Verb.CONFIRM: Move(frozenset({CONNECTING, TESTED}), ONBOARDED, (has_named_staff, has_passed_its_test)),
    Verb.STOP: Move(frozenset({CONNECTING, TESTED, ONBOARDED}), STOPPED),
    # Bodies that were connected before this portal was; for whoever installs it, and for demo and tests.
    Verb.TAKE_OVER: Move(frozenset({NOT_CONNECTED, CONNECTING, TESTED, STOPPED}), ONBOARDED),
}


def available(onboarding: Onboarding) -> list[Verb]:
    """What could be done next, by the table alone."""
    return [verb for verb, move in MOVES.items() if onboarding.state in move.sources and verb != Verb.TAKE_OVER]


@transaction.atomic
def open_port(
    organisation: Organisation, *, by: User | None, at: datetime, port_number: str = "", note: str = ""
) -> tuple[Onboarding, str]:
    """Open the organisation's port; returns its key, which is shown now and never again.

    Raises StepRefused where a port is open already: an organisation has one live port.
    """
    _may_decide(by)
    onboarding = _locked(organisation)
    _may_move(onboarding, Verb.OPEN)
    key = secrets.token_urlsafe(KEY_BYTES)
    onboarding.port_number = port_number or onboarding.port_number or _port_number(organisation)
    onboarding.keep_port_key(key)
    onboarding.opened_on, onboarding.closed_on, onboarding.test_receipt = clock.day_of(at), None, ""
    _take(onboarding, Verb.OPEN, by=by, at=at, note=note)
    return onboarding, key


def try_port(
    organisation: Organisation, *, by: User | None, at: datetime, platform: Province | None = None
) -> Onboarding:
    """Send a test message by the organisation's port; raises StepRefused unless the platform acknowledges it."""
    _may_decide(by)
    onboarding = Onboarding.objects.select_related("organisation").filter(organisation=organisation).first()
    _may_move(onboarding or Onboarding(organisation=organisation), Verb.TEST)
    try:
        receipt = port_test.push(onboarding, platform or province.of_settings())
    except (NotAcknowledged, NoAnswer, Untrusted, AddressRefused) as problem:
        log.write("exchange.test", by=by, at=at, about=organisation, succeeded=False, reason=str(problem))
        raise StepRefused(f"联调测试未通过：{problem}") from problem
    with transaction.atomic():
        tested = _locked(organisation)
        _may_move(tested, Verb.TEST)
        if tested.port_key_cipher != onboarding.port_key_cipher:
            raise StepRefused("测试期间端口密钥已更换，请重新测试")
        tested.test_receipt = receipt
        _take(tested, Verb.TEST, by=by, at=at, receipt=receipt)
    return tested


@transaction.atomic
def confirm(organisation: Organisation, *, by: User, at: datetime, note: str = "") -> Onboarding:
    """Set 已接入: from now on its records leave, those that waited too. Raises StepRefused with all that is missing."""
    _may_decide(by)
    onboarding = _locked(organisation)
    _may_move(onboarding, Verb.CONFIRM)
    onboarding.confirmed_by, onboarding.confirmed_at = by, at
    _take(onboarding, Verb.CONFIRM, by=by, at=at, note=note, receipt=onboarding.test_receipt)
    return onboarding


@transaction.atomic
def onboard(organisation: Organisation, *, by: None = None, at: datetime, port_number: str = "") -> Onboarding:
    """Take over a body that was connected before this portal was; repeats are harmless.

    Not for people: whoever decides goes by `open_port`, `try_port` and `confirm`.
    """
    if by is not None:
        raise PermissionDenied("请依次开通端口、联调测试、确认接入")
    onboarding = _locked(organisation)
    if onboarding.state == ONBOARDED:
        return onboarding
    onboarding.port_number = onboarding.port_number or port_number or _port_number(organisation)
    if not onboarding.port_key_cipher:
        onboarding.keep_port_key(secrets.token_urlsafe(KEY_BYTES))
    onboarding.opened_on, onboarding.closed_on = clock.day_of(at), None
    onboarding.confirmed_at = at
    _take(onboarding, Verb.TAKE_OVER, by=None, at=at)
    return onboarding


@transaction.atomic
def stop(organisation: Organisation, *, by: User | None, at: datetime, reason: str) -> Onboarding:
    """Close the organisation's port: nothing of it leaves, nothing of it is lost."""
    _may_decide(by)
    onboarding = _locked(organisation)
    _may_move(onboarding, Verb.STOP)
    if not reason.strip():
        raise StepRefused("停用端口必须说明理由")
    onboarding.closed_on = clock.day_of(at)
    _take(onboarding, Verb.STOP, by=by, at=at, note=reason.strip())
    return onboarding


def _may_decide(by: User | None) -> None:
    if by is not None and not by.has_role(Role.CREDIT_OFFICE):
        raise PermissionDenied("只有市信用办可以办理单位接入")


def _locked(organisation: Organisation) -> Onboarding:
    found, _ = (
        Onboarding.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get_or_create(organisation=organisation)
    )
    return found


def _may_move(onboarding: Onboarding, verb: Verb) -> None:
    if missing := missing_for(onboarding, verb):
        raise StepRefused("；".join(missing))


def missing_for(onboarding: Onboarding, verb: Verb) -> list[str]:
    """Everything that speaks against the step; empty where it may be taken."""
    move = MOVES[verb]
    if onboarding.state not in move.sources:
        return [f"{OnboardingState(onboarding.state).label}的单位不能{verb.label}"]
    return [sentence for guard in move.guards for sentence in guard(onboarding)]


def _take(
    onboarding: Onboarding, verb: Verb, *, by: User | None, at: datetime, note: str = "", receipt: str = ""
) -> None:
    before, onboarding.state = onboarding.state, MOVES[verb].target
    try:
        onboarding.full_clean(exclude=["confirmed_by", "confirmed_at"])
    except ValidationError as problem:
        raise StepRefused("；".join(problem.messages)) from None
    onboarding.save()
    OnboardingStep.objects.create(
        organisation=onboarding.organisation, verb=verb, from_state=before, to_state=onboarding.state, at=at, by=by,
        note=note, receipt=receipt,
    )  # fmt: skip
    log.write(f"exchange.{verb.value}", by=by, at=at, about=onboarding.organisation, port=onboarding.port_number)


def _port_number(organisation: Organisation) -> str:
    """Region and a number of its own within the city."""
    return f"{organisation.region_id}{organisation.pk:06d}"
