"""What is odd about a row and yet not wrong: somebody looks at it, nothing is refused for it.

A region or an inner check that do not fit are history or a mistake of the registering body (`identifiers.verdict`);
a new code under a name that another code bears already is more often a wrong code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from registry.directory.subjects import Subject
from registry.identifiers import organisation_code, regions, uscc
from registry.identifiers.normalise import name_key
from registry.records.kinds import Problem
from registry.records.subject_matching import Named, reference

CODE, NAME = "counterparty_uscc", "counterparty_name"


def of_newcomers(newcomers: Iterable[Named]) -> dict[str, list[Problem]]:
    """What is odd about subjects that the portal does not know yet, by what they are known by; one query."""
    with_code = [one for one in newcomers if one.get("uscc")]
    namesakes = _namesakes(with_code)
    odd = {reference(one): [*_of_code(one["uscc"]), *_of_name(one, namesakes)] for one in with_code}
    return {ref: problems for ref, problems in odd.items() if problems}


def _namesakes(newcomers: list[Named]) -> dict[str, str]:
    """The codes of known subjects that bear one of these names, by name."""
    keys = {name_key(one["name"]) for one in newcomers}
    found = Subject.objects.filter(name_key__in=keys, uscc__isnull=False) if keys else Subject.objects.none()
    return dict(found.values_list("name_key", "uscc"))


def _of_code(code: str) -> Iterator[Problem]:
    parts = uscc.parts(code)
    if not regions.may_register(parts.region):
        yield Problem(field=CODE, message=f"统一社会信用代码：登记机关行政区划码 {parts.region} 不在区划表内，请核对")
    expected = organisation_code.check_character(parts.organisation_code)
    if expected != parts.organisation_code[-1]:
        yield Problem(
            field=CODE,
            message=f"统一社会信用代码：第9至17位组织机构代码的校验码应为 {expected}，现为 {parts.organisation_code[-1]}，请核对",
        )


def _of_name(one: Named, namesakes: dict[str, str]) -> Iterator[Problem]:
    other = namesakes.get(name_key(one["name"]))
    if other is not None:
        yield Problem(field=NAME, message=f"相对人名称：已登记的同名主体的代码为 {other}，请核对代码是否填错")


def like_another(document_number: str) -> Problem:
    """The same subject has a decision of that day with the same title under another number."""
    return Problem(
        field="document_number",
        message=f"文书号：与已有记录（{document_number}）的相对人、决定日期、标题相同，请核对是否重复录入",
    )
