"""Loading dated rules from the CSV files of each app: `<app>/rules/*.csv`, named in its AppConfig."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction

from registry.remembering import forget


def sources() -> Iterator[tuple[Path, type[models.Model]]]:
    """Every rule file there is, with the model its rows belong to, lower floors first."""
    for config in apps.get_app_configs():
        for name, label in getattr(config, "rules", {}).items():
            yield Path(config.path) / "rules" / name, apps.get_model(label)


def load() -> dict[str, int]:
    """Write every file's rows, each found again by its key; returns rows by file name. Repeats are harmless."""
    with transaction.atomic():
        loaded = {path.name: _load_file(path, model) for path, model in sources()}
    forget()
    return loaded


def _load_file(path: Path, model: type[models.Model]) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_values(model, row) for row in csv.DictReader(file)]
    keys = _key(model)
    model._default_manager.bulk_create(
        [model(**row) for row in rows],
        update_conflicts=True,
        unique_fields=keys,
        update_fields=[name for name in rows[0] if name not in keys] if rows else [],
        batch_size=500,
    )
    return len(rows)


def _key(model: type[models.Model]) -> list[str]:
    """The fields that tell two rows apart: a primary key people write, or else the unique constraint."""
    if not isinstance(model._meta.pk, models.AutoField):
        return [model._meta.pk.attname]
    (unique,) = (rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint))
    return list(unique.fields)


def _values(model: type[models.Model], row: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, text in row.items():
        field = model._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            values[field.attname] = text or None
        elif text == "" and field.null:
            values[name] = None
        else:
            values[name] = field.to_python(text)
    return values
