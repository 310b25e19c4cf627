"""What was delivered in one file, how far it is, and the rows of it that a person has to look at."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.records import kinds
from registry.records.models import Record
from registry.records.models.record import random_uid
from registry.records.statuses import Action
from registry.records.visibility import of_their_bodies


class BatchState(models.TextChoices):
    CHECKING = "checking", "检查中"
    REFUSED = "refused", "未能读取"
    CHECKED = "checked", "已检查，待导入"
    COMMITTING = "committing", "导入中"
    COMMITTED = "committed", "已导入"
    MOVING = "moving", "办理中"
    UNDOING = "undoing", "撤销中"
    UNDONE = "undone", "已撤销"
    DISCARDED = "discarded", "已放弃"


AT_WORK = (BatchState.CHECKING, BatchState.COMMITTING, BatchState.MOVING, BatchState.UNDOING)
UNDECIDED = (BatchState.CHECKING, BatchState.CHECKED, BatchState.COMMITTING)  # the file need not be sent again


class BatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> BatchQuerySet:
        """The batches a member of staff works with: another organisation's do not exist for them."""
        return of_their_bodies(self, user)


class ImportBatch(models.Model):
    """One delivered file. A worker that carries a step out holds a lease on it, so that a killed one is noticed."""

    uid = models.UUIDField(unique=True, editable=False, default=random_uid)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="batches", verbose_name="提供单位")
    kind = models.CharField("种类", max_length=30)
    item_version = models.ForeignKey(CatalogueItemVersion, models.PROTECT, related_name="+", verbose_name="目录信息项")
    is_backfill = models.BooleanField("补录", default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    file_name = models.CharField("文件名", max_length=120)
    file_size = models.PositiveIntegerField("文件大小（字节）")
    sha256 = models.CharField("文件摘要", max_length=64)
    stored_as = models.CharField(max_length=80, blank=True)  # '' once the file is deleted
    returned_as = models.CharField(max_length=80, blank=True)  # the workbook with the wrong cells marked

    state = models.CharField("状态", max_length=12, choices=BatchState, default=BatchState.CHECKING)
    refusal = models.CharField("不能读取的原因", max_length=500, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人"
    )
    asked_at = models.DateTimeField("办理时间", null=True)
    move = models.CharField("办理事项", max_length=20, choices=Action, blank=True)
    reason = models.TextField("理由", blank=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="导入人"
    )
    committed_at = models.DateTimeField("导入时间", null=True)

    rows_done = models.PositiveIntegerField("已处理行数", default=0)
    rows_expected = models.PositiveIntegerField("预计行数", null=True)
    rows_read = models.PositiveIntegerField("总行数", default=0)
    rows_new = models.PositiveIntegerField("可导入", default=0)
    rows_wrong = models.PositiveIntegerField("有误", default=0)
    rows_held = models.PositiveIntegerField("待核", default=0)
    rows_same = models.PositiveIntegerField("已存在", default=0)
    rows_changed = models.PositiveIntegerField("内容有变化", default=0)
    rows_unmarked = models.PositiveIntegerField("未标记", default=0)
    rows_stored = models.PositiveIntegerField("已导入", default=0)
    remarks = models.JSONField("说明", default=list)
    repairs = models.JSONField("自动更正", default=dict)  # what was folded: how often

    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量导入"
        constraints = [
            models.UniqueConstraint(
                name="a_file_is_under_way_once",
                fields=["organisation", "sha256"],
                condition=Q(state__in=UNDECIDED),
                violation_error_message="同一文件正在办理",
            ),
        ]
        indexes = [
            models.Index(name="batch_of_organisation", fields=["organisation", "-id"]),
            # What the sweep looks for: steps whose worker is gone, or was never told.
            models.Index(name="batch_at_work", fields=["lease_until"], condition=Q(state__in=AT_WORK)),
            # Files that have been kept long enough.
            models.Index(name="batch_with_file", fields=["uploaded_at"], condition=~Q(stored_as="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.file_name}"

    @property
    def the_kind(self) -> kinds.Kind:
        return kinds.get(self.kind)

    @property
    def kind_label(self) -> str:
        return self.the_kind.label

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK


class Verdict(models.TextChoices):
    """What is to be said of a row that is not simply right."""

    WRONG = "wrong", "有误"
    HELD = "held", "待核"
    FLAGGED = "flagged", "提示"
    CHANGED = "changed", "有变化"


class BatchRow(models.Model):
    """One row that a person has to look at; what is wrong with it, in words that repeat no personal datum.

    A wrong row is put right in the workbook. A held one is stored when somebody accepts it. A flagged one is
    stored, and thrown out again if somebody refuses it. A changed one says something else than `record`.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name="批次")
    number = models.PositiveIntegerField("行号")
    verdict = models.CharField("判定", max_length=10, choices=Verdict)
    problems = models.JSONField("问题", default=list)  # [{"field": …, "message": …}]
    record = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+", verbose_name="已有记录")
    is_accepted = models.BooleanField("接受", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="核对人"
    )
    decided_at = models.DateTimeField("核对时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待处理的行"
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(name="a_row_is_judged_once", fields=["batch", "number"]),
            models.CheckConstraint(
                name="a_decision_on_a_row_has_its_person",
                condition=Q(is_accepted=None, decided_by=None, decided_at=None)
                | Q(is_accepted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="row_by_verdict", fields=["batch", "verdict", "number"])]

    def __str__(self) -> str:
        return f"第{self.number}行"


class ZeroReport(models.Model):
    """「本周无决定」: a body says that it decided nothing of a kind in one week, so that silence is no guess."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("种类", max_length=30)
    week = models.DateField("周（周一的日期）")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报告人")
    reported_at = models.DateTimeField("报告时间")

    class Meta:
        verbose_name = verbose_name_plural = "零报告"
        constraints = [
            models.UniqueConstraint(
                name="a_week_is_reported_empty_once",
                fields=["organisation", "kind", "week"],
                violation_error_message="本周已作零报告",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.week} 无{kinds.get(self.kind).label}决定"


class BackfillTarget(models.Model):
    """How many decisions of an earlier year a body has to enter afterwards (补录), as it says itself."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("种类", max_length=30)
    year = models.PositiveSmallIntegerField("决定年度")
    target = models.PositiveIntegerField("应补录条数")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人")
    set_at = models.DateTimeField("填报时间")

    class Meta:
        verbose_name = verbose_name_plural = "补录任务"
        constraints = [
            models.UniqueConstraint(name="a_year_has_one_target", fields=["organisation", "kind", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}年{kinds.get(self.kind).label} {self.target}条"
