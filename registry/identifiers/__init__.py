"""Numbers that name a subject, and the keys under which names and document numbers are compared.

Pure functions without models, settings or clock: whoever needs "today" passes it as `on`.

    uscc                 统一社会信用代码, GB 32100-2015 with its amendment: the 18 characters of this site
    organisation_code    组织机构代码, GB 11714-1997: 8 characters and a check character, inside the first
    registration_number  工商注册号 of before 2015: 15 digits
    resident_id          居民身份证号, GB 11643-1999: personal, never looked up, never echoed
    verdict              `judge`: what any typed string is, what is wrong with it, how to set it right
    normalise            the one way in which every door (page, form, API, workbook) reads what is typed

`departments.csv` follows GB 32100-2015 and its amendment No. 1, as given by two independent public tables
that agree; `retired_regions.csv` follows GB/T 2260 and 民函〔2021〕6号.
"""

from registry.identifiers import organisation_code, registration_number, resident_id, uscc
from registry.identifiers.departments import DEPARTMENTS, Department
from registry.identifiers.errors import (
    IdentifierError,
    LegacyResidentId,
    UnknownCategory,
    WrongBirthDate,
    WrongCharacter,
    WrongCheckCharacter,
    WrongLength,
)
from registry.identifiers.normalise import (
    NameProblem,
    Normalised,
    clean_name,
    clean_person_name,
    clean_text,
    document_key,
    name_key,
    normalise_code,
)
from registry.identifiers.resident_id import looks_like_resident_id
from registry.identifiers.verdict import Problem, Verdict, judge

__all__ = [
    "DEPARTMENTS",
    "Department",
    "IdentifierError",
    "LegacyResidentId",
    "NameProblem",
    "Normalised",
    "Problem",
    "UnknownCategory",
    "Verdict",
    "WrongBirthDate",
    "WrongCharacter",
    "WrongCheckCharacter",
    "WrongLength",
    "clean_name",
    "clean_person_name",
    "clean_text",
    "document_key",
    "judge",
    "looks_like_resident_id",
    "name_key",
    "normalise_code",
    "organisation_code",
    "registration_number",
    "resident_id",
    "uscc",
]
