"""Entering a record, and changing it until it is submitted: one form for every kind there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from registry import clock
from registry.admin import collected, due, record_moves, record_page
from registry.admin.forms import PREFIX, RecordForm, form_for, named_by, persons_of, typed_values
from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.organisations import Organisation
from registry.records import drafting, editions, kinds, workflow
from registry.records.drafting import NotInCatalogue
from registry.records.models import Record
from registry.records.parsing import Door
from registry.records.statuses import Action
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused

if TYPE_CHECKING:
    from registry.admin.records import RecordAdmin

NO_ORGANISATION = "您的账号没有所属单位，不能录入记录"


def add(admin: RecordAdmin, request: HttpRequest) -> HttpResponse:
    """A new record: choose the class of information, fill it in, keep it as draft or submit it."""
    organisation = request.user.organisation
    if organisation is None:
        raise PermissionDenied(NO_ORGANISATION)
    code, item = request.GET.get("kind", ""), request.GET.get("item", "")
    if not code:
        return _choose(admin, request, organisation)
    try:
        version = _version(code, organisation, item)
    except NotInCatalogue as refusal:
        return _choose(admin, request, organisation, why=refusal)
    kind = kinds.get(code)
    made = form_for(kind, kind.spec(version), organisation)
    form = made(request.POST or None, prefix=PREFIX)
    if form.is_valid():
        try:
            return _draft(request, form, code, organisation, item)
        except Invalid as invalid:
            form.refuse(invalid)
    return _form_page(admin, request, f"录入：{version.item.name}", form, {"version": version, "kind": kind})


def _version(code: str, organisation: Organisation, item: str) -> CatalogueItemVersion:
    if not kinds.known(code):
        raise NotInCatalogue.because("", f"不在目录内：{organisation}的征集目录没有此类信息项")
    return drafting.item_version(kinds.get(code), organisation, on=clock.today(), item_code=item)


def _choose(
    admin: RecordAdmin, request: HttpRequest, organisation: Organisation, *, why: Invalid | None = None
) -> HttpResponse:
    """What this organisation may collect today, one link for each class of information."""
    said = {
        "offered": collected.by(organisation, on=clock.today()),
        "organisation": organisation,
        "refusals": why.checked.errors()[""] if why else [],
    }
    return record_page.page(admin, request, "choose", "录入记录", said, status=400 if why else 200)


def _draft(request: HttpRequest, form: RecordForm, code: str, organisation: Organisation, item: str) -> HttpResponse:
    at = clock.now()
    record, notices = drafting.draft(
        code,
        form.raw(),
        organisation=organisation,
        by=request.user,
        at=at,
        today=clock.day_of(at),
        door=Door.FORM,
        item_code=item,
    )
    return _saved(request, record, notices)


def edit(admin: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """A draft, or what was returned, open for changes by the clerks of its organisation."""
    held = persons_of(record)
    spec = record.specification
    made = form_for(record.the_kind, spec, record.organisation, held=held, named=named_by(record))
    form = made(request.POST or None, prefix=PREFIX, initial=typed_values(record))
    status = 200
    if form.is_valid():
        try:
            return _revise(request, form, record)
        except Invalid as invalid:
            form.refuse(invalid)
        except MoveRefused as refusal:
            form.refuse(Invalid.because("", str(refusal)))
            status = 409
    about = record_page.context(record, to=request.user, on=clock.today())
    said = about | {"version": record.item_version, "seen": _digest(record)}
    return _form_page(admin, request, str(record), form, said, status=status)


def _revise(request: HttpRequest, form: RecordForm, record: Record) -> HttpResponse:
    at = clock.now()
    raw = form.raw()
    for name, person in persons_of(record).items():
        raw.setdefault(name, person.number())
    with transaction.atomic():
        _refuse_stale(record, request.POST.get("seen", ""))
        notices = drafting.revise(record, raw, by=request.user, at=at, today=clock.day_of(at), door=Door.FORM)
    record.refresh_from_db()
    return _saved(request, record, notices)


def _refuse_stale(record: Record, seen: str) -> None:
    """Two clerks may have the same draft open: the second to save is told, not obeyed."""
    if _digest(workflow.lock_one(record)) != seen:
        raise MoveRefused("页面内容已过期：这份草稿已被他人修改。请核对当前内容，确认后再次保存")


def _digest(record: Record) -> str:
    return editions.digest(editions.contents(record))


def _saved(request: HttpRequest, record: Record, notices: list[str]) -> HttpResponse:
    for notice in notices:
        messages.info(request, notice)
    if due.is_late(record, due.known(), on=clock.today()):
        messages.warning(request, "该决定已超过公示时限，已标记为逾期")
    if "_submit" in request.POST:
        _submit(request, record)
    else:
        messages.success(request, "草稿已保存")
    return redirect(reverse("admin:registry_record_change", args=[record.pk]))


def _submit(request: HttpRequest, record: Record) -> None:
    """The draft is kept even where submitting it is refused: what was typed is not lost."""
    try:
        record_moves.take(request, record, Action.SUBMIT, expecting=record.seq)
    except MoveRefused as refusal:
        messages.error(request, f"草稿已保存，但未能提交：{refusal}")
    else:
        messages.success(request, "已提交，等待本单位审核员审核")


def _form_page(
    admin: RecordAdmin,
    request: HttpRequest,
    title: str,
    form: RecordForm,
    said: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    title = f"错误：{title}" if form.errors else title
    shown = {**said, "form": form, "media": admin.media + form.media, "errors": form.errors}
    return record_page.page(admin, request, "form", title, shown, status=status)
