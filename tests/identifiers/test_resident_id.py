"""Resident IDs: valid or not, how old the holder is, where in a text one stands. No message repeats one."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric as oracle

from registry.identifiers import (
    IdentifierError,
    LegacyResidentId,
    WrongBirthDate,
    looks_like_resident_id,
    resident_id,
)

DATA = Path(__file__).parent / "data"
ROWS = list(csv.DictReader((DATA / "resident_ids.csv").read_text(encoding="utf-8").splitlines()))
TODAY = date(2026, 5, 8)
ID = "612401199001010011"


def number(region: str, born: date, sequence: int) -> str:
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    return body + resident_id.check_character(body)


ids = st.builds(
    number,
    st.sampled_from(["612401", "610902", "610928", "110105", "440300", "500101", "830000"]),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["note"])
def test_a_resident_id_is_judged_by_date_and_check(row):
    if row["expect"] == "valid":
        assert resident_id.validate(row["value"], on=TODAY) == row["value"]
    else:
        with pytest.raises(IdentifierError) as refusal:
            resident_id.validate(row["value"], on=TODAY)
        assert row["value"][:6] not in refusal.value.message


@given(ids)
def test_the_check_character_agrees_with_an_independent_implementation(value):
    assert oracle.calc_check_digit(value) == value[-1]
    assert resident_id.is_valid(value, on=TODAY)


@given(ids, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_changed_character_is_always_noticed(value, place, character):
    changed = value[:place] + character + value[place + 1 :]
    assert resident_id.is_valid(changed, on=TODAY) == (changed == value)


def test_a_county_of_another_time_is_no_fault():
    assert oracle.is_valid(number("610928", date(1990, 1, 1), 1)) is False
    assert resident_id.validate(number("610928", date(1990, 1, 1), 1), on=TODAY)


def test_a_region_that_never_was_is_only_remarked():
    strange = number("996109", date(1990, 1, 1), 1)
    assert resident_id.validate(strange, on=TODAY) == strange
    assert resident_id.warnings(strange)
    assert not resident_id.warnings(ID)


@pytest.mark.parametrize(
    ("born", "on", "accepted"),
    [
        (date(2026, 5, 8), TODAY, True),
        (date(2026, 5, 9), TODAY, False),
        (date(2029, 1, 1), TODAY, False),
        (date(1879, 12, 31), TODAY, False),
        (date(1880, 1, 1), TODAY, True),
    ],
)
def test_the_birth_date_lies_between_the_oldest_archives_and_today(born, on, accepted):
    assert resident_id.is_valid(number("610902", born, 1), on=on) is accepted


def test_a_date_that_never_was_is_refused():
    body = "61090220230229001"
    with pytest.raises(WrongBirthDate):
        resident_id.validate(body + resident_id.check_character(body), on=TODAY)


def test_an_old_number_of_fifteen_digits_is_asked_for_in_full():
    with pytest.raises(LegacyResidentId, match="请录入18位"):
        resident_id.validate("612401900101001", on=TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105-19491231-002x",
        "11010519491231002Ⅹ",
    ],
)
def test_one_number_has_one_form_however_it_is_typed(typed):
    assert resident_id.validate(typed, on=TODAY) == "11010519491231002X"


@given(ids, st.integers(0, 17), st.sampled_from("0123456789XA安\x00"))
def test_no_refusal_repeats_the_number(value, place, character):
    wrong = value[:place] + character + value[place + 1 :]
    for fault in resident_id.faults(wrong, on=TODAY):
        assert not any(wrong[start : start + 4] in repr(fault) for start in range(15))


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2008, 3, 1), date(2026, 2, 28), 17),
        (date(2008, 3, 1), date(2026, 3, 1), 17),
        (date(2008, 3, 1), date(2026, 3, 2), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(1990, 1, 1), date(2026, 5, 8), 36),
    ],
)
def test_a_year_of_age_is_complete_when_the_birthday_is_over(born, on, age):
    value = number("610902", born, 1)
    assert resident_id.birth_date(value) == born
    assert resident_id.age_on(value, on) == age
    assert resident_id.is_minor(value, on) is (age < 18)


@pytest.mark.parametrize(
    "written",
    [
        ID,
        "６１２４０１１９９００１０１００１１",
        "612401 19900101 0011",
        "612401-19900101-0011",
        "6124 0119 9001 0100 11",
        "61240119900101002Ⅹ",
        "61240119900101001",
        "612401199001010019",
        "٦١٢٤٠١١٩٩٠٠١٠١٠٠١١",
        "612401900101001",
        "612401 900101 001",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "GET /api/v1/codes/{}/ 200", "张三{}，男", "id={}&x=1", "2026-05-08 12:00:01 {} 17 ms"]
)
def test_a_number_is_found_in_running_text_and_nothing_around_it(written, around):
    text = around.format(written)
    assert [text[span.start() : span.end()] for span in resident_id.find(text)] == [written]
    assert looks_like_resident_id(text)


def test_every_number_of_a_text_is_found_and_no_span_shows_it():
    text = f"{ID},11010519491231002X;{ID}"
    spans = list(resident_id.find(text))
    assert [span.span() for span in spans] == [(0, 18), (19, 37), (38, 56)]
    assert "6124" not in repr(spans)


def test_numbers_glued_together_are_covered_whole():
    assert [span.span() for span in resident_id.find(ID + ID)] == [(0, 18), (18, 36)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "91610900MA70ABC19T",
        "911101027226555194",
        "2026-05-08 12:00:01.123456 GET / 200 1532 0.012",
        "13909150001 13909150002",
        "安市监罚〔2026〕12号",
        "61090019901301001",
        "440301103448669",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not looks_like_resident_id(text)


@given(st.text(), ids, st.text())
def test_a_planted_number_is_always_covered(before, value, after):
    text = before + value + after
    covered = {place for span in resident_id.find(text) for place in range(*span.span())}
    assert set(range(len(before), len(before) + 17)) <= covered


def test_a_long_text_is_searched_quickly():
    assert not looks_like_resident_id("1" * 100_000)
