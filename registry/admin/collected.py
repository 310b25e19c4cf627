"""What an organisation may collect today: the choices wherever a person says what a record or a file is."""

from __future__ import annotations

from datetime import date

from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.organisations import Organisation
from registry.records import kinds
from registry.records.kinds import Kind

Collected = tuple[CatalogueItemVersion, Kind]


def by(organisation: Organisation, *, on: date) -> list[Collected]:
    """The versions in force of its catalogue items, each with its kind, in the order of their codes."""
    versions = CatalogueItemVersion.objects.in_force(on=on).filter(item__organisation=organisation)
    newest = {version.item_id: version for version in versions.select_related("item").order_by("valid_from", "version")}
    found = [(version, kinds.get(version.item.kind)) for version in newest.values() if kinds.known(version.item.kind)]
    return sorted(found, key=lambda each: each[0].item.code)
