"""A kind of record as small as one can be: what it takes to add one to the portal."""

from registry.directory.catalogue import Nature
from registry.records.fields import FieldSpec, FieldType
from registry.records.kinds import Kind
from registry.records.publication import PUBLICATION
from tests.awards.models import Award

AWARD = Kind(
    code="award",
    number=99,
    label="市长质量奖",
    detail=Award,
    fields=(
        FieldSpec(
            name="counterparty_name",
            label="主体名称",
            type=FieldType.NAME,
            keeper="subject",
            column="name",
            required=True,
            max_length=200,
        ),
        FieldSpec(
            name="counterparty_uscc",
            label="统一社会信用代码",
            type=FieldType.USCC,
            keeper="subject",
            column="uscc",
            required=True,
            max_length=18,
        ),
        FieldSpec(
            name="document_number",
            label="文号",
            type=FieldType.DOCUMENT_NUMBER,
            keeper="record",
            required=True,
            max_length=128,
        ),
        FieldSpec(name="decided_on", label="决定日期", type=FieldType.DATE, keeper="record", required=True),
        FieldSpec(name="prize", label="奖项", required=True, max_length=50),
    ),
    rule_book=PUBLICATION,
    nature=Nature.GOOD,
    title_field="prize",
    collection="awards",
)
