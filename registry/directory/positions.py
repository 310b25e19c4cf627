"""Who held which position where, and what a position answers for (安政发〔2017〕8号 三（三）（四）（八））."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from registry.directory.persons import Person
from registry.directory.subjects import Subject
from registry.remembering import remembered


class PersonRole(models.Model):
    """A position that answers for what an organisation did. The document names four lists of them; each is a column."""

    name = models.CharField("职务", max_length=20, primary_key=True)
    is_barred = models.BooleanField("市场和行业禁入", help_text="三（三）第一类人员")
    loses_honours = models.BooleanField("撤销荣誉、取消评先评优", help_text="三（三）第二类人员")
    is_recorded = models.BooleanField("记入个人信用记录", help_text="三（八）")
    is_limited = models.BooleanField("限制高消费", help_text="三（四）")
    sort = models.PositiveSmallIntegerField("排序", default=0)
    legal_basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "责任人员职务"
        ordering = ["sort", "name"]

    def __str__(self) -> str:
        return self.name


class PositionQuerySet(models.QuerySet["Position"]):
    def held(self, *, on: date) -> PositionQuerySet:
        """Positions somebody held on that day; the first and the last day count."""
        return self.filter(Q(held_from=None) | Q(held_from__lte=on)).filter(Q(held_until=None) | Q(held_until__gte=on))


class Position(models.Model):
    """A position of a person in an organisation, over time: what proposes who answers for an act of that day."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="positions", verbose_name="单位")
    person = models.ForeignKey(Person, models.PROTECT, related_name="positions", verbose_name="人员")
    role = models.ForeignKey(PersonRole, models.PROTECT, related_name="+", verbose_name="职务")
    held_from = models.DateField("任职起", null=True, blank=True)
    held_until = models.DateField("任职止", null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职情况"
        constraints = [
            models.CheckConstraint(
                name="a_position_ends_after_it_began",
                violation_error_message="任职止不能早于任职起",
                condition=Q(held_from=None) | Q(held_until=None) | Q(held_until__gte=F("held_from")),
            ),
            models.UniqueConstraint(
                name="a_position_is_taken_up_once",
                fields=["subject", "person", "role", "held_from"],
                violation_error_message="该任职情况已有记载",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.role_id}"


class AssociationMember(models.Model):
    """Membership of a subject in an association: nomination asks for it (二（一）), and so does its file (三（六）)."""

    association = models.ForeignKey(
        "registry.Organisation", models.PROTECT, related_name="members", verbose_name="行业协会商会"
    )
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="memberships", verbose_name="会员")
    member_from = models.DateField("入会日期")
    member_until = models.DateField("退会日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会员"
        constraints = [
            models.UniqueConstraint(
                name="one_membership_at_a_time",
                fields=["association", "subject"],
                condition=Q(member_until=None),
                violation_error_message="该主体已是会员",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.association} {self.subject}"


@remembered
def role_words() -> dict[str, str]:
    """Every position that may be named, by itself: it needs no code."""
    return {name: name for name in PersonRole.objects.values_list("name", flat=True)}
