"""对账 finds every difference and invents none (reliability I12; faults F17, F18)."""

from __future__ import annotations

from datetime import date

import pytest

from exchange import reconciliation, relay
from exchange.province import Answer, NoAnswer, Province
from exchange.reconciliation import Difference
from tests import factories

pytestmark = pytest.mark.django_db

A_KEY = "0123456789abcdef0123456789abcdef"


def differences(line, **more) -> dict[str, Difference]:
    return {found.key: found.difference for found in reconciliation.reconcile(line, **more)}


@pytest.fixture
def pushed(line, onboarded, several):
    records = several(5)
    relay.drain(line)
    return records


def test_a_clean_run_finds_nothing(platform, line, pushed, corrected, withdrawn, published):
    corrected(pushed[0], content="食品经营（散装食品销售）")
    relay.drain(line)
    withdrawn(pushed[1])
    relay.drain(line)
    assert differences(line) == {}


def test_every_planted_difference_is_found(platform, line, pushed):
    missing, older, newer, state, contents = (record.uid.hex for record in pushed)
    platform.change("DELETE FROM records WHERE key = ?", missing)
    platform.change("UPDATE records SET version = 1 WHERE key = ?", older)
    platform.change("UPDATE records SET version = 9 WHERE key = ?", newer)
    platform.change("UPDATE records SET state = 2 WHERE key = ?", state)
    platform.change("UPDATE records SET payload_sha256 = ? WHERE key = ?", "0" * 64, contents)
    platform.change(
        "INSERT INTO records (key, version, op, state, payload_sha256) VALUES (?, 1, 'add', 0, ?)", A_KEY, "1" * 64
    )

    assert differences(line) == {
        missing: Difference.MISSING,
        older: Difference.OLDER,
        newer: Difference.NEWER,
        state: Difference.STATE,
        contents: Difference.HASH,
        A_KEY: Difference.EXTRA,
    }


def test_a_record_that_should_be_withdrawn_and_is_not_is_found(platform, line, pushed, withdrawn):
    withdrawn(pushed[0])
    relay.drain(line)
    platform.change("UPDATE records SET op = 'add' WHERE key = ?", pushed[0].uid.hex)
    assert differences(line) == {pushed[0].uid.hex: Difference.STATE}


def test_what_is_on_its_way_is_no_difference(platform, line, pushed, corrected, published):
    corrected(pushed[0], content="食品经营（散装食品销售）")
    published("penalty")
    platform.change("UPDATE records SET version = 3 WHERE key = ?", pushed[0].uid.hex)
    assert differences(line) == {}


def test_what_a_relay_settles_meanwhile_is_no_difference(platform, line, pushed, corrected, monkeypatch):
    asked = reconciliation._theirs

    def push_meanwhile(line, bucket):
        corrected(pushed[0], content="食品经营（散装食品销售）")
        relay.drain(line)
        monkeypatch.setattr(reconciliation, "_theirs", asked)
        return asked(line, bucket)

    platform.change("DELETE FROM records WHERE key = ?", pushed[0].uid.hex)
    monkeypatch.setattr(reconciliation, "_theirs", push_meanwhile)
    assert differences(line) == {}


def test_only_buckets_that_differ_are_fetched(platform, line, pushed, monkeypatch):
    fetched = []
    asked = reconciliation._theirs
    monkeypatch.setattr(reconciliation, "_theirs", lambda line, bucket: fetched.append(bucket) or asked(line, bucket))
    platform.change("DELETE FROM records WHERE key = ?", pushed[0].uid.hex)
    list(reconciliation.reconcile(line))
    assert fetched == [pushed[0].uid.hex[:2]]


def test_older_records_can_be_left_out_of_the_report(platform, line, pushed):
    platform.change("DELETE FROM records WHERE key = ?", pushed[0].uid.hex)
    assert len(differences(line, since=factories.TODAY)) == 1
    assert differences(line, since=date(2026, 3, 3)) == {}


@pytest.mark.parametrize("status", [200, 500])
def test_a_platform_that_cannot_be_asked_is_no_clean_run(onboarded, monkeypatch, line, status):
    monkeypatch.setattr(Province, "digests", lambda *_: Answer(status, b"<html>"))
    with pytest.raises(NoAnswer):
        differences(line)
