"""What a measure stands on: a law, a regulation, a policy, or an agreement that binds only those who signed it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q


class BasisKind(models.TextChoices):
    LAW = "law", "法律"
    REGULATION = "regulation", "法规规章"
    INTERPRETATION = "interpretation", "司法解释"
    POLICY = "policy", "政策文件"
    AGREEMENT = "agreement", "合作备忘录、行业公约"


class LegalBasisQuerySet(models.QuerySet["LegalBasis"]):
    def in_force(self, *, on: date) -> LegalBasisQuerySet:
        """Bases that hold on that day; from the day of its repeal a basis carries nothing new."""
        return self.filter(effective_from__lte=on).filter(Q(repealed_on=None) | Q(repealed_on__gt=on))


class LegalBasis(models.Model):
    """One document a measure rests on; a repealed one is ended here, so that the lines standing on it are found."""

    code = models.CharField("编号", max_length=40, primary_key=True)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    kind = models.CharField("性质", max_length=20, choices=BasisKind)
    is_founding = models.BooleanField("措施目录自身的依据", default=False)
    effective_from = models.DateField("施行日期")
    repealed_on = models.DateField("废止日期", null=True, blank=True, help_text="自该日起不再触发以此为依据的措施")

    objects = LegalBasisQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "措施依据"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="a_basis_is_repealed_after_it_began",
                violation_error_message="废止日期不能早于施行日期",
                condition=Q(repealed_on=None) | Q(repealed_on__gte=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）" if self.number else self.title

    def holds(self, *, on: date) -> bool:
        return self.effective_from <= on and (self.repealed_on is None or on < self.repealed_on)

    @property
    def can_oblige(self) -> bool:
        """Whether it can make a measure mandatory: an agreement binds only whoever signed it."""
        return self.kind != BasisKind.AGREEMENT
