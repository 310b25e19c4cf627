"""docker-compose.yml, with its own commands: each service runs as a real process on PostgreSQL and Redis."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import requests
import yaml
from django.conf import settings

from ankang_credit import keys, servers
from tests.ankang_credit.processes import ROOT, environment, free_port, running, wait_until

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[?-])(?P<text>[^}]*))?\}")
RANDOM = keys.new_keys()
DOT_ENV = {
    "SECRET_KEY": RANDOM["secret_key"],
    "FIELD_KEYS": ",".join(RANDOM["field_keys"]),
    "POSTGRES_PASSWORD": "fWq3PzLk81Vd",
    "REDIS_PASSWORD": "Yt7uKp20XsQe",
    "ALLOWED_HOSTS": "credit.ankang.gov.cn",
    "TRUSTED_PROXIES": "10.0.0.1",
    "SITE_URL": "https://credit.ankang.gov.cn",
    "PROVINCE_URL": "http://127.0.0.1:9/",
    "PROVINCE_KEY": RANDOM["province_key"],
}


def resolved(text: str) -> str:
    """As docker compose would: the variable, its default, or an error; `$$` is one dollar."""

    def value(match: re.Match[str]) -> str:
        default = match["text"] if match["kind"] == "-" else None
        return DOT_ENV.get(match["name"], default)

    return VARIABLE.sub(value, text).replace("$$", "$")


def test_what_must_be_set_is_asked_for_in_chinese_and_has_no_default():
    found = list(VARIABLE.finditer((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    asked = {match["name"]: match["text"] for match in found if match["kind"] == "?"}
    assert set(asked) == set(DOT_ENV)
    assert all(re.search(r"请设置 \w+：[^}]*[\u4e00-\u9fff]", text) for text in asked.values())
    assert not {match["name"] for match in found if match["kind"] == "-"} & set(DOT_ENV)


def test_the_services_are_those_of_the_documents():
    assert set(SERVICES) == {
        "migrate", "web", "worker", "relay", "beat", "postgres", "redis", "mock-province"
    }  # fmt: skip
    assert [name for name, service in SERVICES.items() if service.get("profiles")] == ["mock-province"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_that_stays_says_how_it_is(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_only_this_machine_reaches_the_portal_and_nothing_else_is_published():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


@pytest.mark.parametrize("name", sorted(set(OURS) - {"migrate", "mock-province"}))
def test_a_service_waits_for_what_it_needs(name):
    conditions = {on: how["condition"] for on, how in SERVICES[name]["depends_on"].items()}
    assert conditions == {
        "postgres": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_the_image_runs_without_root_and_from_the_hashed_lock():
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r ankang_credit/locks/prod.txt" in image
    assert "ANKANG_NO_BOOTSTRAP=1" in image
    assert image.index("USER ankang") < image.index("CMD [")


class Deployment:
    """The services without containers: a database and a queue of their own, files in one folder."""

    def __init__(self, folder: Path, *, database: str, queue: str) -> None:
        self.folder, self.database, self.queue = folder, database, queue
        self.ports = {"8000": free_port(), "8080": free_port()}

    def environment(self, name: str) -> dict[str, str]:
        declared = {key: resolved(str(value)) for key, value in SERVICES[name].get("environment", {}).items()}
        declared |= {"DATABASE_URL": self.database, "REDIS_URL": self.queue}
        placed = {key: self._placed(value) for key, value in declared.items()}
        scripts = str(Path(sys.executable).parent)
        return environment(
            self.folder,
            **{**placed, "ANKANG_DATA": str(self.folder)},
            STATIC_ROOT=str(self.folder / "static"),
            PATH=f"{scripts}{os.pathsep}{os.environ['PATH']}",
            HOSTNAME=os.uname().nodename,
            GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{self.ports['8000']}",
        )

    def command(self, name: str) -> list[str]:
        return [self._placed(resolved(part)) for part in SERVICES[name]["command"]]

    def health_check(self, name: str) -> list[str]:
        kind, *check = SERVICES[name]["healthcheck"]["test"]
        check = [self._placed(resolved(part)) for part in check]
        return ["sh", "-c", check[0]] if kind == "CMD-SHELL" else check

    def _placed(self, text: str) -> str:
        for inside, outside in self.ports.items():
            text = text.replace(f"127.0.0.1:{inside}", f"127.0.0.1:{outside}").replace(f"={inside}", f"={outside}")
        return text.replace("/data", str(self.folder)).replace("0.0.0.0", "127.0.0.1")

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def is_healthy(self, name: str) -> bool:
        check = subprocess.run(
            self.health_check(name), cwd=ROOT, env=self.environment(name), capture_output=True, timeout=60
        )
        return check.returncode == 0

    def run(self, name: str):
        return running(self.command(name), env=self.environment(name), log=self.log(name))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory) -> Iterator[Deployment]:
    """An empty database and an empty queue, migrated by the service that does that."""
    with (
        servers.postgresql({"DATABASE_URL": maintenance_url()}) as database,
        servers.redis_server({}) as queue,
    ):
        name = urlsplit(database).path.strip("/")
        real = urlsplit(database)._replace(path=f"/test_{name}").geturl()  # the name that is dropped at the end
        create_database(database, f"test_{name}")
        folder = tmp_path_factory.mktemp("deployment")
        deployed = Deployment(folder, database=real, queue=queue)
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput"]
        built = environment(folder, ANKANG_HASHED_STATIC="1", STATIC_ROOT=str(folder / "static"))
        subprocess.run(collect, cwd=ROOT, env=built, check=True, capture_output=True)
        with deployed.run("migrate") as process:
            assert process.wait(timeout=300) == 0, deployed.log("migrate").read_text()
        yield deployed


def maintenance_url() -> str:
    """The server the tests run on, whatever its database is called."""
    database = settings.DATABASES["default"]
    host = database["HOST"] or database["OPTIONS"].get("host", "127.0.0.1")
    user = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
    if host.startswith("/"):
        return f"postgresql://{user}@/postgres?host={host}"
    return f"postgresql://{user}@{host}:{database['PORT'] or 5432}/postgres"


def create_database(url: str, name: str) -> None:
    connection = psycopg2.connect(urlsplit(url)._replace(path="/postgres").geturl(), connect_timeout=2)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    finally:
        connection.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("name", ["web", "worker", "relay", "beat", "mock-province"])
def test_a_service_becomes_healthy_and_ends_cleanly(deployment, name):
    with deployment.run(name) as process:
        healthy = wait_until(lambda: deployment.is_healthy(name), seconds=90, alive=process)
        assert healthy, deployment.log(name).read_text()
        process.send_signal(signal.Signals[SERVICES[name].get("stop_signal", "SIGTERM")])
        assert process.wait(timeout=60) == 0, deployment.log(name).read_text()
    assert "Traceback" not in deployment.log(name).read_text()


@pytest.mark.postgresql
def test_a_tick_of_beat_reaches_the_relay(deployment):
    with deployment.run("relay") as relay, deployment.run("beat") as beat:
        assert wait_until(lambda: "exchange.relay_tick" in deployment.log("relay").read_text(), seconds=90, alive=beat)
        assert relay.poll() is None


@pytest.mark.postgresql
def test_the_portal_tells_visitors_over_http_to_come_over_https(deployment):
    with deployment.run("web") as process:
        assert wait_until(lambda: deployment.is_healthy("web"), seconds=90, alive=process)
        address = f"http://127.0.0.1:{deployment.ports['8000']}"
        visitor = {"Host": "credit.ankang.gov.cn"}
        answer = requests.get(f"{address}/search/", headers=visitor, allow_redirects=False, timeout=10)
        assert answer.headers["Location"] == "https://credit.ankang.gov.cn/search/"
        assert requests.get(f"{address}/api/v1/records/", headers=visitor, timeout=10).status_code == 403
