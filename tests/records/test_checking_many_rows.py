"""One checker for a whole workbook says of each row what it would say of that row alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.directory.organisations import Organisation
from registry.records import column_reading, kinds
from registry.records.fields import FieldType
from registry.records.parsing import Door
from registry.records.validation import Checker, Circumstances, check
from tests import samples
from tests.factories import TODAY

pytestmark = pytest.mark.sqlite

ORGANISATION = Organisation(name="石泉县试例市场监督管理局", uscc="11610922XXAK0928X5")
# The two of 双公示 without what asks the calendar in the database.
KINDS = [replace(kind, checks=kind.checks[:1]) for kind in (kinds.get("licence"), kinds.get("penalty"))]
TYPED = [
    "", "  ", None, [], "2024-01-05", "2024年1月5日", "２０２４/1/5", "01/02/2024", "1900-02-29", "2099-12-31", "2026-03-03",
    "91610900MA70ABC19T", " 91610900ma70abc19t\t", "91610900MA70ABC19X", "9161O900MA70ABC19T", "612401199001010011",
    "610902190001050014", "身份证61092619000212002X", "安康市云岭试例茶业有限公司", "甲\u202e公司", "e" + "\u0301" * 6,
    "石食药监许〔2026〕9001号", "—", "其他-补充", "罚款；警告", "0", "0.5", "-1", "1,234.50", "1e999999", 5, 0.5, True,
    datetime(2024, 1, 5), ["罚款"], {"a": 1}, "许" * 70, "行\n行", "ﬁ",
]  # fmt: skip
ONLY_TEXTS = [typed for typed in TYPED if isinstance(typed, str)]


def likely(item):
    """Values that often pass, so that rows reach the rules over several fields too."""
    if item.choices:
        return st.sampled_from(item.choices)
    match item.type:
        case FieldType.DATE:
            return st.sampled_from(["2024-01-05", "2026-02-27", "2031-01-01"])
        case FieldType.USCC:
            return st.sampled_from(["91610900MA70ABC19T", "92610902XXAK00082T"])
        case _:
            return st.sampled_from(["石食药监许〔2026〕9001号", "柯试明"])


def a_row_of(kind):
    columns = {item.name: st.one_of(likely(item), likely(item), st.sampled_from(TYPED)) for item in kind.fields}
    return st.fixed_dictionaries({}, optional=columns | {"status": st.just("published")})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
@given(data=st.data(), door=st.sampled_from(Door))
@settings(max_examples=40, deadline=None)
def test_what_came_before_changes_nothing(kind, data, door):
    circumstances = Circumstances(organisation=ORGANISATION, today=TODAY, door=door)
    rows = data.draw(st.lists(a_row_of(kind), min_size=2, max_size=8))
    checker = Checker(kind, kind.spec(), circumstances)
    for row in rows + rows:
        alone = check(kind, kind.spec(), row, circumstances=circumstances)
        assert checker.check(row) == alone


def test_a_column_remembers_no_more_than_it_may_and_never_a_document_number(monkeypatch):
    monkeypatch.setattr(column_reading, "REMEMBERED", 3)
    kind = KINDS[0]
    checker = Checker(kind, kind.spec(), Circumstances(organisation=ORGANISATION, today=TODAY, door=Door.IMPORT))
    for number in range(10):
        checker.check({"document_name": f"许可{number}", "counterparty_id_number": "610902190001050014"})
    remembered = {column.name: column.known for column in checker._columns}
    assert 0 < len(remembered["document_name"]) <= 3
    assert remembered["counterparty_id_number"] == {}


def test_whole_columns_remember_no_more_and_never_a_document_number_either(monkeypatch):
    monkeypatch.setattr(column_reading, "REMEMBERED", 3)
    kind = KINDS[0]
    checker = Checker(kind, kind.spec(), Circumstances(organisation=ORGANISATION, today=TODAY, door=Door.IMPORT))
    for day in range(1, 11):
        rows = [(f"2024-01-{day:02}", "610902190001050014")]
        list(checker.right(["decided_on", "counterparty_id_number"], rows))
    remembered = {column.name: column._plain for column in checker._columns}
    assert 0 < len(remembered["decided_on"]) <= 4
    assert set(remembered["counterparty_id_number"]) == {""}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
@given(data=st.data(), door=st.sampled_from(Door))
@settings(max_examples=60, deadline=None)
def test_whole_columns_give_what_each_row_gives_alone_or_nothing(kind, data, door):
    circumstances = Circumstances(organisation=ORGANISATION, today=TODAY, door=door)
    names = list(kind.spec().typed.by_name)
    good = {item.name: st.one_of(likely(item), likely(item), likely(item), st.just("")) for item in kind.spec().typed}
    texts = {name: st.one_of(*[good[name]] * 9, st.sampled_from(ONLY_TEXTS)) for name in names}
    rows = data.draw(st.lists(st.fixed_dictionaries(texts), min_size=1, max_size=8))
    checker = Checker(kind, kind.spec(), circumstances)
    for _ in range(2):  # what was met before changes nothing
        right = checker.right(names, [tuple(row[name] for name in names) for row in rows])
        for row, found in zip(rows, right, strict=True):
            alone = check(kind, kind.spec(), row, circumstances=circumstances)
            is_plain = not (alone.problems or alone.notices or alone.typed)
            assert found is None or (is_plain and list(found.items()) == list(alone.data.items()))
            assert found is not None or not is_plain or "" in alone.data.values()


def test_a_row_that_is_plainly_right_is_known_for_it():
    kind = KINDS[0]
    row = samples.licence()
    checker = Checker(kind, kind.spec(), Circumstances(organisation=ORGANISATION, today=TODAY, door=Door.IMPORT))
    wrong = row | {"category": "一般"}
    assert [found is None for found in checker.right(list(row), [tuple(row.values()), tuple(wrong.values())])] == [
        False, True,
    ]  # fmt: skip
    assert list(checker.right([*row, "status"], [(*row.values(), "published")])) == [None]
    assert list(checker.right(list(row), [])) == []
