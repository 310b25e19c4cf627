"""A department's workbook of 100,000 rows and 28 columns, three in a hundred wrong, from the upload to drafts.

Measured end to end in a process of its own: read, checked, subjects matched, persons encrypted; record, detail and
audit rows stored; the workbook of wrong rows written. The limit is COPY of the same right rows into one flat table
in the same run; beside it django-import-export on the same file, which stores one flat row and checks nothing.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

from django.contrib.auth.models import Group
from django.db import connection

from benchmarks import import_data, import_peers, search_data, search_workload
from benchmarks.databases import POSTGRESQL_URL, own_database
from benchmarks.importing import Delivered, deliver
from benchmarks.report import Options, Report, short, spread
from registry.directory import roles
from registry.directory import rules as rule_files
from registry.directory.organisations import OrganisationKind, OrganisationLevel
from registry.directory.staff import Role
from registry.models import CatalogueItem, CatalogueItemVersion, CollectionCatalogue, Organisation, User
from registry.search.find import find

SIZE = 100_000
DRY_RUN = 10_000
RECORDS = 200_000  # public ones that are there already, and searched meanwhile
BODY = "石泉县试例许可局"
CODE = "11610922XXAK0928X5"
CLERK = "bench_lr"


def run(options: Options) -> Report:
    report, size = Report(name="import"), options.size or SIZE
    with tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder:
        files = _workbooks(Path(folder), size)
        for engine in options.engines:
            with own_database(engine, "ankang_bench_import"), _environment(engine, Path(folder)) as environment:
                if engine == "postgresql":
                    search_data.fill(RECORDS)
                else:
                    rule_files.load()
                _body()
                _measure(report, engine, files, environment)
    report.remarks += _REMARKS
    return report


_REMARKS = [
    "rows_per_s: rows of the file by seconds from the upload to the committed drafts, in a worker process that runs.",
    "vs_copy: baseline is COPY of the right rows of the same file into one flat table with primary key, unique"
    " constraint, code and date indexes; the ratio is the share of it that the whole import reaches.",
    "vs_import_export: default mode, on the first 2,000 rows; vs_import_export_bulk: bulk mode without skipping and"
    " comparing, on the first 10,000. Both read a workbook of the right rows of the same file and store one flat row, unchecked"
    " and unmatched; rows they would stumble over are left out.",
    f"PostgreSQL holds {RECORDS:,} public records before; peak_mib is the proportional set size (PSS) of the worker"
    " and the process that parses.",
]


def _workbooks(folder: Path, size: int) -> dict[str, Path]:
    """The file, a small one for the dry run, and another large one for the search beside it."""
    made = {name: folder / f"{name}.xlsx" for name in ("whole", "dry", "beside")}
    dry = min(size, DRY_RUN)
    for file, count, seed in ((made["whole"], size, 8), (made["dry"], dry, 9), (made["beside"], size, 10)):
        import_data.write(file, import_data.rows(count, authority=BODY, code=CODE, seed=seed))
    return made


@contextmanager
def _environment(engine: str, folder: Path) -> Iterator[Mapping[str, str]]:
    """What a worker beside us needs to meet the same database and the same files."""
    name = connection.settings_dict["NAME"]
    url = f"{POSTGRESQL_URL.rpartition('/')[0]}/{name}" if engine == "postgresql" else f"sqlite:///{name}"
    yield {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"], "DATABASE_URL": url, "DB_ROLE": "command",
        "FILES_ROOT": str(folder / "files"), "CREDIT_TODAY": import_data.TODAY.isoformat(), "REDIS_URL": "",
    }  # fmt: skip


def _body() -> None:
    """A body that may collect licences, with its clerk."""
    roles.set_up()
    body = Organisation.objects.create(
        name=BODY, uscc=CODE, kind=OrganisationKind.GOVERNMENT, level=OrganisationLevel.COUNTY, region_id="610922"
    )
    catalogue = CollectionCatalogue.objects.create(region_id="610922", title="试例目录", issued_on="2017-02-28")
    item = CatalogueItem.objects.create(
        catalogue=catalogue, organisation=body, code="BENCH-XK", kind="licence", name="行政许可"
    )
    CatalogueItemVersion.objects.create(
        item=item, version=1, openness=0, nature="basic", update_cycle="seven_workdays", legal_basis="国发〔2016〕33号",
        valid_from="2015-01-01",
    )  # fmt: skip
    clerk = User.objects.create(username=CLERK, organisation=body, is_staff=True)
    clerk.groups.add(Group.objects.get(name=Role.CLERK))


def _measure(report: Report, engine: str, files: Mapping[str, Path], environment: Mapping[str, str]) -> None:
    def delivered(name: str, step: str) -> Delivered:
        return deliver(files[name], CODE, CLERK, step, environment=environment)

    dry = delivered("dry", "check")
    first = delivered("whole", "commit")
    again = delivered("whole", "check")
    assert first.counts["stored"] == again.counts["same"] > 0, (first.counts, again.counts)
    report.add(f"{engine}.rows_per_s", first.rows_per_s, "rows/s")
    report.add(f"{engine}.seconds", first.seconds, "s")
    report.add(f"{engine}.again", again.seconds, "s", baseline=first.seconds, ratio=first.seconds / again.seconds)
    report.add(f"{engine}.dry_run_{short(dry.counts['read'])}", dry.seconds, "s")
    report.add(f"{engine}.peak_mib", first.peak_mib, "MiB")
    if engine == "postgresql":
        _compare(report, first, files["whole"].parent, first.counts["read"])
        _search_beside(report, lambda: delivered("beside", "commit"))


def _compare(report: Report, ours: Delivered, folder: Path, size: int) -> None:
    lines = [line for line in import_data.rows(size, authority=BODY, code=CODE) if import_peers.fits(line)]
    copied = import_peers.copy(lines)
    report.add("postgresql.copy", copied, "rows/s")
    report.add("postgresql.vs_copy", ours.rows_per_s, "rows/s", baseline=copied, ratio=ours.rows_per_s / copied)
    for name, count, bulk in (("import_export", 2_000, False), ("import_export_bulk", 10_000, True)):
        small = folder / f"{name}.xlsx"
        import_data.write(small, iter(lines[:count]))
        theirs = import_peers.import_export(small, bulk=bulk)
        report.add(f"postgresql.vs_{name}", ours.rows_per_s, "rows/s", baseline=theirs, ratio=ours.rows_per_s / theirs)


def _search_beside(report: Report, import_another) -> None:
    """The same questions quietly, and while another file of this size comes in."""
    questions = list(search_workload.questions(search_workload.terms(Random(8))))
    _asked(questions)
    quiet = spread(_asked(questions))[1]
    busy: list[float] = []
    importing = threading.Thread(target=import_another)
    importing.start()
    while importing.is_alive():
        busy += _asked(questions, until=importing)
    importing.join()
    beside = spread(busy)[1]
    report.add("postgresql.search_p95_beside", beside, "ms", baseline=quiet, ratio=beside / quiet)


def _asked(questions, *, until: threading.Thread | None = None) -> list[float]:
    taken = []
    for question in questions:
        if until is not None and not until.is_alive():
            break
        start = time.perf_counter()
        find(question.q, on=search_data.TODAY, **question.filters)
        taken.append((time.perf_counter() - start) * 1000)
    return taken
