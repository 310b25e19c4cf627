"""Loading dated rules from the CSV files of each app: `<app>/rules/*.csv`, named in its AppConfig.

The files are loaded at every start, so a row that a person has changed since stays as that person left it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction

from registry.audit.models import AuditLog
from registry.remembering import forget


@dataclass
class Loaded:
    """What came of one file; rows are named by their keys."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # a person has changed them since: the file is not followed
    same: int = 0

    @property
    def rows(self) -> int:
        return len(self.added) + len(self.changed) + len(self.kept) + self.same


def sources() -> Iterator[tuple[Path, type[models.Model]]]:
    """Every rule file there is, with the model its rows belong to, lower floors first."""
    for config in apps.get_app_configs():
        for name, label in getattr(config, "rules", {}).items():
            yield Path(config.path) / "rules" / name, apps.get_model(label)


def load() -> dict[str, Loaded]:
    """Write every file's rows, each found again by its key; what came of each file. Repeats are harmless."""
    with transaction.atomic():
        loaded = {path.name: _load_file(path, model) for path, model in sources()}
    forget()
    return loaded


def _load_file(path: Path, model: type[models.Model]) -> Loaded:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_values(model, row) for row in csv.DictReader(file)]
    keys = _key(model)
    there = {_named(row, keys): row for row in model._default_manager.values()}
    theirs = _changed_by_people(model)
    loaded, written = Loaded(), []
    for row in rows:
        name, old = _named(row, keys), there.get(_named(row, keys))
        if old is None:
            loaded.added.append(name)
        elif row.items() <= old.items():
            loaded.same += 1
            continue
        elif str(old[model._meta.pk.attname]) in theirs:
            loaded.kept.append(name)
            continue
        else:
            loaded.changed.append(name)
        written.append(row)
    model._default_manager.bulk_create(
        [model(**row) for row in written],
        update_conflicts=True,
        unique_fields=keys,
        update_fields=[name for name in written[0] if name not in keys] if written else [],
        batch_size=500,
    )
    return loaded


def _changed_by_people(model: type[models.Model]) -> set[str]:
    lines = AuditLog.objects.filter(object_type=model._meta.label_lower, by__isnull=False)
    return set(lines.values_list("object_key", flat=True))


def _named(row: Mapping[str, Any], keys: list[str]) -> str:
    return " ".join(str(row[key]) for key in keys)


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
