"""One rule for every door: what is folded in a typed code, and what the person is told about it."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import normalise_code

CODE = "91610900MA70ABC19T"


@pytest.mark.parametrize(
    ("typed", "changes"),
    [
        (CODE, ()),
        (f"  {CODE}\t\r\n", ("已去除空白",)),
        ("9161 0900\u00a0MA70\u3000ABC1\u202f9T", ("已去除空白",)),
        ("91610900-MA70ABC1-9T", ("已去除连字符",)),
        ("91610900\u2014MA70\u2010ABC1\uff0d9T\u2212", ("已去除连字符",)),
        ("91610900ma70abc19t", ("已将小写字母转为大写",)),
        ("９１６１０９００ＭＡ７０ＡＢＣ１９Ｔ", ("已将全角字符转为半角",)),
        ("91610900\u200bMA70ABC19T", ("已去除不可见字符 U+200B",)),
        (f"\ufeff{CODE}", ("已去除不可见字符 U+FEFF",)),
        (f"\u202a{CODE}\u202c", ("已去除不可见字符 U+202A", "已去除不可见字符 U+202C")),
        ("91610900 ｍａ70abc19T", ("已去除空白", "已将全角字符转为半角", "已将小写字母转为大写")),
        ("91610900MA70ABC⑲T", ("已将兼容字符转为标准字符",)),
    ],
)
def test_a_code_is_folded_and_every_change_is_reported(typed, changes):
    assert normalise_code(typed) == (CODE, changes)


@pytest.mark.parametrize("hidden", "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c\u202e\u2066\u2069\u00ad")
def test_an_invisible_character_is_removed_and_named(hidden):
    assert normalise_code(f"9161{hidden}0900") == ("91610900", (f"已去除不可见字符 U+{ord(hidden):04X}",))


@pytest.mark.parametrize("typed", ["9161O900MA7OABC19T", "I1Z2S5VU"])
def test_misread_letters_are_never_turned_into_digits(typed):
    assert normalise_code(typed).text == typed


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b"])
def test_nul_and_lone_surrogates_stay_to_be_refused(typed):
    assert normalise_code(typed).text == typed.upper()


@given(st.text())
def test_folding_twice_changes_nothing_more(typed):
    once = normalise_code(typed).text
    assert normalise_code(once) == (once, ())


@given(st.text(alphabet="aI9\u0301\u0307\u200d\u00b4\u3099\u304b-ﬁŉ"))
def test_folding_settles_where_taking_a_character_out_lets_others_compose(typed):
    once = normalise_code(typed).text
    assert normalise_code(once) == (once, ())


def test_folding_settles_for_every_character_there_is():
    for point in range(sys.maxunicode + 1):
        if not 0x3400 < point < 0xD7A4 and not 0x17000 < point < 0x1AFFF and not 0x20000 < point < 0xE0000:
            once = normalise_code(chr(point)).text
            assert normalise_code(once) == (once, ()), hex(point)


@given(st.text(min_size=1))
def test_what_changed_is_said_and_what_did_not_is_not(typed):
    text, changes = normalise_code(typed)
    assert bool(changes) == (text != typed)
