"""The worker of the import benchmark: `python -m benchmarks.import_worker FILE CODE CLERK check|commit`.

The last line is JSON: the seconds from the upload to the end of the step, and the counts.
"""

# ruff: noqa: E402  # models can be imported only when Django is set up
from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django

django.setup()

from registry import clock
from registry.intake import receiving, work
from registry.intake.receiving import Delivery
from registry.models import Organisation, User

_AT_ONCE = 1024 * 1024


def main(file: str, organisation: str, clerk: str, step: str) -> None:
    delivery = Delivery(
        kind="licence",
        organisation=Organisation.objects.get(uscc=organisation),
        by=User.objects.get(username=clerk),
        at=clock.now(),
        is_backfill=True,
        at_once=step == "commit",
    )
    start = time.perf_counter()
    with Path(file).open("rb") as content:
        batch, _ = receiving.receive(delivery, iter(lambda: content.read(_AT_ONCE), b""), name="许可.xlsx")
    work.work_on(batch.pk)
    seconds = time.perf_counter() - start
    batch.refresh_from_db()
    counts = {name: getattr(batch, f"rows_{name}") for name in ("read", "new", "wrong", "same", "stored")}
    print(json.dumps({"seconds": seconds, "state": batch.state, "counts": counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
