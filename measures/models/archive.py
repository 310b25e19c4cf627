"""The archive of carried-out measures, item by item (安政发〔2017〕8号 五): written once, chained, only ever annotated."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from measures.models.applications import MeasureApplication
from registry.audit.models import AppendOnly, AppendOnlyQuerySet
from registry.directory.organisations import Organisation
from registry.directory.staff import User


class ArchiveQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: User) -> ArchiveQuerySet:
        if not user.has_perm("measures.view_measurearchive"):
            return self.none()
        if user.has_perm("registry.view_every_record"):
            return self
        if user.organisation is None:
            return self.none()
        if user.has_perm("registry.view_region_record"):
            return self.filter(organisation__region_id=user.organisation.region_id)
        return self.filter(organisation=user.organisation_id)


class MeasureArchive(AppendOnly):
    """One executed measure as it was filed; its digest covers that of the item filed before it in the same body."""

    application = models.OneToOneField(
        MeasureApplication, models.PROTECT, related_name="archive", verbose_name="措施办理"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="实施单位")
    number = models.PositiveIntegerField("档案序号")
    data = models.JSONField("内容")
    previous_sha256 = models.CharField("上一件摘要", max_length=64, blank=True)
    sha256 = models.CharField("摘要", max_length=64)
    filed_on = models.DateField("归档日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="归档人")
    at = models.DateTimeField("归档时间")

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "奖惩档案"
        ordering = ["organisation", "number"]
        constraints = [
            models.UniqueConstraint(name="a_body_files_each_number_once", fields=["organisation", "number"]),
        ]
        indexes = [models.Index(name="archive_by_day", fields=["organisation", "filed_on"])]

    def __str__(self) -> str:
        return f"{self.organisation}奖惩档案{self.number}号"


class ArchiveNote(AppendOnly):
    """Something added to a filed item: a remark, or that the measure was lifted."""

    archive = models.ForeignKey(MeasureArchive, models.PROTECT, related_name="notes", verbose_name="档案")
    text = models.TextField("附注")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="附注人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "档案附注"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:30]
