"""Classes of information that a catalogue item alone describes (row S1.3.13): fields as data, values as JSON."""

from __future__ import annotations

from django.db import models

from registry.records.fields import FieldSpec, FieldType
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.publication import PUBLICATION


class CatalogueRecord(models.Model):
    """The values of the fields that the record's catalogue item version describes."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="catalogue_record")
    data = models.JSONField("内容", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "目录信息"

    def __str__(self) -> str:
        return str(self.record)


SUBJECT_FIELDS = (
    FieldSpec(name="counterparty_name", label="主体名称", type=FieldType.NAME, keeper="subject", column="name",
              required=True, max_length=200, example="安康市某某商贸有限公司"),
    FieldSpec(name="counterparty_uscc", label="统一社会信用代码", type=FieldType.USCC, keeper="subject",
              column="uscc", required=True, max_length=18),
    FieldSpec(name="document_number", label="文书号", type=FieldType.DOCUMENT_NUMBER, keeper="record",
              required=True, max_length=128),
    FieldSpec(name="decided_on", label="作出日期", type=FieldType.DATE, keeper="record", required=True,
              not_after_today=True),
)  # fmt: skip

CATALOGUE_RECORD = Kind(
    code="catalogue-record",
    number=3,
    label="其他信用信息",
    detail=CatalogueRecord,
    fields=SUBJECT_FIELDS,
    described_by_catalogue=True,
    collection="catalogue-records",
    rule_book=PUBLICATION,
)
