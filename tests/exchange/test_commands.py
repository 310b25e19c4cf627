"""What an operator types, and what the terminal answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from io import StringIO

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import OperationalError

from exchange import channel, relay, status
from exchange.management.commands.push import Command
from registry.models import Delivery
from registry.records.models import DeliveryState
from tests import factories

pytestmark = pytest.mark.django_db


def run(*command: str) -> str:
    out, err = StringIO(), StringIO()
    call_command(*command, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def test_push_says_how_many_it_sent(platform, onboarded, several):
    several(2)
    assert "已推送 2 条" in run("push")
    assert "已推送 0 条" in run("push")


def test_push_says_what_waits_for_its_organisation(platform, organisation, published):
    published()
    said = run("push")
    assert "已推送 0 条" in said and "待接入 1 条" in said


def test_push_does_not_wait_for_delays_and_tries_each_message_once(platform, onboarded, several):
    several(2)
    platform.fail("wrong_hash")
    assert "待重试 2 条" in run("push")
    assert len(platform.requests()) == 1

    platform.recover()
    assert "已推送 2 条" in run("push")


def test_push_says_why_the_channel_is_stopped_and_can_resume_it(platform, onboarded, published):
    published()
    platform.fail("401", times=1)
    assert "推送通道已停用" in run("push")
    assert "已推送 0 条" in run("push")
    assert "已推送 1 条" in run("push", "--resume")


def test_reconcile_exits_with_one_when_something_differs(platform, onboarded, published):
    record = published()
    run("push")
    assert "本市与省平台一致" in run("reconcile")
    assert "本市与省平台一致" in run("reconcile", "--from", "2026-01-01")

    platform.change("DELETE FROM records")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile", stdout=out)
    assert ended.value.code == 1
    assert f"省平台缺少：{record.uid.hex}" in out.getvalue() and "省平台缺少 1 条" in out.getvalue()


def test_reconcile_does_not_call_silence_agreement(settings, onboarded, published):
    settings.PROVINCE_URL = "http://127.0.0.1:1/"
    with pytest.raises(CommandError, match="对账未能完成"):
        run("reconcile")


def test_the_mock_does_not_run_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="生产环境"):
        run("mock_province", "--port", "0")


def manage(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=configured.BASE_DIR,
        env={**os.environ, "ANKANG_NO_BOOTSTRAP": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_mock_runs_as_a_command_too(tmp_path):
    process = manage("mock_province", "--port", "0", "--store", str(tmp_path / "store.sqlite3"))
    try:
        assert process.stdout.readline().startswith("模拟省平台：http://127.0.0.1:")
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0 and "Traceback" not in err


def test_the_loop_goes_on_when_the_database_fails_and_ends_when_told(monkeypatch, caplog):
    passes = []

    def fail_once():
        passes.append(time.monotonic())
        if len(passes) == 1:
            raise OperationalError("server closed the connection")
        os.kill(os.getpid(), signal.SIGTERM)
        return relay.Tally()

    monkeypatch.setattr(relay, "drain", fail_once)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        Command(stdout=StringIO())._loop(0.01)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert len(passes) == 2
    assert "推送中断" in caplog.text


def test_status_counts_what_operators_ask_for(platform, line, onboarded, several, published):
    several(2)
    relay.drain(line)
    published("penalty")
    channel.stop("province", reason="密钥失效", at=factories.NOON)
    found = status.summary()
    assert found["states"]["acked"] == 2 and found["states"]["pending"] == 1
    assert found["waiting"] == 1 and found["not_onboarded"] == 0
    assert found["oldest_age_seconds"] >= 0
    assert (found["channel"]["state"], found["channel"]["stopped_reason"]) == ("stopped", "密钥失效")
    assert set(found["states"]) == set(DeliveryState.values) and Delivery.objects.count() == 3
