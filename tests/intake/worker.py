"""A worker as Celery has them: reads one file after the other and says what each cost. `python -m tests.intake.worker`"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path

from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.reading import open_workbook

STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def read(path: Path, limits: Limits) -> str:
    """'' for a file that was read to its end, else why it was refused."""
    try:
        with open_workbook(path, limits=limits) as book:
            for sheet in book.sheets:
                book.head(sheet)
                for _ in book.rows(sheet):
                    pass
    except Refused as refused:
        return refused.message
    return ""


def seconds() -> float:
    """Processor time of this process and of those it has started and ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak() -> float:
    """The most memory this process held since it was told to forget, in MiB."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        FORGET.write_text("5")
        before = seconds()
        said = read(Path(asked["path"]), replace(Limits(), **asked["limits"]))
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(json.dumps({"said": said, "cpu": seconds() - before, "mib": peak(), "child_mib": children}), flush=True)


if __name__ == "__main__":
    main()
