"""What the controls of the public forms take; every refusal names the field and the way out."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from registry.identifiers import NameProblem, clean_person_name, clean_text, looks_like_resident_id, normalise_code

LONGEST = 2000
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")


class WordsField(forms.CharField):
    """Several sentences. What counts is what can be read: blanks, dots and hidden characters are no statement."""

    widget = forms.Textarea(attrs={"rows": 6})

    def __init__(self, *, fewest: int = 10, **kwargs: Any) -> None:
        self.fewest = fewest
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            text = clean_text(text)
        except NameProblem as problem:
            raise ValidationError(f"{self.label}：{problem.message}") from None
        if text and readable(text) < self.fewest:
            raise ValidationError(f"{self.label}：请写清楚，不少于{self.fewest}个字")
        if looks_like_resident_id(text):
            raise ValidationError(f"{self.label}：请勿填写身份证号码，确需说明的请写在证明材料中")
        return text


def readable(text: str) -> int:
    """How many letters, characters and digits a text has."""
    return sum(unicodedata.category(character)[0] in "LN" for character in text)


class NameField(forms.CharField):
    """Of a person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 50, **kwargs})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            text = clean_person_name(text)
        except NameProblem as problem:
            raise ValidationError(f"{self.label}：{problem.message}") from None
        if text and readable(text) < 1:
            raise ValidationError(f"{self.label}：请填写姓名")
        if looks_like_resident_id(text):
            raise ValidationError(f"{self.label}：此处只填姓名，不填证件号码")
        return text


class CodeField(forms.CharField):
    """A unified social credit code, in whatever way it was typed. Whether anybody bears it is not told here."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, **kwargs})

    def clean(self, value: Any) -> str:
        code = normalise_code(super().clean(value)).text
        if code and not re.fullmatch(r"[0-9A-Z]{18}", code):
            raise ValidationError(f"{self.label}：应为18位数字和大写字母")
        if looks_like_resident_id(code):
            raise ValidationError(f"{self.label}：请勿填写身份证号码；自然人此项不填")
        return code


class LastFourField(forms.CharField):
    """The last four of an ID number."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "size": 6})
        super().__init__(**{"max_length": 8, "widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        text = normalise_code(super().clean(value)).text
        if text and not re.fullmatch(r"[0-9]{3}[0-9X]", text):
            raise ValidationError(f"{self.label}：应为4位，最后一位可以是X")
        return text


class PhoneField(forms.CharField):
    """A mainland mobile or landline number."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
        super().__init__(**{"max_length": 30, "widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().clean(value)).strip()
        bare = re.sub(r"^(\+?86|0086)[ -]?(?=1)", "", re.sub(r"[\s()]", "", text))
        mobile = bare.replace("-", "")
        if not bare or _MOBILE.fullmatch(mobile):
            return mobile
        if _LANDLINE.fullmatch(bare):
            return bare
        raise ValidationError(f"{self.label}：请填写11位手机号码，或者带区号的座机号码，如 0915-3210000")


class MailField(forms.CharField):
    """One address; a line break or a second one never gets further."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "email"})
        super().__init__(**{"max_length": 100, "widget": widget, **kwargs})
        self.validators.append(EmailValidator(message=f"{self.label}：格式不正确，应类似 name@example.com"))


class DayField(forms.DateField):
    """A day that has come."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d"]
        super().__init__(**{"widget": widget, "input_formats": formats, **kwargs})
        self.error_messages["invalid"] = f"{self.label}：应为日期，写作 2026-03-02"
