"""What a record of an organisation says of the persons who answer for it (安政发〔2017〕8号 三（八）)."""

from __future__ import annotations

from django.db import models

from registry.directory.persons import Person
from registry.directory.positions import PersonRole
from registry.records.models.record import Record


class PersonalItem(models.Model):
    """A record in the file of a person it names. It lives, rests and ends with the record: nothing of that is stored."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="personal_items", verbose_name="记录")
    person = models.ForeignKey(Person, models.PROTECT, related_name="items", verbose_name="人员")
    role = models.ForeignKey(PersonRole, models.PROTECT, related_name="+", verbose_name="职务")
    held_from = models.DateField("任职起", null=True, blank=True)
    held_until = models.DateField("任职止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "个人信用记录"
        constraints = [
            models.UniqueConstraint(name="a_record_names_a_person_once_in_a_role", fields=["record", "person", "role"]),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.role_id}"
