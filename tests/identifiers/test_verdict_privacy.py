"""However a resident ID is typed into the box for codes, nothing of it comes back; and codes still work."""

import json
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc as oracle

from registry.identifiers import DEPARTMENTS, judge, registration_number, resident_id, uscc
from registry.identifiers.regions import may_be_home

TODAY = date(2026, 5, 8)
SECRET = {"input": None, "code": None, "scheme": "resident-id", "valid": False, "warnings": []}
ONLY_THIS = [{"position": None, "message": "请勿在此输入身份证号", "suggestion": None}]


def number(region: str, born: date, sequence: int) -> str:
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    return body + resident_id.check_character(body)


HOMES = ["612401", "610902", "610928", "110105", "120101", "130102", "210102", "310115", "320102", "330102"]
HOMES += [
    "340102",
    "350102",
    "410102",
    "510104",
    "520102",
    "530102",
    "620102",
    "440300",
    "500101",
    "460003",
    "321102",
    "511102",
    "810000",
]
ids = st.builds(number, st.sampled_from(HOMES), st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))


def assert_nothing_comes_back(typed: str) -> None:
    verdict = judge(typed, on=TODAY)
    assert verdict.as_dict() == SECRET | {"problems": ONLY_THIS}
    assert verdict.changes == ()
    assert not any(
        character.isdigit() for character in repr(verdict) + json.dumps(verdict.as_dict(), ensure_ascii=False)
    )


@pytest.mark.parametrize(
    "typed",
    [
        "612401199001010011",
        "61240119900101001x",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105.19491231.002X",
        "11010519491231002Ⅹ",
        "11010519491231002Х",  # Cyrillic
        "61240119900101O0I1",
        "6I24OI199OOIOIOOII",
        "①①01051949123100②X",
        "612401199013010011",
        "61240119900101001",
        "6124011990010100112",
        "612401900101001",
        "６１２４０１ ９００１０１ ００１",
        "612401209001010019",
        "6109021990010100",
        "11010519491331002X",
        "911840199001010018",  # 外国人永久居留身份证
    ],
)
def test_a_resident_id_is_never_echoed(typed):
    assert_nothing_comes_back(typed)


@given(ids)
def test_a_resident_id_is_private_even_where_it_is_a_valid_code_by_accident(value):
    assert_nothing_comes_back(value)


@pytest.mark.parametrize("region", ["110105", "610902", "131102", "321102", "511102"])
def test_resident_ids_that_pass_as_codes_exist_and_are_kept_private(region):
    """The last three regions hold one of an authority inside: 镇江京口区 321102 with 19 gives 110219."""
    every = (number(region, date(1990, month, 1), sequence) for month in range(1, 13) for sequence in range(100))
    passing = [value for value in every if oracle.is_valid(value) and uscc.is_valid(value)]
    assert passing
    for value in passing:
        assert_nothing_comes_back(value)


@given(ids, st.integers(0, 17), st.sampled_from("0123456789"))
def test_a_resident_id_with_a_wrong_digit_is_private_too(value, place, digit):
    changed = value[:place] + digit + value[place + 1 :]
    assume(not uscc.is_valid(changed))
    assert_nothing_comes_back(changed)


@given(ids, st.integers(0, 17))
def test_a_resident_id_with_a_digit_missing_is_private_too(value, place):
    assert_nothing_comes_back(value[:place] + value[place + 1 :])


@given(ids, st.integers(0, 17), st.sampled_from("0123456789"))
def test_a_resident_id_with_a_digit_too_many_is_private_too(value, place, digit):
    assert_nothing_comes_back(value[:place] + digit + value[place:])


@given(st.text(), ids, st.text())
def test_a_planted_resident_id_never_comes_back(before, value, after):
    verdict = judge(before + value + after, on=TODAY)
    assert value[:14] not in repr(verdict)
    assert value[:14] not in json.dumps(verdict.as_dict())
    if len(before) + len(value) < 100:
        assert verdict.scheme == "resident-id"


@given(ids, st.lists(st.sampled_from(["", " ", "-", "\u200b", "\u3000", ".", "/"]), min_size=18, max_size=18))
def test_a_resident_id_spread_out_never_comes_back(value, gaps):
    assert_nothing_comes_back("".join(map("".join, zip(gaps, value, strict=True))))


def test_no_code_of_shaanxi_can_begin_like_a_resident_id():
    assert not [
        prefix + str(region)
        for prefix in DEPARTMENTS
        for region in range(610000, 620000)
        if may_be_home(f"{prefix}{region}"[:6])
    ]


@given(
    st.sampled_from(sorted(prefix for prefix in DEPARTMENTS if prefix.isdigit())),
    st.integers(610100, 610999) | st.integers(612400, 612499),
    st.integers(0, 999_999_999),
)
def test_a_code_of_shaanxi_made_of_digits_is_always_a_code(prefix, region, organisation):
    body = f"{prefix}{region}{organisation:09d}"
    code = body + uscc.check_character(body)
    verdict = judge(code, on=TODAY)
    assert (verdict.scheme, verdict.valid) == ("uscc", True)


def test_even_where_a_county_reads_like_a_century_few_codes_give_way():
    """Only counties numbered 18 to 20 can; elsewhere the share is nought."""
    hidden = total = 0
    for prefix in ("11", "12", "13", "31", "32", "51", "52", "53", "91", "92", "93"):
        for region in ("110119", "310120", "130120", "320119", "440118"):
            for organisation in range(0, 1_000_000_000, 3_999_971):
                body = f"{prefix}{region}{organisation:09d}"
                code = body + uscc.check_character(body)
                if code.isdigit():
                    total += 1
                    hidden += judge(code, on=TODAY).scheme == "resident-id"
    assert total > 3000
    assert hidden / total < 0.005


def test_a_valid_registration_number_wins_over_an_old_resident_id():
    body = "61090260012300"
    value = body + registration_number.check_digit(body)
    assert resident_id.looks_like_resident_id(value)
    assert judge(value, on=TODAY).scheme == "registration-number"
    wrong = body + str((int(value[-1]) + 1) % 10)
    assert_nothing_comes_back(wrong)
