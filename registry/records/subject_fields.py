"""The fields by which a kind says whom its record is about; kinds with a statutory set of their own bring that."""

from __future__ import annotations

from registry.directory.persons import DocumentType
from registry.directory.subjects import SubjectKind
from registry.records.fields import Condition, FieldSpec, FieldType, Operator

IS_PERSON = (Condition(field="subject_kind", operator=Operator.IS, value=(SubjectKind.NATURAL,)),)
IS_ORGANISATION = (
    Condition(field="subject_kind", operator=Operator.IS, value=(SubjectKind.LEGAL, SubjectKind.BUSINESS)),
)


def subject_fields(*, unmasked_with: str = "") -> tuple[FieldSpec, ...]:
    """Name, kind, code, and for a natural person the document; the detail row keeps `subject_document_type`.

    `unmasked_with` names the field that, when filled, lets the name of a natural person be read in full.
    """
    return (
        FieldSpec(name="subject_name", label="主体名称", type=FieldType.NAME, keeper="subject", column="name",
                  required=True, max_length=200, unmasked_with=unmasked_with, aliases=("企业名称", "姓名", "名称"),
                  example="安康市某某商贸有限公司"),
        FieldSpec(name="subject_kind", label="主体类别", type=FieldType.CHOICE, keeper="subject", column="kind",
                  required=True, choices=tuple(SubjectKind.values)),
        FieldSpec(name="subject_uscc", label="统一社会信用代码", type=FieldType.USCC, keeper="subject", column="uscc",
                  required_when=IS_ORGANISATION, forbidden_when=IS_PERSON, max_length=18,
                  example="91610902XX0000000G"),
        FieldSpec(name="subject_document_type", label="证件类型", type=FieldType.CHOICE, public=False,
                  choices=tuple(DocumentType.values), required_when=IS_PERSON, forbidden_when=IS_ORGANISATION),
        FieldSpec(name="subject_id_number", label="证件号码", type=FieldType.ID_NUMBER, keeper="subject",
                  column="person", public=False, required_when=IS_PERSON, forbidden_when=IS_ORGANISATION,
                  document_type_field="subject_document_type", person_name_field="subject_name",
                  aliases=("居民身份证号",)),
    )  # fmt: skip
