"""Organisation codes and registration numbers, which archives and converted subjects still carry."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import (
    WrongCharacter,
    WrongCheckCharacter,
    WrongLength,
    organisation_code,
    registration_number,
)

DATA = Path(__file__).parent / "data"
NUMBERS = list(csv.DictReader((DATA / "registration_numbers.csv").read_text(encoding="utf-8").splitlines()))
LETTERS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row["number"])
def test_a_registration_number_is_judged_by_its_check_digit(row):
    if row["expect"] == "valid":
        assert registration_number.validate(row["number"]) == row["number"]
    else:
        with pytest.raises(WrongCheckCharacter) as refusal:
            registration_number.validate(row["number"])
        assert registration_number.is_valid(row["number"][:-1] + refusal.value.expected)


@pytest.mark.parametrize(
    ("number", "fault"),
    [("61090010000001", WrongLength), ("61090010000001A", WrongCharacter), ("1234567890123", WrongLength)],
)
def test_what_is_not_fifteen_digits_is_no_registration_number(number, fault):
    with pytest.raises(fault):
        registration_number.validate(number)


@given(
    st.text(alphabet="0123456789", min_size=14, max_size=14),
    st.integers(0, 14),
    st.sampled_from("0123456789"),
)
def test_one_changed_digit_of_a_registration_number_is_always_noticed(body, place, digit):
    number = body + registration_number.check_digit(body)
    changed = number[:place] + digit + number[place + 1 :]
    assert registration_number.is_valid(changed) == (changed == number)


@pytest.mark.parametrize(
    ("code", "normal"),
    [
        ("10774368-0", "107743680"),
        ("71526726x", "71526726X"),
        ("ma70abc1-9", "MA70ABC19"),
        ("MJY00001X", "MJY00001X"),
    ],
)
def test_an_organisation_code_is_accepted_with_or_without_its_hyphen(code, normal):
    assert organisation_code.validate(code) == normal
    assert organisation_code.validate(organisation_code.display(normal)) == normal


def test_an_organisation_code_is_shown_with_its_hyphen():
    assert organisation_code.display("107743680") == "10774368-0"


@pytest.mark.parametrize(
    ("code", "fault", "position"),
    [
        ("107743681", WrongCheckCharacter, 9),
        ("1077436", WrongLength, None),
        ("1077436安0", WrongCharacter, 7 + 1),
        ("10774368A", WrongCharacter, 9),
    ],
)
def test_the_fault_of_an_organisation_code_is_named(code, fault, position):
    with pytest.raises(fault) as refusal:
        organisation_code.validate(code)
    assert refusal.value.position == position


@given(st.text(max_size=10) | st.text(alphabet=LETTERS_AND_DIGITS.lower(), min_size=9, max_size=9))
def test_only_upper_case_letters_and_digits_make_an_organisation_code(text):
    assert organisation_code.has_form(text) or not organisation_code.is_valid(text)


@given(st.text(alphabet=LETTERS_AND_DIGITS, min_size=8, max_size=8))
def test_exactly_one_check_character_belongs_to_eight_characters(body):
    assert [check for check in "0123456789X" if organisation_code.is_valid(body + check)] == [
        organisation_code.check_character(body)
    ]


@pytest.mark.parametrize(
    ("body", "official"), [("PDY00001", False), ("PDY99999", False), ("PDY00000", True), ("PDX00001", True)]
)
def test_the_block_left_to_users_is_known_as_unofficial(body, official):
    assert organisation_code.is_official(body + organisation_code.check_character(body)) is official
