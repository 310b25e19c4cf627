"""The subjects of credit records (信用主体): organisations, individual businesses, natural persons."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from registry import privacy
from registry.directory.organisations import Organisation
from registry.directory.persons import Person
from registry.directory.regions import Region


class SubjectKind(models.TextChoices):
    """行政相对人类别 of the 双公示 data standard."""

    LEGAL = "法人及非法人组织", "法人及非法人组织"
    BUSINESS = "个体工商户", "个体工商户"
    NATURAL = "自然人", "自然人"


class SubjectState(models.TextChoices):
    LIVE = "live", "存续"
    CANCELLED = "cancelled", "注销"
    REVOKED = "revoked", "吊销"


class SubjectQuerySet(models.QuerySet["Subject"]):
    def public(self) -> SubjectQuerySet:
        """Subjects with a page of their own: never natural persons, and none that only a draft names."""
        return self.exclude(kind=SubjectKind.NATURAL).filter(published_on__isnull=False)

    def with_code(self, *codes: str) -> SubjectQuerySet:
        """Those one of the normalised codes stands for today or stood for once (old numbers keep resolving).

        Two looks into an index: an OR over the two tables would read every subject there is.
        """
        today = Subject.objects.filter(uscc__in=codes).values("pk")
        once = SubjectIdentifier.objects.filter(value__in=codes).values("subject")
        return self.filter(pk__in=today.union(once))


class Subject(models.Model):
    """Whom records are about. An organisation has one live code; a person has a Person row instead."""

    kind = models.CharField("主体类别", max_length=20, choices=SubjectKind)
    name = models.CharField("名称", max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True, null=True, blank=True)
    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, related_name="subject", verbose_name="自然人"
    )
    # By itself Django would add an index for patterns, which nobody searches a region by.
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="所在区划")
    registration_organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name="登记机关",
    )
    state = models.CharField("登记状态", max_length=20, choices=SubjectState, default=SubjectState.LIVE)
    established_on = models.DateField("成立日期", null=True, blank=True)
    legal_representative = models.CharField("法定代表人", max_length=50, blank=True)
    address = models.CharField("住所", max_length=200, blank=True)
    published_on = models.DateField("首次公示日期", null=True, blank=True, editable=False)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "信用主体"
        constraints = [
            models.CheckConstraint(
                name="subject_is_known_by_code_or_is_a_person",
                violation_error_message="组织须有统一社会信用代码，自然人须有证件",
                condition=Q(kind=SubjectKind.NATURAL, person__isnull=False, uscc=None)
                | (~Q(kind=SubjectKind.NATURAL) & Q(uscc__isnull=False, person=None)),
            ),
        ]
        indexes = [
            models.Index(name="subject_of_region", fields=["region"]),
            models.Index(
                name="subject_registered_by",
                fields=["registration_organisation"],
                condition=Q(registration_organisation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.public_name

    @property
    def is_natural(self) -> bool:
        return self.kind == SubjectKind.NATURAL

    @property
    def public_name(self) -> str:
        return public_name(self.kind, self.name)


def public_name(kind: str, name: str) -> str:
    """The name of a subject of that kind as others may see it: a person's is masked (双公示: 自然人脱敏)."""
    return privacy.mask_person_name(name) if kind == SubjectKind.NATURAL else name


class IdentifierScheme(models.TextChoices):
    REGISTRATION = "registration-number", "工商注册号"
    ORGANISATION = "organisation-code", "组织机构代码"
    TAX = "tax-number", "税务登记号"
    INSTITUTION = "institution-certificate", "事业单位证书号"
    SOCIAL = "social-certificate", "社会组织登记证号"


class SubjectIdentifier(models.Model):
    """A number from before the unified code; it keeps leading to its subject for ever."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="identifiers", verbose_name="主体")
    scheme = models.CharField("号码类型", max_length=30, choices=IdentifierScheme)
    value = models.CharField("号码", max_length=50)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "原有号码"
        constraints = [
            models.UniqueConstraint(
                name="an_old_number_leads_to_one_subject",
                fields=["scheme", "value"],
                violation_error_message="该原有号码已对应其他主体",
            ),
        ]
        indexes = [models.Index(name="identifier_value", fields=["value"])]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"


class FormerName(models.Model):
    """A name the subject once bore; searching it finds the subject of today."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="former_names", verbose_name="主体")
    name = models.CharField("曾用名", max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    until = models.DateField("更名日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "曾用名"
        constraints = [
            models.UniqueConstraint(name="a_former_name_stands_once", fields=["subject", "name_key"]),
        ]

    def __str__(self) -> str:
        return self.name


def established_or(subject: Subject, fallback: date) -> date:
    """The day a subject is sorted by where no act of a body dates it."""
    return subject.established_on or fallback
