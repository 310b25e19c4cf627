"""Remarks made once in review, made for the whole project: floors, words, histories, documents."""

from __future__ import annotations

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from registry import documents
from registry.audit.models import AppendOnly
from registry.records import kinds

ROOT = Path(settings.BASE_DIR)
APPS = (
    "ankang_credit",
    "portal",
    "redlist",
    "blacklist",
    "disclosure",
    "objections",
    "exchange",
    "measures",
    "registry",
)
OURS = [model for model in apps.get_models() if model._meta.app_label in APPS]
SOURCES = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]

SAY_WHAT_THEY_BAN = {"test_project.py", "test_locks.py"}
TEXTS = {".py", ".md", ".toml", ".yml", ".txt", ".html", ".css", ".csv"}
# Moments that need no person: the clock, a machine or another row says who.
SAID_ELSEWHERE = {
    "registry.Record": {"published_at"},  # by whoever reviewed it
    "registry.Delivery": {"created_at", "next_try_at", "settled_at"},  # by the relay
    "registry.User": {"date_joined"},
    "registry.FeedReader": {"read_at"},  # by the organisation of the row
    "objections.Case": {"filed_at"},  # by the applicant, whose name stands encrypted beside it
    "objections.FilingDraft": {"started_at"},
    "objections.Evidence": {"received_at"},
    "objections.Notice": {"next_try_at", "settled_at"},  # by the sender
    "objections.RepairReminder": {"made_at"},
    "objections.RecallTask": {"used_at"},  # by the organisation or the channel of the task
}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_point_down_only():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_code_is_clean_and_formatted():
    for command in (("ruff", "check", "."), ("ruff", "format", "--check", ".")):
        done = run(*command)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_model_is_named_in_chinese(model):
    assert re.search(r"[\u4e00-\u9fff]", str(model._meta.verbose_name)), model._meta.verbose_name


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_moment_comes_with_its_person(model):
    if issubclass(model, AppendOnly) and "by" in {field.name for field in model._meta.fields}:
        return
    names = {field.name for field in model._meta.fields} - SAID_ELSEWHERE.get(model._meta.label, set())
    alone = [name for name in names if name.endswith("_at") and f"{name.removesuffix('_at')}_by" not in names]
    assert not alone, f"{model._meta.label} says when but not who: {', '.join(sorted(alone))}"


def test_only_the_workflow_writes_a_status():
    allowed = {"workflow.py", "deliveries.py"}
    writes = re.compile(r"record\w*\.status\s*=[^=]|update\([^)]*\bstatus=")
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.name not in allowed and path.is_relative_to(ROOT / "registry") and writes.search(path.read_text())
    ]
    assert guilty == []


def test_only_their_writer_moves_a_case():
    writes = re.compile(r"case\w*\.status\s*=[^=]|update\([^)]*\bstatus=")
    rooms = [path for path in SOURCES if path.is_relative_to(ROOT / "objections") and path.name != "workflow.py"]
    assert [str(path.relative_to(ROOT)) for path in rooms if writes.search(path.read_text())] == []


def test_public_output_is_read_by_one_road():
    """No page, API view or exporter asks for records by status or openness itself."""
    by_hand = re.compile(r"filter\([^)]*\b(status|openness)(__in)?=")
    edges = [path for path in SOURCES if re.search(r"(pages|api|portal|views|feeds|exporting)", str(path))]
    guilty = [str(path.relative_to(ROOT)) for path in edges if by_hand.search(path.read_text())]
    assert guilty == []


@pytest.mark.parametrize(("name", "text"), list(documents.every()))
def test_generated_documents_tell_what_the_code_does(name, text, monkeypatch):
    delivered = tuple(kind for kind in kinds.every() if kind.code != "award")
    monkeypatch.setattr(kinds, "every", lambda: delivered)
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == text(), "run: python3 manage.py describe"


def test_nothing_of_this_machine_is_in_the_tree():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    banned = re.compile(r"/(work|farm|root)/|index-url|https?://[^ ]*/(simple|packages|pool|-)/")
    guilty = []
    for path in (ROOT / name for name in listed if name and (ROOT / name).exists()):
        assert path.stat().st_size <= 300 * 1024, path
        if (
            path.suffix in TEXTS
            and path.name not in SAY_WHAT_THEY_BAN
            and banned.search(path.read_text(encoding="utf-8"))
        ):
            guilty.append(str(path.relative_to(ROOT)))
    assert guilty == []
