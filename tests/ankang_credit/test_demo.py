"""`manage.py demo`: one command, and everything is there."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import sys
import time
from contextlib import closing, contextmanager

import pytest
import requests

from ankang_credit.embedded import mounted
from tests.ankang_credit.processes import environment, free_port, manage, running, wait_until

pytestmark = pytest.mark.sqlite

ADDRESS = re.compile(r"网站 +(http://127\.0\.0\.1:\d+)/")


@contextmanager
def demo(folder, *arguments: str):
    """A demo in this folder, ready; its process, its address and what it has said so far."""
    log = folder.with_suffix(".log")
    command = [sys.executable, "manage.py", "demo", "--port", "0", "--scale", "0.02", *arguments]
    with running(command, env=environment(folder), log=log) as process:
        ready = wait_until(lambda: ADDRESS.search(log.read_text()), seconds=180, alive=process)
        assert ready, log.read_text()
        yield process, ADDRESS.search(log.read_text())[1], log.read_text


def stop(process, how: int) -> None:
    process.send_signal(how)
    assert process.wait(timeout=60) == 0


def records(folder) -> int:
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM registry_record").fetchone()[0]


def receipts(folder) -> int:
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM registry_delivery WHERE receipt_number <> ''").fetchone()[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "var"


def test_the_demo_starts_serves_delivers_stops_and_goes_on_where_it_stopped(folder):
    with demo(folder) as (process, address, said):
        assert requests.get(f"{address}/", timeout=30).status_code == 200
        assert requests.get(f"{address}/mock-province/", timeout=30).status_code == 200
        assert "演示账号" in said()
        assert (folder / "demo-accounts.txt").read_text(encoding="utf-8").strip() in said()
        assert wait_until(lambda: receipts(folder), seconds=120), "beat, worker and province have not met"
        stop(process, signal.SIGTERM)
        assert "Traceback" not in said()
        assert said().rstrip().endswith("演示站点已停止，数据保留在数据目录中。")
    shown = records(folder)
    accounts = (folder / "demo-accounts.txt").read_text(encoding="utf-8")
    assert shown > 0

    with demo(folder) as (process, address, said):
        assert records(folder) == shown
        assert (folder / "demo-accounts.txt").read_text(encoding="utf-8") == accounts
        second = manage("demo", "--port", "0", env=environment(folder))
        assert second.returncode == 1
        assert "已有一个演示站点在运行" in second.stderr
        stop(process, signal.SIGINT)
        assert "Traceback" not in said()

    with demo(folder, "--fresh") as (process, address, said):
        assert (folder / "demo-accounts.txt").read_text(encoding="utf-8") != accounts
        stop(process, signal.SIGTERM)


def test_a_busy_port_is_a_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        started = time.monotonic()
        refused = manage("demo", "--port", str(port), env=environment(tmp_path))
    assert refused.returncode == 1
    assert f"端口 {port} 不能使用（可能已被占用），请换一个：--port {port + 1}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert time.monotonic() - started < 30
    assert not (tmp_path / "db.sqlite3").exists()


def test_starting_afresh_empties_no_database_but_the_folders_own(tmp_path):
    elsewhere = environment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'other.sqlite3'}")
    refused = manage("demo", "--fresh", "--port", str(free_port()), env=elsewhere)
    assert refused.returncode == 1
    assert "--fresh 只清空数据目录中的 SQLite 数据库" in refused.stderr


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("/", ("site", "", "/")),
        ("/mock-province/", ("province", "/mock-province", "/")),
        ("/mock-province", ("province", "/mock-province", "")),
        ("/mock-province/api/v1/", ("province", "/mock-province", "/api/v1/")),
        ("/mock-provinces/", ("site", "", "/mock-provinces/")),
    ],
)
def test_the_province_answers_below_its_address_and_nowhere_else(path, answers):
    def application(name):
        return lambda environ, start_response: (name, environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"])

    both = mounted(application("site"), {"/mock-province": application("province")})
    assert both({"PATH_INFO": path}, None) == answers
