"""What production must be told before it starts: every missing, default or silly value has its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET_KEY = 50
SHORTEST_PROVINCE_KEY = 32
FEWEST_DIFFERENT_CHARACTERS = 12
LOOPBACK = ("127.0.0.1", "localhost", "::1")
GUESSABLE_PASSWORDS = frozenset(
    "postgres password passwd ankang ankang_credit root admin admin123 123456 12345678 changeme change-me "
    "change_me secret example redis test".split()
)
PLACEHOLDER = re.compile(r"insecure|change[-_ ]?me|example|placeholder|your[-_ ]|请替换|请修改", re.IGNORECASE)
FIELD_KEY = re.compile(r"([A-Za-z0-9_-]{1,16}):([A-Za-z0-9+/_-]{43}=)")


def problems(env: Mapping[str, str]) -> list[str]:
    """Why production must not start with this environment, one sentence each; none of them quotes a value."""
    read = {name: _read(env, name) for name in CHECKS}
    return [sentence for name, check in CHECKS.items() for sentence in check(read[name])]


def refusal(reasons: Iterable[str]) -> str:
    return "\n".join(["生产环境拒绝启动，请先处理以下问题：", *(f"  - {reason}" for reason in reasons)])


def _read(env: Mapping[str, str], name: str) -> str:
    try:
        return env.get(name, "").strip()
    except (OSError, ValueError, ImproperlyConfigured):  # NAME_FILE names a file that cannot be read
        return ""


def _secret_key(value: str) -> Iterator[str]:
    if not value:
        yield "SECRET_KEY 未设置：须为至少 50 个随机字符。"
    elif len(value) < SHORTEST_SECRET_KEY:
        yield "SECRET_KEY 太短：须为至少 50 个随机字符。"
    elif _guessable(value):
        yield "SECRET_KEY 不是随机生成的：须为至少 50 个随机字符，不能沿用示例值。"


def _field_keys(value: str) -> Iterator[str]:
    keys = [word.strip() for word in value.split(",") if word.strip()]
    found = [FIELD_KEY.fullmatch(key) for key in keys]
    if not keys:
        yield "FIELD_KEYS 未设置：证件号码加密须有密钥，写作“编号:32 字节的 base64”，多把以逗号分隔。"
    elif not all(found):
        yield "FIELD_KEYS 格式不对：每把密钥须写作“编号:32 字节的 base64”，以逗号分隔。"
    elif len({match[1] for match in found if match}) < len(keys):
        yield "FIELD_KEYS 中有重复的密钥编号。"
    elif any(_guessable(match[2]) for match in found if match):
        yield "FIELD_KEYS 不是随机生成的：请用随机数生成器产生密钥。"


def _database(value: str) -> Iterator[str]:
    url = _url(value)
    if not value:
        yield "DATABASE_URL 未设置：生产环境须使用 PostgreSQL。"
    elif url is None or url.scheme not in ("postgres", "postgresql", "pgsql", "psql"):
        yield "DATABASE_URL 须指向 PostgreSQL（postgresql://…），不能使用 SQLite。"
    elif url.hostname not in LOOPBACK and (url.password or "") in GUESSABLE_PASSWORDS | {""}:
        yield "DATABASE_URL 中的数据库口令为空或过于简单。"


def _replica(value: str) -> Iterator[str]:
    return _database(value) if value else iter(())


def _redis(value: str) -> Iterator[str]:
    url = _url(value)
    if not value:
        yield "REDIS_URL 未设置：生产环境的任务队列和缓存须使用 Redis。"
    elif url is None or url.scheme not in ("redis", "rediss") or not re.fullmatch(r"/?\d*", url.path):
        yield "REDIS_URL 须写作 redis://:口令@主机:端口/库号。"
    elif url.hostname not in LOOPBACK and (url.password or "") in GUESSABLE_PASSWORDS | {""}:
        yield "REDIS_URL 中的口令为空或过于简单：Redis 不得无口令开放。"


def _allowed_hosts(value: str) -> Iterator[str]:
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    if not hosts:
        yield "ALLOWED_HOSTS 未设置：须写明网站域名，多个以逗号分隔。"
    elif "*" in hosts:
        yield "ALLOWED_HOSTS 不能为 *：须写明网站域名。"


def _proxies(value: str) -> Iterator[str]:
    try:
        networks = [ip_network(word.strip()) for word in value.split(",") if word.strip()]
    except ValueError:
        yield "TRUSTED_PROXIES 须为以逗号分隔的 IP 地址或网段。"
        return
    if any(network.prefixlen == 0 for network in networks):
        yield "TRUSTED_PROXIES 不能信任所有地址：须写明反向代理的地址。"


def _files(value: str) -> Iterator[str]:
    if not value:
        yield "FILES_ROOT 未设置：须指定附件的保存目录。"
    elif not Path(value).is_absolute():
        yield "FILES_ROOT 须为绝对路径。"
    elif Path(value).is_relative_to(Path(__file__).resolve().parents[1]):
        yield "FILES_ROOT 不能放在程序目录之内。"


def _site(value: str) -> Iterator[str]:
    url = _url(value)
    if not value:
        yield "SITE_URL 未设置：须为网站的完整网址，如 https://credit.example.gov.cn。"
    elif url is None or url.scheme != "https" or not url.hostname:
        yield "SITE_URL 须以 https:// 开头。"


def _province(value: str) -> Iterator[str]:
    url = _url(value)
    if not value:
        yield "PROVINCE_URL 未设置：须为省公共信用信息平台的接口地址。"
    elif url is None or not url.hostname or url.scheme not in ("https", "http"):
        yield "PROVINCE_URL 须为 https:// 开头的接口地址。"
    elif url.scheme != "https" and not _inside(url.hostname):
        yield "PROVINCE_URL 须使用 https：数据不得明文离开本机。"


def _province_key(value: str) -> Iterator[str]:
    if not value:
        yield "PROVINCE_KEY 未设置：须为省平台分配的接口密钥。"
    elif len(value) < SHORTEST_PROVINCE_KEY or _guessable(value):
        yield "PROVINCE_KEY 太短或不是随机值：须为至少 32 个随机字符。"


def _today(value: str) -> Iterator[str]:
    if value:
        yield "CREDIT_TODAY 只供演示和测试，生产环境不得设置。"


def _guessable(secret: str) -> bool:
    return bool(PLACEHOLDER.search(secret)) or len(set(secret)) < FEWEST_DIFFERENT_CHARACTERS


def _inside(host: str) -> bool:
    """This machine, or a neighbour in the same container network, whose name has no dot."""
    return host in LOOPBACK or not re.search(r"[.:]", host)


def _url(value: str) -> SplitResult | None:
    try:
        url = urlsplit(value)
        return url if url.port is None or url.port else None  # an impossible port raises only when asked
    except ValueError:
        return None


CHECKS = {
    "SECRET_KEY": _secret_key,
    "FIELD_KEYS": _field_keys,
    "DATABASE_URL": _database,
    "REPLICA_URL": _replica,
    "REDIS_URL": _redis,
    "ALLOWED_HOSTS": _allowed_hosts,
    "TRUSTED_PROXIES": _proxies,
    "FILES_ROOT": _files,
    "SITE_URL": _site,
    "PROVINCE_URL": _province,
    "PROVINCE_KEY": _province_key,
    "CREDIT_TODAY": _today,
}
