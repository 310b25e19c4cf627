"""How far the city and each county are connected (row S1.2.4): departments that are, of all that could be.

Counted are active authorities. The credit offices lead the work and are no departments in this sense.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.models import OnboardingState
from registry.directory.organisations import Organisation, OrganisationKind, OrganisationLevel
from registry.directory.regions import Region, RegionLevel
from registry.directory.staff import ROLES_OF_KIND, Role

_AUTHORITIES = [kind.value for kind in OrganisationKind if Role.CLERK in ROLES_OF_KIND[kind]]


@dataclass(frozen=True)
class Progress:
    """One level or county: who is connected, and who is not yet."""

    region: Region
    connected: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def label(self) -> str:
        return "市级" if self.region.level == RegionLevel.PREFECTURE else self.region.name

    @property
    def total(self) -> int:
        return len(self.connected) + len(self.missing)

    @property
    def share(self) -> float | None:
        """Connected of all; None where there is no department."""
        return len(self.connected) / self.total if self.total else None

    @property
    def is_complete(self) -> bool:
        """全面接入: every active department of it."""
        return self.total > 0 and not self.missing


def by_region() -> list[Progress]:
    """The city first, then its counties in the order of their codes (two queries)."""
    regions = {region.pk: region for region in Region.objects.all()}
    standing: dict[str, tuple[list[str], list[str]]] = {
        code: ([], []) for code, region in sorted(regions.items()) if region.valid_to_year is None
    }
    city = next((code for code in standing if regions[code].level == RegionLevel.PREFECTURE), None)
    bodies = Organisation.objects.filter(is_active=True, is_credit_office=False, kind__in=_AUTHORITIES)
    for body in bodies.select_related("onboarding").order_by("uscc"):
        # A retired code (旬阳 610928) leads to the division of today.
        own = regions[body.region_id].successor_id or body.region_id
        code = city if body.level == OrganisationLevel.CITY else own
        if code in standing:
            standing[code][not _is_connected(body)].append(body.name)
    return [Progress(regions[code], tuple(done), tuple(missing)) for code, (done, missing) in standing.items()]


def _is_connected(body: Organisation) -> bool:
    onboarding = getattr(body, "onboarding", None)
    return onboarding is not None and onboarding.state == OnboardingState.ONBOARDED
