"""The field specification of models of honesty; what has no code of a standard is this portal's own (domain 3.2)."""

from __future__ import annotations

from redlist.models.honours import Level
from registry.directory.taxonomies import honour_words
from registry.records.fields import FieldSpec, FieldType
from registry.records.listed import Listed
from registry.records.subject_fields import IS_ORGANISATION, subject_fields

CATEGORIES = Listed("诚信典型类别", honour_words)

HONOUR_FIELDS = (
    *subject_fields(unmasked_with="consent_on"),
    FieldSpec(name="category", label="类别", type=FieldType.CHOICE, column="category_id", required=True,
              choices=CATEGORIES),
    FieldSpec(name="title", label="荣誉名称", required=True, max_length=100, example="2016年度守合同重信用企业"),
    FieldSpec(name="level", label="级别", type=FieldType.CHOICE, required=True, choices=tuple(Level.values)),
    FieldSpec(name="conferring_body", label="授予单位", type=FieldType.NAME, required=True, max_length=200,
              default="organisation.name"),
    FieldSpec(name="document_number", label="认定文号", type=FieldType.DOCUMENT_NUMBER, keeper="record",
              required=True, max_length=128, aliases=("文号",)),
    FieldSpec(name="decided_on", label="授予日期", type=FieldType.DATE, keeper="record", required=True,
              not_after_today=True),
    FieldSpec(name="valid_until", label="有效期至", type=FieldType.DATE, not_before=("decided_on",),
              help_text="不填：按类别规定的年限，没有规定的长期有效"),
    FieldSpec(name="deeds", label="主要事迹", type=FieldType.LONG_TEXT, required=True, max_length=4000,
              help_text="不写住址、电话、证件号码"),
    FieldSpec(name="product_name", label="产品名称", max_length=100, help_text="名牌产品必填"),
    FieldSpec(name="brand", label="商标", max_length=60),
    FieldSpec(name="award_name", label="奖项名称", max_length=100, help_text="质量管理奖必填"),
    FieldSpec(name="award_level", label="奖项等级", max_length=40),
    FieldSpec(name="award_year", label="奖项年度", max_length=4, help_text="四位年份"),
    FieldSpec(name="nominator_name", label="推荐单位", type=FieldType.NAME, max_length=200),
    FieldSpec(name="nominator_uscc", label="推荐单位统一社会信用代码", type=FieldType.USCC, max_length=18),
    FieldSpec(name="article_url", label="报道链接", max_length=300, help_text="新闻媒体挖掘的诚信主体必填"),
    FieldSpec(name="consent_on", label="本人同意公示日期", type=FieldType.DATE, public=False, not_after_today=True,
              forbidden_when=IS_ORGANISATION, help_text="自然人经本人同意方可公示；撤回同意的，更正为空，姓名随即脱敏"),
    FieldSpec(name="renews_number", label="接续的编号", max_length=20, public=False, help_text="期满续认的，填原编号"),
)  # fmt: skip
