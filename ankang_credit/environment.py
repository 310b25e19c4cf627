"""How the environment is read: typed, once, and a value that makes no sense is named in a sentence."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit, urlunsplit

import environ
from django.core.exceptions import ImproperlyConfigured

Network = IPv4Network | IPv6Network


class Environment(environ.FileAwareEnv):
    """Also reads `NAME_FILE`, the file a container keeps its secret NAME in."""

    def text(self, name: str, default: str = "") -> str:
        # Not self.str(): it takes a value that begins with "$" for the name of another variable.
        return self.ENVIRON.get(name, "").strip() or default

    def words(self, name: str) -> list[str]:
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def day(self, name: str) -> date | None:
        written = self.text(name)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            raise ImproperlyConfigured(f"{name} 须写作 2026-05-01 这样的日期。") from None

    def networks(self, name: str) -> tuple[Network, ...]:
        try:
            return tuple(ip_network(word) for word in self.words(name))
        except ValueError:
            raise ImproperlyConfigured(f"{name} 须为以逗号分隔的 IP 地址或网段。") from None


def next_redis_database(url: str) -> str:
    """The same Redis, one database further: the queue's, which nothing that clears the cache can touch."""
    parts = urlsplit(url)
    number = parts.path.strip("/")
    return urlunsplit(parts._replace(path=f"/{int(number or 0) + 1}"))
