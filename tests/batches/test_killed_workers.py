"""Killed at any point, told twice, racing another: one set of rows, and nothing half done (P53, BI-X13).

The worker runs in a process of its own and is killed for good before its n-th statement; then another takes over.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import contextmanager, nullcontext

import pytest
from django.db import IntegrityError, connection

from disclosure.models import Licence
from registry.directory.staff import Role
from registry.intake import ahead, deciding, judging, leases, steps, work
from registry.intake.models import BatchState, ImportBatch
from registry.models import AuditLog, BatchRow, Person, Record, Subject
from registry.records import bulk
from tests import factories, samples
from tests.batches.conftest import counts, licences, workbook, worked
from tests.batches.test_one_delivery import PERSON
from tests.factories import NOON

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROWS, POINTS = 60, 20
UNREACHED = 100_000
AFTER_THE_END = 4  # statements that follow the transaction: the temporary tables go


@pytest.fixture(autouse=True)
def small_sets(monkeypatch):
    monkeypatch.setattr(judging, "AT_A_TIME", 15)
    monkeypatch.setattr(steps, "STORED_AT_ONCE", 15)


@pytest.fixture
def content():
    rows = [*licences(ROWS - 1), samples.licence(document_number="石许〔2026〕9999号", **PERSON)]
    rows[7]["decided_on"] = "2026-02-30"
    return workbook("licence", rows)


def killed_before(statement: int, act: Callable[[], None]) -> int:
    """Do it in a process that is killed before its n-th statement; returns how many it got to, 0 if it was killed."""
    connection.close()  # the process must not share ours
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.write(writer, str(_counting(statement, act)).encode())
        finally:  # nothing of the test run may go on here
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        reached = said.read()
    os.waitpid(process, 0)
    return int(reached or 0)


def _counting(statement: int, act: Callable[[], None]) -> int:
    done = 0

    def counted(execute, sql, values, many, context):
        nonlocal done
        done += 1
        if done == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, values, many, context)

    with connection.execute_wrapper(counted):
        act()
    return done


def stored() -> tuple[int, ...]:
    audit = AuditLog.objects.filter(action="record.draft")
    return tuple(each.count() for each in (Record.objects, Licence.objects, audit, Subject.objects, Person.objects))


WHOLE = (ROWS - 1, ROWS - 1, ROWS - 1, ROWS - 1, 1)
NOTHING = (0, 0, 0, 0, 0)


def abandoned(batch: ImportBatch) -> ImportBatch:
    """The batch once the lease of its dead worker has run out, as if it were the first that died."""
    ImportBatch.objects.filter(pk=batch.pk).exclude(lease_until=None).update(lease_until=NOON, attempts=1)
    assert work.sweep() in ([batch.pk], [])
    return batch


def start_over() -> None:
    for model in (Licence, BatchRow, Record, ImportBatch, Subject, Person, AuditLog):
        model._base_manager.all()._raw_delete("default")


def test_a_worker_killed_at_twenty_points_leaves_nothing_each_time_and_the_next_one_stores_everything(deliver, content):
    batch = deliver(content, at_once=True)
    last = killed_before(UNREACHED, lambda: work.work_on(batch.pk))
    assert stored() == WHOLE and last > POINTS * 2
    start_over()
    batch = deliver(content, at_once=True)
    for point in range(POINTS):
        statement = 1 + point * (last - AFTER_THE_END - 1) // (POINTS - 1)
        assert killed_before(statement, lambda: work.work_on(batch.pk)) == 0
        assert stored() == NOTHING, f"killed before statement {statement} of {last}: {stored()}"
        abandoned(batch)
    batch = worked(batch)
    assert (batch.state, stored()) == (BatchState.COMMITTED, WHOLE)
    assert counts(batch) == {"new": ROWS - 1, "wrong": 1, "stored": ROWS - 1}
    assert batch.rows.count() == 1 and work.sweep() == []


def test_without_the_one_transaction_a_killed_worker_would_leave_half(deliver, content, monkeypatch):
    @contextmanager
    def in_pieces(run):
        run.stores_meanwhile = ahead.is_worth_it()
        yield

    monkeypatch.setattr(steps, "_written", lambda batch, returned: nullcontext())
    monkeypatch.setattr(steps, "_storing_meanwhile", in_pieces)
    batch = deliver(content, at_once=True)
    last = killed_before(UNREACHED, lambda: work.work_on(batch.pk))
    half = set()
    for statement in range(last - AFTER_THE_END - 4, last - AFTER_THE_END):
        start_over()
        batch = deliver(content, at_once=True)
        killed_before(statement, lambda key=batch.pk: work.work_on(key))
        half.add(stored())
    assert half - {NOTHING, WHOLE}, "no half was ever seen, so the test above proves nothing"


def test_a_dry_run_that_is_killed_is_done_again_and_says_the_same(deliver, content):
    batch = deliver(content)
    last = killed_before(UNREACHED, lambda: work.work_on(batch.pk))
    batch.refresh_from_db()
    said = counts(batch)
    for point in (2, last // 3, last - 1):
        start_over()
        batch = deliver(content)
        assert killed_before(point, lambda key=batch.pk: work.work_on(key)) == 0
        batch = worked(abandoned(batch))
        assert (batch.state, counts(batch), batch.rows.count()) == (BatchState.CHECKED, said, 1)


def test_an_undoing_that_is_killed_takes_all_or_nothing(deliver, content, clerk):
    batch = worked(deliver(content, at_once=True))
    last = killed_before(UNREACHED, lambda: undoing_of(batch, clerk))
    assert not Record.objects.exists()
    start_over()
    batch = worked(deliver(content, at_once=True))
    asked = deciding.undo(batch, by=clerk, at=NOON)
    for point in range(1, last - 4):
        killed_before(point, lambda: work.work_on(asked.pk))
        assert (Record.objects.count(), Licence.objects.count()) in ((ROWS - 1, ROWS - 1), (0, 0))
        abandoned(asked)
    batch = worked(asked)
    assert (batch.state, Record.objects.count(), Licence.objects.count()) == (BatchState.UNDONE, 0, 0)


def undoing_of(batch, clerk) -> None:
    work.work_on(deciding.undo(batch, by=clerk, at=NOON).pk)


def test_a_worker_that_fails_again_and_again_is_not_sent_a_fourth_time(deliver, content, monkeypatch):
    monkeypatch.setattr(steps, "_read", lambda run: 1 / 0)
    batch = deliver(content)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            work.work_on(batch.pk)
        ImportBatch.objects.update(lease_until=NOON)
    batch = worked(batch)
    assert batch.state == BatchState.REFUSED and "多次中断" in batch.refusal
    assert work.sweep() == []


# Races


def together(*acts: Callable[[], object]) -> list[object]:
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_workers_told_of_one_batch_store_it_once(deliver, content):
    batch = deliver(content, at_once=True)
    assert together(*[lambda: work.work_on(batch.pk)] * 4) == [None] * 4
    assert stored() == WHOLE


def test_the_same_file_handed_in_at_once_is_one_batch(deliver, content):
    batches = together(*[lambda: deliver(content)] * 4)
    assert len({batch.pk for batch in batches}) == 1 == ImportBatch.objects.count()


def test_two_files_with_the_same_rows_are_stored_one_after_the_other(deliver):
    rows = licences(20)
    first, second = (
        deliver(workbook("licence", rows), at_once=True),
        deliver(workbook("licence", rows[::-1]), at_once=True),
    )
    together(lambda: work.work_on(first.pk), lambda: work.work_on(second.pk))
    for key in work.sweep():  # whoever came second was told to wait
        work.work_on(key)
    found = [counts(ImportBatch.objects.get(pk=batch.pk)) for batch in (first, second)]
    assert sorted(found, key=len) == [{"same": 20}, {"new": 20, "stored": 20}]
    assert Record.objects.count() == 20


@pytest.fixture
def other_clerk(rules):
    """Another body with a clerk, that may collect the same."""
    body = factories.OrganisationFactory(region_id="610922")
    factories.CatalogueItemVersionFactory(item__organisation=body, item__catalogue__region_id="610922")
    return {"organisation": body, "by": factories.UserFactory(organisation=body, role=Role.CLERK)}


def test_two_bodies_that_bring_the_same_new_subjects_both_come_in(deliver, other_clerk):
    rows = licences(40)
    ours = deliver(workbook("licence", rows), at_once=True)
    theirs = deliver(workbook("licence", rows[::-1]), at_once=True, **other_clerk)
    assert together(lambda: work.work_on(ours.pk), lambda: work.work_on(theirs.pk)) == [None, None]
    assert (Record.objects.count(), Subject.objects.count()) == (80, 40)


def test_if_conflicts_were_not_expected_one_of_them_would_fail(deliver, other_clerk, monkeypatch):
    insert = bulk.insert
    monkeypatch.setattr(bulk, "insert", lambda *args, or_nothing=False, **more: insert(*args, **more))
    rows = licences(40)
    gate, compare = threading.Barrier(2), steps.Staging.compare

    def together_at_first(stage):
        if not stage.store_began:
            gate.wait(timeout=30)
        compare(stage)

    monkeypatch.setattr(steps.Staging, "compare", together_at_first)
    ours = deliver(workbook("licence", rows), at_once=True)
    theirs = deliver(workbook("licence", rows[::-1]), at_once=True, **other_clerk)
    results = together(lambda: work.work_on(ours.pk), lambda: work.work_on(theirs.pk))
    assert any(isinstance(result, IntegrityError) for result in results), results


def so_slow_that_the_lease_runs_out(batch, monkeypatch) -> list[object]:
    """Work on the batch; before the end of it another tries to take over. What the other comes to."""
    read, came_to = steps._read, []

    def slow(run):
        stored = read(run)
        if run.batch.attempts == 1:
            ImportBatch.objects.filter(pk=batch.pk).update(lease_until=NOON)
            came_to.extend(together(lambda: work.work_on(batch.pk), lambda: ImportBatch.objects.get(pk=batch.pk).state))
        return stored

    monkeypatch.setattr(steps, "_read", slow)
    work.work_on(batch.pk)
    return came_to


def test_a_worker_whose_lease_was_taken_over_writes_nothing(deliver, content, monkeypatch):
    monkeypatch.setattr(ahead, "is_worth_it", lambda: False)  # nothing is stored before everything is read
    batch = deliver(content, at_once=True)
    so_slow_that_the_lease_runs_out(batch, monkeypatch)
    assert stored() == WHOLE
    assert ImportBatch.objects.get(pk=batch.pk).attempts == 0


def test_nobody_takes_over_while_rows_are_stored(deliver, content, monkeypatch):
    assert ahead.is_worth_it()
    batch = deliver(content, at_once=True)
    assert so_slow_that_the_lease_runs_out(batch, monkeypatch) == [None, BatchState.COMMITTING]
    assert stored() == WHOLE


def test_a_lease_lost_in_the_middle_of_storing_leaves_nothing(deliver, content, monkeypatch):
    renew, renewed = leases.renew, []

    def lost_at_last(batch, **more):
        renewed.append(batch)
        if len(renewed) == 4:  # three sets were read, and stored where rows are stored meanwhile
            raise leases.LeaseLost
        renew(batch, **more)

    monkeypatch.setattr(leases, "renew", lost_at_last)
    monkeypatch.setattr(leases, "RENEWED_AFTER", 0)
    batch = deliver(content, at_once=True)
    work.work_on(batch.pk)
    assert len(renewed) == 4 and stored() == NOTHING
    monkeypatch.undo()
    assert worked(abandoned(batch)).state == BatchState.COMMITTED
    assert stored() == WHOLE
