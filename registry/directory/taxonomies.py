"""The two taxonomies of the founding document: items of severe dishonesty and categories of honesty models."""

from __future__ import annotations

from django.db import models

from registry.directory.organisations import OrganisationKind
from registry.directory.terms import DatedRuleQuerySet
from registry.remembering import remembered

DISHONESTY_CATEGORIES = {
    "A": "严重危害人民群众身体健康和生命安全的行为",
    "B": "严重破坏市场公平竞争秩序和社会正常秩序的行为",
    "C": "拒不履行法定义务，严重影响司法机关、行政机关公信力的行为",
    "D": "拒不履行国防义务的行为",
}


class TaxonomyQuerySet(DatedRuleQuerySet):
    def words(self) -> dict[str, str]:
        """Every entry ever used, by its code: what stands in a record keeps its name."""
        return dict(self.order_by("code").values_list("code", "name"))


class DishonestyItem(models.Model):
    """One item of severe dishonesty (安政发〔2017〕8号 三（二））; what has been used is ended, never deleted."""

    class Source(models.TextChoices):
        ANY = "", "不限"
        COURT = "court", "司法机关"
        ADMINISTRATION = "administration", "行政机关"

    code = models.CharField("代码", max_length=4, primary_key=True)
    category = models.CharField("类别", max_length=1, choices=list(DISHONESTY_CATEGORIES.items()))
    name = models.CharField("名称", max_length=60)
    words = models.CharField("原文", max_length=60)
    takes_organisations = models.BooleanField("适用于法人和其他组织", default=True)
    takes_persons = models.BooleanField("适用于自然人", default=True)
    document_kinds = models.CharField("认定文书", max_length=60, help_text="以分号隔开")
    source = models.CharField("认定机关", max_length=20, choices=Source, blank=True)
    needs_ability_finding = models.BooleanField("须认定有履行能力", default=False)
    is_open_ended = models.BooleanField("其他类", default=False, help_text="须另写明行为和依据，并经市信用办同意")
    is_restricted = models.BooleanField("详情不公开", default=False, help_text="只公示名称、类别和期限")
    shows_persons = models.BooleanField("公示自然人", default=False)
    allows_no_code = models.BooleanField("对象可以没有代码", default=False)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    legal_basis = models.CharField("依据", max_length=200)

    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "严重失信行为"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_refusal(self) -> bool:
        """Of the third class: refusing to perform an obligation of law, to which urging and limits belong (三（四）)."""
        return self.code.startswith("C")

    @property
    def documents(self) -> list[str]:
        """The kinds of document by which it may be determined."""
        return self.document_kinds.split(";")

    def takes(self, *, person: bool) -> bool:
        return self.takes_persons if person else self.takes_organisations


class HonourCategory(models.Model):
    """One category of honesty models (安政发〔2017〕8号 二（一））."""

    class Origin(models.TextChoices):
        DETERMINED = "确定", "确定"
        SELECTED = "评选", "评选"
        RECOMMENDED = "推荐", "推荐"
        DISCOVERED = "挖掘", "挖掘"

    code = models.CharField("代码", max_length=4, primary_key=True)
    name = models.CharField("名称", max_length=40)
    origin = models.CharField("产生方式", max_length=10, choices=Origin)
    takes_organisations = models.BooleanField("适用于法人和其他组织", default=True)
    takes_persons = models.BooleanField("适用于自然人", default=True)
    nominators = models.CharField(
        "推荐单位的性质", max_length=60, blank=True, help_text="以分号隔开；不填：由认定单位自行确定，社会组织也可推荐"
    )
    needs_product = models.BooleanField("须有产品", default=False)
    needs_award = models.BooleanField("须有奖项", default=False)
    needs_article = models.BooleanField("须有报道", default=False)
    needs_membership = models.BooleanField("须为推荐单位的会员", default=False)
    is_open_ended = models.BooleanField("其他类", default=False)
    valid_years = models.PositiveSmallIntegerField("有效年数", null=True, blank=True, help_text="不填：长期有效")
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    legal_basis = models.CharField("依据", max_length=200)

    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诚信典型类别"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def takes(self, *, person: bool) -> bool:
        return self.takes_persons if person else self.takes_organisations

    def may_be_nominated_by(self, kind: str) -> bool:
        """Whether a body of that kind may put somebody forward under this category."""
        if not self.nominators:
            return kind not in (OrganisationKind.FINANCE, OrganisationKind.BUREAU, OrganisationKind.RATING)
        return kind in self.nominators.split(";")


@remembered
def dishonesty_words() -> dict[str, str]:
    """The name of each item of severe dishonesty by its code."""
    return DishonestyItem.objects.words()


@remembered
def honour_words() -> dict[str, str]:
    """The name of each category of honesty models by its code."""
    return HonourCategory.objects.words()
