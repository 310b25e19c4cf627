"""Honest subjects that associations, media and social organisations put forward to the body that confirms (二（一）)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.directory.subjects import SubjectKind
from registry.models import HonourCategory, Organisation, Person, Record, Subject


class NominationState(models.TextChoices):
    FILED = "filed", "待处理"
    TAKEN_UP = "taken_up", "已采纳"
    DECLINED = "declined", "未采纳"


class Nomination(models.Model):
    """推荐. It is no record: the confirming body writes one of its own from it, or says why not."""

    nominator = models.ForeignKey(Organisation, models.PROTECT, related_name="nominations", verbose_name="推荐单位")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="nominations_received", verbose_name="认定单位"
    )
    category = models.ForeignKey(HonourCategory, models.PROTECT, related_name="+", verbose_name="类别")
    subject_name = models.CharField("被推荐对象", max_length=200)
    subject_kind = models.CharField("主体类别", max_length=20, choices=SubjectKind)
    subject_uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="自然人")
    title = models.CharField("荣誉名称", max_length=100)
    deeds = models.TextField("主要事迹", max_length=4000)
    article_url = models.CharField("报道链接", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="推荐人")
    at = models.DateTimeField("推荐时间")
    state = models.CharField("状态", max_length=10, choices=NominationState, default=NominationState.FILED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("处理时间", null=True)
    reason = models.CharField("未采纳的理由", max_length=500, blank=True)
    record = models.OneToOneField(
        Record, models.SET_NULL, null=True, related_name="nomination", verbose_name="据此录入的记录"
    )

    class Meta:
        verbose_name = verbose_name_plural = "推荐诚信典型"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_nomination_is_decided_by_somebody",
                condition=Q(state=NominationState.FILED) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_nomination_is_declined_with_a_reason",
                condition=~Q(state=NominationState.DECLINED) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category.name}：{self.title}"

    def subject(self) -> Subject | None:
        """The subject it is about, where the portal knows it already."""
        if self.person_id is not None:
            return Subject.objects.filter(person=self.person_id).first()
        return Subject.objects.filter(uscc=self.subject_uscc).first()
