"""A text that is taken as it was typed is one that a closer look would not have changed or refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.records.fields import FieldSpec, FieldType
from registry.records.parsing import TEXTS, Door, FieldProblem, all_stay_as_typed, parse, stays_as_typed

TODAY = date(2026, 3, 2)
TRICKY = st.text(alphabet="许A1０ 　-\n\t\u200b\u00ad\ufeff\u0301e·〔〕。x×610902190001050014", max_size=40)


def field(kind: FieldType, most: int | None = 30) -> FieldSpec:
    return FieldSpec(name="text", label="文字", type=kind, max_length=most)


@given(raw=TRICKY | st.text(max_size=40), kind=st.sampled_from(sorted(TEXTS)), most=st.sampled_from([None, 5, 30]))
def test_what_stays_is_what_parsing_gives_back(raw, kind, most):
    spec = field(kind, most)
    if stays_as_typed(spec, raw):
        assert parse(spec, raw, door=Door.IMPORT, today=TODAY) == (raw, ())


@given(
    raws=st.lists(
        TRICKY | st.text(max_size=40) | st.sampled_from(["许可", "12345678", "610902 1", "许\0可", ""]),
        min_size=1,
        max_size=6,
    ),
    kind=st.sampled_from(sorted(TEXTS)),
    most=st.sampled_from([None, 5, 30]),
)
def test_many_stay_together_where_each_stays_alone(raws, kind, most):
    spec = field(kind, most)
    assert all_stay_as_typed(spec, raws) == all(stays_as_typed(spec, raw) for raw in raws if raw)


@pytest.mark.parametrize(
    "raw", ["准予从事食品经营许可所列项目；面积20平方米。", "安试许〔2021〕1号", "AK20210000001", "柯试明"]
)
def test_ordinary_texts_stay(raw):
    assert all(stays_as_typed(field(kind), raw) for kind in TEXTS)


@pytest.mark.parametrize("raw", ["", " 许可", "许\u200b可", "（许可）", "许" * 31, "许610902190001050014", "e\u0301a"])
def test_what_may_change_or_be_refused_is_looked_at(raw):
    assert not any(stays_as_typed(field(kind), raw) for kind in TEXTS)


def test_a_persons_number_in_a_text_is_refused_whichever_way_it_goes():
    with pytest.raises(FieldProblem, match="身份证"):
        parse(field(FieldType.TEXT, 100), "许610902190001050014", door=Door.IMPORT, today=TODAY)
