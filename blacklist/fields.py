"""The field specification of an entry on the severe dishonesty list (发改财金规〔2017〕1798号: what an entry says)."""

from __future__ import annotations

from blacklist.models import DocumentKind
from registry.directory.persons import DocumentType
from registry.directory.subjects import SubjectKind
from registry.directory.taxonomies import DISHONESTY_CATEGORIES, dishonesty_words
from registry.records.fields import Condition, FieldSpec, FieldType, Operator
from registry.records.listed import Listed

ITEMS = Listed("严重失信行为分类", dishonesty_words)
CATEGORIES = Listed("严重失信行为类别", lambda: DISHONESTY_CATEGORIES)
YES = "是"

_PERSON = (Condition(field="counterparty_kind", operator=Operator.IS, value=(SubjectKind.NATURAL,)),)
_ORGANISATION = (
    Condition(field="counterparty_kind", operator=Operator.IS, value=(SubjectKind.LEGAL, SubjectKind.BUSINESS)),
)
# 国防义务等限制公开的：只公示名称、类别和期限 (三（二）四是).
_BRIEF = (Condition(field="restricted", operator=Operator.FILLED),)
_ABILITY = (Condition(field="ability_finding", operator=Operator.FILLED),)

FIELDS = (
    FieldSpec(name="number", label="名单编号", assigned=True, hidden_when=_BRIEF, max_length=20),
    FieldSpec(name="counterparty_name", label="主体名称", type=FieldType.NAME, keeper="subject", column="name",
              required=True, max_length=200, example="安康市某某商贸有限公司"),
    FieldSpec(name="counterparty_kind", label="主体类别", type=FieldType.CHOICE, keeper="subject", column="kind",
              required=True, choices=tuple(SubjectKind.values)),
    FieldSpec(name="counterparty_uscc", label="统一社会信用代码", type=FieldType.USCC, keeper="subject", column="uscc",
              required_when=_ORGANISATION, forbidden_when=_PERSON, max_length=18, hidden_when=_BRIEF,
              help_text="无证照经营没有代码的，以经营者本人（自然人）列入"),
    FieldSpec(name="counterparty_document_type", label="证件类型", type=FieldType.CHOICE,
              choices=tuple(DocumentType.values), public=False, required_when=_PERSON, forbidden_when=_ORGANISATION),
    FieldSpec(name="counterparty_id_number", label="证件号码", type=FieldType.ID_NUMBER, keeper="subject",
              column="person", required_when=_PERSON, forbidden_when=_ORGANISATION, hidden_when=_BRIEF,
              document_type_field="counterparty_document_type", person_name_field="counterparty_name"),
    FieldSpec(name="category", label="类别", type=FieldType.CHOICE, choices=CATEGORIES, assigned=True),
    FieldSpec(name="item", label="严重失信行为", type=FieldType.CHOICE, column="item_id", choices=ITEMS, required=True,
              hidden_when=_BRIEF),
    FieldSpec(name="other_behaviour", label="其他行为", max_length=200, hidden_when=_BRIEF,
              help_text="适用“其他”类（代码末两位99）时写明是什么行为，并须市信用办同意"),
    FieldSpec(name="facts", label="失信事实", type=FieldType.LONG_TEXT, required=True, max_length=2000,
              hidden_when=_BRIEF),
    FieldSpec(name="acted_on", label="行为发生日期", type=FieldType.DATE, required=True, not_after_today=True,
              hidden_when=_BRIEF),
    FieldSpec(name="document_kind", label="认定文书种类", type=FieldType.CHOICE, choices=tuple(DocumentKind.values),
              required=True, hidden_when=_BRIEF),
    FieldSpec(name="document_number", label="认定文书文号", type=FieldType.DOCUMENT_NUMBER, required=True,
              max_length=128, hidden_when=_BRIEF, example="汉市监罚〔2026〕12号"),
    FieldSpec(name="document_body", label="文书作出机关", type=FieldType.NAME, required=True, max_length=200,
              default="organisation.name", hidden_when=_BRIEF),
    FieldSpec(name="document_date", label="文书日期", type=FieldType.DATE, required=True, not_before=("acted_on",),
              not_after_today=True, hidden_when=_BRIEF),
    FieldSpec(name="effective_on", label="文书生效日期", type=FieldType.DATE, not_before=("document_date",),
              hidden_when=_BRIEF, help_text="不填即为文书日期；列入不得早于生效"),
    FieldSpec(name="legal_basis", label="认定依据", required=True, max_length=500, hidden_when=_BRIEF,
              help_text="法律、法规、规章或文件的名称和条款", example="《中华人民共和国食品安全法》第一百二十四条"),
    FieldSpec(name="decided_on", label="认定日期", type=FieldType.DATE, keeper="record", assigned=True,
              starts_as="document_date", hidden_when=_BRIEF),
    FieldSpec(name="listed_on", label="列入日期", type=FieldType.DATE, keeper="record", column="public_from",
              assigned=True),
    FieldSpec(name="term_months", label="惩戒期限（月）", max_length=3,
              help_text="不填则按惩戒期限规则的默认月数；须在规则的最短与最长之间", example="24"),
    FieldSpec(name="term_end", label="惩戒期限止", type=FieldType.DATE, keeper="record", column="public_until",
              assigned=True),
    FieldSpec(name="term_rule_cited", label="期限规则", assigned=True, max_length=300, hidden_when=_BRIEF),
    FieldSpec(name="term_basis", label="期限的特别依据", max_length=300, hidden_when=_BRIEF,
              help_text="更正时延长期限的，须写明依据"),
    FieldSpec(name="correct_until", label="规定期限（纠正截止）", type=FieldType.DATE, assigned=True,
              hidden_when=_BRIEF),
    FieldSpec(name="list_rule_cited", label="所依认定规则", assigned=True, max_length=250, hidden_when=_BRIEF),
    FieldSpec(name="obligation", label="应履行的义务", max_length=500, hidden_when=_BRIEF,
              help_text="第三类行为（C01—C99）必填"),
    FieldSpec(name="obligation_amount", label="义务金额（万元）", type=FieldType.AMOUNT, positive=True,
              hidden_when=_BRIEF),
    FieldSpec(name="performed_amount", label="已履行金额（万元）", type=FieldType.AMOUNT, hidden_when=_BRIEF),
    FieldSpec(name="performed_on", label="全部履行日期", type=FieldType.DATE, not_before=("document_date",),
              not_after_today=True, hidden_when=_BRIEF, help_text="只在全部履行后填写；部分履行填已履行金额"),
    FieldSpec(name="ability_finding", label="履行能力的认定", max_length=500, public=False,
              help_text="第三类中以有履行能力为前提的（C01、C03）必填：凭什么认定有履行能力，例如某日的银行流水"),
    FieldSpec(name="ability_found_on", label="履行能力认定日期", type=FieldType.DATE, public=False,
              required_when=_ABILITY, not_after_today=True),
    FieldSpec(name="persons", label="责任人员", type=FieldType.PERSONS, public=False, forbidden_when=_PERSON,
              help_text="法定代表人、主要负责人和其他负有直接责任的人员，以行为发生时任职的为准"),
    FieldSpec(name="persons_reason", label="责任人员的说明", max_length=300, public=False,
              help_text="责任人员未确定的，写明原因，并须市信用办同意；所列人员与任职记载不符的，写明理由"),
    FieldSpec(name="exempt_basis", label="免予事先告知的依据", max_length=300, public=False,
              help_text="已有生效裁判等不需要事先告知的，写明依据；不填则须先送达事先告知"),
    FieldSpec(name="restricted", label="详情不公开", type=FieldType.CHOICE, choices=(YES,), public=False,
              help_text="只公示名称、类别和期限；第四类行为（国防义务）一律如此"),
)  # fmt: skip
