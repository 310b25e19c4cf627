from django.db import models

from registry.models import Record


class Award(models.Model):
    """The one column a mayor's award has besides what every record has."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="award")
    prize = models.CharField("奖项", max_length=50)

    class Meta:
        verbose_name = verbose_name_plural = "市长质量奖"

    def __str__(self) -> str:
        return self.prize
