"""The whole life of cases through the real doors: people file, handle, give up and look things up; days pass, holidays
move, records end meanwhile. After every step the database says what the ledger says (`ledger.py`, P34, P50-P52).

`test_stateful.py` lets it run, `test_planted_bugs.py` takes one rule after the other away and has it find that.
The examples are the same each time; CASES_SEED=7 (any number) tries others, CASES_EXAMPLES=1000 more of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from objections import (
    codes,
    recall,
    reckoning,
    restoring,
    service,
    tracking,
    workflow,
)
from objections.filing import drafts, submitting
from objections.filing.admission import NotAdmitted
from objections.life import Decision
from objections.models import (
    Case,
    Evidence,
    EvidencePurpose,
    EvidenceState,
    FilingDraft,
    RecallTask,
    ServiceHours,
    ServiceProgramme,
    StepRule,
)
from objections.pages.track import track
from objections.statuses import CaseStatus, Outcome, Procedure
from registry import remembering
from registry.models import CalendarDay, Record
from registry.records import drafting, expiry
from registry.records import workflow as records
from registry.records.parsing import Door
from registry.records.statuses import Action
from registry.records.workflow import MoveRefused
from tests.factories import NOON, TODAY
from tests.objections import answers as said_on_the_form
from tests.objections import ledger as expected
from tests.objections import real_town
from tests.objections.ledger import C, Dossier, Entry, Ledger, O, R, Said
from tests.objections.real_town import RealTown, moment

THOROUGH = settings(
    max_examples=int(os.environ.get("CASES_EXAMPLES", "300")),
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize="CASES_SEED" not in os.environ,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TEXT = "经核查情况属实"
MOST_OPEN, MOST_CASES = 3, 7

_town: RealTown  # of the module; every example starts from it and is rolled back to it


@pytest.fixture(scope="module", autouse=True)
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    global _town
    with django_db_blocker.unblock(), transaction.atomic():
        _town = real_town.build()
        recall.register(_town.uses)
        yield
        recall._sources.remove(_town.uses)
        transaction.set_rollback(True)
    remembering.forget()


@pytest.fixture(autouse=True)
def from_the_first_day(settings: Any) -> None:
    settings.CREDIT_TODAY = TODAY


places = st.integers(0, 9999)
saids = st.builds(
    Said,
    outcome=st.sampled_from(["upheld", "to_correct", "to_revoke"]),
    ticks=st.sampled_from([(True, True)] * 4 + [(True, False), (False, True)]),
    to_the_accused=st.sampled_from([False, False, True]),
)


def deed(times: int, when: Callable[[Any], bool], **drawn: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """Something people do, so many times as often as the rarest, where it makes sense, with what is drawn for it."""

    def mark(verb: Any) -> Any:
        verb.deed = (times, when, drawn)
        return verb

    return mark


class Life(RuleBasedStateMachine):
    """The town at work."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.ledger = Ledger(TODAY, _town.entries(), _town.days)
        self.cases: list[Case] = []
        self.drafts: list[tuple[FilingDraft, str]] = []
        self.numbers: set[str] = set()
        self.guesses = 0
        self.calendar_moved = False
        self.is_checked = False

    def teardown(self) -> None:
        connection.needs_rollback = False  # whatever an unforeseen error broke ends here
        transaction.savepoint_rollback(self.savepoint)
        site.CREDIT_TODAY = TODAY
        if self.calendar_moved:
            remembering.forget()

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """One of all deeds: with a rule of its own for each, a town would see only some of them, mostly the barren."""
        due = [name for name, (times, when, _) in DEEDS.items() if when(self) for _ in range(times)]
        name = data.draw(st.sampled_from(due))
        getattr(self, name)(**{each: data.draw(strategy) for each, strategy in DEEDS[name][2].items()})

    @property
    def now(self):
        return moment(self.ledger.today)

    @property
    def has_room(self) -> bool:
        open_ones = sum(not case.is_over for case in self.ledger.cases)
        return open_ones < MOST_OPEN and len(self.cases) < MOST_CASES

    # Filing

    @deed(
        4,
        lambda self: self.has_room,
        place=st.sampled_from([0, 0, 0, 1, 2, 3, 4]),
        ground=st.sampled_from(["facts", "missing"]),
    )
    def an_objection_is_filed(self, place: int, ground: str) -> None:
        entry = self.ledger.entries[place]
        self._file(self._new(O, entry, ground=ground), {"ground": ground, "field_name": ""})

    @deed(
        3,
        lambda self: self.has_room,
        place=st.sampled_from([0, 0, 0, 1, 1, 1, 2, 3, 4]),
        way=st.sampled_from(["correction", "correction", "service"]),
        has_proof=st.sampled_from([True, True, False]),
    )
    def a_repair_is_asked_for(self, place: int, way: str, has_proof: bool) -> None:
        entry = self.ledger.entries[place]
        asked = {"way": way, "corrected_on": "2025-06-01" if way == "correction" else ""}
        self._file(self._new(R, entry, way=way, has_proof=has_proof), asked)

    @deed(2, lambda self: self.has_room, about=st.sampled_from([None, 0]), accuses=st.booleans())
    def somebody_complains(self, about: int | None, accuses: bool) -> None:
        entry = None if about is None else self.ledger.entries[about]
        code = {"accused_code": _town.other.uscc} if accuses else {}
        self._file(self._new(C, entry, accuses_the_other=accuses), code)

    def _new(self, procedure: Procedure, entry: Entry | None, **more: Any) -> Dossier:
        status = "filed" if procedure is C else "submitted"
        return Dossier(procedure, status, entry, self.ledger.today, **more)

    def _file(self, made: Dossier, changes: dict[str, str]) -> None:
        record = _town.records[made.entry.name] if made.entry else None
        answers, papers = said_on_the_form.of(made.procedure, record, **changes)
        key = drafts.begin(made.procedure, at=self.now, answers=answers)
        draft = FilingDraft.objects.get(pk=codes.digest(key))
        handed_in = [each for each in papers if made.has_proof or each != EvidencePurpose.EFFECT]
        Evidence.objects.bulk_create(_paper(draft, purpose) for purpose in handed_in)
        with self._nothing_changed_if_refused() as tried:
            tried.call(lambda: submitting.submit(draft, key, at=self.now), NotAdmitted)
        assert tried.taken == self.ledger.may_file(made), (made, tried.why)
        if tried.taken:
            self._keep(self.ledger.file(made), tried.answer, draft, key)

    def _keep(self, dossier: Dossier, case: Case, draft: FilingDraft, key: str) -> None:
        assert case.number not in self.numbers, "a number was given twice"
        self.numbers.add(case.number)
        self.cases.append(case)
        self.drafts.append((draft, key))

    @deed(1, lambda self: self.cases, place=places)
    def the_same_form_arrives_twenty_times(self, place: int) -> None:
        """P51: one case, twenty equal answers."""
        self.is_checked = False
        which = place % len(self.cases)
        draft, key = self.drafts[which]
        seen = {submitting.submit(draft, key, at=self.now).number for _ in range(20)}
        assert seen == {self.cases[which].number}

    # Handling

    @deed(8, lambda self: self.cases, where=st.lists(places, min_size=2, max_size=5), said=saids)
    def a_case_goes_on(self, where: list[int], said: Said) -> None:
        self._go_on(where, said, expected.PEOPLE)

    @deed(5, lambda self: self.cases, where=st.lists(places, min_size=2, max_size=5), said=saids)
    def the_staff_go_on(self, where: list[int], said: Said) -> None:
        self._go_on(where, said, ("office", *expected.OF_THE_BODY))

    @deed(2, lambda self: self.cases, place=places, said=saids)
    def the_applicant_acts(self, place: int, said: Said) -> None:
        self._go_on([place], said, ("applicant",))

    @deed(1, lambda self: self.cases, place=places, said=saids, action=st.sampled_from(sorted({a for _, a in expected.STEPS})),
          who=st.sampled_from(expected.PEOPLE), is_stale=st.sampled_from([False, False, False, True]))  # fmt: skip
    def anybody_tries_anything(self, place: int, said: Said, action: str, who: str, is_stale: bool) -> None:
        self._take(place % len(self.cases), action, who, said, is_stale=is_stale)

    @deed(5, lambda self: self.cases, where=st.lists(places, min_size=2, max_size=4), said=saids)
    def somebody_goes_too_far(self, where: list[int], said: Said) -> None:
        """Steps that are due, by somebody who may not take them, or under the wrong circumstances."""
        for place in where:
            which = place % len(self.cases)
            if wrong := self._not_possible(self.ledger.cases[which], said):
                self._take(which, *wrong[place // 7 % len(wrong)], said)

    def _go_on(self, where: list[int], said: Said, whose: tuple[str, ...]) -> None:
        """Some of the steps these people could take with a case that is not over; what leads on is taken most."""
        open_ones = [n for n, case in enumerate(self.ledger.cases) if not case.is_over] or range(len(self.cases))
        which = open_ones[where[0] % len(open_ones)]
        case = self.ledger.cases[which]
        for place in where:
            if may := self._possible(case, said, whose):
                self._take(which, *may[place // 7 % len(may)], said)
                self.everything_that_must_hold_holds()

    def _possible(self, case: Dossier, said: Said, whose: tuple[str, ...]) -> list[tuple[str, str]]:
        return [
            (action, who)
            for procedure, action in expected.STEPS
            if procedure is case.procedure
            for who in whose
            if self.ledger.may(case, action, who, said)
            for _ in range(1 if action in _LEADS_AWAY else 6)
        ]

    def _not_possible(self, case: Dossier, said: Said) -> list[tuple[str, str]]:
        """Those are tried most who are next to the right ones."""
        return [
            (action, who)
            for (procedure, action), (sources, _, whose) in expected.STEPS.items()
            if procedure is case.procedure and case.status in sources.split()
            for who in expected.PEOPLE
            if not self.ledger.may(case, action, who, said)
            for _ in range(8 if who in whose else 2 if who in expected.OF_THE_BODY else 1)
        ]

    def _take(self, which: int, action: str, who: str, said: Said, *, is_stale: bool = False) -> None:
        case, dossier, by = self.cases[which], self.ledger.cases[which], _town.people[who]
        decision = Decision(
            outcome=Outcome(said.outcome), is_corrected=said.ticks[0], is_effect_removed=said.ticks[1],
            **_assigned_to(_town.other if said.to_the_accused and dossier.accuses_the_other else _town.body),
        )  # fmt: skip
        ought = self.ledger.may(dossier, action, who, said) and not is_stale
        seen = len(dossier.acts) - is_stale
        with self._nothing_changed_if_refused() as tried:
            tried.call(
                lambda: workflow.move(case, action, by=by, at=self.now, text=TEXT, decision=decision, expecting=seen),
                MoveRefused, PermissionDenied,
            )  # fmt: skip
        assert tried.taken == ought, (dossier.procedure, dossier.status, action, who, said, tried.why)
        if ought:
            self.ledger.take(dossier, action, who, said)
            if action in ("conclude", "approve", "reject"):  # I10
                row = case.detail
                decider = row.concluded_by_id if dossier.procedure is O else row.decided_by_id
                assert decider not in (case.record.entered_by_id, case.record.reviewed_by_id)

    # What happens beside: on the record's page, at the organiser's, in the calendar

    @deed(3, lambda self: self.cases, place=st.integers(0, 4), what=st.sampled_from(["propose", "propose", "accept", "accept", "withdraw"]),
          who=st.sampled_from(["clerk", "author"]), seldom=st.integers(0, 2))  # fmt: skip
    def the_record_itself_is_worked_on(self, place: int, what: str, who: str, seldom: int) -> None:
        self.is_checked = False
        entry = self.ledger.entries[place]
        record = _town.records[entry.name]
        if what == "propose" and entry.is_live and not entry.corrected_by:
            contents = {"content": f"更正后的内容第{entry.edition}版"}
            drafting.propose_correction(
                Record.objects.get(pk=record.pk), contents, reason="笔误", by=_town.people[who], at=self.now,
                today=self.ledger.today, door=Door.FORM,
            )  # fmt: skip
            entry.corrected_by = who
        elif what == "accept" and entry.is_live and entry.corrected_by:
            records.move(Record.objects.get(pk=record.pk), Action.CORRECT, by=_town.people["officer"], at=self.now)
            self.ledger.correct(entry)
            entry.last_day = Record.objects.values_list("public_until", flat=True).get(pk=record.pk)
        elif what == "withdraw" and entry.is_live and not seldom:
            why = "决定已被撤销"
            records.move(
                Record.objects.get(pk=record.pk), Action.WITHDRAW, by=_town.people["reviewer"], at=self.now, reason=why
            )
            self.ledger.end(entry, "withdrawn")

    @deed(
        2,
        lambda self: any(case.way == "service" and not case.is_over for case in self.ledger.cases),
        hours=st.sampled_from([8, 12]),
    )
    def hours_are_claimed_and_confirmed(self, hours: int) -> None:
        self.is_checked = False
        which = next(n for n, case in enumerate(self.ledger.cases) if case.way == "service" and not case.is_over)
        case = self.cases[which]
        programme, _ = ServiceProgramme.objects.get_or_create(
            organisation=_town.people["organiser"].organisation, title="社区服务", approved_from=date(2025, 1, 5)
        )
        day = date(2025, 4, 1) + timedelta(days=ServiceHours.objects.count())
        submitting.claim_hours(case, [[str(programme.pk), day.isoformat(), str(hours)]])
        service.confirm(ServiceHours.objects.latest("pk"), by=_town.people["organiser"], at=self.now)
        self.ledger.cases[which].hours += hours

    @deed(
        2,
        lambda self: any(case.tasks for case in self.ledger.cases),
    )
    def a_body_undoes_what_it_did(self) -> None:
        self.is_checked = False
        which = next(n for n, case in enumerate(self.ledger.cases) if case.tasks)
        task = RecallTask.objects.waiting().get(restoration=self.cases[which].pk)
        restoring.confirm(task, by=_town.people["stranger"], at=self.now, undone="已解除限制措施")
        self.ledger.cases[which].tasks = 0

    @deed(2, lambda self: self.cases, days=st.sampled_from([1, 1, 2, 3, 6, 13]), is_night_run=st.booleans())
    def days_pass(self, days: int, is_night_run: bool) -> None:
        self.is_checked = False
        self.ledger.today += timedelta(days=days)
        site.CREDIT_TODAY = self.ledger.today
        if is_night_run:
            expiry.expire(on=self.ledger.today, at=self.now)
            for entry in self.ledger.entries:
                if entry.is_live and not entry.is_in_term(self.ledger.today):
                    self.ledger.end(entry, "expired")

    @deed(2, lambda self: self.cases, ahead=st.integers(1, 20))
    def the_calendar_is_changed(self, ahead: int) -> None:
        """A working day becomes a holiday, or a day off is worked; running limits move that way and no other."""
        self.is_checked = False
        day = self.ledger.today + timedelta(days=ahead)
        is_worked = not self.ledger.is_worked(day)
        CalendarDay.objects.update_or_create(
            day=day, defaults={"is_workday": is_worked, "name": "试例", "source": "试例通知"}
        )
        self.calendar_moved = True
        before = [self.ledger.due(case) for case in self.ledger.cases]
        self.ledger.days[day] = is_worked
        reckoning.reckon_running(at=self.now)
        for case, due in zip(self.ledger.cases, before, strict=True):
            now = self.ledger.due(case)
            if now != due:
                assert (now > due) != is_worked, "a holiday made a limit shorter"
                case.acts.append(("reckon", self.ledger.today))

    @deed(
        1,
        lambda self: self.cases and self.ledger.shorter_from is None,
    )
    def shorter_limits_are_announced_for_tomorrow(self) -> None:
        """What is filed from then on goes by them; what runs keeps the rules of its day of filing."""
        self.is_checked = False
        self.ledger.shorter_from = self.ledger.today + timedelta(days=1)
        StepRule.objects.create(
            rule_id="AK-O-ACCEPT-SHORT", regime="试例规则", procedure=O, step="accept", limit=1, unit="workday",
            counts_from="file", actor="信用办", effective_from=self.ledger.shorter_from, legal_basis="试例",
        )  # fmt: skip
        reckoning.reckon_running(at=self.now)

    # Looking it up

    @deed(1, lambda self: self.cases, place=places)
    def the_applicant_looks_it_up(self, place: int) -> None:
        which = place % len(self.cases)
        case, dossier = self.cases[which], self.ledger.cases[which]
        code = codes.grouped(codes.code_of(self.drafts[which][1]))
        asked = RequestFactory().post("/track/", {"number": case.number, "code": code})
        asked._dont_enforce_csrf_checks = True
        page = track(asked)
        shown = page.content.decode()
        assert page.status_code == 200 and CaseStatus(dossier.status).label in shown
        due = self.ledger.due(dossier)
        assert due is None or str(due) in shown, "the page does not say by when"

    @deed(1, lambda self: self.cases and self.guesses < 8, place=places)
    def somebody_guesses(self, place: int) -> None:
        self.guesses += 1
        case = self.cases[place % len(self.cases)]
        with pytest.raises(tracking.NotFound):
            tracking.open_case(case.number, codes.code_of(f"guess {place}"), address="127.0.0.9")

    # What must always hold

    @contextmanager
    def _nothing_changed_if_refused(self) -> Iterator[Attempt]:
        before, tried = _fingerprint(), Attempt()
        yield tried
        self.is_checked = not tried.taken
        if not tried.taken:
            assert _fingerprint() == before, "a refused act left something behind"

    @invariant()
    def everything_that_must_hold_holds(self) -> None:
        if not self.is_checked:  # a refused act has been found to change nothing
            self.the_rows_say_what_the_ledger_says()
            self.the_records_say_it_too()
            self.letters_are_written_with_their_step()
        self.is_checked = True

    def the_rows_say_what_the_ledger_says(self) -> None:
        rows = Case.objects.filter(pk__gt=0).order_by("pk").values_list(
            "status", "seq", "due_on", "objection__outcome", "repair__way", "number"
        )  # fmt: skip
        kept = [
            (
                case.status,
                len(case.acts),
                self.ledger.due(case),
                case.outcome if case.procedure is O else None,
                case.way if case.procedure is R else None,
                real.number,
            )
            for case, real in zip(self.ledger.cases, self.cases, strict=True)
        ]
        assert list(rows) == kept
        undecided = [id(case.entry) for case in self.ledger.cases if case.is_undecided]
        assert len(undecided) == len(set(undecided)), "two undecided procedures on one record"

    def the_records_say_it_too(self) -> None:
        """I2, I3: what is ended is shown nowhere, what is looked into rests, what is neither does what it did."""
        on = self.ledger.today
        names = {record.pk: name for name, record in _town.records.items()}
        public = {names[key] for key in Record.objects.public(on=on).values_list("pk", flat=True)}
        in_force = {names[key] for key in Record.objects.in_force(on=on).values_list("pk", flat=True)}
        status = {
            names[key]: (state, edition)
            for key, state, edition in Record.objects.values_list("pk", "status", "edition")
        }
        for entry in self.ledger.entries:
            assert status[entry.name] == (entry.status, entry.edition)
            assert (entry.name in public) == entry.is_public(on), f"{entry.name}: shown {entry.name in public}"
            bites = entry.is_in_term(on) and not self.ledger.is_held(entry)
            assert (entry.name in in_force) == bites, f"{entry.name}: bites {entry.name in in_force}"

    def letters_are_written_with_their_step(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_LETTERS)
            written = dict((key, (number, bool(delivered))) for key, number, delivered in cursor.fetchall())
        for case, dossier in zip(self.cases, self.ledger.cases, strict=True):
            assert written.get(case.pk, (0, False)) == (dossier.letters, dossier.is_delivered)


DEEDS = {name: verb.deed for name, verb in vars(Life).items() if hasattr(verb, "deed")}


class Attempt:
    """One call that may be refused in so many words."""

    taken, why, answer = False, "", None

    def call(self, verb: Callable[[], Any], *refusals: type[Exception]) -> None:
        try:
            self.answer = verb()
            self.taken = True
        except refusals as reason:
            self.why = str(reason)
            assert self.why, "refused without a word"


# What ends a case or leaves it where it is: a town of that alone would never see the far ends.
_LEADS_AWAY = ("withdraw", "refuse", "not_take", "reject", "add", "extend", "ask", "hand_back")
# SQLite reads the other columns from the row that has the greatest number: the latest letter.
_LETTERS = "SELECT case_id, max(number), delivered_on FROM objections_letter GROUP BY case_id"
_COUNTED = (
    "objections_case", "objections_caseevent", "objections_letter", "objections_notice", "objections_restoration",
    "objections_recalltask", "registry_recordevent", "registry_recordedition", "registry_delivery", "registry_hold",
)  # fmt: skip
_FINGERPRINT = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in _COUNTED) + (
    ", (SELECT group_concat(status || seq || coalesce(due_on, '')) FROM objections_case)"
    ", (SELECT group_concat(status || seq || edition) FROM registry_record)"
    ", (SELECT count(*) FROM registry_hold WHERE closed_at IS NULL)"
)  # fmt: skip


def _fingerprint() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT)
        return cursor.fetchone()


def _assigned_to(body: Any) -> dict[str, Any]:
    return {"organisation": body.pk, "organisation_code": body.uscc}


def _paper(draft: FilingDraft, purpose: str) -> Evidence:
    return Evidence(
        draft=draft, purpose=purpose, name="证明.pdf", media_type="application/pdf", size=1, sha256="0" * 64,
        state=EvidenceState.CLEAN, received_at=NOON,
    )  # fmt: skip


def live(how: settings = THOROUGH) -> None:
    machine = Life
    if "CASES_SEED" in os.environ:
        machine = seed(int(os.environ["CASES_SEED"]))(Life)
    run_state_machine_as_test(machine, settings=how)
