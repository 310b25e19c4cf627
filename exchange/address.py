"""Which address may be called at all: the platform's own, encrypted, and nothing a reply could name."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urljoin, urlsplit

_NEIGHBOUR = re.compile(r"[a-z][a-z0-9_-]*")


class AddressRefused(Exception):
    """PROVINCE_URL must not be called; the message says why, in Chinese, without repeating the address."""


def base_url(url: str, *, neighbours: bool = False) -> str:
    """PROVINCE_URL, checked, ending in a slash; raises AddressRefused.

    Plain http stays on this machine. With `neighbours` (a container network that runs the mock) it may also
    reach a host whose name has no dot.
    """
    parts = _split(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise AddressRefused("PROVINCE_URL 不得含有账号、参数或片段")
    host = parts.hostname or ""
    if parts.scheme == "http":
        if not (_is_loopback(host) or (neighbours and _NEIGHBOUR.fullmatch(host))):
            raise AddressRefused("PROVINCE_URL 须使用 https：数据不得明文离开本机")
    elif parts.scheme != "https":
        raise AddressRefused("PROVINCE_URL 须为 https:// 开头的接口地址")
    return url.rstrip("/") + "/"


def below(base: str, path: str) -> str:
    """The address of a path below the base; raises AddressRefused for one that leads elsewhere."""
    url = urljoin(base, path)
    if not url.startswith(base):
        raise AddressRefused("请求地址不在省平台接口之内")
    return url


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  an impossible port raises only when asked for
    except ValueError:
        raise AddressRefused("PROVINCE_URL 不是有效的网址") from None
    # urlsplit drops tabs and line ends that another reader of the same text would not.
    if not parts.hostname or not url.isascii() or any(c <= " " or c == "\\" for c in url):
        raise AddressRefused("PROVINCE_URL 不是有效的网址")
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
