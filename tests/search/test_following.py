"""The index follows each act in its own transaction: nothing is found too late, nothing too long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from registry.directory.catalogue import Openness
from registry.identifiers.normalise import name_key
from registry.models import CatalogueItemVersion, Record, SearchEntry
from registry.records import drafting, kinds
from registry.records.parsing import Door
from registry.records.statuses import Action
from registry.records.subject_matching import add_former_name
from registry.records.workflow import move, move_many
from registry.search import find as finding
from registry.search import index
from registry.search.find import counts_by_kind, find
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db

NAME = "石泉县后柳试例水产专业合作社"
LICENCE, PENALTY = 10, 11


def found(q=NAME, **options):
    return find(q, on=options.pop("on", TODAY), **options).record_ids


def test_a_draft_is_found_by_nobody_and_neither_is_its_subject(submitted):
    submitted()
    assert found() == []
    assert find(NAME, on=TODAY, kind=1).total == 0
    assert set(counts_by_kind(NAME, on=TODAY).values()) == {(0, False)}


def test_a_published_record_and_its_subject_are_found_at_once(published):
    record = published()
    assert found("后柳试例") == [record.pk]
    assert find("后柳试例", on=TODAY, kind=1).subject_ids == [record.subject_id]
    assert counts_by_kind(NAME, on=TODAY)[LICENCE] == counts_by_kind(NAME, on=TODAY)[1] == (1, False)


def test_a_withdrawn_record_is_gone_and_no_longer_counted(published, reviewer):
    record = published()
    move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="信息有误")
    assert found() == []
    assert counts_by_kind(NAME, on=TODAY)[LICENCE] == (0, False)


def test_an_act_that_is_rolled_back_leaves_the_index_as_it_was(published, reviewer):
    record = published()
    with pytest.raises(RuntimeError), transaction.atomic():
        move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="信息有误")
        assert found() == []
        raise RuntimeError
    assert found() == [record.pk]


def test_it_is_gone_the_day_after_its_term_before_any_job_has_run_and_after(published):
    record = published()
    last = date(2031, 2, 26)
    assert found(on=last) == [record.pk]
    assert found(on=last + timedelta(days=1)) == []
    assert counts_by_kind(NAME, on=last + timedelta(days=1))[LICENCE] == (0, False)
    move_many(Record.objects.lapsed(on=last + timedelta(days=1)), Action.EXPIRE, by=None, at=NOON)
    assert found(on=last + timedelta(days=1)) == []
    assert not SearchEntry.objects.filter(record=record).exists()


def test_it_was_not_found_before_it_was_published(published):
    published()
    assert found(on=TODAY - timedelta(days=1)) == []


def test_a_corrected_day_moves_it_to_its_new_place(published, clerk, reviewer):
    first, second = published(), published(document_number="石食药监许〔2026〕9002号")
    assert found("试例") == [second.pk, first.pk]
    changes = {"decided_on": "2026-02-26", "valid_from": "2026-02-26"}
    drafting.propose_correction(second, changes, reason="笔误", by=clerk, at=NOON, today=TODAY, door=Door.FORM)
    move(second, Action.CORRECT, by=reviewer, at=NOON)
    assert found("试例") == [first.pk, second.pk]


def test_what_is_no_longer_open_is_no_longer_found(published, clerk, reviewer):
    record = published()
    CatalogueItemVersion.objects.update(openness=Openness.SHARED)
    drafting.propose_correction(
        record, {"content": "食品经营"}, reason="笔误", by=clerk, at=NOON, today=TODAY, door=Door.FORM
    )
    move(record, Action.CORRECT, by=reviewer, at=NOON)
    assert found() == []


def test_a_renamed_subject_is_found_by_both_names(published):
    record = published()
    subject = record.subject
    add_former_name(subject, subject.name, until=TODAY)
    subject.name = "石泉县云岭试例渔业公司"
    subject.name_key = name_key(subject.name)
    subject.save()
    index.refresh_subjects([subject])
    for name in (NAME, subject.name):
        assert found(name) == [record.pk]
        assert find(name, on=TODAY, kind=1).subject_ids == [subject.pk]
    assert found("合作社石泉县云岭") == []  # two names do not run into one another


def test_a_very_long_row_of_former_names_does_not_stop_the_act(published):
    record = published()
    for number in range(30):
        add_former_name(record.subject, "试例" * 90 + f"第{number}代商行")
    index.refresh_subjects([record.subject])
    assert found() == found("第29代商行") == [record.pk]


def test_a_retired_region_leads_to_the_division_of_today(published):
    record = published()
    body = record.organisation
    body.region_id = "612429"
    body.save()
    index.refresh([record])
    assert found(region="610981") == found(region="610928") == [record.pk]
    assert found(region="610922") == []


@pytest.fixture
def yielding():
    """Licences that yield to penalties, as honours do to listings."""
    with kinds.standing_in(replace(kinds.get("licence"), yields_to=frozenset({"penalty"}))):
        yield


def test_what_another_record_hides_is_neither_found_nor_counted(published, yielding, reviewer):
    licence = published()
    subject = licence.subject
    penalty = published("penalty", counterparty_name=subject.name, counterparty_uscc=subject.uscc)
    assert found() == [penalty.pk]
    assert counts_by_kind(NAME, on=TODAY)[LICENCE] == (0, False)
    move(penalty, Action.WITHDRAW, by=reviewer, at=NOON, reason="处罚对象有误")
    assert found() == [licence.pk]
    assert counts_by_kind(NAME, on=TODAY)[LICENCE] == (1, False)


def test_a_record_published_after_the_one_that_hides_it_is_not_found_either(published, yielding):
    licence = published()
    subject = licence.subject
    penalty = published("penalty", counterparty_name=subject.name, counterparty_uscc=subject.uscc)
    published(
        document_number="石食药监许〔2026〕9002号",
        counterparty_name=subject.name,
        counterparty_uscc=subject.uscc,
    )
    assert found() == [penalty.pk]


def test_a_set_takes_no_more_queries_than_one(drafted, clerk, reviewer):
    def queries(count: int) -> int:
        records = [drafted(document_number=f"石食药监许〔2026〕{clerk.pk}{count}{number}号") for number in range(count)]
        move_many(records, Action.SUBMIT, by=clerk, at=NOON)
        move_many(records, Action.PUBLISH, by=reviewer, at=NOON)
        with CaptureQueriesContext(connection) as captured:
            index.refresh(records)
        return len(captured)

    assert queries(2) == queries(12)


def test_what_is_withdrawn_while_it_is_searched_is_left_out(published, reviewer, monkeypatch):
    first, second = published(), published(document_number="石食药监许〔2026〕9002号")
    engine = finding._engine()

    def overtaken(*args, **kwargs):
        answer = engine.search(*args, **kwargs)
        move(first, Action.WITHDRAW, by=reviewer, at=NOON, reason="信息有误")
        return answer

    monkeypatch.setattr(finding, "_engine", lambda: SimpleNamespace(search=overtaken))
    assert found() == [second.pk]
