"""The name under which anybody may read whom a record is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.directory.subjects import public_name
from registry.records.kinds import Kind


def subject_name(kind: Kind, subject_kind: str, name: str, data: Mapping[str, Any]) -> str:
    """A person's name is masked, unless the kind lets what the record itself says open it: a model of honesty is
    named in full with his consent, and only as long as it stands there."""
    return name if kind.opens_name(data) else public_name(subject_kind, name)
