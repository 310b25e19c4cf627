"""Powers that this city lacks are asked for by letter (S3.3.3, Q16): what was sent to whom, and what came back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from measures.models.applications import MeasureApplication


class Letter(models.Model):
    """函告: one measure that only a body outside the city can take, put to it in writing."""

    application = models.OneToOneField(
        MeasureApplication, models.PROTECT, related_name="letter", verbose_name="措施办理", editable=False
    )
    addressee = models.CharField("受函单位", max_length=100)
    number = models.CharField("函件文号", max_length=128)
    sent_on = models.DateField("发函日期")
    reply_due = models.DateField("回复期限", null=True, editable=False)
    replied_on = models.DateField("复函日期", null=True, blank=True)
    reply = models.CharField("复函内容", max_length=1000, blank=True)
    correction_number = models.CharField("更正函文号", max_length=128, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "函告"
        constraints = [
            models.CheckConstraint(
                name="a_reply_comes_after_the_letter",
                violation_error_message="复函日期不能早于发函日期",
                condition=Q(replied_on=None) | Q(replied_on__gte=F("sent_on")),
            ),
            models.CheckConstraint(name="a_reply_says_something", condition=Q(replied_on=None) | ~Q(reply="")),
        ]
        indexes = [models.Index(name="letter_unanswered", fields=["reply_due"], condition=Q(replied_on=None))]

    def __str__(self) -> str:
        return f"{self.number}（{self.addressee}）"
