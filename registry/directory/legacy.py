"""存量主体 (安政发〔2017〕8号 一（一）): whom the registers named before the unified code, and who has one by now.

Nobody says that a number is converted: it is when it leads to a subject, which the publication of the conversion
brings about. So the rate cannot differ from what the public finds.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from registry.directory.older_numbers import LONGEST
from registry.directory.organisations import Organisation
from registry.directory.regions import Region
from registry.directory.staff import User
from registry.directory.subjects import IdentifierScheme, SubjectIdentifier, SubjectState


@dataclass(frozen=True)
class Rate:
    """How far one authority has come in one region; cancelled subjects count on neither side."""

    authority: str
    region: str
    converted: int
    unconverted: int

    @property
    def total(self) -> int:
        return self.converted + self.unconverted

    @property
    def share(self) -> float | None:
        """Converted of all that live; None where there was nobody to convert."""
        return self.converted / self.total if self.total else None


class LegacyRegistrationQuerySet(models.QuerySet["LegacyRegistration"]):
    def visible_to(self, user: User) -> LegacyRegistrationQuerySet:
        """An authority's own; a county office's county; everything for those who see everything."""
        if user.has_perm("registry.view_every_record"):
            return self
        if user.organisation_id is None:
            return self.none()
        if user.has_perm("registry.view_region_record"):
            return self.filter(region=user.organisation.region_id)
        return self.filter(authority=user.organisation_id)

    def with_conversion(self) -> LegacyRegistrationQuerySet:
        """Each with `is_converted`."""
        leads_on = SubjectIdentifier.objects.filter(scheme=OuterRef("scheme"), value=OuterRef("value"))
        return self.annotate(is_converted=Exists(leads_on))

    def rates(self) -> list[Rate]:
        """The rate of every authority in every region it registered anybody in (one query)."""
        living = self.with_conversion().exclude(state=SubjectState.CANCELLED)
        counted = (
            living.order_by()
            .values("authority__name", "region__name")
            .annotate(converted=Count("pk", filter=Q(is_converted=True)), all=Count("pk"))
            .order_by("region", "authority__uscc")
        )
        return [
            Rate(row["authority__name"], row["region__name"], row["converted"], row["all"] - row["converted"])
            for row in counted
        ]


class LegacyRegistration(models.Model):
    """One line of an authority's register from before the unified code."""

    authority = models.ForeignKey(
        Organisation, models.PROTECT, related_name="legacy_registrations", verbose_name="登记管理部门"
    )
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所在区划")
    scheme = models.CharField("原号码类型", max_length=30, choices=IdentifierScheme)
    value = models.CharField("原号码", max_length=LONGEST)
    name = models.CharField("名称", max_length=200)
    state = models.CharField("登记状态", max_length=20, choices=SubjectState, default=SubjectState.LIVE)

    objects = LegacyRegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "存量主体"
        constraints = [
            models.UniqueConstraint(
                name="a_legacy_number_is_registered_once",
                fields=["scheme", "value"],
                violation_error_message="该原号码已经登记",
            ),
        ]
        indexes = [models.Index(name="legacy_of_authority", fields=["authority", "region"])]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"
