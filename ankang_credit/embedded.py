"""Worker and beat as threads of one process, for the demo: real Celery over an in-memory broker.

The queue dies with the process, and nothing is lost by that: it carries wake-up calls only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery.beat import Service

from ankang_credit.celery import app

QUEUES = ("celery", "relay")
LONGEST_FAREWELL_SECONDS = 15

WSGIApplication = Callable[..., Any]


@contextmanager
def celery_threads(schedule: Path) -> Iterator[None]:
    """Run worker and beat while the block lasts; what is being done is finished, within reason."""
    worker = app.WorkController(
        pool="threads",
        concurrency=2,
        loglevel="WARNING",
        hostname="embedded@localhost",
        queues=QUEUES,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    beat = Service(app, max_interval=1, schedule_filename=str(schedule))
    threads = [threading.Thread(target=part.start, daemon=True) for part in (worker, beat)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        beat.stop()
        worker.stop()
        for thread in threads:
            thread.join(LONGEST_FAREWELL_SECONDS)


def mounted(site: WSGIApplication, mounts: Mapping[str, WSGIApplication]) -> WSGIApplication:
    """The site, with other applications below these prefixes ("/mock-province")."""

    def dispatch(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path = environ.get("PATH_INFO", "")
        for prefix, application in mounts.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
                environ["PATH_INFO"] = path.removeprefix(prefix)
                return application(environ, start_response)
        return site(environ, start_response)

    return dispatch
