"""The field specifications of 双公示: every item of the 2018 data standard, said once.

Codes, labels and lengths follow the standard (28 XK and 30 CF items); aliases are the columns of 2015 and 2017.
The unit of amounts is 万元. What has no code is asked by this portal and sent nowhere.
"""

from __future__ import annotations

from registry.directory.persons import DocumentType
from registry.directory.subjects import SubjectKind
from registry.directory.terms import Severity
from registry.records.fields import Condition, FieldSpec, FieldType, Operator

LICENCE_CATEGORIES = ("普通", "特许", "认可", "核准", "登记", "其他")
PENALTY_CATEGORIES = (
    "警告", "通报批评", "罚款", "没收违法所得", "没收非法财物", "暂扣许可证件", "降低资质等级",
    "吊销许可证件", "限制开展生产经营活动", "责令停产停业", "责令关闭", "限制从业", "行政拘留", "其他",
)  # fmt: skip  # 行政处罚法 (2021) 第九条
VALIDITY = ("有效", "无效")
SECRECY = ("国家秘密", "商业秘密", "个人隐私")

_PERSON = (Condition(field="counterparty_kind", operator=Operator.IS, value=(SubjectKind.NATURAL,)),)
_ORGANISATION = (
    Condition(field="counterparty_kind", operator=Operator.IS, value=(SubjectKind.LEGAL, SubjectKind.BUSINESS)),
)
_DOCUMENTS = tuple(DocumentType.values)


def _old_number(name: str, number: int, label: str, length: int, **more) -> FieldSpec:
    return FieldSpec(
        name=f"counterparty_{name}",
        label=f"行政相对人代码_{number}（{label}）",
        max_length=length,
        forbidden_when=_PERSON,
        **more,
    )


def _counterparty(prefix: str) -> tuple[FieldSpec, ...]:
    """The thirteen items about the counterparty, alike in both sets but for their prefix."""
    return (
        FieldSpec(name="counterparty_name", code=f"{prefix}_XDR_MC", label="行政相对人名称", type=FieldType.NAME,
                  keeper="subject", column="name", required=True, max_length=200, aliases=(f"{prefix}_XDR",),
                  example="安康市某某商贸有限公司"),
        FieldSpec(name="counterparty_kind", code=f"{prefix}_XDR_LB", label="行政相对人类别",
                  type=FieldType.CHOICE, keeper="subject", column="kind", required=True,
                  choices=tuple(SubjectKind.values), aliases=(f"{prefix}_XDR_TYPE",)),
        FieldSpec(name="counterparty_uscc", code=f"{prefix}_XDR_SHXYM",
                  label="行政相对人代码_1（统一社会信用代码）", type=FieldType.USCC, keeper="subject",
                  column="uscc", required_when=_ORGANISATION, forbidden_when=_PERSON, max_length=18,
                  example="91610902XX0000000G"),
        _old_number("registration_number", 2, "工商注册号", 50, code=f"{prefix}_XDR_GSZC",
                    type=FieldType.REGISTRATION_NUMBER,
                    aliases=(f"{prefix}_XDR_GSDJ", "行政相对人代码_3（工商登记码）")),
        _old_number("organisation_code", 3, "组织机构代码", 9, code=f"{prefix}_XDR_ZZJG",
                    type=FieldType.ORGANISATION_CODE,
                    aliases=(f"{prefix}_XDR_ZDM", "行政相对人代码_2（组织机构代码）")),
        _old_number("tax_number", 4, "税务登记号", 15, code=f"{prefix}_XDR_SWDJ"),
        _old_number("institution_number", 5, "事业单位证书号", 12, code=f"{prefix}_XDR_SYDW"),
        _old_number("social_number", 6, "社会组织登记证号", 50, code=f"{prefix}_XDR_SHZZ"),
        FieldSpec(name="legal_representative", code=f"{prefix}_FRDB", label="法定代表人", type=FieldType.NAME,
                  required_when=_ORGANISATION, forbidden_when=_PERSON, max_length=50,
                  aliases=(f"{prefix}_FR", f"{prefix}_FDDB", "法定代表人姓名"), help_text="个体工商户填经营者姓名",
                  example="张某某"),
        FieldSpec(name="legal_representative_document_type", code=f"{prefix}_FR_ZJLX", label="法定代表人证件类型",
                  type=FieldType.CHOICE, choices=_DOCUMENTS, public=False, forbidden_when=_PERSON,
                  required_when=(Condition(field="legal_representative_id_number",
                                           operator=Operator.FILLED),)),
        FieldSpec(name="legal_representative_id_number", code=f"{prefix}_FR_ZJHM", label="法定代表人证件号码",
                  type=FieldType.ID_NUMBER, column="legal_representative_person", public=False,
                  forbidden_when=_PERSON, aliases=(f"{prefix}_FR_SFZH", f"{prefix}_SFZ"),
                  document_type_field="legal_representative_document_type",
                  person_name_field="legal_representative",
                  required_when=(Condition(field="legal_representative_document_type",
                                           operator=Operator.FILLED),)),
        FieldSpec(name="counterparty_document_type", code=f"{prefix}_XDR_ZJLX", label="证件类型",
                  type=FieldType.CHOICE, choices=_DOCUMENTS, public=False, required_when=_PERSON,
                  forbidden_when=_ORGANISATION),
        FieldSpec(name="counterparty_id_number", code=f"{prefix}_XDR_ZJHM", label="证件号码",
                  type=FieldType.ID_NUMBER, keeper="subject", column="person", public=False,
                  required_when=_PERSON, forbidden_when=_ORGANISATION,
                  aliases=(f"{prefix}_XDR_SFZ", "行政相对人代码_5（居民身份证号）"),
                  document_type_field="counterparty_document_type", person_name_field="counterparty_name"),
    )  # fmt: skip


def _body(
    name: str, label: str, code: str, aliases: tuple[str, ...] = (), code_aliases: tuple[str, ...] = ()
) -> tuple[FieldSpec, ...]:
    """A body and its code; the organisation that enters the record unless another is named."""
    return (
        FieldSpec(name=f"{name}_name", code=code, label=label, type=FieldType.NAME, required=True,
                  max_length=200, default="organisation.name", aliases=aliases),
        FieldSpec(name=f"{name}_uscc", code=f"{code}DM", label=f"{label}统一社会信用代码", type=FieldType.USCC,
                  required=True, max_length=18, default="organisation.uscc", aliases=code_aliases),
    )  # fmt: skip


_OWN = (
    FieldSpec(name="secrecy", label="不予公开事由", type=FieldType.CHOICE, choices=SECRECY, public=False,
              help_text="涉及国家秘密、商业秘密、个人隐私的不向社会公开（政府信息公开条例第十四、十五条）"),
    FieldSpec(name="late_reason", label="迟报原因", max_length=200, public=False,
              help_text="超过7个工作日录入的须说明"),
)  # fmt: skip

LICENCE_FIELDS = (
    *_counterparty("XK"),
    FieldSpec(name="document_name", code="XK_XKWS", label="行政许可决定文书名称", required=True, max_length=64,
              aliases=("XK_XMMC", "项目名称"), example="食品经营许可"),
    FieldSpec(name="document_number", code="XK_WSH", label="行政许可决定文书号", keeper="record",
              type=FieldType.DOCUMENT_NUMBER, required=True, max_length=64,
              aliases=("行政许可决定书文号",), help_text="例如 石食药监许〔2017〕9001号",
              example="汉市监许〔2026〕12号"),
    FieldSpec(name="category", code="XK_XKLB", label="许可类别", type=FieldType.CHOICE, required=True,
              choices=LICENCE_CATEGORIES, max_length=256, aliases=("XK_SPLB", "审批类别"),
              help_text="选“其他”时可写成“其他-补充说明”"),
    FieldSpec(name="certificate_name", code="XK_XKZS", label="许可证书名称", max_length=64,
              required_when=(Condition(field="certificate_number", operator=Operator.FILLED),)),
    FieldSpec(name="certificate_number", code="XK_XKBH", label="许可编号", max_length=64,
              required_when=(Condition(field="certificate_name", operator=Operator.FILLED),)),
    FieldSpec(name="content", code="XK_NR", label="许可内容", type=FieldType.LONG_TEXT, required=True,
              max_length=4000, example="食品经营（预包装食品销售）"),
    FieldSpec(name="decided_on", code="XK_JDRQ", label="许可决定日期", type=FieldType.DATE, keeper="record",
              required=True, not_after_today=True),
    FieldSpec(name="valid_from", code="XK_YXQZ", label="有效期自", type=FieldType.DATE, required=True),
    FieldSpec(name="valid_to", code="XK_YXQZI", label="有效期至", type=FieldType.DATE, required=True,
              not_before=("valid_from", "decided_on"), aliases=("XK_JZQ", "许可截止期"),
              help_text="长期有效填 2099-12-31", example="2099-12-31"),
    *_body("authority", "许可机关", "XK_XKJG", ("XK_XZJG",)),
    FieldSpec(name="validity", code="XK_ZT", label="当前状态", type=FieldType.CHOICE, required=True,
              choices=VALIDITY, default="有效", aliases=("当前状态（0正常 1撤销 2异议 3其他）",)),
    *_body("source", "数据来源单位", "XK_LYDW"),
    FieldSpec(name="remarks", code="BZ", label="备注", max_length=512, public=False),
    *_OWN,
)  # fmt: skip

PENALTY_FIELDS = (
    *_counterparty("CF"),
    FieldSpec(name="document_number", code="CF_WSH", label="行政处罚决定书文号", keeper="record",
              type=FieldType.DOCUMENT_NUMBER, required=True, max_length=128, aliases=("行政处罚决定文书号",),
              example="汉建罚〔2026〕12号"),
    FieldSpec(name="violation", code="CF_WFXW", label="违法行为类型", required=True, max_length=2000,
              aliases=("CF_CFMC", "处罚名称"), example="未按规定设置施工围挡"),
    FieldSpec(name="facts", code="CF_SY", label="违法事实", type=FieldType.LONG_TEXT, required=True,
              max_length=2000, aliases=("处罚事由",), example="施工现场围挡高度不足1.8米。"),
    FieldSpec(name="basis", code="CF_YJ", label="处罚依据", type=FieldType.LONG_TEXT, required=True,
              max_length=2048, example="《陕西省大气污染防治条例》第七十六条"),
    FieldSpec(name="category", code="CF_CFLB", label="处罚类别", type=FieldType.CHOICES, required=True,
              choices=PENALTY_CATEGORIES, max_length=255, aliases=("CF_CFLB1", "CF_CFLB2", "处罚类别1", "处罚类别2"),
              help_text="有多种的以分号隔开", example="罚款"),
    FieldSpec(name="content", code="CF_NR", label="处罚内容", type=FieldType.LONG_TEXT, required=True,
              max_length=4000, aliases=("CF_JG", "处罚结果"), example="罚款人民币2000元"),
    FieldSpec(name="fine", code="CF_NR_FK", label="罚款金额（万元）", type=FieldType.AMOUNT, positive=True,
              required_when=(Condition(field="category", operator=Operator.INCLUDES, value=("罚款",)),),
              help_text="单位万元：2000元填 0.2", example="0.2"),
    FieldSpec(name="confiscated", code="CF_NR_WFFF", label="没收违法所得、没收非法财物的金额（万元）",
              type=FieldType.AMOUNT,
              required_when=(Condition(field="category", operator=Operator.INCLUDES, value=("没收",)),)),
    FieldSpec(name="suspended_licence", code="CF_NR_ZKDX", label="暂扣或吊销证照名称及编号", max_length=200,
              required_when=(Condition(field="category", operator=Operator.INCLUDES,
                                       value=("暂扣", "吊销")),)),
    FieldSpec(name="decided_on", code="CF_JDRQ", label="处罚决定日期", type=FieldType.DATE, keeper="record",
              required=True, not_after_today=True),
    FieldSpec(name="effective_until", code="CF_YXQ", label="处罚有效期", type=FieldType.DATE, required=True,
              not_before=("decided_on",), default="2099-12-31", help_text="无期限的填 2099-12-31"),
    FieldSpec(name="public_until", code="CF_GSJZQ", label="公示截止期", type=FieldType.DATE, keeper="record",
              not_before=("decided_on",), help_text="不填则公示时按公示期限规则算出"),
    *_body("authority", "处罚机关", "CF_CFJG", ("CF_XZJG",)),
    *_body("source", "数据来源单位", "CF_SJLY", ("CF_SJLYDW",), ("CF_SJLYDWDM",)),
    FieldSpec(name="remarks", code="BZ", label="备注", max_length=512, public=False),
    FieldSpec(name="severity", label="失信程度", type=FieldType.CHOICE, choices=tuple(Severity.values),
              public=False, help_text="不填则按处罚类别确定；行业主管部门另有规定的从其规定"),
    *_OWN,
)  # fmt: skip
