"""Asking before acting (安政发〔2017〕8号 三（一） 一处失信，处处受制): for which matter, what was found, what was decided."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from measures.models.catalogue import Measure
from registry import clock
from registry.audit.models import AppendOnly
from registry.directory.organisations import Organisation
from registry.directory.persons import Person
from registry.directory.staff import User
from registry.directory.subjects import Subject
from registry.records.models import Record


class MatterQuerySet(models.QuerySet["ApplicationMatter"]):
    def visible_to(self, user: User) -> MatterQuerySet:
        if not user.has_perm("measures.view_applicationmatter"):
            return self.none()
        if user.has_perm("registry.view_every_record"):
            return self
        if user.organisation is None:
            return self.none()
        return self.filter(organisation=user.organisation_id)


class ApplicationMatter(models.Model):
    """A matter in which a body asks: what it looks up, at which stage, with which measures in mind (row S4.2.3)."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="application_matters", verbose_name="单位"
    )
    name = models.CharField("事项", max_length=60)
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="matters", verbose_name="涉及的措施", help_text="不选：全部措施"
    )
    info_classes = models.CharField("查询的信息", max_length=100, default="严重失信主体信息")
    stage = models.CharField("环节", max_length=60)
    workflow = models.CharField("办理流程", max_length=300)
    is_active = models.BooleanField("启用", default=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "信用信息应用事项"
        ordering = ["organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                name="a_body_names_a_matter_once",
                fields=["organisation", "name"],
                violation_error_message="本单位已有该事项",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CheckQuerySet(models.QuerySet["JointCheck"]):
    def visible_to(self, user: User) -> CheckQuerySet:
        if not user.has_perm("measures.view_jointcheck"):
            return self.none()
        if user.has_perm("measures.view_every_jointcheck"):
            return self
        if user.organisation is None:
            return self.none()
        return self.filter(organisation=user.organisation_id)


class JointCheck(models.Model):
    """One question of one body: how many were asked about, found, and hit. Whom nobody holds anything against is
    not kept; a person's number never is."""

    number = models.CharField("查询编号", max_length=24, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="joint_checks", verbose_name="查询单位")
    matter = models.ForeignKey(ApplicationMatter, models.PROTECT, related_name="checks", verbose_name="事项")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+", verbose_name="查询的主体")
    asked = models.PositiveIntegerField("查询数")
    found = models.PositiveIntegerField("查到数")
    hit = models.PositiveIntegerField("命中数")
    is_of_person = models.BooleanField("查询自然人", default=False)
    key_prefix = models.CharField("接口密钥", max_length=8, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="查询人"
    )
    asked_at = models.DateTimeField("数据时间")

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联合奖惩查询"
        ordering = ["-pk"]
        permissions = [("view_every_jointcheck", "查看全市联合奖惩查询")]
        indexes = [models.Index(name="check_of_organisation", fields=["organisation", "-id"])]

    def __str__(self) -> str:
        return self.number

    @property
    def good_until(self) -> date:
        """The last day on which the answer may be acted on: entries are repaired, revoked and corrected meanwhile."""
        return clock.day_of(self.asked_at) + timedelta(days=settings.JOINT_CHECK_GOOD_FOR_DAYS)

    def is_stale(self, *, on: date) -> bool:
        """Whether it has to be asked anew (S3.3.6)."""
        return on > self.good_until


class Decision(models.TextChoices):
    DENIED = "denied", "不予"
    STRICT = "strict", "从严"
    PASSED = "passed", "放行"


class CheckHit(models.Model):
    """One entry a check met: which edition was read, how it stood, and what the body decided upon it."""

    joint_check = models.ForeignKey(JointCheck, models.PROTECT, related_name="hits", verbose_name="查询")
    record = models.ForeignKey(Record, models.PROTECT, related_name="check_hits", verbose_name="信用记录")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="责任人员")
    role = models.CharField("职务", max_length=20, blank=True)
    consortium = models.CharField("联合体", max_length=100, blank=True)  # as whoever asked named it
    seq = models.PositiveIntegerField("事件序号")
    edition = models.PositiveIntegerField("版次")
    enforcement = models.CharField("执行状态", max_length=10)
    measures = models.JSONField("措施", default=list)
    decision = models.CharField("决定", max_length=10, choices=Decision, blank=True)
    reason = models.TextField("理由", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "查询命中"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_decision_upon_a_hit_says_by_whom_and_when",
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="whoever_lets_pass_says_why",
                violation_error_message="放行须说明理由",
                condition=~Q(decision="passed") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.joint_check_id} {self.record_id}"

    @property
    def demands_decision(self) -> bool:
        """What rests restricts nobody, so nothing is decided upon it."""
        return self.enforcement == "IN_FORCE"

    @property
    def is_open(self) -> bool:
        return self.demands_decision and not self.decision


class FinanceWay(models.TextChoices):
    RATE = "rate", "上浮贷款利率"
    PREMIUM = "premium", "上浮保险费率"
    REFUSED = "refused", "不提供服务"
    NONE = "none", "未采取措施"


class FinanceFeedback(AppendOnly):
    """What a bank or insurer made of a recommended measure (三（五）); it never binds anybody."""

    hit = models.ForeignKey(CheckHit, models.PROTECT, related_name="feedback", verbose_name="查询命中")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name="措施")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="金融机构")
    way = models.CharField("方式", max_length=10, choices=FinanceWay)
    size = models.DecimalField("幅度（百分点）", max_digits=5, decimal_places=2, null=True)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="反馈人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "金融机构反馈"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_rise_has_a_size",
                violation_error_message="上浮利率或费率须写明幅度",
                condition=~Q(way__in=["rate", "premium"]) | Q(size__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_way_display()}"
