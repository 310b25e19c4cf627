"""The verdict on any string: what it is, what is wrong and where, and a suggestion only if that is right."""

import csv
import json
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import judge, organisation_code, uscc

DATA = Path(__file__).parent / "data"
REAL, SYNTHETIC, REGIONS = (
    list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))
    for name in ("uscc_real.csv", "uscc_synthetic.csv", "regions.csv")
)
ANKANG = {row["code"]: row["name"] for row in REGIONS}
TODAY = date(2026, 5, 8)
CODE = "91610900MA70ABC19T"


@pytest.mark.parametrize("row", REAL, ids=lambda row: row["uscc"])
def test_a_published_code_is_never_taken_for_a_person(row):
    verdict = judge(row["uscc"], on=TODAY)
    assert (verdict.scheme, verdict.valid, verdict.code) == ("uscc", True, row["uscc"])
    assert (verdict.problems, verdict.warnings, verdict.changes) == ((), (), ())


@pytest.mark.parametrize("row", SYNTHETIC, ids=lambda row: row["uscc"])
def test_every_kind_of_subject_in_ankang_is_known(row):
    verdict = judge(row["uscc"], on=TODAY, regions=ANKANG)
    assert verdict.scheme == "uscc"
    assert verdict.valid is (row["in_table"] == "yes")
    old = row["region"] == "610928"
    assert verdict.warnings == (("610928 为旬阳县旧代码，2021年起为旬阳市 610981",) if old else ())


def test_the_answer_has_the_form_of_the_contract():
    assert judge("９１６１０９００ ma70abc19X", on=TODAY).as_dict() == {
        "input": "９１６１０９００ ma70abc19X",
        "code": "91610900MA70ABC19X",
        "scheme": "uscc",
        "valid": False,
        "problems": [{"position": 18, "message": "校验码错误：第18位应为 T，现为 X，与前17位不符", "suggestion": None}],
        "warnings": [],
    }


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        f"  {CODE}\t\r\n",
        f"\ufeff{CODE}",
        "91610900-MA70ABC1-9T",
        "9161 0900 MA70 ABC1 9T",
        CODE.lower(),
    ],
)
def test_a_code_is_the_same_code_however_it_is_typed(typed):
    verdict = judge(typed, on=TODAY)
    assert verdict.valid
    assert verdict.code == CODE
    assert bool(verdict.changes) == (typed != CODE)


@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("9161O900MA7OABC19T", [5, 12]),
        ("916I0900MA70ABC19T", [4]),
        ("9I6IO9OOMA7OABCI9T", [2, 4, 5, 7, 8, 12, 16]),
    ],
)
def test_misread_letters_are_named_and_the_whole_code_is_suggested(typed, positions):
    verdict = judge(typed, on=TODAY)
    assert [problem.position for problem in verdict.problems] == positions
    assert {problem.suggestion for problem in verdict.problems} == {CODE}
    assert "是否为 0？" in judge("9161O900MA7OABC19T", on=TODAY).problems[0].message


@pytest.mark.parametrize(
    "typed", ["9161O900MA7OABC19X", "O1610900MA70ABC19T", "9161O900MA70ABC19", "916I0900MA70ABCI9T安"]
)
def test_nothing_is_suggested_that_would_be_wrong_too(typed):
    verdict = judge(typed, on=TODAY)
    assert not verdict.valid
    assert not any(problem.suggestion for problem in verdict.problems)


def test_a_correction_with_a_wrong_inner_code_is_not_suggested():
    assert judge("91440300708409955J", on=TODAY).valid
    assert not any(problem.suggestion for problem in judge("9144O300708409955J", on=TODAY).problems)


def test_a_village_collective_with_a_letter_misread_is_suggested():
    assert judge("N26109O2MF00000560", on=TODAY).problems[0].suggestion == "N2610902MF00000560"


@pytest.mark.parametrize("typed", ["91610900MA70ABC1T9", "16910900MA70ABC19T", "91610900MA70ABC18T"])
def test_swapped_and_changed_characters_are_reported_but_no_code_is_guessed(typed):
    last = judge(typed, on=TODAY).problems[-1]
    assert last.suggestion is None
    assert last.message.startswith("校验码错误：第18位应为 ")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("91610900MA70ABC19", "应为18位，现为17位"),
        ("91610900MA70ABC19T0", "应为18位，现为19位"),
        ("9161", "应为18位，现为4位"),
        ("安康市𠮷顺商贸有限公司", "应为18位，现为11位"),
        ("x" * 65, "应为18位，现超过64位"),
        ("x" * 100_000, "应为18位，现超过64位"),
        ("\u200b" * 300 + CODE, "应为18位，现超过64位"),
        (CODE + " " * 300 + CODE, "应为18位，现超过64位"),
        ("", "请输入"),
        (" \u3000\n", "请输入"),
        ("91610900MA70ABC19\x00", "第18位（U+0000）有误"),
        ("ZZ610900MA70ABC19T", "第1位“Z”有误"),
        ("00000000000000000X", "第1位“0”不是登记管理部门代码"),
        ("91610900-MA70ABC1-9", "应为18位，现为17位"),
    ],
)
def test_a_wrong_string_is_told_what_is_wrong(typed, message):
    verdict = judge(typed, on=TODAY)
    assert not verdict.valid
    assert message in verdict.problems[0].message


@pytest.mark.parametrize(
    ("typed", "scheme", "valid"),
    [
        ("10774368-0", "organisation-code", True),
        ("107743681", "organisation-code", False),
        ("440301103448669", "registration-number", True),
        ("330100400067581", "registration-number", False),
        ("1234567890123", "unknown", False),
        ("%", "unknown", False),
        ("=HYPERLINK(1)", "unknown", False),
        ("000000000000000000", "uscc", False),
        ("111111111111111111", "uscc", False),
        ("91610902xxak000150", "uscc", True),
    ],
)
def test_the_scheme_of_a_string_is_recognised(typed, scheme, valid):
    verdict = judge(typed, on=TODAY)
    assert (verdict.scheme, verdict.valid) == (scheme, valid)
    assert (verdict.code is None) == (scheme == "unknown")


@pytest.mark.parametrize(
    ("typed", "regions", "warning"),
    [
        ("91440300708409955J", None, "第9至17位组织机构代码的校验码应为 2，现为 5"),
        ("PDY00001X", None, "不是正式的组织机构代码"),
        ("1234567890123", None, "旧注册号"),
        ("91320100748204660Q", ANKANG, "行政区划码 320100 不在区划表内"),
        ("91610928MA70A2034T", None, "610928 为旬阳县旧代码，2021年起为旬阳市 610981"),
    ],
)
def test_what_is_only_odd_is_warned_of_and_not_refused(typed, regions, warning):
    (said,) = judge(typed, on=TODAY, regions=regions).warnings
    assert warning in said


@pytest.mark.parametrize("code", ["12100000400000624D", "91320000134762764K", "31610000MD0000067B"])
def test_a_registration_by_state_or_province_is_not_odd(code):
    verdict = judge(code, on=TODAY, regions=ANKANG)
    assert verdict.valid
    assert verdict.warnings == ()


def test_a_region_that_is_none_is_warned_of_even_without_a_table():
    body = "91999999MA70ABC19"
    assert judge(body + uscc.check_character(body), on=TODAY).warnings


@given(st.text() | st.text(alphabet=uscc.ALPHABET + "IOSVZ -", min_size=15, max_size=21))
def test_any_string_gets_a_verdict_that_json_can_carry(typed):
    verdict = judge(typed, on=TODAY, regions=ANKANG)
    assert len(verdict.input or "") <= 64
    json.dumps(verdict.as_dict(), ensure_ascii=False).encode("utf-8")
    assert verdict.valid == (not verdict.problems)
    for problem in verdict.problems:
        if problem.suggestion:
            assert judge(problem.suggestion, on=TODAY).valid
            assert organisation_code.is_valid(problem.suggestion[8:17])


@pytest.mark.parametrize("junk", ["a", "１", "\u0301", "\u200b", "\ufdfa", " ", "安", "\ud800", "9", "X1"])
def test_an_endless_string_is_answered_at_once(junk):
    started = time.perf_counter()
    verdict = judge(junk * 100_000, on=TODAY)
    assert time.perf_counter() - started < 0.1  # measured below 0.003
    assert not verdict.valid
    assert len(verdict.input or "") <= 64
