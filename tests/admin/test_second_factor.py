"""The second factor: set up once, asked for at every login, refused when used again, given back by one person alone."""

from __future__ import annotations

import re
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.oath import TOTP

from registry.directory import second_factor
from registry.directory.staff import Role
from registry.models import AuditLog, TotpDevice
from tests import factories, samples
from tests.admin import pages

pytestmark = pytest.mark.django_db

LOGIN, SECOND, ENROL = (reverse(f"admin:{name}") for name in ("login", "second_factor", "second_factor_enrol"))
INDEX, RECORDS = reverse("admin:index"), reverse("admin:registry_record_changelist")
PASSWORD = "Stone-Spring-922"
NOON = datetime(2026, 3, 2, 4, 0, 15, tzinfo=UTC)  # in the middle of a step


@pytest.fixture(autouse=True)
def asked_for(settings):
    settings.STAFF_TOTP_REQUIRED = True


@pytest.fixture
def clock_at():
    """The real clock, moved by hand."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def known(clerk):
    clerk.set_password(PASSWORD)
    clerk.save()
    return clerk


@pytest.fixture
def half_in(known, client):
    """A browser that has given the password."""
    answer = client.post(LOGIN, {"username": known.username, "password": PASSWORD, "next": RECORDS})
    assert answer.status_code == 302 and answer.url.startswith(SECOND)
    return client


def code(device: TotpDevice, *, steps: int = 0) -> str:
    """What the phone shows, some steps of thirty seconds from now."""
    totp = TOTP(device.secret(), drift=steps)
    return f"{totp.token():06d}"


@pytest.fixture
def device(known) -> TotpDevice:
    made = second_factor.to_enrol(known)
    second_factor.confirm(made, at=NOON)
    return second_factor.of(known)


def test_the_first_login_sets_the_phone_up_and_the_next_asks_for_it(clock_at, half_in, known):
    page = half_in.get(SECOND, {"next": RECORDS}, follow=True)
    assert page.redirect_chain[-1][0].startswith(ENROL)
    html = page.content.decode()
    assert "<svg" in html and "style=" not in html and "no-store" in page.headers["Cache-Control"]
    shown = re.search(r'class="secret">([A-Z2-7 ]+)<', html)[1].replace(" ", "")
    device = TotpDevice.objects.get(user=known)
    assert b32decode(shown) == device.secret() and not device.confirmed
    assert half_in.get(ENROL).content.decode().count(re.search(r'class="secret">([A-Z2-7 ]+)<', html)[1]) == 1

    answer = half_in.post(ENROL, {"code": code(device), "next": RECORDS})
    assert (answer.status_code, answer.url) == (302, RECORDS)
    assert half_in.get(RECORDS).status_code == 200
    actions = list(
        AuditLog.objects.filter(action__startswith="login").order_by("pk").values_list("action", "succeeded")
    )
    assert actions == [("login", True), ("login.enrol", True), ("login.second_factor", True)]

    clock_at.shift(timedelta(seconds=60))
    again = Client()
    again.post(LOGIN, {"username": known.username, "password": PASSWORD})
    assert "二维码" not in pages.text(again.get(SECOND))
    assert again.get(ENROL).url.startswith(SECOND)
    assert again.post(SECOND, {"code": code(device)}).url == INDEX


def test_the_secret_is_stored_encrypted_and_shown_no_more(clock_at, half_in, device, known):
    kept = str([list(TotpDevice.objects.values()), list(AuditLog.objects.values())])
    assert device.secret().hex() not in kept
    half_in.post(SECOND, {"code": code(device)})
    for path in (SECOND, ENROL, INDEX):
        assert device.shown_secret() not in half_in.get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    "path", [INDEX, RECORDS, reverse("admin:password_change"), reverse("admin:registry_record_add")]
)
def test_with_the_password_alone_nothing_opens(path, clock_at, half_in, device):
    answer = half_in.get(path, follow=True)
    assert answer.redirect_chain[-1][0].startswith(SECOND)
    assert half_in.post(path, {}, follow=True).redirect_chain[-1][0].startswith(SECOND)


def test_to_the_api_whoever_is_half_in_is_nobody(clock_at, half_in, device, organisation):
    answer = half_in.post("/api/v1/licences/", samples.licence(), content_type="application/json")
    assert answer.status_code in (401, 403)
    half_in.post(SECOND, {"code": code(device)})
    answer = half_in.post("/api/v1/licences/", samples.licence(), content_type="application/json")
    assert answer.status_code == 201


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_one_step_before_and_after_is_allowed(steps, clock_at, half_in, device):
    """BI-F03: thirty seconds either way, by the server's clock."""
    assert half_in.post(SECOND, {"code": code(device, steps=steps)}).status_code == 302


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_ninety_seconds_are_too_many(steps, clock_at, half_in, device):
    """BI-F03"""
    page = half_in.post(SECOND, {"code": code(device, steps=steps)})
    assert page.status_code == 200 and "动态口令不正确、已使用过或已过期" in pages.text(page)
    assert "“信用安康”当前显示" in pages.text(page) and code(device, steps=steps) not in page.content.decode()


def test_a_used_code_is_refused_and_so_is_any_before_it(clock_at, half_in, device, known):
    """BI-F03: within the same thirty seconds, in another browser, and the one of the step before."""
    used, before = code(device), code(device, steps=-1)
    assert half_in.post(SECOND, {"code": used}).status_code == 302
    other = Client()
    other.post(LOGIN, {"username": known.username, "password": PASSWORD})
    for typed in (used, before):
        assert other.post(SECOND, {"code": typed}).status_code == 200
    clock_at.shift(timedelta(seconds=30))
    assert other.post(SECOND, {"code": code(device)}).status_code == 302


@pytest.mark.parametrize("typed", ["      ", "", "12345", "1234567", "12345a", "-12345", "1e5", "①②③④⑤⑥x", "9" * 5000])
def test_what_is_no_code_is_refused_in_words(typed, clock_at, half_in, device):
    """BI-F03"""
    page = half_in.post(SECOND, {"code": typed})
    assert page.status_code == 200 and "动态口令" in pages.text(page)
    assert half_in.get(RECORDS).status_code == 302


@pytest.mark.parametrize("write", [
    lambda code: code.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    lambda code: f" {code[:3]} {code[3:]} ",
])  # fmt: skip
def test_full_width_and_blanks_are_seen_through(write, clock_at, half_in, device):
    """BI-F03: as an input method writes digits, and as phones show them."""
    assert half_in.post(SECOND, {"code": write(code(device))}).status_code == 302


def test_after_five_wrong_ones_the_right_one_waits_a_quarter_of_an_hour(clock_at, half_in, device):
    """BI-F03: told how many are left, then when to come again."""
    wrong = "000000" if code(device) != "000000" else "111111"
    for left in (4, 3, 2, 1):
        assert f"还可尝试{left}次" in pages.text(half_in.post(SECOND, {"code": wrong}))
    page = half_in.post(SECOND, {"code": wrong})
    assert page.status_code == 429 and "12:15后再试" in pages.text(page)
    assert half_in.post(SECOND, {"code": code(device)}).status_code == 429
    assert AuditLog.objects.filter(action="login.second_factor", succeeded=False).count() == 5
    clock_at.shift(timedelta(minutes=15, seconds=1))
    assert half_in.post(SECOND, {"code": code(device)}).status_code == 302


def test_nobody_leads_elsewhere_by_the_address(clock_at, half_in, device):
    for wanted in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        page = half_in.get(SECOND, {"next": wanted})
        assert "evil.example" not in page.content.decode() and "javascript:" not in page.content.decode()
    assert half_in.post(SECOND, {"code": code(device), "next": "https://evil.example/"}).url == INDEX


def test_whoever_is_half_in_can_leave(clock_at, half_in, device):
    assert half_in.post(SECOND, {"leave": "1"}).url == LOGIN
    assert half_in.get(SECOND).url == LOGIN


def test_the_key_of_the_session_changes_with_every_step_up(clock_at, known, device, client, settings):
    """P32: a session that somebody planted before is worth nothing after."""
    client.get(LOGIN)
    keys = [client.session.session_key]
    client.post(LOGIN, {"username": known.username, "password": PASSWORD})
    keys.append(client.session.session_key)
    client.post(SECOND, {"code": code(device)})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


def test_a_form_of_another_site_answers_for_nobody(clock_at, known, device):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(known)
    assert strict.post(SECOND, {"code": code(device)}).status_code == 403


def test_the_technical_administrator_alone_takes_a_lost_phone_away(clock_at, half_in, device, known, settings):
    half_in.post(SECOND, {"code": code(device)})
    assert half_in.get(RECORDS).status_code == 200
    settings.STAFF_TOTP_REQUIRED = False
    root, office = Client(), Client()
    root.force_login(factories.UserFactory(is_superuser=True, full_name="技术管理员甲"))
    office.force_login(factories.UserFactory(role=Role.CREDIT_OFFICE))
    path = reverse("admin:registry_user_second_factor", args=[known.pk])
    assert "已绑定" in pages.text(root.get(reverse("admin:registry_user_change", args=[known.pk])))
    assert office.post(path, {"reason": "手机遗失"}).status_code == 403
    assert "不少于4个字" in pages.text(root.post(path, {"reason": "丢"}))
    assert TotpDevice.objects.exists()
    assert root.post(path, {"reason": "手机遗失，已当面核实"}).status_code == 302
    assert not TotpDevice.objects.exists()
    line = AuditLog.objects.get(action="login.reset")
    assert line.by.full_name == "技术管理员甲" and line.detail["reason"] == "手机遗失，已当面核实"
    settings.STAFF_TOTP_REQUIRED = True
    assert half_in.get(RECORDS).url.startswith(LOGIN)  # every session of the account has ended
    half_in.post(LOGIN, {"username": known.username, "password": PASSWORD})
    assert half_in.get(SECOND, follow=True).redirect_chain[-1][0].startswith(ENROL)


def test_at_the_console_too_and_never_without_a_reason(device, known):
    with pytest.raises(CommandError, match="理由"):
        call_command("reset_second_factor", known.username, "--reason", " ")
    out = StringIO()
    call_command("reset_second_factor", known.username, "--reason", "技术管理员手机遗失", stdout=out)
    assert "已解除" in out.getvalue() and AuditLog.objects.filter(action="login.reset", by=None).exists()
    for name, why in ((known.username, "没有绑定"), ("nobody", "没有这个账号")):
        with pytest.raises(CommandError, match=why):
            call_command("reset_second_factor", name, "--reason", "手机遗失核实")


def test_a_demo_asks_for_none(settings, client, known):
    settings.STAFF_TOTP_REQUIRED = False
    assert client.post(LOGIN, {"username": known.username, "password": PASSWORD}).url == INDEX
    assert client.get(RECORDS).status_code == 200
    assert client.get(SECOND).url == INDEX


def test_why_a_code_is_refused_is_told_nobody(clock_at, half_in, device, known):
    """P23: used, of another time, of another phone, no code at all: one answer, of one size, at one price."""
    assert half_in.post(SECOND, {"code": code(device)}).status_code == 302  # now it has been used
    guess = Client()
    guess.post(LOGIN, {"username": known.username, "password": PASSWORD})
    other = second_factor.to_enrol(factories.UserFactory())
    refused = [code(device), code(device, steps=-9), code(device, steps=9), code(other), "000000", "一二三四五六"]
    answers, prices = set(), set()
    for wrong in refused:
        TotpDevice.objects.filter(pk=device.pk).update(failures=0)
        with CaptureQueriesContext(connection) as asked:
            page = guess.post(SECOND, {"code": wrong})
        answers.add((page.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())))
        prices.add(len(asked))
    assert len(answers) == 1 and len(prices) == 1, prices
    lines = AuditLog.objects.filter(action="login.second_factor", succeeded=False)
    assert lines.count() == len(refused) and len({str(line.detail) for line in lines}) == 1
