"""Files that came with a filing: stored encrypted under a random name, below no web root."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from objections.models.cases import Case
from objections.models.filing import FilingDraft
from registry.records.models.record import random_uid


class EvidencePurpose(models.TextChoices):
    IDENTITY = "identity", "身份证明"
    AUTHORISATION = "authorisation", "授权委托书或关系证明"
    FACTS = "facts", "证明材料"
    CORRECTION = "correction", "纠正失信行为、履行义务的证明"
    EFFECT = "effect", "消除不良影响的证明"
    PLEDGE = "pledge", "签章的承诺书"


class EvidenceState(models.TextChoices):
    CLEAN = "clean", "可查阅"
    WAITING = "waiting", "待查杀"
    QUARANTINED = "quarantined", "已隔离"


class Evidence(models.Model):
    """One file. `sha256` is of what was sent, so that the receipt can prove it; images are stored re-encoded."""

    uid = models.UUIDField(unique=True, editable=False, default=random_uid)
    draft = models.ForeignKey(FilingDraft, models.CASCADE, null=True, related_name="evidence")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="evidence", verbose_name="办件")
    purpose = models.CharField("用途", max_length=16, choices=EvidencePurpose)
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField("摘要", max_length=64)
    state = models.CharField("状态", max_length=12, choices=EvidenceState)
    verdict = models.CharField("检查结果", max_length=200, blank=True)
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = verbose_name_plural = "证明材料"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_file_belongs_to_a_draft_or_to_a_case",
                condition=Q(draft__isnull=False) | Q(case__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where it lies below FILES_ROOT; the name people gave it is no part of that."""
        return f"evidence/{self.uid.hex[:2]}/{self.uid.hex}"

    @property
    def context(self) -> str:
        return f"objections_evidence:{self.uid.hex}:content"
