"""The severe dishonesty list (安政发〔2017〕8号 三): what an entry says, and the rules by which bodies may make one."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from registry.directory.taxonomies import DISHONESTY_CATEGORIES, DishonestyItem
from registry.directory.terms import DatedRuleQuerySet, TermStart
from registry.models import Organisation, Record


class DocumentKind(models.TextChoices):
    """What may determine severe dishonesty (陕发改财金〔2016〕337号 第四条)."""

    DECISION = "行政决定", "行政决定"
    JUDGMENT = "司法裁判", "司法裁判"
    AWARD = "仲裁裁决", "仲裁裁决"


class ListRule(models.Model):
    """A body's published rule for its black list (四（二）): a new version for every change, none is ever altered."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="list_rules", verbose_name="认定单位")
    industry = models.CharField("行业领域", max_length=60)
    version = models.PositiveSmallIntegerField("版本", editable=False)
    standard = models.TextField("认定标准", max_length=2000)
    procedure = models.TextField("认定程序", max_length=2000)
    removal = models.TextField("移出条件", max_length=2000)
    objection_contact = models.CharField("异议受理", max_length=200)
    document_number = models.CharField("文号", max_length=128)
    notice_days = models.PositiveSmallIntegerField("事先告知后的陈述申辩期（自然日）", help_text="0：不要求事先告知")
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "黑名单认定规则"
        ordering = ["organisation", "industry", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="a_list_rule_has_one_such_version", fields=["organisation", "industry", "version"]
            ),
            models.CheckConstraint(
                name="a_list_rule_ends_after_it_begins",
                violation_error_message="失效日期不能早于生效日期",
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_number} {self.industry}（第{self.version}版）"


class ListScope(models.Model):
    """One item of severe dishonesty that a rule lets its body use, and from what threshold on."""

    rule = models.ForeignKey(ListRule, models.CASCADE, related_name="scopes", verbose_name="认定规则")
    item = models.ForeignKey(DishonestyItem, models.PROTECT, related_name="scopes", verbose_name="严重失信行为")
    threshold = models.CharField("具体情形", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "认定范围"
        ordering = ["item"]
        constraints = [models.UniqueConstraint(name="a_rule_names_an_item_once", fields=["rule", "item"])]

    def __str__(self) -> str:
        return self.item_id


class ListingTermRule(models.Model):
    """How long an entry under certain items lasts (四（四）); when it may be repaired stands in `RepairRule`."""

    rule_id = models.CharField("规则编号", max_length=40, primary_key=True)
    regime = models.CharField("规则体系", max_length=60)
    items = models.CharField("行为代码", max_length=200, blank=True, help_text="以分号隔开；不填：适用于全部")
    min_months = models.PositiveSmallIntegerField("最短月数")
    max_months = models.PositiveSmallIntegerField("最长月数")
    default_months = models.PositiveSmallIntegerField("默认月数")
    term_starts = models.CharField("起算", max_length=20, choices=TermStart, default=TermStart.PUBLICATION)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    legal_basis = models.CharField("依据", max_length=200)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "惩戒期限规则"
        ordering = ["-effective_from", "rule_id"]
        constraints = [
            models.CheckConstraint(
                name="a_listing_term_is_in_order",
                violation_error_message="月数须为：1≤最短≤默认≤最长",
                condition=Q(
                    min_months__gte=1, default_months__gte=F("min_months"), max_months__gte=F("default_months")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.min_months}—{self.max_months}个月"

    def fits(self, item_code: str) -> bool:
        return not self.items or item_code in self.items.split(";")

    def in_words(self) -> str:
        return f"{self.min_months}至{self.max_months}个月（{self.legal_basis}）"


class Listing(models.Model):
    """One entry: a subject, one item of severe dishonesty, the document that determined it, its term."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="listing")
    number = models.CharField("名单编号", max_length=20, blank=True)
    counterparty_document_type = models.CharField("证件类型", max_length=64, blank=True)
    item = models.ForeignKey(DishonestyItem, models.PROTECT, related_name="listings", verbose_name="严重失信行为")
    category = models.CharField("类别", max_length=1, blank=True, choices=list(DISHONESTY_CATEGORIES.items()))
    other_behaviour = models.CharField("其他行为", max_length=200, blank=True)
    facts = models.TextField("失信事实", max_length=2000)
    acted_on = models.DateField("行为发生日期")
    document_kind = models.CharField("认定文书种类", max_length=10, choices=DocumentKind)
    document_number = models.CharField("认定文书文号", max_length=128)
    document_body = models.CharField("文书作出机关", max_length=200)
    document_date = models.DateField("文书日期")
    effective_on = models.DateField("文书生效日期", null=True)
    legal_basis = models.CharField("认定依据", max_length=500)
    term_months = models.CharField("惩戒期限（月）", max_length=3, blank=True)
    term_basis = models.CharField("期限的特别依据", max_length=300, blank=True)
    correct_until = models.DateField("规定期限", null=True)
    list_rule = models.ForeignKey(ListRule, models.PROTECT, null=True, related_name="listings", verbose_name="认定规则")
    list_rule_cited = models.CharField("所依认定规则", max_length=250, blank=True)
    term_rule = models.ForeignKey(ListingTermRule, models.PROTECT, null=True, related_name="+")
    term_rule_cited = models.CharField("期限规则", max_length=300, blank=True)
    exempt_basis = models.CharField("免予事先告知的依据", max_length=300, blank=True)
    persons = models.JSONField("责任人员", default=list)
    persons_reason = models.CharField("责任人员的说明", max_length=300, blank=True)
    restricted = models.CharField("详情不公开", max_length=2, blank=True)
    obligation = models.CharField("应履行的义务", max_length=500, blank=True)
    obligation_amount = models.DecimalField("义务金额（万元）", max_digits=18, decimal_places=6, null=True)
    ability_finding = models.CharField("履行能力的认定", max_length=500, blank=True)
    ability_found_on = models.DateField("履行能力认定日期", null=True)
    performed_amount = models.DecimalField("已履行金额（万元）", max_digits=18, decimal_places=6, null=True)
    performed_on = models.DateField("全部履行日期", null=True)
    listed_name = models.CharField("列入时的名称", max_length=200, blank=True)
    listed_code = models.CharField("列入时的代码", max_length=18, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "严重失信主体名单"
        constraints = [
            models.UniqueConstraint(name="a_listing_number_is_given_once", fields=["number"], condition=~Q(number="")),
        ]
        indexes = [
            models.Index(name="listing_category", fields=["category", "item"]),
        ]

    def __str__(self) -> str:
        return self.number or str(self.record)

    @property
    def in_effect_from(self) -> date:
        """The day the determining document took effect; that of the document where none was given."""
        return self.effective_on or self.document_date


class ListingNotice(models.Model):
    """Prior notice of an entry, and what its subject said to it (四（二）, S4.2.5)."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="listing_notice")
    sent_on = models.DateField("告知日期")
    served_on = models.DateField("送达日期")
    window_days = models.PositiveSmallIntegerField("陈述申辩期（自然日）")
    answer_until = models.DateField("陈述申辩截止日期")
    statement = models.TextField("陈述申辩意见", max_length=2000, blank=True)
    stated_on = models.DateField("提出日期", null=True, blank=True)
    answer = models.TextField("复核答复", max_length=2000, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "事先告知"

    def __str__(self) -> str:
        return f"{self.served_on}送达"


class ConsentGround(models.TextChoices):
    OPEN_ENDED = "open_ended", "适用“其他”类行为"
    NO_PERSONS = "no_persons", "责任人员未确定"


class ListingConsent(models.Model):
    """What the credit office of the city agreed to before an entry was made."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="listing_consents", verbose_name="记录")
    ground = models.CharField("事项", max_length=20, choices=ConsentGround)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="同意人")
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500)
    seq = models.PositiveIntegerField("所见事件序号")

    class Meta:
        verbose_name = verbose_name_plural = "信用办同意"
        constraints = [models.UniqueConstraint(name="a_ground_is_agreed_to_once", fields=["record", "ground", "seq"])]

    def __str__(self) -> str:
        return self.get_ground_display()


class UrgingNotice(models.Model):
    """A notice to perform what is owed, before high consumption is limited (三（四）)."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="urging_notices", verbose_name="名单记录")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="督促单位")
    sent_on = models.DateField("发出日期")
    due_on = models.DateField("履行期限")
    delivered = models.CharField("送达情况", max_length=200)
    response = models.CharField("回应", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "督促履行通知"
        ordering = ["record", "sent_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_urging_leaves_time",
                violation_error_message="履行期限不能早于发出日期",
                condition=Q(due_on__gte=F("sent_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sent_on}督促"


class SupervisionVisit(models.Model):
    """One visit under key supervision (三（一）要实施重点监管)."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="supervision_visits", verbose_name="名单记录")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="监管单位")
    visited_on = models.DateField("检查日期")
    finding = models.CharField("检查情况", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="检查人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "重点监管检查"
        ordering = ["record", "visited_on", "pk"]

    def __str__(self) -> str:
        return f"{self.visited_on}检查"


class Campaign(models.Model):
    """专项整治活动 (三（二）): some items, some bodies, a time. What counts in it is derived, so nothing listed outside
    of its time, for another item or by another body can be counted in (S3.2.3)."""

    title = models.CharField("名称", max_length=100, unique=True)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="led_campaigns", verbose_name="牵头单位")
    bodies = models.ManyToManyField(Organisation, related_name="campaigns", verbose_name="参加单位")
    items = models.ManyToManyField(DishonestyItem, related_name="campaigns", verbose_name="整治的行为")
    begins = models.DateField("开始日期")
    ends = models.DateField("结束日期")
    goal = models.TextField("目标", max_length=1000)
    summary = models.TextField("总结", max_length=2000, blank=True, help_text="活动结束后填写，向社会公布")

    class Meta:
        verbose_name = verbose_name_plural = "专项整治活动"
        ordering = ["-begins", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_campaign_ends_after_it_begins",
                violation_error_message="结束日期不能早于开始日期",
                condition=Q(ends__gte=F("begins")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
