"""What production must be told before it starts, and how it is then set up."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import celery
import pytest

from ankang_credit import databases, keys, production
from ankang_credit.celery import app
from ankang_credit.environment import next_redis_database
from ankang_credit.schedule import BEAT_SCHEDULE
from tests.ankang_credit.processes import ROOT, environment, manage

pytestmark = pytest.mark.sqlite

RANDOM = keys.new_keys()
GOOD = {
    "ANKANG_PRODUCTION": "1",
    "SECRET_KEY": RANDOM["secret_key"],
    "FIELD_KEYS": ",".join(RANDOM["field_keys"]),
    "DATABASE_URL": "postgresql://ankang:fWq3PzLk81Vd@db.internal:5432/ankang",
    "REDIS_URL": "redis://:Yt7uKp20XsQe@cache.internal:6379/0",
    "ALLOWED_HOSTS": "credit.ankang.gov.cn",
    "TRUSTED_PROXIES": "10.1.2.3, 10.2.0.0/24",
    "FILES_ROOT": "/srv/ankang/files",
    "SITE_URL": "https://credit.ankang.gov.cn",
    "PROVINCE_URL": "https://province.example.gov.cn/exchange/",
    "PROVINCE_KEY": RANDOM["province_key"],
}
SILLY = [
    ("SECRET_KEY", "", "SECRET_KEY 未设置"),
    ("SECRET_KEY", "qX3v", "SECRET_KEY 太短"),
    ("SECRET_KEY", "a1" * 40, "SECRET_KEY 不是随机生成的"),
    ("SECRET_KEY", "django-insecure-" + RANDOM["secret_key"], "SECRET_KEY 不是随机生成的"),
    ("FIELD_KEYS", "", "FIELD_KEYS 未设置"),
    ("FIELD_KEYS", "not a key", "FIELD_KEYS 格式不对"),
    ("FIELD_KEYS", "k1:" + base64.b64encode(b"short").decode(), "FIELD_KEYS 格式不对"),
    ("FIELD_KEYS", ",".join([RANDOM["field_keys"][0]] * 2), "FIELD_KEYS 中有重复"),
    ("FIELD_KEYS", "k1:" + base64.b64encode(bytes(32)).decode(), "FIELD_KEYS 不是随机生成的"),
    ("DATABASE_URL", "", "DATABASE_URL 未设置"),
    ("DATABASE_URL", "sqlite:////srv/db.sqlite3", "不能使用 SQLite"),
    ("DATABASE_URL", "postgresql://ankang:postgres@db:5432/ankang", "口令为空或过于简单"),
    ("DATABASE_URL", "postgresql://ankang@db:5432/ankang", "口令为空或过于简单"),
    ("DATABASE_URL", "postgresql://ankang:secret@db:port/ankang", "DATABASE_URL 须指向 PostgreSQL"),
    ("REPLICA_URL", "sqlite:////srv/replica.sqlite3", "不能使用 SQLite"),
    ("REDIS_URL", "", "REDIS_URL 未设置"),
    ("REDIS_URL", "memory://", "REDIS_URL 须写作"),
    ("REDIS_URL", "redis://cache:6379/0", "Redis 不得无口令开放"),
    ("REDIS_URL", "redis://:redis@cache:6379/0", "Redis 不得无口令开放"),
    ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS 未设置"),
    ("ALLOWED_HOSTS", "credit.ankang.gov.cn,*", "ALLOWED_HOSTS 不能为 *"),
    ("TRUSTED_PROXIES", "0.0.0.0/0", "不能信任所有地址"),
    ("TRUSTED_PROXIES", "nginx", "TRUSTED_PROXIES 须为"),
    ("FILES_ROOT", "", "FILES_ROOT 未设置"),
    ("FILES_ROOT", "files", "FILES_ROOT 须为绝对路径"),
    ("FILES_ROOT", str(ROOT / "static" / "files"), "不能放在程序目录之内"),
    ("SITE_URL", "", "SITE_URL 未设置"),
    ("SITE_URL", "http://credit.ankang.gov.cn", "SITE_URL 须以 https:// 开头"),
    ("PROVINCE_URL", "", "PROVINCE_URL 未设置"),
    ("PROVINCE_URL", "province", "PROVINCE_URL 须为 https://"),
    ("PROVINCE_URL", "http://province.example.gov.cn/", "数据不得明文离开本机"),
    ("PROVINCE_KEY", "", "PROVINCE_KEY 未设置"),
    ("PROVINCE_KEY", "short-but-random-7Kq", "PROVINCE_KEY 太短"),
    ("CREDIT_TODAY", "2026-05-01", "CREDIT_TODAY 只供演示和测试"),
]


def test_a_complete_environment_has_no_problems():
    assert production.problems(GOOD) == []


@pytest.mark.parametrize(("name", "value", "sentence"), SILLY, ids=range(len(SILLY)))
def test_each_missing_or_silly_value_has_its_sentence(name, value, sentence):
    (found,) = production.problems({**GOOD, name: value})
    assert sentence in found
    assert found.endswith("。")


LONG = [case for case in SILLY if len(case[1]) > 10]


@pytest.mark.parametrize(("name", "value", "sentence"), LONG, ids=range(len(LONG)))
def test_no_sentence_quotes_the_value_it_is_about(name, value, sentence):
    assert value not in production.refusal(production.problems({**GOOD, name: value}))


def test_nothing_set_at_all_names_everything_at_once():
    named = {sentence.split()[0] for sentence in production.problems({})}
    assert named == set(production.CHECKS) - {"REPLICA_URL", "TRUSTED_PROXIES", "CREDIT_TODAY"}


def test_production_does_not_start_on_defaults_and_says_why(tmp_path):
    for command in (["check"], ["migrate"]):
        refused = manage(*command, env=environment(tmp_path, ANKANG_PRODUCTION="1"))
        assert refused.returncode == 1
        assert "生产环境拒绝启动" in refused.stderr
        assert "SECRET_KEY 未设置" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []  # and no keys were made behind its back


def test_production_refuses_another_today(tmp_path):
    refused = manage("check", env=environment(tmp_path, **GOOD, CREDIT_TODAY="2026-05-01"))
    assert refused.returncode == 1
    assert "CREDIT_TODAY 只供演示和测试，生产环境不得设置。" in refused.stderr


def test_outside_production_a_today_that_is_no_date_is_named(tmp_path):
    refused = manage("check", env=environment(tmp_path, CREDIT_TODAY="明天"))
    assert refused.returncode != 0
    assert "CREDIT_TODAY 须写作 2026-05-01 这样的日期。" in refused.stderr


def test_the_deployment_check_finds_nothing(tmp_path):
    (tmp_path / "static").mkdir()
    production_environment = environment(tmp_path, **GOOD, STATIC_ROOT=str(tmp_path / "static"))
    checked = manage("check", "--deploy", "--fail-level", "WARNING", env=production_environment)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(GOOD["SECRET_KEY"] + "\n")
    values = {**GOOD, "SECRET_KEY": "", "SECRET_KEY_FILE": str(secret)}
    assert setting("SECRET_KEY", env=environment(tmp_path, **values)) == GOOD["SECRET_KEY"]


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """The settings of production, as they come out."""
    return every_setting(env=environment(tmp_path_factory.mktemp("data"), **GOOD, DB_ROLE="web"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", False),
        ("USE_TZ", True),
        ("TIME_ZONE", "Asia/Shanghai"),
        ("LANGUAGE_CODE", "zh-hans"),
        ("SECURE_SSL_REDIRECT", True),
        ("SECURE_HSTS_SECONDS", 31_536_000),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", True),
        ("SECURE_PROXY_SSL_HEADER", ["HTTP_X_FORWARDED_PROTO", "https"]),
        ("SECURE_REFERRER_POLICY", "same-origin"),
        ("SECURE_CROSS_ORIGIN_OPENER_POLICY", "same-origin"),
        ("X_FRAME_OPTIONS", "DENY"),
        ("SESSION_COOKIE_NAME", "__Host-sessionid"),
        ("SESSION_COOKIE_SECURE", True),
        ("SESSION_COOKIE_HTTPONLY", True),
        ("SESSION_COOKIE_SAMESITE", "Lax"),
        ("SESSION_COOKIE_AGE", 1800),
        ("CSRF_COOKIE_NAME", "__Host-csrftoken"),
        ("CSRF_COOKIE_SECURE", True),
        ("CSRF_COOKIE_SAMESITE", "Lax"),
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", 2_621_440),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 500),
        ("DATA_UPLOAD_MAX_NUMBER_FILES", 20),
        ("FILE_UPLOAD_PERMISSIONS", 0o640),
        ("CELERY_ACCEPT_CONTENT", ["json"]),
        ("CELERY_TASK_IGNORE_RESULT", True),
        ("CELERY_TIMEZONE", "UTC"),
    ],
)
def test_production_is_set_up_as_the_gate_demands(live, name, value):
    assert live[name] == value


def test_the_content_security_policy_allows_nothing_unsafe(live):
    directives = live["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["default-src"] == ["'self'"]
    assert directives["frame-ancestors"] == directives["base-uri"] == directives["object-src"] == ["'none'"]
    assert "unsafe" not in json.dumps(directives)


def test_the_first_password_hasher_is_the_current_one(live):
    assert live["PASSWORD_HASHERS"][0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"


def test_an_api_view_that_says_nothing_lets_in_nobody(live):
    assert live["REST_FRAMEWORK"]["DEFAULT_PERMISSION_CLASSES"] == ["ankang_credit.permissions.DenyAll"]
    assert live["REST_FRAMEWORK"]["DEFAULT_RENDERER_CLASSES"] == ["rest_framework.renderers.JSONRenderer"]


def test_the_mock_province_is_not_part_of_production(live):
    assert "mock" not in live["PROVINCE_URL"]
    assert "mock" not in (ROOT / "ankang_credit" / "urls.py").read_text()


def test_the_queue_has_a_redis_database_of_its_own(live):
    assert live["CACHES"]["default"]["LOCATION"].endswith(":6379/0")
    assert live["CELERY_BROKER_URL"].endswith(":6379/1")
    assert next_redis_database("redis://cache") == "redis://cache/1"


@pytest.mark.parametrize(
    ("role", "milliseconds", "idle"),
    [("web", 2_000, 10_000), ("worker", 30_000, 120_000), ("migrate", 0, 0), ("command", 0, 0)],
)
def test_nobody_waits_longer_for_postgresql_than_its_role_may(role, milliseconds, idle):
    options = databases.postgresql({"NAME": "ankang"}, role=role)["OPTIONS"]
    assert options["connect_timeout"] == 2
    assert f"-c statement_timeout={milliseconds} " in options["options"]
    assert "-c lock_timeout=1000" in options["options"]
    assert f"-c idle_in_transaction_session_timeout={idle} " in options["options"]
    assert options["application_name"] == f"ankang-{role}"


def test_a_task_sent_from_another_thread_goes_to_our_broker():
    """Celery gives threads its default application; unless that is ours, they talk to amqp://localhost."""
    with ThreadPoolExecutor(1) as thread:
        address = thread.submit(lambda: celery.current_app.connection_for_write().as_uri()).result()
    assert address == app.connection_for_write().as_uri()
    assert not address.startswith("amqp")


def test_what_follows_midnight_is_written_down_within_a_quarter_of_an_hour():
    night = BEAT_SCHEDULE["零点后登记到期"]["schedule"]
    assert (night.hour, night.minute) == ({16}, {1, 6, 11})  # 00:01, 00:06, 00:11 in Ankang, beat being in UTC
    assert app.conf.timezone == "UTC"


def setting(name: str, *, env: dict[str, str]):
    return every_setting(env=env)[name]


def every_setting(*, env: dict[str, str]) -> dict:
    script = (
        "import json; from django.conf import settings;"
        "print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))"
    )
    command = [sys.executable, "-c", script]
    env = {**env, "DJANGO_SETTINGS_MODULE": "ankang_credit.settings"}
    return json.loads(subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout)
