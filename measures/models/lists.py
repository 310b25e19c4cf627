"""Measure lists: which measures a body takes, with how much force and by which basis (安政发〔2017〕8号 四（三）)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from measures.models.bases import LegalBasis
from measures.models.catalogue import Colour, Measure, Strength
from registry.directory.organisations import Organisation
from registry.directory.staff import User


class ListState(models.TextChoices):
    DRAFT = "draft", "草稿"
    APPROVED = "approved", "已发布"


class MeasureListQuerySet(models.QuerySet["MeasureList"]):
    def in_force(self, *, on: date) -> MeasureListQuerySet:
        """Of each body and colour the latest version that had begun by that day."""
        approved = self.filter(state=ListState.APPROVED, valid_from__lte=on)
        later = self.model._default_manager.filter(
            organisation=OuterRef("organisation"),
            colour=OuterRef("colour"),
            state=ListState.APPROVED,
            valid_from__lte=on,
            version__gt=OuterRef("version"),
        )
        return approved.exclude(Exists(later))

    def visible_to(self, user: User) -> MeasureListQuerySet:
        """Own lists; the credit office sees all, a county's those of its county."""
        if user.has_perm("measures.view_every_measurelist"):
            return self
        if user.organisation is None:
            return self.none()
        if user.has_perm("registry.view_region_record"):
            return self.filter(organisation__region_id=user.organisation.region_id)
        return self.filter(organisation=user.organisation_id)


class MeasureList(models.Model):
    """One version of a body's list of one colour. Once approved it is never edited: a change is a new version."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="measure_lists", verbose_name="实施单位"
    )
    colour = models.CharField("类别", max_length=10, choices=Colour)
    version = models.PositiveSmallIntegerField("版本", editable=False)
    state = models.CharField("状态", max_length=10, choices=ListState, default=ListState.DRAFT, editable=False)
    document_number = models.CharField("发布文号", max_length=60, blank=True)
    valid_from = models.DateField("生效日期")
    review_due = models.DateField("应复核日期", null=True, blank=True, help_text="到期应对照法律法规政策重新梳理")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="拟定人"
    )
    drafted_at = models.DateTimeField("拟定时间", editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="审定人"
    )
    approved_at = models.DateTimeField("审定时间", null=True, editable=False)

    objects = MeasureListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "措施清单"
        ordering = ["organisation", "colour", "-version"]
        permissions = [
            ("approve_measurelist", "审定措施清单"),
            ("view_every_measurelist", "查看全市措施清单"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="a_body_has_one_such_version_of_its_list", fields=["organisation", "colour", "version"]
            ),
            models.UniqueConstraint(
                name="a_body_drafts_one_list_of_a_colour_at_a_time",
                fields=["organisation", "colour"],
                condition=Q(state="draft"),
                violation_error_message="本单位已有一份同类清单草稿，请在该草稿上修改",
            ),
            models.CheckConstraint(
                name="a_list_is_approved_by_another_person",
                violation_error_message="拟定人不能审定自己拟定的清单",
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="an_approved_list_says_by_whom",
                condition=Q(state="draft", approved_by=None, approved_at=None)
                | Q(state="approved", approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}{self.get_colour_display()}措施清单 第{self.version}版"

    @property
    def is_draft(self) -> bool:
        return self.state == ListState.DRAFT

    def needs_review(self, *, on: date) -> bool:
        return self.review_due is not None and self.review_due < on


class ListLineQuerySet(models.QuerySet["ListLine"]):
    def triggering(self, *, on: date) -> ListLineQuerySet:
        """Lines that may begin anything new on that day: list, measure and basis in force."""
        return self.filter(
            measure_list__in=MeasureList.objects.in_force(on=on),
            measure__in=Measure.objects.in_force(on=on),
            basis__in=LegalBasis.objects.in_force(on=on),
        )

    def flagged(self, *, on: date) -> ListLineQuerySet:
        """Lines of lists in force whose basis or measure no longer holds: to be looked through again."""
        standing = self.filter(measure_list__in=MeasureList.objects.in_force(on=on))
        return standing.exclude(pk__in=self.triggering(on=on).values("pk"))


class ListLine(models.Model):
    """One measure a body takes: how binding, on what basis, how it goes, whom to ask."""

    measure_list = models.ForeignKey(MeasureList, models.CASCADE, related_name="lines", verbose_name="清单")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="lines", verbose_name="措施")
    strength = models.CharField("约束力", max_length=12, choices=Strength)
    basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="lines", verbose_name="依据")
    clause = models.CharField("条款", max_length=100, help_text="依据文件中的条、款")
    procedure = models.CharField("办理程序", max_length=300)
    contact = models.CharField("联系方式", max_length=60, help_text="办公室和办公电话")

    objects = ListLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单条目"
        ordering = ["measure_list", "measure"]
        constraints = [
            models.UniqueConstraint(
                name="a_list_names_a_measure_once",
                fields=["measure_list", "measure"],
                violation_error_message="清单中已有该措施",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.get_strength_display()}"

    @property
    def basis_text(self) -> str:
        """The basis as an application keeps it, whatever becomes of the document later."""
        return f"{self.basis}{self.clause}"
