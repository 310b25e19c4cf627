"""The one identity of any record."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from registry.directory.catalogue import CatalogueItemVersion, Openness
from registry.directory.organisations import Organisation
from registry.directory.subjects import Subject
from registry.directory.terms import TermRule
from registry.records import kinds
from registry.records.fields import Specification
from registry.records.statuses import NOT_YET_PUBLIC, VOID, Status
from registry.records.visibility import RecordQuerySet


def random_uid() -> uuid.UUID:
    """128 random bits: an address that cannot be guessed from another (a version 4 UUID has only 122)."""
    return uuid.UUID(bytes=secrets.token_bytes(16))


class Record(models.Model):
    """What every record has in common; each kind keeps its own columns in a row beside it.

    `edition` counts published contents and is what people see. `seq` counts every act on the record and is
    the push version, the fence at the platform and the key of a delivery.
    """

    uid = models.UUIDField(unique=True, editable=False, default=random_uid)
    kind = models.CharField("种类", max_length=30, editable=False)
    # Every index costs each row that is imported, so a key has none of its own where another begins with it, and one
    # that is empty until review has a partial one.
    subject = models.ForeignKey(
        Subject, models.PROTECT, db_index=False, related_name="records", verbose_name="信用主体"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_index=False, related_name="records", verbose_name="提供单位"
    )
    item_version = models.ForeignKey(
        CatalogueItemVersion, models.PROTECT, related_name="records", verbose_name="目录信息项"
    )
    title = models.CharField("标题", max_length=300)
    document_number = models.CharField("文书号", max_length=128, blank=True)
    document_key = models.CharField(max_length=128, blank=True, editable=False)
    decided_on = models.DateField("决定日期")
    status = models.CharField("状态", max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    seq = models.PositiveIntegerField("事件序号", default=0, editable=False)
    edition = models.PositiveIntegerField("版次", default=0, editable=False)
    openness = models.PositiveSmallIntegerField("公开属性", choices=Openness, editable=False)
    public_from = models.DateField("公示起始日期", null=True, editable=False)
    public_until = models.DateField("公示截止日期", null=True, blank=True, editable=False)
    term_rule = models.ForeignKey(
        TermRule,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name="公示期限规则",
    )
    is_backfill = models.BooleanField("补录", default=False, editable=False)
    # The file it came in with, which the floor above keeps, and its row there. Who asks for the records of a batch
    # is served by the partial index below; for all others the column costs nothing.
    batch = models.ForeignKey(
        "registry.ImportBatch",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="records",
        verbose_name="导入批次",
    )
    batch_row = models.PositiveIntegerField("批次内行号", null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        db_index=False,
        verbose_name="审核人",
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, editable=False)
    published_at = models.DateTimeField("公示时间", null=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "信用记录"
        permissions = [
            ("enter_record", "录入记录"),
            ("review_record", "审核记录"),
            ("view_every_record", "查看全市记录"),
            ("view_region_record", "查看本县区记录"),
        ]
        constraints = [
            models.CheckConstraint(
                name="record_reviewer_is_not_its_author",
                violation_error_message="录入人不能审核自己录入的记录",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="record_is_reviewed_before_anybody_sees_it",
                condition=Q(status__in=NOT_YET_PUBLIC) | Q(reviewed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="record_shown_says_since_when",
                violation_error_message="已公示的记录须有公示起始时间",
                condition=Q(status__in=NOT_YET_PUBLIC)
                | Q(published_at__isnull=False, public_from__isnull=False, edition__gte=1),
            ),
            models.UniqueConstraint(
                name="a_decision_is_recorded_once",
                fields=["organisation", "document_key", "subject", "kind"],
                condition=~Q(document_key="") & ~Q(status__in=VOID),
                violation_error_message="本单位已有同一文书号、同一相对人的记录",
            ),
        ]
        indexes = [
            # Public lists: newest decision first. With both ends of the term beside the keys, a page and its count
            # are answered from the index alone.
            models.Index(
                name="record_public_by_kind",
                fields=["kind", "-decided_on", "-id"],
                include=["public_from", "public_until"],
                condition=Q(status__in=[Status.PUBLISHED, Status.LISTED], openness=Openness.PUBLIC),
            ),
            models.Index(
                name="record_public_by_date",
                fields=["-decided_on", "-id"],
                include=["public_from", "public_until"],
                condition=Q(status__in=[Status.PUBLISHED, Status.LISTED], openness=Openness.PUBLIC),
            ),
            models.Index(name="record_of_subject", fields=["subject", "-decided_on", "-id"]),
            # The work list of a department in the admin.
            models.Index(name="record_of_organisation", fields=["organisation", "status", "-id"]),
            models.Index(name="record_document", fields=["document_key"]),
            models.Index(
                name="record_of_batch", fields=["batch", "status", "batch_row"], condition=Q(batch__isnull=False)
            ),
            models.Index(name="record_of_reviewer", fields=["reviewed_by"], condition=Q(reviewed_by__isnull=False)),
            models.Index(name="record_of_term_rule", fields=["term_rule"], condition=Q(term_rule__isnull=False)),
            # How far each body is with the decisions of earlier years (补录).
            models.Index(
                name="record_backfilled",
                fields=["organisation", "kind", "decided_on"],
                condition=Q(is_backfill=True),
            ),
            # What the daily job looks for; small however many records there are.
            models.Index(
                name="record_running_out",
                fields=["public_until"],
                condition=Q(status__in=[Status.PUBLISHED, Status.LISTED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.document_number or self.title}"

    def get_absolute_url(self) -> str:
        return reverse("registry:record", args=[self.uid])

    @property
    def the_kind(self) -> kinds.Kind:
        return kinds.get(self.kind)

    @property
    def specification(self) -> Specification:
        """The fields it was checked against; asks for the catalogue item only where that describes them."""
        kind = self.the_kind
        return kind.spec(self.item_version if kind.described_by_catalogue else None)

    @property
    def kind_label(self) -> str:
        return self.the_kind.label

    @property
    def number(self) -> str:
        """What people know it by: its running number where its kind gives one, else that of its document."""
        column = self.the_kind.number_column
        return (getattr(self.detail, column) if column else None) or self.document_number

    @property
    def detail(self) -> models.Model:
        """The kind's own row; pages that show many say `select_related(kind.detail_name)`."""
        return getattr(self, self.the_kind.detail_name)
