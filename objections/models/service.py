"""Public service by which a natural person may repair (安政发〔2017〕8号 四（四）)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from objections.models.cases import Case
from registry.directory.organisations import Organisation
from registry.directory.persons import Person


class ServiceProgramme(models.Model):
    """What an approved organiser offers; hours count on days when it is approved."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes", verbose_name="组织单位")
    title = models.CharField("公益服务项目", max_length=100)
    approved_from = models.DateField("批准起")
    approved_until = models.DateField("批准止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公益服务项目"
        ordering = ["organisation", "title"]
        constraints = [
            models.UniqueConstraint(name="an_organiser_names_a_programme_once", fields=["organisation", "title"]),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.organisation}）"


class ServiceHours(models.Model):
    """Hours one person served on one day, as claimed; they count once the organiser has confirmed them."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="service_hours", verbose_name="修复申请")
    person = models.ForeignKey(Person, models.PROTECT, related_name="service_hours", verbose_name="自然人")
    programme = models.ForeignKey(ServiceProgramme, models.PROTECT, related_name="hours", verbose_name="项目")
    served_on = models.DateField("服务日期")
    hours = models.DecimalField("小时", max_digits=4, decimal_places=1)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True)
    refusal = models.CharField("不予计入的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公益服务时长"
        permissions = [("confirm_hours", "确认公益服务时长")]
        ordering = ["case", "served_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_day_has_twenty_four_hours",
                violation_error_message="一天的服务时长须大于0、不超过24小时",
                condition=Q(hours__gt=0, hours__lte=24),
            ),
            models.UniqueConstraint(
                name="a_day_of_service_is_claimed_once", fields=["person", "programme", "served_on"]
            ),
            models.CheckConstraint(
                name="confirmed_hours_say_by_whom",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.served_on} {self.hours}小时"
