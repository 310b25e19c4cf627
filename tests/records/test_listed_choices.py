"""A field whose choices stand in a table takes the code, the name, or both as the list offers them."""

from __future__ import annotations

from datetime import date

import pytest

from registry.directory.taxonomies import DishonestyItem, HonourCategory, dishonesty_words
from registry.records.fields import FieldSpec, FieldType
from registry.records.listed import Listed
from registry.records.parsing import Door, FieldProblem, parse

FIELD = FieldSpec(
    name="item", label="失信行为", type=FieldType.CHOICE, choices=Listed("严重失信行为分类", dishonesty_words)
)


def read(typed: str) -> str:
    return parse(FIELD, typed, door=Door.FORM, today=date(2017, 3, 1)).value


@pytest.mark.parametrize(
    "typed", ["A01", "a01", "Ａ01", "食品药品领域的严重失信行为", "A01 食品药品领域的严重失信行为"]
)
def test_a_code_is_read_from_whatever_names_it(rules: None, typed: str) -> None:
    assert read(typed) == "A01"


def test_what_the_table_does_not_hold_is_refused_by_its_name(rules: None) -> None:
    with pytest.raises(FieldProblem, match="《严重失信行为分类》"):
        read("A77")


def test_a_row_added_to_the_table_can_be_chosen_at_once(rules: None) -> None:
    first = DishonestyItem.objects.get(pk="A01")
    first.pk, first.name = "A07", "新增领域的严重失信行为"
    first.save(force_insert=True)
    assert read("A07") == "A07"
    assert ("A07", "A07 新增领域的严重失信行为") in FIELD.offered()


def test_the_taxonomies_are_those_of_the_founding_document(rules: None) -> None:
    assert DishonestyItem.objects.count() == 37  # 33 named items and four open ones
    assert HonourCategory.objects.count() == 12
    assert set(DishonestyItem.objects.filter(is_open_ended=True).values_list("pk", flat=True)) == {
        "A99",
        "B99",
        "C99",
        "D99",
    }
    assert set(DishonestyItem.objects.filter(needs_ability_finding=True).values_list("pk", flat=True)) == {"C01", "C03"}
