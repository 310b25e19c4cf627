"""Both engines hold the tokens Python asks for."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.search import fulltext, keys, tokens

NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
BY_ENGINE = {"postgresql": "search_tokens", "sqlite": "search_words"}


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(NAMES, st.integers(1, 8999), st.integers(1, 799_999) | st.none(), st.integers(0, 999_999))
def test_the_engine_computes_the_same_tokens(name, kind, organisation, region):
    entry = (name, kind, organisation, region, 2026)
    with connection.cursor() as cursor:
        casts = ("text", "smallint", "bigint", "integer", "smallint")
        marks = ", ".join(f"CAST(%s AS {cast})" for cast in casts)
        cursor.execute(f"SELECT {BY_ENGINE[connection.vendor]}({marks})", entry)
        held = cursor.fetchone()[0]
    if connection.vendor == "sqlite":
        held = [int(word, 16) for word in held.split()]
    assert set(held) == set(tokens.of_entry(*entry))


@given(NAMES.filter(bool), st.sampled_from([1, 2, 99]))
def test_every_piece_of_a_name_has_only_tokens_of_the_name(name, kind):
    held = set(tokens.of_entry(name, kind, 7, 610902, 2026))
    for end in range(1, len(name) + 1):
        assert held.issuperset(tokens.of_term(name[:end], tokens.sort_of(kind)))


def test_no_two_sorts_of_token_collide():
    least_pair, most_pair = tokens.pair("\0", "\0"), tokens.pair("\U0010ffff", "\U0010ffff")
    assert tokens.REGION + 999_999 < tokens.FILTERS_END
    assert tokens.KIND + 8_999 < tokens.YEAR < tokens.YEAR + 9_999 < tokens.ORGANISATION
    assert tokens.ORGANISATION + 800_000 < tokens.REGION
    assert least_pair == 0  # of two NULs, which no name holds
    assert tokens.pair("\x01", "\0") >= tokens.FILTERS_END
    assert most_pair < tokens.CHARACTER < tokens.character("\U0010ffff") < tokens.SUBJECT


@given(st.dates(max_value=date(9998, 12, 31)), st.dates(max_value=date(9998, 12, 31)))
def test_keys_are_in_the_order_of_days_and_then_of_rows(first, second):
    assert (first < second) == (keys.record_key(first, 2**32 - 1) < keys.record_key(second, 1)) or first == second
    assert keys.record_key(first, 1) < keys.record_key(first, 2) < 2**63
    least, after = keys.year_range(first.year)
    assert least <= keys.subject_key(first, 5) < after


def test_a_word_is_one_word_to_the_tokenizer():
    assert fulltext.phrase(tokens.pairs('a"b*')).count('"') == 2
