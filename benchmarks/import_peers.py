"""What the import is compared with: COPY into one flat table, and django-import-export into the same."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

from django.db import connection, models

from benchmarks.import_data import COLUMNS
from registry.records.fields import FieldType

TABLE = "bench_flat_licence"
_REQUIRED = [place for place, field in enumerate(COLUMNS) if field.required and not field.default]


@cache
def _flat_model() -> type[models.Model]:
    """The 28 columns as texts and days; made here, so that no other process takes it for a model of the portal."""
    meta = type("Meta", (), {"managed": False, "app_label": "registry", "db_table": TABLE})
    columns = {
        field.name: models.DateField() if field.type is FieldType.DATE else models.TextField(blank=True, default="")
        for field in COLUMNS
    }
    return type("FlatLicence", (models.Model,), {"__module__": __name__, "Meta": meta, **columns})


def _create() -> None:
    columns = ", ".join(f"{f.name} {'date' if f.type is FieldType.DATE else 'text'} NOT NULL" for f in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(
            f"CREATE TABLE {TABLE} (id bigserial PRIMARY KEY, {columns}, UNIQUE (document_number, counterparty_name))"
        )
        cursor.execute(f"CREATE INDEX ON {TABLE} (counterparty_uscc)")
        cursor.execute(f"CREATE INDEX ON {TABLE} (decided_on)")


def fits(line: Sequence[str]) -> bool:
    """Whether a flat table of texts and days takes the row at all."""
    return all(line[place] for place in _REQUIRED) and all(
        _is_day(value) for value, field in zip(line, COLUMNS, strict=True) if field.type is FieldType.DATE
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def copy(lines: Sequence[Sequence[str]]) -> float:
    """Rows a second of COPY into the table with its key, its unique constraint and its two indexes; the best of three."""
    content = "".join("\t".join(line) + "\n" for line in lines)
    names, best = ", ".join(field.name for field in COLUMNS), 0.0
    for _ in range(3):
        _create()
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {TABLE} ({names}) FROM STDIN", io.StringIO(content))
        best = max(best, len(lines) / (time.perf_counter() - start))
    return best


def import_export(file: Path, *, bulk: bool) -> float:
    """Rows a second of django-import-export from the workbook into the table.

    Only the lock of the benchmarks holds it, so it is looked for here; raises ModuleNotFoundError.
    """
    fields, resources, widgets = (import_module(f"import_export.{name}") for name in ("fields", "resources", "widgets"))
    dataset_of = import_module("tablib").Dataset
    _create()
    named = {
        item.name: fields.Field(
            attribute=item.name, column_name=item.label,
            widget=widgets.DateWidget("%Y-%m-%d") if item.type is FieldType.DATE else widgets.CharWidget(),
        )
        for item in COLUMNS
    }  # fmt: skip
    model = _flat_model()
    options = {
        "model": model, "import_id_fields": ("document_number", "counterparty_name"), "fields": tuple(named),
    } | ({"use_bulk": True, "batch_size": 1_000, "skip_diff": True, "force_init_instance": True} if bulk else {})  # fmt: skip
    resource = type("Flat", (resources.ModelResource,), {**named, "Meta": type("Meta", (), options)})()
    start = time.perf_counter()
    dataset = dataset_of().load(file.read_bytes(), format="xlsx")
    result = resource.import_data(dataset, dry_run=False, raise_errors=False)
    seconds = time.perf_counter() - start
    assert model._default_manager.count() == len(dataset), result.totals
    return len(dataset) / seconds
