"""双公示: the statutory columns of licences (28 XK items) and penalties (30 CF items) beside their records."""

from __future__ import annotations

from django.db import models

from registry.models import Person, Record


class Decision(models.Model):
    """The columns both have: the counterparty's older numbers, its representative, authority and source."""

    counterparty_registration_number = models.CharField("工商注册号", max_length=50, blank=True)
    counterparty_organisation_code = models.CharField("组织机构代码", max_length=9, blank=True)
    counterparty_tax_number = models.CharField("税务登记号", max_length=15, blank=True)
    counterparty_institution_number = models.CharField("事业单位证书号", max_length=12, blank=True)
    counterparty_social_number = models.CharField("社会组织登记证号", max_length=50, blank=True)
    legal_representative = models.CharField("法定代表人", max_length=50, blank=True)
    legal_representative_document_type = models.CharField("法定代表人证件类型", max_length=64, blank=True)
    legal_representative_person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name="法定代表人证件"
    )
    counterparty_document_type = models.CharField("证件类型", max_length=64, blank=True)
    authority_name = models.CharField("决定机关", max_length=200)
    authority_uscc = models.CharField("决定机关统一社会信用代码", max_length=18)
    source_name = models.CharField("数据来源单位", max_length=200)
    source_uscc = models.CharField("数据来源单位统一社会信用代码", max_length=18)
    remarks = models.CharField("备注", max_length=512, blank=True)
    secrecy = models.CharField("不予公开事由", max_length=20, blank=True)
    late_reason = models.CharField("迟报原因", max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.record)


class Licence(Decision):
    """行政许可 (row S1.3.7)."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="licence")
    document_name = models.CharField("行政许可决定文书名称", max_length=64)
    category = models.CharField("许可类别", max_length=256)
    certificate_name = models.CharField("许可证书名称", max_length=64, blank=True)
    certificate_number = models.CharField("许可编号", max_length=64, blank=True)
    content = models.TextField("许可内容", max_length=4000)
    valid_from = models.DateField("有效期自")
    valid_to = models.DateField("有效期至")
    validity = models.CharField("当前状态", max_length=2)

    class Meta:
        verbose_name = verbose_name_plural = "行政许可"
        constraints = [
            models.CheckConstraint(
                name="a_licence_ends_after_it_begins",
                violation_error_message="有效期至不能早于有效期自",
                condition=models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]


class Penalty(Decision):
    """行政处罚 (row S1.3.8). Amounts are in 万元."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="penalty")
    violation = models.CharField("违法行为类型", max_length=2000)
    facts = models.TextField("违法事实", max_length=2000)
    basis = models.TextField("处罚依据", max_length=2048)
    category = models.CharField("处罚类别", max_length=255)
    content = models.TextField("处罚内容", max_length=4000)
    fine = models.DecimalField("罚款金额（万元）", max_digits=18, decimal_places=6, null=True)
    confiscated = models.DecimalField("没收金额（万元）", max_digits=18, decimal_places=6, null=True)
    suspended_licence = models.CharField("暂扣或吊销证照名称及编号", max_length=200, blank=True)
    effective_until = models.DateField("处罚有效期")
    severity = models.CharField("失信程度", max_length=10, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政处罚"
        constraints = [
            models.CheckConstraint(
                name="a_fine_is_more_than_nothing",
                violation_error_message="罚款金额须大于0",
                condition=models.Q(fine=None) | models.Q(fine__gt=0),
            ),
        ]


class PenaltySeverity(models.Model):
    """How serious a category of penalty is unless the determining body says otherwise (令2025年第36号)."""

    category = models.CharField("处罚类别", max_length=40)
    severity = models.CharField("失信程度", max_length=10)
    effective_from = models.DateField("生效日期")
    legal_basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "处罚类别的失信程度"
        constraints = [
            models.UniqueConstraint(
                name="a_category_has_one_severity_from_a_day", fields=["category", "effective_from"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category}：{self.severity}"
