"""The bodies that own records, staff and duties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from registry.directory.regions import Region
from registry.remembering import remembered


class OrganisationKind(models.TextChoices):
    GOVERNMENT = "government", "行政机关"
    PARTY = "party", "党群机关"
    COURT = "court", "司法机关"
    MILITARY = "military", "军事机关"
    UPPER = "upper", "中省驻安单位"
    MASS = "mass", "人民团体"
    INSTITUTION = "institution", "事业单位"
    MEDIA = "media", "新闻单位"
    ASSOCIATION = "association", "行业协会商会"
    SOCIAL = "social", "社会组织"
    FINANCE = "finance", "金融机构"
    BUREAU = "bureau", "征信机构"
    RATING = "rating", "评级机构"
    THIRD_PARTY = "third_party", "第三方信用服务机构"


class OrganisationLevel(models.TextChoices):
    CITY = "city", "市级"
    COUNTY = "county", "县区级"


class Organisation(models.Model):
    """A department, body or partner; it is deactivated, never deleted, once it owns anything."""

    name = models.CharField("单位名称", max_length=100)
    short_name = models.CharField("简称", max_length=40, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    kind = models.CharField("单位性质", max_length=20, choices=OrganisationKind)
    level = models.CharField("层级", max_length=10, choices=OrganisationLevel)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所属区划")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="上级单位")
    is_active = models.BooleanField("启用", default=True)
    is_credit_office = models.BooleanField("信用办", default=False, help_text="市、县区信用工作牵头单位")

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["uscc"]

    def __str__(self) -> str:
        return self.name


def by_key(keys: Iterable[int]) -> Mapping[int, Organisation]:
    """Bodies by their keys, as pages name them; one that joined a moment ago, in another process, is read now."""
    known = _known()
    if all(key in known for key in keys):
        return known
    return Organisation.objects.in_bulk()


@remembered
def _known() -> dict[int, Organisation]:
    return Organisation.objects.in_bulk()


class CodeAuthority(models.Model):
    """An organisation that may assign codes whose first two characters are `prefix` (GB 32100-2015)."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="code_authorities", verbose_name="登记管理部门"
    )
    prefix = models.CharField("代码前两位", max_length=2)

    class Meta:
        verbose_name = verbose_name_plural = "赋码权限"
        constraints = [
            models.UniqueConstraint(name="an_authority_holds_a_prefix_once", fields=["organisation", "prefix"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.prefix}"
