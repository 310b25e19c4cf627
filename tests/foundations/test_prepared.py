"""A prepared question answers what its queryset answers, whatever is asked, and refuses what it cannot keep."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import prepared
from registry.models import Record, Subject
from registry.prepared import Prepared, instance
from registry.records import kinds
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


def records(uid: uuid.UUID, on: date):
    return Record.objects.public(on=on).filter(uid=uid).values("pk", "uid", "public_from", "published_at")


def contents(keys: list[int], on: date):
    shown = Record.objects.public(on=on).filter(pk__in=keys, editions__edition=F("edition"))
    return shown.order_by("pk").values("pk", "editions__data", "is_backfill")


@pytest.fixture
def three(published):
    return [published(document_number=f"石试许〔2026〕900{n}号") for n in range(3)]


def test_it_answers_as_its_queryset_does_with_every_type_converted(three):
    question = Prepared(records)
    for record in [*three, *three]:
        assert question.ask(uid=record.uid, on=TODAY) == list(records(record.uid, TODAY))
    assert question.ask(uid=uuid.uuid4(), on=TODAY) == []


@given(shift=st.integers(-800, 800), chosen=st.sets(st.integers(0, 2)))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_day_and_any_keys_are_answered_as_by_the_queryset(three, shift, chosen):
    keys, on = [three[n].pk for n in chosen], TODAY + timedelta(days=shift)
    if keys:
        assert PREPARED.ask(keys=keys, on=on) == list(contents(keys, on))


PREPARED = Prepared(contents)


def test_a_value_is_never_taken_for_a_part_of_the_question():
    """Whatever is asked first, even what the question itself tries out, the next one gets its own answer."""
    for first in (uuid.UUID(int=1), uuid.UUID(int=0)):
        question = Prepared(records)
        assert question.ask(uid=first, on=date.min + timedelta(days=2)) == []
        (statement,) = question.statements.values()
        assert [slot.name for slot in statement.parameters if hasattr(slot, "fill")].count("uid") == 1


def test_a_page_and_a_count_cut_the_same_rows(three):
    question = Prepared(lambda on: Record.objects.public(on=on).order_by("-pk").values("pk"))
    keys = [row["pk"] for row in question.ask(on=TODAY)]
    assert [row["pk"] for row in question.page(1, 2, on=TODAY)] == keys[1:]
    assert [question.count(most, on=TODAY) for most in (1, 2, 3, 10)] == [1, 2, 3, 3]


def test_it_is_compiled_once_and_asked_in_one_statement(three, django_assert_num_queries, monkeypatch):
    question = Prepared(records)
    question.ask(uid=three[0].uid, on=TODAY)
    monkeypatch.setattr(question, "build", lambda **values: pytest.fail("built again"))
    with django_assert_num_queries(1):
        (row,) = question.ask(uid=three[1].uid, on=TODAY)
    assert row["pk"] == three[1].pk


@pytest.mark.parametrize(
    ("build", "values"),
    [
        (lambda on: Record.objects.filter(decided_on__gte=on - timedelta(days=-1)).values("pk"), {"on": TODAY}),
        (lambda name: Subject.objects.filter(name__contains=name).values("pk"), {"name": "茶业"}),
        (lambda is_live: Record.objects.filter(is_backfill=is_live).values("pk"), {"is_live": True}),
        (lambda key: Record.objects.filter(pk=key).values("pk") if key == 5 else Record.objects.values("pk"), {"key": 5}),
    ],
)  # fmt: skip
def test_a_queryset_that_computes_with_its_values_is_refused(build, values):
    with pytest.raises(ImproperlyConfigured):
        Prepared(build).ask(**values)


def test_a_kind_that_changes_what_is_public_makes_it_anew():
    question = Prepared(lambda on: Record.objects.public(on=on).values("pk"))
    question.ask(on=TODAY)
    with kinds.standing_in(kinds.get("licence")):
        assert question.statements == {}


def test_an_instance_reads_what_it_was_not_given(three, django_assert_num_queries):
    (row,) = Prepared(lambda pk: Record.objects.filter(pk=pk).values("id", "title", "uid")).ask(pk=three[0].pk)
    record = instance(Record, dict(reversed(row.items())))
    with django_assert_num_queries(0):
        assert (record.pk, record.title, record.uid) == (three[0].pk, three[0].title, three[0].uid)
    with django_assert_num_queries(1):
        assert record.document_number == three[0].document_number


def test_text_with_a_percent_sign_stays_what_it_is(three):
    Subject.objects.filter(pk=three[0].subject_id).update(name="百分百100%商行")
    question = Prepared(lambda name: Subject.objects.filter(name=name).exclude(address="5%").values("name"))
    assert question.ask(name="百分百100%商行") == [{"name": "百分百100%商行"}]
    assert connection.vendor in ("sqlite", "postgresql")


BY_KEY = Prepared(contents, by_key=True)


@given(shift=st.integers(-800, 800), chosen=st.sets(st.integers(0, 2), min_size=1))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_plan_kept_by_the_server_answers_any_day_and_any_keys(three, shift, chosen):
    keys, on = [three[n].pk for n in chosen], TODAY + timedelta(days=shift)
    assert BY_KEY.ask(keys=keys, on=on) == list(contents(keys, on))
    assert BY_KEY.count(2, keys=keys, on=on) == min(2, contents(keys, on).count())


@pytest.mark.postgresql  # SQLite plans nothing ahead
class TestServerPlans:
    def test_the_server_is_told_the_statement_once(self, three):
        question = Prepared(records, by_key=True)
        with CaptureQueriesContext(connection) as queries:
            for record in three:
                assert question.ask(uid=record.uid, on=TODAY) == list(records(record.uid, TODAY))
        executed = [query["sql"] for query in queries if query["sql"].startswith("EXECUTE")]
        assert len(executed) == 3 and len(queries) == 6
        assert len({sql.split()[1] for sql in executed}) == 1

    def test_it_outlives_a_transaction_that_is_rolled_back(self, three):
        question = Prepared(records, by_key=True)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            question.ask(uid=three[0].uid, on=TODAY)
            raise ZeroDivisionError
        assert question.ask(uid=three[1].uid, on=TODAY) == list(records(three[1].uid, TODAY))

    def test_what_is_constant_stays_in_it_as_it_was_written(self, three):
        Subject.objects.filter(pk=three[0].subject_id).update(name="百分百100%商行", address="5%'$1")
        question = Prepared(lambda pk: Subject.objects.filter(pk=pk, address="5%'$1").values("name"), by_key=True)
        assert question.ask(pk=three[0].subject_id) == [{"name": "百分百100%商行"}]

    def test_behind_a_pooler_nothing_is_left_in_a_connection(self, three, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
        with CaptureQueriesContext(connection) as queries:
            Prepared(records, by_key=True).ask(uid=three[0].uid, on=TODAY)
        assert queries[0]["sql"].startswith("SELECT")

    def test_more_shapes_than_are_kept_leave_no_plan_behind(self, three, monkeypatch):
        monkeypatch.setattr(prepared, "_MOST_SHAPES", 1)
        question = Prepared(contents, by_key=True)
        question.ask(keys=[three[0].pk], on=TODAY)
        with CaptureQueriesContext(connection) as queries:
            question.ask(keys=[record.pk for record in three], on=TODAY)
        assert queries[0]["sql"].startswith("SELECT")
