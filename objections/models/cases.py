"""One case of any procedure, and the row beside it with what only that procedure asks and answers."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from objections.models.rules import ComplaintTopic
from objections.statuses import (
    ENDED,
    UNDECIDED,
    WITH_THE_APPLICANT,
    Capacity,
    CaseStatus,
    Ground,
    Outcome,
    Procedure,
    RepairWay,
)
from registry.audit import encryption
from registry.directory.organisations import Organisation
from registry.directory.regions import Region
from registry.directory.subjects import Subject
from registry.directory.terms import RepairRule
from registry.records.models import Record
from registry.records.models.record import random_uid

if TYPE_CHECKING:
    from registry.directory.staff import User


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.exclude(status__in=ENDED)

    def overdue(self, *, on: date) -> CaseQuerySet:
        """Those whose day has passed while an office, not the applicant, had the next word."""
        return self.open().filter(due_on__lt=on).exclude(status__in=WITH_THE_APPLICANT)

    def undecided(self) -> CaseQuerySet:
        """Objections and repairs nobody has decided on: each keeps its record to itself."""
        return self.filter(procedure__in=_EXCLUSIVE, status__in=UNDECIDED)

    def resting(self) -> CaseQuerySet:
        """Objections for whose sake a record's measures rest: accepted, and neither upheld nor carried out yet."""
        waits = Q(
            status__in=(CaseStatus.CONCLUDED, CaseStatus.FED_BACK),
            objection__outcome__in=(Outcome.TO_CORRECT, Outcome.TO_REVOKE),
            objection__handled_at=None,
        )
        return self.filter(Q(status=CaseStatus.VERIFYING) | waits, procedure=Procedure.OBJECTION)

    def visible_to(self, user: User) -> CaseQuerySet:
        """The cases a member of staff works with; others do not exist for them."""
        if user.has_perm("objections.view_every_case"):
            return self
        if user.organisation_id is None or not user.has_perm("objections.view_case"):
            return self.none()
        own = Q(body=user.organisation_id)
        if user.has_perm("objections.view_region_case"):
            own |= Q(region=user.organisation.region_id)
        # Nobody reads what is complained of about their own house (S3.7.2).
        return self.filter(own).exclude(procedure=Procedure.COMPLAINT, subject__uscc=user.organisation.uscc)


_EXCLUSIVE = (Procedure.OBJECTION, Procedure.REPAIR)
_WITHOUT_A_RECORD = (Procedure.COMPLAINT, Procedure.COMMITMENT)


class Case(models.Model):
    """What every procedure has in common; `objections.workflow` alone changes its status.

    The query code exists once, on the applicant's receipt; here stands its digest. Names and contact data of the
    applicant stand encrypted in one value, bound to this row.
    """

    uid = models.UUIDField(unique=True, editable=False, default=random_uid)
    procedure = models.CharField("程序", max_length=12, choices=Procedure)
    number = models.CharField("编号", max_length=24, unique=True)
    status = models.CharField("状态", max_length=12, choices=CaseStatus)
    seq = models.PositiveIntegerField("事件序号", default=0)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="cases", verbose_name="信用记录")
    record_edition = models.PositiveIntegerField("记录版次", default=0)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="cases", verbose_name="信用主体")
    body = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="cases", verbose_name="承办单位")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="区划")
    regime = models.CharField("适用规则", max_length=60)
    capacity = models.CharField("申请人身份", max_length=16, choices=Capacity, blank=True)
    is_identified = models.BooleanField("身份已自动核对", default=False)
    filed_at = models.DateTimeField("提交时间")
    due_on = models.DateField("到期日", null=True)
    contact_cipher = models.TextField("联系信息（密文）")
    query_code_sha256 = models.CharField(max_length=64, unique=True)
    submission_sha256 = models.CharField(max_length=64, unique=True)
    filing_sha256 = models.CharField("提交内容摘要", max_length=64)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        permissions = [
            ("oversee_case", "受理、交办、反馈"),
            ("decide_case", "核查、决定、答复"),
            ("view_every_case", "查看全市办件"),
            ("view_region_case", "查看本县区办件"),
            ("reveal_contact", "查看联系信息"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="a_record_has_one_undecided_procedure",
                fields=["record"],
                condition=Q(procedure__in=_EXCLUSIVE, status__in=UNDECIDED),
                violation_error_message="该信息已有一件正在办理的异议或修复",
            ),
            models.CheckConstraint(
                name="objections_and_repairs_are_about_a_record",
                condition=Q(procedure__in=_WITHOUT_A_RECORD)
                | Q(record__isnull=False, subject__isnull=False, body__isnull=False),
            ),
        ]
        indexes = [
            # The queue by due date: of everybody, of a body, of a county.
            models.Index(name="case_queue", fields=["due_on", "id"], condition=~Q(status__in=ENDED)),
            models.Index(name="case_queue_of_body", fields=["body", "due_on", "id"], condition=~Q(status__in=ENDED)),
            models.Index(
                name="case_queue_of_region", fields=["region", "due_on", "id"], condition=~Q(status__in=ENDED)
            ),
            models.Index(name="case_by_procedure", fields=["procedure", "status", "-id"]),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("objections:track")

    @property
    def detail(self) -> Objection | RepairRequest | Complaint | Pledge:
        """The row of its own procedure."""
        return getattr(self, _DETAIL[Procedure(self.procedure)])

    @property
    def is_open(self) -> bool:
        return self.status not in ENDED

    @property
    def contact_context(self) -> str:
        """Where the contact data belong: moved to another row, they do not decrypt."""
        return f"objections_case:{uuid.UUID(str(self.uid)).hex}:contact"

    def keep_contact(self, contact: dict[str, Any]) -> None:
        text = json.dumps(contact, ensure_ascii=False, sort_keys=True)
        self.contact_cipher = encryption.encrypt(text, context=self.contact_context)

    def contact(self) -> dict[str, Any]:
        """Name, phone, e-mail and the rest in clear. For staff only by `contacts.reveal`, which logs it."""
        return json.loads(encryption.decrypt(self.contact_cipher, context=self.contact_context))


_DETAIL = {
    Procedure.OBJECTION: "objection",
    Procedure.REPAIR: "repair",
    Procedure.COMPLAINT: "complaint",
    Procedure.COMMITMENT: "pledge",
}


class Objection(models.Model):
    """A record is said to be wrong (安政发〔2017〕8号 四（五）); what was found, and that it was carried out."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="objection")
    ground = models.CharField("异议类型", max_length=12, choices=Ground)
    field_name = models.CharField("有误的栏目", max_length=60, blank=True)
    statement = models.TextField("异议内容")
    claim = models.TextField("请求", blank=True)
    outcome = models.CharField("结论", max_length=12, choices=Outcome, blank=True)
    finding = models.TextField("核查结果", blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="核查人"
    )
    concluded_at = models.DateTimeField("结论时间", null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="落实人"
    )
    handled_at = models.DateTimeField("落实时间", null=True)
    wants_clarification = models.BooleanField("同意公开澄清", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        constraints = [
            models.CheckConstraint(
                name="a_conclusion_has_its_finding",
                condition=Q(outcome="") | (~Q(finding="") & Q(concluded_by__isnull=False, concluded_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}：{self.get_ground_display()}"


class RepairRequest(models.Model):
    """A record is right, and the subject has put it right (安政发〔2017〕8号 四（四）)."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="repair")
    way = models.CharField("修复方式", max_length=12, choices=RepairWay)
    corrected_on = models.DateField("纠正日期", null=True)
    correction = models.TextField("纠正情况")
    effect_removal = models.TextField("消除影响情况")
    rule = models.ForeignKey(RepairRule, models.PROTECT, null=True, related_name="+", verbose_name="修复规则")
    allowed_from = models.DateField("可申请日", null=True)
    allowed_until = models.DateField("规定期限", null=True)
    hours_needed = models.PositiveSmallIntegerField("须完成小时数", null=True)
    is_corrected = models.BooleanField("已纠正", default=False)
    is_effect_removed = models.BooleanField("已消除影响", default=False)
    decision = models.TextField("决定理由", blank=True)
    reapply_from = models.DateField("可再次申请日", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "修复申请"
        constraints = [
            models.CheckConstraint(
                name="a_repair_window_ends_after_it_begins",
                condition=Q(allowed_from=None) | Q(allowed_until=None) | Q(allowed_until__gte=F("allowed_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}：{self.get_way_display()}"


class Complaint(models.Model):
    """Somebody reports an enterprise's severe dishonesty (安政发〔2017〕8号 三（七）); never public, never a record by itself."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="complaint")
    topic = models.ForeignKey(ComplaintTopic, models.PROTECT, related_name="+", verbose_name="事项")
    accused_name = models.CharField("被举报对象", max_length=200)
    accused_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    facts = models.TextField("事实")
    place = models.CharField("发生地点", max_length=200, blank=True)
    happened_on = models.DateField("发生日期", null=True)
    is_anonymous = models.BooleanField("匿名")
    clue_of = models.CharField("专项行动", max_length=100, blank=True)
    finding = models.TextField("查办情况", blank=True)
    reply = models.TextField("答复", blank=True)
    draft = models.ForeignKey(
        Record, models.SET_NULL, null=True, related_name="from_complaints", verbose_name="生成的记录草稿"
    )

    class Meta:
        verbose_name = verbose_name_plural = "投诉举报"

    def __str__(self) -> str:
        return f"{self.case}：{self.topic}"


class Pledge(models.Model):
    """What a subject promises of its own accord (安政发〔2017〕8号 二（二）); no record until its body has adopted it."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="pledge")
    reason = models.CharField("承诺事由", max_length=512)
    content = models.TextField("承诺内容", max_length=4000)
    standard = models.TextField("产品服务标准", max_length=2000)
    quality = models.TextField("质量声明", max_length=2000)
    liability = models.TextField("违诺责任", max_length=4000)
    valid_to = models.DateField("承诺有效期", null=True)
    replaces = models.ForeignKey(
        Record, models.PROTECT, null=True, related_name="replaced_by_pledges", verbose_name="替代的承诺"
    )

    class Meta:
        verbose_name = verbose_name_plural = "网上承诺"

    def __str__(self) -> str:
        return f"{self.case}：{self.reason}"
