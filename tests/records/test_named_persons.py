"""Who answers for an act: however they are written, the same persons; and never a number where it may be read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.directory.persons import Person
from registry.records import named_persons

NUMBER, OTHER = "61092619000212002X", "610902190005210054"


@pytest.mark.parametrize(
    "raw",
    [
        f"罗试华 {NUMBER} 法定代表人 2013-05-06 2015-12-31",
        f"罗试华，身份证，{NUMBER}，法定代表人，2013年5月6日至2015年12月31日",
        f"  罗试华\t{NUMBER.lower()}、法定代表人 2013.5.6至2015/12/31\n\n",
        [
            {
                "name": "罗试华",
                "number": NUMBER,
                "role": "法定代表人",
                "held_from": "2013-05-06",
                "held_until": "2015-12-31",
            }
        ],
    ],
)
def test_a_person_is_read_the_same_from_a_line_and_from_an_object(rules: None, raw: Any) -> None:
    assert named_persons.read(raw) == [
        {
            "name": "罗试华",
            "document_type": "身份证",
            "number": NUMBER,
            "role": "法定代表人",
            "held_from": date(2013, 5, 6),
            "held_until": date(2015, 12, 31),
        }
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("罗试华", "看不懂这一行"),
        (f"罗试华 {NUMBER} 董事长", "职务须为"),
        (f"罗试华 {NUMBER} 法定代表人 2013-02-30", "任职起须写成"),
        (f"罗试华 {NUMBER} 法定代表人 2015-01-01 2014-01-01", "不能早于"),
        (f"罗试华 {NUMBER} 法定代表人\n罗试华 {NUMBER} 法定代表人", "重复"),
        ("罗试华 610926************ 法定代表人", "重新填写完整号码"),
        ([{"name": "罗试华", "number": 610926, "role": "法定代表人"}], "证件号码"),
        ([{"name": "罗试华", "number": NUMBER, "role": "法定代表人", "phone": "1"}], "只能有这些项"),
        ({"name": "罗试华"}, "列表"),
        ("\n".join(f"某某 {NUMBER} 股东 {year}-01-01" for year in range(1950, 1990)), "最多填写"),
    ],
)
def test_what_is_wrong_with_a_person_is_said_without_the_number(rules: None, raw: Any, said: str) -> None:
    with pytest.raises(named_persons.PersonProblem, match=said) as refusal:
        named_persons.read(raw)
    assert NUMBER not in str(refusal.value)


def test_what_is_kept_and_shown_holds_no_number(rules: None) -> None:
    held = named_persons.kept(
        named_persons.read(f"罗试华 {NUMBER} 法定代表人；汪试兵 {OTHER} 直接责任人员"), Person.objects.remember
    )
    for text in (str(held), named_persons.lines(held), named_persons.written(held)):
        assert NUMBER not in text
        assert OTHER not in text
    assert named_persons.written(held).count("（") == 2


def test_a_line_that_still_shows_the_mask_means_the_person_held(rules: None) -> None:
    held = named_persons.kept(named_persons.read(f"罗试华 {NUMBER} 法定代表人"), Person.objects.remember)
    again = named_persons.unmasked(named_persons.lines(held) + f"\n汪试兵 {OTHER} 直接责任人员", held)
    assert [one["number"] for one in named_persons.read(again)] == [NUMBER, OTHER]
    stranger = named_persons.unmasked(f"柯试明 {held[0]['mask']} 法定代表人", held)
    with pytest.raises(named_persons.PersonProblem, match="重新填写"):
        named_persons.read(stranger)
