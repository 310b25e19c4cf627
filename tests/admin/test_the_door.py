"""Coming in and going out, the look of the pages, and a kind of record nobody has heard of."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.urls import reverse

from registry.directory.catalogue import CatalogueItem
from registry.models import AuditLog
from registry.records import kinds
from registry.records.fields import from_rows
from registry.records.statuses import Status
from tests import factories, samples
from tests.admin import pages

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")
PASSWORD = "Stone-Spring-922"


@pytest.fixture
def known(clerk):
    clerk.set_password(PASSWORD)
    clerk.save()
    return clerk


def test_coming_in_and_going_out_are_written_down_with_the_address(known, client):
    assert client.post(LOGIN, {"username": known.username, "password": PASSWORD}).status_code == 302
    client.post(reverse("admin:logout"))
    lines = list(AuditLog.objects.filter(action__startswith="log").order_by("pk"))
    assert [(line.action, line.by, line.succeeded, line.address) for line in lines] == [
        ("login", known, True, "127.0.0.1"),
        ("logout", known, True, "127.0.0.1"),
    ]


def test_a_failed_try_names_the_account_and_never_what_was_typed(known, client):
    client.post(LOGIN, {"username": known.username, "password": "wrong-password"})
    client.post(LOGIN, {"username": "my-secret-password", "password": known.username})
    first, second = AuditLog.objects.filter(action="login").order_by("pk")
    assert (first.succeeded, first.by, first.object_key) == (False, None, str(known.pk))
    assert (second.succeeded, second.object_key, second.detail) == (False, "", {})
    assert "my-secret-password" not in str(list(AuditLog.objects.values()))


def test_too_many_tries_are_answered_in_chinese(known, client):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        page = client.post(LOGIN, {"username": known.username, "password": "wrong"})
    assert page.status_code == 429 and "账号已暂时锁定" in pages.text(page)
    page = client.post(LOGIN, {"username": known.username, "password": PASSWORD})
    assert page.status_code == 429


def test_the_door_has_its_own_title_and_says_that_a_demo_is_one(client, at_entry):
    assert "信用安康 工作台" in pages.text(client.get(LOGIN))
    bench = at_entry.get(reverse("admin:index"))
    assert "演示系统，数据均为虚构" in pages.text(bench) and "石泉县试例市场监督管理局" in pages.text(bench)


def test_staff_pages_are_kept_by_no_cache(at_entry):
    assert "no-store" in at_entry.get(reverse("admin:index")).headers["Cache-Control"]


@pytest.fixture
def every_page(published, submitted, drafted, staff, sign_in, at_entry, at_review):
    """One page of each sort, as the person who sees it."""
    uscc = published().subject.uscc
    waiting = submitted("penalty")
    draft = drafted("licence", document_number="稿1号", counterparty_uscc=uscc)
    root = sign_in(staff(is_superuser=True))
    shown = [at_entry.get(reverse("admin:index")), at_review.get(reverse("admin:index")), at_entry.record(draft)]
    shown += [at_review.record(waiting), at_review.record(waiting, "history"), at_entry.record(draft, "delete")]
    shown.append(at_entry.get(reverse("admin:registry_record_add")))
    item = CatalogueItem.objects.get(organisation=draft.organisation, kind="penalty").code
    shown.append(at_entry.enter("penalty", item, samples.penalty(document_number="")))
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        shown += [root.get(reverse(f"admin:{label}_{name}")) for name in ("changelist", "add")]
    return [page for page in shown if page.status_code == 200]


def test_pages_are_in_chinese_and_need_nothing_inline_and_nothing_from_elsewhere(every_page):
    """Codes of rules and documents are in Latin letters; sentences and labels are not."""
    english = re.compile(r"\b(?:Error|Add|Change|Save|Delete|View|Select|Search|Model|link|the|this|user|record)\b")
    wanted = set()
    assert len(every_page) > 25
    for page in every_page:
        html, path = page.content.decode(), page.request["PATH_INFO"]
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", html), path
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html), path
        assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
        assert not english.search(pages.text(page)), (path, english.search(pages.text(page)))
        wanted |= set(re.findall(r'(?:src|href)="/static/([^"]+)"', html))
    assert "admin_skin.css" in wanted
    assert not [path for path in wanted if finders.find(path) is None]


def test_django_finds_nothing_wrong_with_the_pages():
    out = StringIO()
    call_command("check", stdout=out)
    assert "0 silenced" in out.getvalue()


def test_a_kind_of_record_nobody_has_heard_of_gets_its_pages_for_nothing(organisation, at_entry, at_review):
    kind = kinds.Kind(
        code="inspection",
        number=98,
        label="双随机抽查结果",
        detail=kinds.get("catalogue-record").detail,
        fields=kinds.get("catalogue-record").fields
        + from_rows(
            [{"name": "result", "label": "抽查结果", "type": "choice", "choices": ["合格", "不合格"], "required": True}]
        ),
        rule_book=kinds.get("catalogue-record").rule_book,
        title_field="result",
    )
    kinds.register(kind)
    try:
        factories.CatalogueItemVersionFactory(
            item__organisation=organisation, item__kind="inspection", item__code="SJ-1"
        )
        values = {name: value for name, value in samples.arrears().items() if not name.startswith(("owed", "amount"))}
        page = at_entry.enter("inspection", "SJ-1", values, button="_submit")
        assert "抽查结果：必填" in pages.text(page)
        answer = at_entry.fill(page, {"result": "合格"}, button="_submit")
        record = organisation.records.get()
        assert answer.status_code == 302 and record.title == "合格"
        at_review.send(at_review.record(record), "/move/", {"action": "publish"})
        record.refresh_from_db()
        assert record.status == Status.PUBLISHED
        assert "双随机抽查结果" in pages.text(at_entry.get(reverse("admin:registry_record_changelist")))
    finally:
        kinds.unregister("inspection")
