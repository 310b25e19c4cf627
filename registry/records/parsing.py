"""From what somebody typed, pasted or posted to a value: one table of forms for every door.

| type | page, admin | workbook | API |
|---|---|---|---|
| date | 2024-01-05, 2024/1/5, 2024.1.5, 2024年1月5日, 20240105, full-width digits | the same | ISO only |
| amount | digits and a point | also ￥, thousands separators, full-width digits | JSON number or digits and a point |
| code | folded by the one normaliser, each change reported | the same | the same |
| choice | the word itself | the same | the same |
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, NamedTuple

from registry.directory.persons import DocumentType
from registry.identifiers import organisation_code, registration_number, resident_id, uscc, verdict
from registry.identifiers.errors import IdentifierError
from registry.identifiers.normalise import (
    SEAM,
    NameProblem,
    Normalised,
    are_clean,
    clean_name,
    is_clean,
    normalise_code,
)
from registry.records import named_persons
from registry.records.fields import FieldSpec, FieldType
from registry.records.listed import Listed

MOST_CHARACTERS = 20_000  # of any text, before anything is done with it


class Door(StrEnum):
    """Where a value came in; doors differ only in the forms of dates and amounts they fold."""

    FORM = "form"
    API = "api"
    IMPORT = "import"


class FieldProblem(Exception):
    """A value that cannot stand in its field; the message tells what is wrong and the way out."""


class Parsed(NamedTuple):
    value: Any
    notices: tuple[str, ...] = ()


def parse(field: FieldSpec, raw: Any, *, door: Door, today: date) -> Parsed:
    """The value of a field, None when nothing was given; raises FieldProblem."""
    if isinstance(raw, str) and not raw.strip():
        return Parsed(None)
    if raw is None or raw == []:
        return Parsed(None)
    return _PARSERS[field.type](field, raw, door, today)


TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.NAME, FieldType.DOCUMENT_NUMBER})


def stays_as_typed(field: FieldSpec, raw: str) -> bool:
    """Whether `parse` gives this text of one of the `TEXTS` back as it is, told at a glance: workbooks are full of
    texts that occur once. False where `parse` has to look closer."""
    return (
        len(raw) <= (field.max_length or MOST_CHARACTERS)
        and raw[:1].isalnum()
        and is_clean(raw)
        and not resident_id.looks_like_resident_id(raw)
    )


def all_stay_as_typed(field: FieldSpec, raws: Collection[str]) -> bool:
    """Whether `stays_as_typed` is true of each of these texts that is not empty, told of all of them at once."""
    most, whole = field.max_length or MOST_CHARACTERS, SEAM.join(raws)
    return (
        are_clean(whole, seams=len(raws) - 1)
        and not any(raw and not (raw[0].isalnum() and len(raw) <= most) for raw in raws)
        and not resident_id.looks_like_resident_id(whole)
    )


def _text(field: FieldSpec, raw: Any) -> str:
    if not isinstance(raw, str):
        raise FieldProblem("须填写文字")
    if len(raw) > MOST_CHARACTERS:
        raise FieldProblem(f"内容过长（{len(raw)}个字），最多{field.max_length or MOST_CHARACTERS}个字")
    try:
        if field.type is FieldType.LONG_TEXT:
            text = "\n".join([clean_name(line) for line in raw.strip().splitlines()])
        else:
            text = clean_name(raw)
    except NameProblem as problem:
        raise FieldProblem(str(problem)) from None
    if resident_id.looks_like_resident_id(text):
        raise FieldProblem("本栏不得填写居民身份证号码，请删除或移至证件号码栏")
    if field.max_length and len(text) > field.max_length:
        raise FieldProblem(f"最多{field.max_length}个字，现为{len(text)}个字")
    return text


def _parse_text(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    return Parsed(_text(field, raw))


def _parse_document_number(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    text = _parse_text(field, raw, door, today).value
    if not any(character.isalnum() for character in text):
        raise FieldProblem("文书号须含文字或数字，例如 石食药监许〔2017〕9001号")
    return Parsed(text)


def _parse_uscc(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    normal = _nobodys(_normal(raw), today)
    if uscc.is_valid(normal.text):
        return Parsed(normal.text, normal.changes)
    hint = uscc.corrected(normal.text)
    return _faultless(normal, uscc.faults(normal.text), f"是否为 {hint}？" if hint else "")


def _parse_organisation_code(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    normal = _normal(raw)
    return _faultless(normal, organisation_code.faults(normal.text))


def _parse_registration_number(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    """15 digits are checked; archives hold 13-digit and lettered numbers, which stay text (domain 1.3)."""
    normal = _normal(raw)
    if registration_number.has_form(normal.text):
        return _faultless(normal, registration_number.faults(normal.text))
    return _parse_old_number(field, raw, door, today)


def _parse_old_number(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    """Any number of an older register; one that reads like a person's, as tax numbers of traders did, is refused."""
    normal = _nobodys(_normal(raw), today)
    if field.max_length and len(normal.text) > field.max_length:
        raise FieldProblem(f"最多{field.max_length}位")
    return Parsed(normal.text, normal.changes)


def _nobodys(normal: Normalised, today: date) -> Normalised:
    """The number, unless it is or was meant as somebody's resident ID: that must never become public as a code."""
    if verdict.is_personal(normal.text, on=today):
        raise FieldProblem("请勿在此输入身份证号")
    return normal


def _normal(raw: Any) -> Normalised:
    if not isinstance(raw, str):
        raise FieldProblem("该列须为文本格式，不能是数字")
    if len(raw) > 200:
        raise FieldProblem("内容过长，请核对是否填错栏")
    if not (raw.isascii() and raw.isalnum()):  # then nothing can hide in it
        try:
            clean_name(re.sub(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\s]", "", raw))
        except NameProblem as problem:
            raise FieldProblem(str(problem)) from None
    return normalise_code(raw)


def _faultless(normal: Normalised, faults: Iterable[IdentifierError], hint: str = "") -> Parsed:
    """The normal form where nothing is wrong with it; otherwise every fault, each with its position."""
    if messages := [str(fault) for fault in faults]:
        raise FieldProblem("；".join([*messages, hint] if hint else messages))
    return Parsed(normal.text, normal.changes)


_DATES = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_AMBIGUOUS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")


def _parse_date(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    if type(raw) is date:  # a moment is no day: in which zone?
        return Parsed(raw)
    if not isinstance(raw, str):
        raise FieldProblem("日期须写成 2024-01-05")
    text = raw if door is Door.API else unicodedata.normalize("NFKC", raw).strip()
    if _AMBIGUOUS.fullmatch(text):
        raise FieldProblem("日期格式有歧义，请写成 2024-01-05")
    patterns = (_ISO,) if door is Door.API else _DATES
    found = next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)
    if found is None:
        raise FieldProblem("日期须写成 2024-01-05")
    try:
        value = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise FieldProblem("没有这一天，请核对日期") from None
    if not 1900 <= value.year <= 2099:
        raise FieldProblem("年份须在1900年至2099年之间")
    return Parsed(value)


_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


def _parse_amount(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    text = _amount_text(raw, door)
    if not _PLAIN_NUMBER.fullmatch(text):
        raise FieldProblem("金额须为数字，单位万元，例如 0.2")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise FieldProblem("金额须为数字，单位万元，例如 0.2") from None
    if -value.as_tuple().exponent > 6:
        raise FieldProblem("金额最多六位小数（精确到分）")
    if value < 0:
        raise FieldProblem("金额不能为负数")
    if value >= 10**12:
        raise FieldProblem("金额过大，请核对单位是否为万元")
    return Parsed(abs(value))


def _amount_text(raw: Any, door: Door) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise FieldProblem("金额须为数字，单位万元，例如 0.2")
    if isinstance(raw, Decimal):
        return format(raw, "f") if raw.is_finite() and abs(raw.adjusted()) < 30 else str(raw)
    if isinstance(raw, int):
        return str(raw) if abs(raw) < 10**30 else "too long"
    if door is Door.IMPORT:
        return re.sub(r"[¥￥,\s]", "", unicodedata.normalize("NFKC", raw))
    return raw if door is Door.API else raw.strip()


def _parse_choice(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    return Parsed(_chosen(field, _text(field, raw)))


def _parse_choices(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    words = raw if isinstance(raw, list) else re.split(r"[;；、,，]", _text(field, raw))
    chosen = [_chosen(field, _text(field, word)) for word in words if word != ""]
    if not chosen:
        return Parsed(None)
    value = ";".join(dict.fromkeys(chosen))
    if field.max_length and len(value) > field.max_length:
        raise FieldProblem(f"最多{field.max_length}个字")
    return Parsed(value)


def _chosen(field: FieldSpec, word: str) -> str:
    if isinstance(field.choices, Listed):
        return _listed(field.choices, word)
    # The standard lets 其他 carry its explanation: 其他-补充说明.
    if word in field.choices or (word.startswith("其他-") and "其他" in field.choices):
        return word
    raise FieldProblem(f"不在可选范围内，可选：{'、'.join(field.choices)}")


def _listed(choices: Listed, word: str) -> str:
    code = choices.code(word)
    if code is None:
        raise FieldProblem(f"不在《{choices.table}》内，请填写其中的代码，例如 {next(iter(choices), '')}")
    return code


def _parse_persons(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    try:
        named = named_persons.read(raw)
    except named_persons.PersonProblem as problem:
        raise FieldProblem(str(problem)) from None
    for place, one in enumerate(named, start=1):
        if one["document_type"] == DocumentType.RESIDENT_ID:
            try:
                check_resident_id(one["number"], today=today)
            except FieldProblem as problem:
                raise FieldProblem(f"第{place}人的证件号码：{problem}") from None
    return Parsed(named or None)


def _parse_id_number(field: FieldSpec, raw: Any, door: Door, today: date) -> Parsed:
    """The normal form; whether it is a resident ID is judged where the kind of document is known."""
    normal = _normal(raw)
    if not 4 <= len(normal.text) <= 30:
        raise FieldProblem("证件号码长度不对，请核对")
    return Parsed(normal.text)


def check_resident_id(number: str, *, today: date) -> None:
    """Raises FieldProblem when the number is no resident ID; the message never repeats it."""
    try:
        resident_id.validate(number, on=today)
    except IdentifierError as problem:
        raise FieldProblem(str(problem)) from None


_PARSERS: dict[FieldType, Callable[[FieldSpec, Any, Door, date], Parsed]] = {
    FieldType.TEXT: _parse_text,
    FieldType.LONG_TEXT: _parse_text,
    FieldType.NAME: _parse_text,
    FieldType.USCC: _parse_uscc,
    FieldType.ORGANISATION_CODE: _parse_organisation_code,
    FieldType.REGISTRATION_NUMBER: _parse_registration_number,
    FieldType.OLD_NUMBER: _parse_old_number,
    FieldType.DOCUMENT_NUMBER: _parse_document_number,
    FieldType.DATE: _parse_date,
    FieldType.AMOUNT: _parse_amount,
    FieldType.CHOICE: _parse_choice,
    FieldType.CHOICES: _parse_choices,
    FieldType.ID_NUMBER: _parse_id_number,
    FieldType.PERSONS: _parse_persons,
}
