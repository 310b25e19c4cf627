"""Unified social credit codes: real ones pass, wrong ones are refused with the fault named."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as oracle

from registry.identifiers import (
    DEPARTMENTS,
    IdentifierError,
    UnknownCategory,
    WrongCharacter,
    WrongCheckCharacter,
    WrongLength,
    organisation_code,
    uscc,
)

DATA = Path(__file__).parent / "data"
REAL, INVALID, SYNTHETIC = (
    list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))
    for name in ("uscc_real.csv", "uscc_invalid.csv", "uscc_synthetic.csv")
)
FAULTS = {"length": WrongLength, "check": WrongCheckCharacter, "category": UnknownCategory}

bodies = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(sorted(DEPARTMENTS)),
        st.text(alphabet="0123456789", min_size=6, max_size=6),
        st.text(alphabet=uscc.ALPHABET, min_size=9, max_size=9),
    ),
)
codes = bodies.map(lambda body: body + uscc.check_character(body))


@pytest.mark.parametrize("row", REAL, ids=lambda row: row["uscc"])
def test_a_published_code_is_valid_with_its_inner_code(row):
    assert uscc.validate(row["uscc"]) == row["uscc"]
    parts = uscc.parts(row["uscc"])
    assert organisation_code.validate(parts.organisation_code)
    assert "/".join(DEPARTMENTS[parts.department + parts.category]) == row["entity_class"]


@pytest.mark.parametrize("row", INVALID, ids=lambda row: row["value"])
def test_a_wrong_code_is_refused_for_the_right_reason(row):
    with pytest.raises(FAULTS[row["fault"]]) as refusal:
        uscc.validate(row["value"])
    if row["expected"]:
        assert refusal.value.expected == row["expected"]
        assert uscc.is_valid(row["value"][:-1] + row["expected"])


@pytest.mark.parametrize("row", SYNTHETIC, ids=lambda row: row["uscc"])
def test_every_prefix_of_the_table_is_accepted_and_no_other(row):
    if row["in_table"] == "yes":
        assert uscc.validate(row["uscc"]) == row["uscc"]
        assert uscc.parts(row["uscc"]).region == row["region"]
    else:
        with pytest.raises(UnknownCategory) as refusal:
            uscc.validate(row["uscc"])
        assert refusal.value.position == 2
        assert "民政" in refusal.value.message


def test_the_table_of_departments_is_complete():
    assert len(DEPARTMENTS) == 36
    assert DEPARTMENTS["N2"] == ("农业", "村级集体经济组织")
    assert uscc.parts("N2610902MF00000560") == ("N", "2", "610902", "MF0000056", "0")


@pytest.mark.parametrize(
    ("code", "fault", "position"),
    [
        ("9161O900MA7OABC19T", WrongCharacter, 5),
        ("91610900MA70ABC1-", WrongLength, None),
        ("91610900MA70ABC19T0", WrongLength, None),
        ("9161090AMA70ABC19T", WrongCharacter, 8),
        ("91610900MA70ABC19安", WrongCharacter, 18),
        ("91610900MA70ABC1\x009", WrongCharacter, 17),
        ("ZZ610900MA70ABC19T", WrongCharacter, 1),
        ("0" * 18, UnknownCategory, 1),
        ("94610900MA70ABC19T", UnknownCategory, 2),
        ("1" * 18, WrongCheckCharacter, 18),
    ],
)
def test_the_fault_and_its_place_are_named(code, fault, position):
    with pytest.raises(fault) as refusal:
        uscc.validate(code)
    assert refusal.value.position == position


def test_every_fault_of_a_code_is_listed():
    assert [fault.position for fault in uscc.faults("9161O900MA7OABC19TI")] == [None, 5, 12, 19]


@given(codes)
def test_the_check_character_agrees_with_an_independent_implementation(code):
    assert oracle.calc_check_digit(code[:17]) == code[17]
    if code[:2].isdigit():
        assert oracle.is_valid(code)


@given(codes, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_one_changed_character_is_always_noticed(code, place, character):
    changed = code[:place] + character + code[place + 1 :]
    assert uscc.is_valid(changed) == (changed == code)


@given(codes, st.data())
def test_a_valid_code_stays_valid_however_it_is_typed(code, data):
    typed = ""
    for character in code:
        wide = chr(ord(character) + 0xFEE0)
        typed += data.draw(st.sampled_from([character, character.lower(), wide, wide.lower()]))
        typed += data.draw(st.sampled_from(["", "", " ", "-", "\u3000", "\u200b", "\n"]))
    assert uscc.validate(typed) == code


@given(st.text(max_size=20) | st.text(alphabet=uscc.ALPHABET + "IOSVZ", min_size=17, max_size=19) | codes)
def test_the_quick_answer_and_the_list_of_faults_agree(text):
    assert uscc.is_valid(text) == (not list(uscc.faults(text)))


@given(st.text(max_size=30))
def test_validate_returns_a_valid_code_or_raises_a_typed_error(text):
    try:
        assert uscc.is_valid(uscc.validate(text))
    except IdentifierError as fault:
        assert fault.message == str(fault)


@given(codes, st.data())
def test_a_misread_letter_is_put_right(code, data):
    letters = {digit: letter for letter, digit in uscc.CONFUSIONS.items()}
    places = [place for place, character in enumerate(code) if character in letters]
    place = data.draw(st.sampled_from(places)) if places else None
    if place is None:
        assert uscc.corrected(code) is None
    else:
        assert uscc.corrected(code[:place] + letters[code[place]] + code[place + 1 :]) == code
