"""Matching is done on keys, marking on the name as it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.pages.highlighting import highlight

MARKED = [
    ("安康市恒口试例茶业", "茶业", "安康市恒口试例<mark>茶业</mark>"),
    ("安康ＡＢＣ公司", "abc", "安康<mark>ＡＢＣ</mark>公司"),
    ("汉滨区（东坝）商行", "(东坝)", "汉滨区<mark>（东坝）</mark>商行"),
    ("阿•买商行", "阿·买", "<mark>阿•买</mark>商行"),
    ("东 坝 商行", "东坝", "<mark>东 坝</mark> 商行"),
    ("试例㈱公司", "(株)", "试例<mark>㈱</mark>公司"),
    ("茶业茶业", "茶业", "<mark>茶业茶业</mark>"),
    ("恒口试例茶业", "茶业 恒口", "<mark>恒口</mark>试例<mark>茶业</mark>"),
    ("𠮷顺商贸", "𠮷", "<mark>𠮷</mark>顺商贸"),
    ("商贸公司", "茶", "商贸公司"),
    ("商贸公司", "", "商贸公司"),
    ("<b>茶</b>", "茶", "&lt;b&gt;<mark>茶</mark>&lt;/b&gt;"),
    ("<b>茶</b>", "<b>", "<mark>&lt;b&gt;</mark>茶&lt;/b&gt;"),
]


@pytest.mark.parametrize("text,query,expected", MARKED)
def test_what_was_found_is_marked(text, query, expected):
    assert highlight(text, query) == expected


@given(st.text(max_size=30), st.text(max_size=10))
def test_marking_never_changes_the_text_and_never_lets_markup_through(text, query):
    marked = highlight(text, query)
    bare = marked.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare and ">" not in bare
    assert bare == highlight(text, "")
