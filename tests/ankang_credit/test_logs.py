"""What the logs say, taken from a process of its own: its handlers, not the test's."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.ankang_credit.processes import ROOT, environment

pytestmark = pytest.mark.sqlite

RESIDENT_ID = "610902199003077571"
SCRIPT = f"""
import logging
import django
django.setup()
logger = logging.getLogger("anything")
logger.error("证件 %s 有误", "{RESIDENT_ID}", extra={{"fields": {{"rows": 3}}}})
try:
    raise ValueError("bad code {RESIDENT_ID}")
except ValueError:
    logger.exception("第一行\\n第二行")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def lines(folder):
    env = {**environment(folder), "DJANGO_SETTINGS_MODULE": "ankang_credit.settings"}
    process = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=env, capture_output=True, text=True)
    return process.stderr.splitlines()


def test_each_event_is_one_line_of_json(lines):
    first, second = map(json.loads, lines)
    assert (first["level"], first["logger"], first["rows"]) == ("ERROR", "anything", 3)
    assert first["at"].endswith("+08:00")
    assert "第一行" in second["message"]
    assert "ValueError" in second["exception"]


def test_no_number_of_a_person_reaches_any_log(lines, folder):
    written = (folder / "portal.log").read_text(encoding="utf-8")
    assert "证件" in written
    assert RESIDENT_ID not in written
    assert RESIDENT_ID not in "".join(lines)
