"""`manage.py demo`: the whole portal in one process, with data to look at; nothing to install or to set."""

from __future__ import annotations

import fcntl
import shutil
import signal
import socket
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connections

from ankang_credit.embedded import celery_threads, mounted
from exchange.mock_province.app import build as mock_province

HOST = "127.0.0.1"
PROVINCE = "/mock-province"
THREADS = 8
LARGEST_FORM = 8 * 1024 * 1024  # beside a file of the largest size


class Command(BaseCommand):
    help = "启动演示站点（本机、SQLite、演示数据、模拟省平台）。按 Ctrl-C 停止，数据保留在数据目录中。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000；0 为任选空闲端口")
        parser.add_argument("--fresh", action="store_true", help="清空原有演示数据，重新开始")
        parser.add_argument("--scale", type=float, default=1.0, help="演示数据量的倍数，默认 1（约一万条记录）")

    def handle(self, *, port: int, fresh: bool, scale: float, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("demo 只供演示，生产环境不能使用；请按 docker-compose.yml 部署。")
        # A container or a service manager ends us by SIGTERM, a person by Ctrl-C: the same clean way.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with alone_in(settings.DATA_ROOT), listening(port) as door:
                address = f"http://{HOST}:{door.getsockname()[1]}"
                settings.PROVINCE_URL = f"{address}{PROVINCE}/"
                self.prepare(fresh, scale)
                self.serve(door, address)
        except KeyboardInterrupt:
            pass
        self.stdout.write("演示站点已停止，数据保留在数据目录中。")

    def prepare(self, fresh: bool, scale: float) -> None:
        if fresh:
            forget(settings.DATA_ROOT)
        first = not accounts_file().exists()
        self.stdout.write("正在装入演示数据（首次需一两分钟）…" if first else "正在检查演示数据…")
        self.stdout.flush()
        quietly("migrate", interactive=False)
        quietly("setup_roles")
        quietly("load_rules")
        quietly("load_demo", scale=scale)  # leaves alone what is there
        connections.close_all()

    def serve(self, door: socket.socket, address: str) -> None:
        province = mock_province(settings.DATA_ROOT / "mock-province.sqlite3", key=settings.PROVINCE_KEY)
        application = mounted(get_wsgi_application(), {PROVINCE: province})
        server = waitress.create_server(
            application,
            sockets=[door],
            threads=THREADS,
            ident=None,
            max_request_body_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE + LARGEST_FORM,
        )
        with celery_threads(settings.DATA_ROOT / "beat"):
            self.greet(address)
            server.run()
            self.stdout.write("\n正在停止，请稍候…")
            self.stdout.flush()

    def greet(self, address: str) -> None:
        accounts = accounts_file()
        lines = [
            "",
            "信用安康演示站点已就绪，按 Ctrl-C 停止：",
            f"  网站        {address}/",
            f"  工作人员    {address}/admin/",
            f"  开放接口    {address}/api/docs/",
            f"  模拟省平台  {address}{PROVINCE}/",
            "",
            f"演示账号（只用于本机，另存于 {accounts}）：",
            accounts.read_text(encoding="utf-8").rstrip() if accounts.exists() else "  （无）",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def quietly(command: str, **options: object) -> None:
    call_command(command, verbosity=0, stdout=StringIO(), **options)


def accounts_file() -> Path:
    return settings.DATA_ROOT / "demo-accounts.txt"


def forget(folder: Path) -> None:
    """Remove what the demo has gathered; its keys and its log stay."""
    if settings.DATABASE_URL:
        raise CommandError("--fresh 只清空数据目录中的 SQLite 数据库，不会清空 DATABASE_URL 所指的数据库。")
    for pattern in ("db.sqlite3*", "mock-province.sqlite3*", "beat*", "demo-accounts.txt"):
        for file in folder.glob(pattern):
            file.unlink()
    for gathered in ("files", "mail"):
        shutil.rmtree(folder / gathered, ignore_errors=True)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Two demos in one data folder would push the same outbox and pull the data from under each other."""
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"数据目录 {folder} 已有一个演示站点在运行，请先停止它。") from None
        yield


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Take the port before anything else, so that a busy one is told at once."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, port))
            door.listen()
        except (OSError, OverflowError):
            raise CommandError(f"端口 {port} 不能使用（可能已被占用），请换一个：--port {port + 1}") from None
        yield door
