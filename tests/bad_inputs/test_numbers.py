"""Amounts and the numbers of JSON: what is none is refused by its field, and nothing is rounded."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from registry.models import Record
from tests import samples
from tests.bad_inputs.conftest import nothing_stored

pytestmark = pytest.mark.django_db

NO_AMOUNT = [
    "1e999999", "NaN", "-inf", "-0.5", "0.1234567", "99999999999999", "9" * 40, "0x10", "1/2", "一百", "٣", "1_000",
]  # fmt: skip


@pytest.mark.parametrize("typed", NO_AMOUNT)
def test_what_is_no_amount_is_refused_at_every_door(typed, refused):
    """BI-M01"""
    refused("penalty", "罚款金额（万元）：", fine=typed)


# What is folded in a workbook, where it is pasted, and refused where it is typed or sent.
ONLY_IMPORTED = {"1,234.50": "1234.5", "￥１２３": "123", "¥0.5": "0.5", "１２": "12", " 1 234 ": "1234"}


@pytest.mark.parametrize("typed", ONLY_IMPORTED)
def test_signs_and_separators_are_read_in_a_workbook_alone(typed, refused, writing):
    """BI-M01"""
    refused("penalty", "罚款金额（万元）：", fine=typed, doors=("form", "api"))
    assert writing["import"]("penalty", samples.penalty(fine=typed)).taken
    assert Record.objects.get().detail.fine == Decimal(ONLY_IMPORTED[typed])


def test_no_cent_is_rounded_and_nothing_negative_is_kept(writing, refused):
    """BI-M01: six decimals of ten thousand yuan are a cent."""
    assert writing["form"]("penalty", samples.penalty(fine="0.000001")).taken
    assert Record.objects.get().detail.fine == Decimal("0.000001")
    refused("penalty", "最多六位小数", fine="0.0000001", document_number="另〔2026〕1号")
    refused("penalty", "须大于0", fine="-0", document_number="另〔2026〕1号")
    values = samples.penalty(confiscated="-0", document_number="另〔2026〕2号")
    assert writing["api"]("penalty", values).taken
    assert not Record.objects.get(document_number="另〔2026〕2号").detail.confiscated.is_signed()


NO_NUMBER = ["1E400", "-1E400", "9" * 5000, "NaN", "Infinity", "true", "[1]", '{"a": 1}', '"１２"', "1e-400"]


@pytest.mark.parametrize("written", NO_NUMBER, ids=lambda written: written[:12])
def test_a_number_of_json_that_is_none_is_refused(written, at_entry, organisation):
    """BI-M02"""
    body = json.dumps(samples.penalty(fine="MARK"), ensure_ascii=False).replace('"MARK"', written)
    with nothing_stored():
        answer = at_entry.client.post("/api/v1/penalties/", body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert any(letter >= "\u4e00" for letter in answer.json()["detail"])


@pytest.mark.parametrize("expecting", ["1.0", "true", '"1"', '"１"', "[1]", "9" * 5000, "-1E400"], ids=lambda w: w[:8])
def test_a_whole_number_is_a_whole_number(expecting, submitted, at_review):
    """BI-M02: neither 1.0 nor true is the first event."""
    record = submitted()
    body = f'{{"action": "publish", "expecting": {expecting}}}'
    answer = at_review.client.post(f"/api/v1/licences/{record.uid}/moves/", body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert record.events.count() == 1
