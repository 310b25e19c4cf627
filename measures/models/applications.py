"""One measure on one target by one body: triggered, carried out or not applicable, lifted in the end.

Stored is what somebody did. Whether it rests or has ended follows from the record and is asked of `standing`.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from measures.models.catalogue import Measure, Strength
from measures.models.lists import ListLine
from registry.directory.organisations import Organisation
from registry.directory.persons import Person
from registry.directory.staff import User
from registry.records.models import Record
from registry.records.statuses import LIVE
from registry.records.visibility import in_term


class ApplicationState(models.TextChoices):
    TRIGGERED = "triggered", "已触发"
    EXECUTED = "executed", "已执行"
    NOT_APPLICABLE = "not_applicable", "不适用"


class ApplicationQuerySet(models.QuerySet["MeasureApplication"]):
    def current(self) -> ApplicationQuerySet:
        """Those no correction of the record has made void."""
        return self.filter(dropped_seq=None)

    def of_live_records(self, *, on: date) -> ApplicationQuerySet:
        """Those whose record still stands that day and is not hidden by another."""
        live = Record.objects.filter(in_term(on=on), status__in=LIVE)
        return self.current().filter(record__in=live).exclude(record__in=Record.objects.hidden(on=on))

    def held(self) -> ApplicationQuerySet:
        """Those whose record is being verified or stayed."""
        return self.filter(record__in=Record.objects.filter(holds__isnull=False, holds__closed_at=None))

    def unheld(self) -> ApplicationQuerySet:
        return self.exclude(record__in=Record.objects.filter(holds__isnull=False, holds__closed_at=None))

    def waiting(self, *, on: date) -> ApplicationQuerySet:
        """Those a body has to answer: triggered, in force, and not resting."""
        return self.filter(state=ApplicationState.TRIGGERED).of_live_records(on=on).unheld()

    def undocumented(self) -> ApplicationQuerySet:
        """Carried out, but the document is still to be handed in (待补档)."""
        return self.filter(state=ApplicationState.EXECUTED, document="")

    def visible_to(self, user: User) -> ApplicationQuerySet:
        """Own measures and those others took because of own records; the offices see their region or the city."""
        if not user.has_perm("measures.view_measureapplication"):
            return self.none()
        if user.has_perm("registry.view_every_record"):
            return self
        if user.organisation is None:
            return self.none()
        if user.has_perm("registry.view_region_record"):
            return self.filter(organisation__region_id=user.organisation.region_id)
        return self.filter(organisation=user.organisation_id)


class MeasureApplication(models.Model):
    """One measure that follows from one record, on its subject or on a person it names."""

    record = models.ForeignKey(
        Record, models.PROTECT, related_name="measure_applications", verbose_name="信用记录", editable=False
    )
    line = models.ForeignKey(
        ListLine, models.PROTECT, null=True, related_name="applications", verbose_name="清单条目", editable=False
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="applications", verbose_name="措施", editable=False
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="measure_applications", verbose_name="实施单位", editable=False
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="measure_applications", verbose_name="责任人员", editable=False
    )
    role = models.CharField("职务", max_length=20, blank=True, editable=False)
    strength = models.CharField("约束力", max_length=12, choices=Strength, editable=False)
    basis = models.CharField("依据", max_length=400, editable=False)  # as it read on the day of the trigger
    triggered_on = models.DateField("触发日期", editable=False)
    seq = models.PositiveIntegerField("触发的事件序号", editable=False)
    due_on = models.DateField("反馈期限", null=True, editable=False)
    dropped_seq = models.PositiveIntegerField("更正后不再适用（事件序号）", null=True, editable=False)
    # What is decided for each target by itself: bans and limits of consumption.
    industry = models.CharField("行业", max_length=60, blank=True)
    text = models.CharField("内容", max_length=300, blank=True)
    decision = models.CharField("决定文书", max_length=100, blank=True)
    certificate = models.CharField("执业证书种类和编号", max_length=100, blank=True)
    valid_from = models.DateField("限制起", null=True, blank=True)
    valid_until = models.DateField("限制止", null=True, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="决定人"
    )
    state = models.CharField(
        "状态", max_length=20, choices=ApplicationState, default=ApplicationState.TRIGGERED, editable=False
    )
    what = models.TextField("采取的措施", blank=True)
    executed_on = models.DateField("执行日期", null=True, blank=True)
    document = models.CharField("执行文书", max_length=200, blank=True)
    reason = models.TextField("不适用的理由", blank=True)
    fed_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="反馈人"
    )
    fed_back_at = models.DateTimeField("反馈时间", null=True)
    lift_note = models.TextField("解除情况", blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="解除确认人"
    )
    lifted_at = models.DateTimeField("解除确认时间", null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "措施办理"
        permissions = [
            ("feed_back", "反馈措施执行情况"),
            ("choose_limit", "决定行业禁入和限制高消费"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="a_measure_follows_once_for_a_subject",
                fields=["record", "measure", "organisation", "industry"],
                condition=Q(person=None, dropped_seq=None),
                violation_error_message="该主体已有这项措施",
            ),
            models.UniqueConstraint(
                name="a_measure_follows_once_for_a_person",
                fields=["record", "measure", "organisation", "person", "industry"],
                condition=Q(person__isnull=False, dropped_seq=None),
                violation_error_message="该人员已有这项措施",
            ),
            models.CheckConstraint(
                name="what_was_executed_says_when_and_by_whom",
                condition=~Q(state="executed")
                | Q(executed_on__isnull=False, fed_back_at__isnull=False, fed_back_by__isnull=False),
            ),
            models.CheckConstraint(
                name="nothing_is_executed_before_it_was_triggered",
                violation_error_message="执行日期不能早于触发日期",
                condition=Q(executed_on=None) | Q(executed_on__gte=F("triggered_on")),
            ),
            models.CheckConstraint(
                name="what_does_not_apply_says_why", condition=~Q(state="not_applicable") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="a_limit_ends_after_it_began",
                violation_error_message="限制止不能早于限制起",
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")),
            ),
        ]
        indexes = [
            # The desk of a body: what waits, the earliest due first.
            models.Index(
                name="application_waiting",
                fields=["organisation", "due_on"],
                condition=Q(state="triggered", dropped_seq=None),
            ),
            models.Index(name="application_of_organisation", fields=["organisation", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.measure}（{self.organisation}）"

    @property
    def target(self) -> str:
        """On whom, as anybody at a desk may read it: persons masked."""
        return f"{self.person}（{self.role}）" if self.person is not None else str(self.record.subject)
