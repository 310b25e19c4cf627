"""The catalogue of joint incentives and punishments (安政发〔2017〕8号 二, 三): what may be done to whom, and by whom."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from measures.models.bases import LegalBasis
from registry.directory.organisations import Organisation, OrganisationKind
from registry.directory.terms import DatedRuleQuerySet


class Colour(models.TextChoices):
    INCENTIVE = "incentive", "守信激励"
    PUNISHMENT = "punishment", "失信惩戒"


class Strength(models.TextChoices):
    MANDATORY = "mandatory", "强制性"
    RECOMMENDED = "recommended", "推荐性"


class RoleList(models.TextChoices):
    """The lists of positions the document names; each is a column of the table of positions."""

    BARRED = "is_barred", "三（三）第一类：市场和行业禁入"
    HONOURS = "loses_honours", "三（三）第二类：撤销荣誉、取消评先评优"
    RECORDED = "is_recorded", "三（八）：记入个人信用记录"
    LIMITED = "is_limited", "三（四）：限制高消费"


# Who exercises public power; whoever else is named (banks, associations, agencies, media) may only be encouraged.
PUBLIC_BODIES = frozenset(
    {
        OrganisationKind.GOVERNMENT, OrganisationKind.PARTY, OrganisationKind.COURT, OrganisationKind.MILITARY,
        OrganisationKind.UPPER, OrganisationKind.MASS, OrganisationKind.INSTITUTION,
    }
)  # fmt: skip


class MeasureQuerySet(models.QuerySet["Measure"]):
    def in_force(self, *, on: date) -> MeasureQuerySet:
        """Measures that may be picked and triggered on that day (the last day counts)."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


class Measure(models.Model):
    """One incentive or punishment of the document, with everything that limits it as data."""

    code = models.CharField("编号", max_length=4, primary_key=True)
    colour = models.CharField("类别", max_length=10, choices=Colour)
    name = models.CharField("措施", max_length=60)
    words = models.CharField("原文", max_length=60)
    section = models.CharField("条款", max_length=10)
    targets = models.CharField("对象", max_length=100)
    bodies = models.CharField("实施单位", max_length=100)
    body_kinds = models.CharField("单位性质", max_length=120, help_text="可以实施的单位性质，以分号隔开")
    body_words = models.CharField(
        "单位名称含有", max_length=100, blank=True, help_text="名称或简称含有其中之一方可实施，以分号隔开；不填：不限"
    )
    strength = models.CharField("约束力", max_length=12, choices=Strength, help_text="由原文的动词定：要、限制为强制性")
    items = models.CharField(
        "适用的严重失信行为", max_length=60, blank=True, help_text="类别（A）或代码（C01），以分号隔开；不填：不限"
    )
    subject_kinds = models.CharField("适用的主体类别", max_length=60, blank=True, help_text="以分号隔开；不填：不限")
    persons = models.CharField(
        "及于责任人员", max_length=20, choices=RoleList, blank=True, help_text="不填：不及于人员"
    )
    reaches_subject = models.BooleanField("及于信用主体本身", default=True)
    is_own = models.BooleanField("仅由认定单位实施", default=False)
    is_triggered = models.BooleanField("自动触发", default=True)
    is_chosen = models.BooleanField("逐项选择", default=False, help_text="由认定单位审核员对每个主体、人员逐项决定")
    is_letter = models.BooleanField("权限不在本市", default=False, help_text="以函件报送有权机关")
    needs_industry = models.BooleanField("须写明行业", default=False)
    needs_text = models.BooleanField("须写明内容", default=False)
    ends_on_performance = models.BooleanField("履行后解除", default=False)
    basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+", verbose_name="依据")
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联合奖惩措施"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="a_measure_ends_after_it_began",
                violation_error_message="失效日期不能早于生效日期",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="what_is_chosen_is_not_triggered",
                violation_error_message="逐项选择的措施不能自动触发",
                condition=Q(is_chosen=False) | Q(is_triggered=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def may_be_taken_by(self, body: Organisation) -> bool:
        """Whether the body has the power: by what it is, and where the catalogue says so by its name."""
        if body.kind not in self.body_kinds.split(";"):
            return False
        words = list(filter(None, self.body_words.split(";")))
        return not words or any(word in f"{body.name} {body.short_name}" for word in words)

    def covers(self, item: str) -> bool:
        """Whether it may follow from that item of severe dishonesty ('' where the record has none)."""
        named = list(filter(None, self.items.split(";")))
        return not named or (bool(item) and (item in named or item[:1] in named))

    def suits(self, subject_kind: str) -> bool:
        named = list(filter(None, self.subject_kinds.split(";")))
        return not named or subject_kind in named


class FeedbackRule(models.Model):
    """Within how many working days of the trigger a body says what it did."""

    rule_id = models.CharField("规则编号", max_length=40, primary_key=True)
    workdays = models.PositiveSmallIntegerField("工作日数")
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    legal_basis = models.CharField("依据", max_length=200)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "措施反馈时限"
        ordering = ["-effective_from"]

    def __str__(self) -> str:
        return f"{self.workdays}个工作日（{self.effective_from}起）"
