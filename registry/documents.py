"""The documents that follow from the code; each app names its own in its AppConfig, as it names its rule files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.apps import apps
from django.utils.module_loading import import_string


def every() -> Iterator[tuple[str, Callable[[], str]]]:
    """The name of each file in `docs/` that is generated, and what writes its text."""
    for config in apps.get_app_configs():
        for name, path in getattr(config, "documents", {}).items():
            yield name, import_string(path)
