"""Entries that come in as a workbook: the same rules, and the persons they name go into their files."""

from __future__ import annotations

import pytest

from registry.models import PersonalItem, Record
from registry.records.statuses import Action, Status
from tests import samples
from tests.batches.conftest import check, commit, counts, deliver, messages, own_files  # noqa: F401  # fixtures
from tests.factories import make_uscc

pytestmark = pytest.mark.django_db


def rows() -> list[dict[str, str]]:
    right = samples.listing()
    wrong = samples.listing(document_number="平市监罚〔2026〕9202号", item="D01", counterparty_uscc=make_uscc("91"))
    return [right, wrong]


def test_a_row_is_stored_submitted_and_listed_and_a_wrong_one_is_named(commit, step) -> None:  # noqa: F811
    batch = commit(rows(), "blacklist")
    assert batch.rows_stored == 1 and batch.rows_wrong == 1
    assert "只适用于自然人" in messages(batch)[3]
    record = Record.objects.get(kind="blacklist")
    assert record.document_number == "平市监罚〔2026〕9201号" and record.listing.persons[0]["name"] == "罗试华"
    step(record, Action.SUBMIT)
    step(record, Action.LIST)
    assert record.status == Status.LISTED
    assert PersonalItem.objects.get().person.number() == "61092619000212002X"


def test_the_same_file_again_says_the_same(commit, check) -> None:  # noqa: F811
    commit(rows()[:1], "blacklist")
    again = check([samples.listing(counterparty_uscc=Record.objects.get().subject.uscc)], "blacklist")
    assert counts(again) == {"same": 1}
