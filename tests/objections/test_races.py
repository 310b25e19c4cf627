"""One winner, one submission, and suspension wins (P50, P51, P52; BI-W03), on a database with real row locks.

RACES_ROUNDS=200 is the full run of P50 and P51 (P51: half of it), SCHEDULES=1000 that of P52. Each race has its
negative control: with the locks taken away it must go wrong, or the test would prove nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, models

from measures import feedback, standing, triggering
from measures.models import ApplicationState, LegalBasis, Measure, MeasureApplication, Strength
from measures.standing import Standing
from objections import situations, workflow
from objections.filing import submitting
from objections.filing.admission import NotAdmitted
from objections.life import Decision, Party
from objections.models import Case, CaseEvent, FilingDraft
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure
from registry.directory.staff import Role
from registry.models import Hold, Record
from registry.records import drafting, kinds
from registry.records import workflow as records
from registry.records.models.holds import HoldGround
from registry.records.parsing import Door
from registry.records.statuses import Action
from registry.records.workflow import MoveRefused
from tests import factories
from tests.factories import NOON, TODAY
from tests.objections import answers as said

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("RACES_ROUNDS", "2"))
SCHEDULES = int(os.environ.get("SCHEDULES", "4"))
RACERS, REPEATS = 50, 20
TEXT = "经核查情况属实"


@pytest.fixture(autouse=True)
def noon(settings):
    settings.CREDIT_TODAY = TODAY


def race(*contenders: Callable[[], Any]) -> list[Any]:
    """Start them at the same moment; returns each one's result or refusal. Whatever else happens, deadlocks as well,
    is raised."""
    gate, results, broken = threading.Barrier(len(contenders)), [None] * len(contenders), []

    def run(position: int, contender: Callable[[], Any]) -> None:
        with connection.cursor() as cursor:  # fifty share one interpreter here: their turn comes late
            cursor.execute("SET lock_timeout = '120s'")
        gate.wait()
        try:
            results[position] = contender()
        except (MoveRefused, PermissionDenied) as refusal:
            results[position] = refusal
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(contenders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return results


def step(
    case: Case, action: CaseAction, by: Any, *, seen: int | None = None, **decided: Any
) -> Callable[[], CaseEvent]:
    """A click on a copy of the case as its own page would hold it."""
    decision = Decision(**decided)
    return lambda: workflow.move(
        Case.objects.get(pk=case.pk), action, by=by, at=NOON, text=TEXT, decision=decision, expecting=seen
    )


def sending(draft: FilingDraft, key: str) -> Callable[[], str]:
    """The button at the end of the form, pressed; the number that is shown."""
    return lambda: submitting.submit(FilingDraft.objects.get(pk=draft.pk), key, at=NOON).number


@pytest.fixture
def second(organisation):
    return factories.UserFactory(organisation=organisation, role=Role.REVIEWER, full_name="试例复查员")


# P50


def test_one_of_fifty_steps_wins_and_the_others_hear_where_the_case_stands(objected, published, office):
    for number in range(ROUNDS):
        case = objected(published("penalty", document_number=f"竞罚〔2026〕{number}号"))
        results = race(
            *[step(case, action, office) for action in (CaseAction.ACCEPT, CaseAction.REFUSE) * (RACERS // 2)]
        )
        won = [result for result in results if isinstance(result, CaseEvent)]
        lost = [str(result) for result in results if isinstance(result, MoveRefused)]
        assert (len(won), len(lost)) == (1, RACERS - 1)
        case.refresh_from_db()
        assert all(f"办件现为“{CaseStatus(case.status).label}”" in why for why in lost)
        assert case.seq == case.events.count() == 2, "an update was lost"
        assert case.record.holds.count() == case.letters.count() + 1 - 2 * (case.status == CaseStatus.REFUSED)


def test_two_officers_conclude_in_the_same_second(objected, published, office, officer, second):
    """BI-W03: whoever was faster is named, and the record ends once or not at all."""
    for number in range(ROUNDS):
        case = objected(published("penalty", document_number=f"争罚〔2026〕{number}号"))
        workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
        contenders = [
            step(case, CaseAction.CONCLUDE, by, seen=case.seq, outcome=outcome)
            for by, outcome in ((officer, Outcome.UPHELD), (second, Outcome.TO_REVOKE))
        ]
        (lost,) = [result for result in race(*contenders) if isinstance(result, MoveRefused)]
        case.objection.refresh_from_db()
        assert f"已由{case.objection.concluded_by.full_name}作出结论" in str(lost)
        assert not Hold.objects.filter(record=case.record, closed_at=None).exists()


@contextmanager
def no_locks(monkeypatch: pytest.MonkeyPatch, module: Any, slow: str) -> Iterator[None]:
    """Nobody waits for anybody, and what is read is acted on a moment later."""
    read = getattr(module, slow)

    def late(*args: Any, **more: Any) -> Any:
        found = read(*args, **more)
        threading.Event().wait(0.1)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(models.QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
        patch.setattr(module, slow, late)
        yield


def test_without_the_locks_more_than_one_would_win(objected, office, monkeypatch):
    case = objected()
    with no_locks(monkeypatch, situations, "read"):
        try:
            results = race(step(case, CaseAction.ACCEPT, office), step(case, CaseAction.REFUSE, office))
        except DatabaseError:
            return  # the database's own rule caught it: two events of one number
    assert not any(isinstance(result, MoveRefused) for result in results), "the race never happened"


# P51


def test_twenty_identical_posts_make_one_case_and_twenty_equal_answers(begun, published):
    for number in range(max(1, ROUNDS // 2)):
        draft, key = _filled(begun, published, number)
        results = race(*[sending(draft, key)] * REPEATS)
        assert len(set(results)) == 1 and Case.objects.filter(number=results[0]).count() == 1
    assert Case.objects.count() == max(1, ROUNDS // 2)


def test_who_dies_in_the_middle_leaves_nothing_and_the_next_makes_it(begun, published, monkeypatch):
    draft, key = _filled(begun, published, 0)
    written = submitting._file

    def die(*args: Any) -> Case:
        written(*args)
        connection.connection.close()  # as the server sees a killed process
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(submitting, "_file", die)
        with pytest.raises(SystemExit):
            race(sending(draft, key))
    assert not Case.objects.exists()
    results = race(*[sending(draft, key)] * REPEATS)
    assert len(set(results)) == 1 and Case.objects.count() == 1


def test_without_the_lock_twenty_posts_would_make_more_or_break(begun, published, monkeypatch):
    draft, key = _filled(begun, published, 0)
    with no_locks(monkeypatch, submitting, "_complete"), pytest.raises((DatabaseError, NotAdmitted)):
        race(*[sending(draft, key)] * REPEATS)


def _filled(begun, published, number: int) -> tuple[FilingDraft, str]:
    record = published("penalty", document_number=f"重罚〔2026〕{number}号")
    return begun(Procedure.OBJECTION, *said.of(Procedure.OBJECTION, record))


# P52


@pytest.fixture
def biting(rules) -> Iterator[None]:
    """Penalties stand in for entries of the black list: they carry measures."""
    with kinds.standing_in(replace(kinds.get("penalty"), bites=True)):
        yield


@pytest.fixture
def measured(published, biting) -> Callable[[int], MeasureApplication]:
    body = factories.OrganisationFactory(name="试例公共资源交易中心")
    LegalBasis.objects.get(is_founding=True)

    def make(number: int) -> MeasureApplication:
        record = published("penalty", document_number=f"停罚〔2026〕{number}号")
        return MeasureApplication.objects.create(
            record=record, measure=Measure.objects.get(pk="P16"), organisation=body, strength=Strength.MANDATORY,
            basis="试例", triggered_on=TODAY, seq=record.seq, due_on=triggering.due_on(TODAY),
        )  # fmt: skip

    return make


def test_whatever_happens_beside_it_suspension_wins_and_resuming_restores(
    measured, objected, office, officer, clerk, client
):
    chance = Random(52)
    implementer = None
    for number in range(SCHEDULES):
        measure = measured(number)
        implementer = implementer or factories.UserFactory(organisation=measure.organisation, role=Role.REVIEWER)
        case = objected(measure.record)
        beside = {
            "execute": _executing(measure, implementer),
            "correct": _correcting(measure.record, clerk, officer),
            "page": _reading(measure.record, client),
        }
        chosen = chance.sample(list(beside), k=chance.randint(1, 3))
        results = dict(
            zip(["accept", *chosen], race(step(case, CaseAction.ACCEPT, office), *map(beside.get, chosen)), strict=True)
        )
        assert isinstance(results["accept"], CaseEvent), results
        _everything_rests(measure, client)
        measure.refresh_from_db()
        was = measure.state
        refused = isinstance(results.get("execute"), MoveRefused)
        assert was == (ApplicationState.TRIGGERED if refused or "execute" not in chosen else ApplicationState.EXECUTED)
        workflow.move(case, CaseAction.WITHDRAW, by=Party.APPLICANT, at=NOON)
        measure.refresh_from_db()
        assert measure.state == was and standing.of(measure, on=TODAY) is Standing(was)
        assert Record.objects.in_force(on=TODAY).contains(measure.record)


def _executing(measure: MeasureApplication, by: Any) -> Callable[[], Any]:
    done = {"what": "不予参与", "executed_on": TODAY, "document": "函1号"}
    return lambda: feedback.execute(measure, **done, by=by, at=NOON, today=TODAY)


def _reading(record: Record, client: Any) -> Callable[[], int]:
    return lambda: client.get(record.get_absolute_url()).status_code


def _correcting(record: Record, clerk: Any, officer: Any) -> Callable[[], Any]:
    changes = {"content": "更正后的内容"}
    drafting.propose_correction(record, changes, reason="笔误", by=clerk, at=NOON, today=TODAY, door=Door.FORM)
    return lambda: records.move(Record.objects.get(pk=record.pk), Action.CORRECT, by=officer, at=NOON)


def _everything_rests(measure: MeasureApplication, client: Any) -> None:
    """In the database, at the joint check, on the page, and for the province, which hears it last or with the rest."""
    record = measure.record
    assert not Record.objects.in_force(on=TODAY).contains(record)
    assert standing.of(measure, on=TODAY) is Standing.HELD
    assert record.holds.filter(ground=HoldGround.OBJECTION, closed_at=None).count() == 1
    assert "异议核实中" in client.get(record.get_absolute_url()).content.decode()
    sent = list(record.deliveries.order_by("seq").values_list("seq", "state_code"))
    rested = record.events.filter(action=Action.HOLD).latest("seq").seq
    assert all(state == 2 for seq, state in sent if seq >= rested), sent
