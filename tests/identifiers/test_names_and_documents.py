"""Names are stored as typed and compared by a key; document numbers are compared by a key of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import NameProblem, clean_name, clean_person_name, document_key, name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("安康市汉滨区（东坝）商行", "安康市汉滨区(东坝)商行"),
        ("安康市汉滨区【东坝】商行", "安康市汉滨区〔东坝〕商行"),
        ("阿·买", "阿•买"),
        ("阿·买", "阿・买"),
        ("阿·买", "阿‧买"),
        ("阿·买", "阿∙买"),
        ("阿·买", "阿･买"),
        ("ＡＢＣ 商贸１２３", "abc商贸123"),
        ("安康\u200b商贸\u202e有限\ufeff公司", "安康商贸有限公司"),
        ("安康　商贸\u00a0有限 公司", "安康商贸有限公司"),
        ("安康|商贸｜公司", "安康商贸公司"),
        ("安康\x00商贸\ud800公司", "安康商贸公司"),
        ("葛\U000e0100商行", "葛商行"),
    ],
)
def test_names_that_read_alike_have_one_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("阿·买", "阿买"), ("安康甲公司", "安康乙公司"), ("𠮷顺商贸", "吉顺商贸"), ("东坝(一)", "东坝一")],
)
def test_names_that_read_differently_have_different_keys(one, other):
    assert name_key(one) != name_key(other)


@given(st.text())
def test_a_name_key_settles_at_once_and_can_be_stored_and_joined(name):
    key = name_key(name)
    assert name_key(key) == key
    assert not set(key) & set("| \t\n\x00\u200b\ufeff（・")
    key.encode("utf-8")


@pytest.mark.parametrize(
    "name", ["安康市𠮷顺商贸有限公司", "㛃䶮〇商行", "葛\U000e0100商行", "=HYPERLINK(1)", "阿•买（一）"]
)
def test_an_unusual_but_honest_name_is_kept_as_typed(name):
    assert clean_name(f"  {name}\u3000\n") == name


def test_a_name_is_stored_composed():
    assert clean_name("Cafe\u0301") == "Caf\u00e9"


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("a\x00b", "控制字符 U+0000"),
        ("安康\t商贸", "控制字符 U+0009"),
        ("安康\u2028商贸", "控制字符 U+2028"),
        ("a\ud800b", "不成对的代理字符 U+D800"),
        ("公司\u202e有限", "不可见字符 U+202E"),
        ("公司\u2066有限", "不可见字符 U+2066"),
        ("公司\u2069有限", "不可见字符 U+2069"),
        ("公司\u200f有限", "不可见字符 U+200F"),
        ("公司\u200b有限", "不可见字符 U+200B"),
        ("公司\u200d有限", "不可见字符 U+200D"),
        ("公司\u2060有限", "不可见字符 U+2060"),
        ("\ufeff公司", "不可见字符 U+FEFF"),
        ("公司\uffff有限", "非法字符 U+FFFF"),
        ("👩\u200d👩\u200d👧" * 500, "不可见字符 U+200D"),
        ("a" + "\u0316" * 5, "组合符号（U+0316 等）超过4个"),
        ("a" + "\u0301" * 3000, "组合符号（U+0301 等）超过4个"),
    ],
)
def test_a_name_that_hides_or_breaks_something_is_refused_naming_the_character(name, named):
    with pytest.raises(NameProblem, match="名称") as refusal:
        clean_name(name)
    assert named in refusal.value.message


def test_four_combining_marks_are_still_a_name():
    assert clean_name("a" + "\u0316" * 4)


@given(st.text())
def test_any_name_is_either_refused_or_fit_to_be_stored_and_exported(name):
    try:
        kept = clean_name(name)
    except NameProblem as problem:
        problem.message.encode("utf-8")
    else:
        assert clean_name(kept) == kept
        kept.encode("utf-8")
        assert "\x00" not in kept


def test_the_dot_in_the_name_of_a_person_has_one_form():
    assert clean_person_name("阿•买・提") == "阿·买·提"


@pytest.mark.parametrize(
    "written",
    [
        "安市监罚〔2026〕12号",
        "安市监罚[2026]12号",
        "安市监罚[2026]第012号",
        "安市监罚（2026）012号",
        "安市监罚【2026】第12号",
        "安市监罚〈2026〉12号",
        " 安市监罚 ［２０２６］ 第 ０１２ 号\u200b",
    ],
)
def test_one_document_has_one_key_however_its_number_is_written(written):
    assert document_key(written) == "安市监罚〔2026〕12号"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("安市监罚〔2026〕12号", "安市监罚〔2026〕120号"),
        ("安市监罚〔2026〕12号", "安市监罚〔2025〕12号"),
        ("安市监罚〔2026〕10号", "安市监罚〔2026〕1号"),
        ("JY16109020001", "JY1610902001"),
    ],
)
def test_different_documents_have_different_keys(one, other):
    assert document_key(one) != document_key(other)


@given(st.text(alphabet="安第0 12号〔〕[]（）-—\u0301a|") | st.text())
def test_a_document_key_settles_at_once(number):
    key = document_key(number)
    assert document_key(key) == key
    assert "|" not in key
