"""What keeps the index fast is safe to run at any time, and cheap when there is nothing to do."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection

from registry.models import Record, SearchEntry, TokenFrequency
from registry.search import frequencies, index, integrity, statistics, tokens
from registry.search.find import find
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


def test_frequencies_are_counted_again_only_when_the_index_has_changed(the_town):
    assert statistics.refresh() is False
    SearchEntry.objects.filter(pk__in=SearchEntry.objects.values_list("pk")[:30]).delete()
    assert statistics.refresh() is True
    assert statistics.refresh() is False


def test_they_say_how_common_a_token_is(the_town):
    known = frequencies.current()
    assert known.entries(0) == SearchEntry.objects.filter(kind__gt=1).count()
    assert known.entries(tokens.SUBJECT) == SearchEntry.objects.filter(kind=1).count()
    shops = SearchEntry.objects.filter(kind__gt=1, name__contains="公司").count()
    assert known.of(tokens.pair("公", "司")) == shops
    assert known.share(tokens.pair("鼋", "鼍")) < 0.01


def test_they_are_read_once_a_minute_and_not_at_every_search(the_town, monkeypatch):
    before = frequencies.current()
    TokenFrequency.objects.all().delete()
    assert frequencies.current() is before
    held = frequencies.time.monotonic()
    monkeypatch.setattr(frequencies.time, "monotonic", lambda: held + 61)
    assert frequencies.current().common == {}


def test_an_empty_index_has_frequencies_too(db):
    assert statistics.refresh(force=True)
    assert find("宏达", on=TODAY).total == 0


def test_rebuilding_brings_back_what_was_lost(the_town):
    expected = find("公司", on=TODAY)
    SearchEntry.objects.all().delete()
    assert find("公司", on=TODAY).total == 0
    call_command("rebuild_search", verbosity=0)
    assert find("公司", on=TODAY) == expected


def test_an_entry_deleted_by_any_way_is_no_longer_found(the_town):
    found = find("公司", on=TODAY)
    Record.objects.filter(pk=found.record_ids[0]).delete()
    assert find("公司", on=TODAY).total == found.total - 1
    SearchEntry.objects.filter(record=found.record_ids[1]).update(name="试例")
    assert find("公司", on=TODAY).total == found.total - 2
    index.refresh(Record.objects.filter(pk=found.record_ids[1]))
    assert find("公司", on=TODAY).total == found.total - 1


def test_whatever_a_migration_did_to_the_table_the_index_still_follows(published):
    if_lost = [f"DROP TRIGGER registry_searchentry_{event}" for event in ("insert", "update", "delete")]
    with connection.cursor() as cursor:
        for statement in if_lost if connection.vendor == "sqlite" else []:
            cursor.execute(statement)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert find(published().subject.name, on=TODAY).total == 1


def test_the_check_of_the_index_names_what_is_missing_and_what_is_too_much(the_town):
    assert list(integrity.differences()) == []
    missing, renamed = SearchEntry.objects.order_by("pk")[:2]
    missing.delete()
    SearchEntry.objects.filter(pk=renamed.pk).update(name="试例")
    assert len(list(integrity.differences())) == 3  # the renamed one is both
