"""The demo data, a small part of them, loaded once for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings


@pytest.fixture(scope="module")
def loaded(request, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """The data folder of a demo of the module's SCALE; its rows are there for every test and gone after the last."""
    folder = tmp_path_factory.mktemp("demo-data")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DATA_ROOT=folder):
            call_command("load_demo", scale=request.module.SCALE, verbosity=0)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: Path, db: None, settings) -> Path:
    settings.DATA_ROOT = loaded
    return loaded
