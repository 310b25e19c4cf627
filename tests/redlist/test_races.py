"""Red against black in the same second (S-03 step 9): a listing and an honour of one subject, decided in two tabs.

Either the listing came first and the honour is refused by its number, or the honour came first and is hidden in the
very act of the listing, and the province hears of it. Each race has its negative control: with the lock taken away an
honour is confirmed beside a listing that did not see it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client

from redlist import checking
from registry.directory.organisations import Organisation
from registry.directory.staff import Role
from registry.models import Record, Subject
from registry.records import workflow
from registry.records.statuses import Action, Status
from tests import factories
from tests.factories import NOON, TODAY, make_uscc
from tests.redlist.conftest import PERSON

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 50
ROUNDS_ABOUT_A_PERSON = 15
ROUNDS_OF_CONTROL = 3
PATIENCE = 0.2  # seconds that one waits for the other in vain, where locks keep it out
ENOUGH = 3  # seconds after which one has come in between that can
NAMED = f"{PERSON['subject_name']} {PERSON['subject_id_number']} 法定代表人 2013-05-06"


@pytest.fixture(autouse=True)
def the_day_is_known(settings: Any) -> None:
    settings.CREDIT_TODAY = TODAY


@pytest.fixture
def of_the_subject(submitted: Callable[..., Record]) -> Callable[[int], tuple[Record, Record]]:
    """A listing and an honour of one enterprise that is long known, both before their reviewer."""

    def pair(number: int) -> tuple[Record, Record]:
        code = make_uscc("91", "610926")
        entry = submitted("blacklist", counterparty_uscc=code, document_number=f"竞罚〔2026〕{number}号")
        honour = submitted(
            "redlist", subject_uscc=code, subject_name="平利县试例绞股蓝食品有限公司",
            document_number=f"竞信〔2026〕{number}号",
        )  # fmt: skip
        Subject.objects.filter(uscc=code).update(published_on=TODAY)  # its first publication would be a lock of its own
        return entry, honour

    return pair


@pytest.fixture
def of_a_person(submitted: Callable[..., Record], open_persons: None) -> Callable[[int], tuple[Record, Record]]:
    """A listing that names a person as legal representative, and an honour of that person."""

    def pair(number: int) -> tuple[Record, Record]:
        entry = submitted(
            "blacklist", counterparty_uscc=make_uscc("91", "610926"), document_number=f"竞罚〔2026〕{number}号",
            persons=NAMED,
        )  # fmt: skip
        return entry, submitted("redlist", **PERSON | {"document_number": f"竞信〔2026〕{number}号"})

    return pair


LISTED, LOOKED = threading.Event(), threading.Event()


class Tabs:
    """Two tabs of two reviewers' browsers that press their buttons at the same moment."""

    def __init__(self, organisation: Organisation) -> None:
        self.reviewer = factories.UserFactory(organisation=organisation, role=Role.REVIEWER)
        self.clients = (Client(), Client())
        for client in self.clients:
            client.force_login(self.reviewer)

    def press(self, entry: Record, honour: Record) -> list[HttpResponse]:
        checking.cross_check(honour, by=self.reviewer, at=NOON)
        addresses = [
            (f"/api/v1/blacklist/{entry.uid}/moves/", "list"), (f"/api/v1/redlist/{honour.uid}/moves/", "publish"),
        ]  # fmt: skip
        gate, answers = threading.Barrier(2), [None, None]
        LISTED.clear()
        LOOKED.clear()

        def run(place: int) -> None:
            address, action = addresses[place]
            gate.wait()
            try:
                answers[place] = self.clients[place].post(address, {"action": action}, content_type="application/json")
            finally:
                connection.close()
                if action == "list":
                    LISTED.set()

        threads = [threading.Thread(target=run, args=(place,)) for place in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers


@pytest.fixture
def press(organisation: Organisation) -> Callable[[Record, Record], list[HttpResponse]]:
    """Somebody new each time: nobody presses so often that the door asks him to wait."""
    return lambda entry, honour: Tabs(organisation).press(entry, honour)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The worst order there is: the honour looks, the listing is made, the honour is written; if it can be so."""
    write = workflow._write_events

    def set_up(patience: float) -> None:
        def late(moving: Any, *args: Any) -> Any:
            if moving[0].kind == "redlist":
                LOOKED.set()
                LISTED.wait(patience)
            elif moving[0].kind == "blacklist":
                LOOKED.wait(patience)
            return write(moving, *args)

        monkeypatch.setattr(workflow, "_write_events", late)

    return set_up


def stands_hidden(honour: Record) -> bool:
    """Confirmed first and hidden by the listing: said in its history and to the province, and shown nowhere."""
    last = honour.deliveries.order_by("seq").last()
    return (
        honour.events.order_by("seq").last().action == Action.HIDE
        and (last.operation, last.state_code) == ("update", 3)
        and not Record.objects.public(on=TODAY).filter(pk=honour.pk).exists()
    )


def both_stand(entry: Record, honour: Record, answers: list[HttpResponse]) -> bool:
    """What may never be: listed and confirmed, and nobody was told that the honour is hidden."""
    return [answer.status_code for answer in answers] == [201, 201] and not stands_hidden(honour)


def lawful(entry: Record, honour: Record, answers: list[HttpResponse]) -> bool:
    """One of the two endings there may be."""
    entry, honour = Record.objects.get(pk=entry.pk), Record.objects.get(pk=honour.pk)
    if answers[0].status_code != 201 or entry.status != Status.LISTED:
        return False
    if honour.status == Status.PUBLISHED:
        return answers[1].status_code == 201 and stands_hidden(honour)
    refused = answers[1].status_code == 409 and entry.listing.number in answers[1].json()["detail"]
    return refused and honour.status == Status.SUBMITTED and not honour.deliveries.exists()


def test_listing_and_honour_of_one_subject_never_both_stand(of_the_subject, press) -> None:
    for number in range(ROUNDS):
        entry, honour = of_the_subject(number)
        answers = press(entry, honour)
        assert lawful(entry, honour, answers), (number, [answer.content.decode() for answer in answers])


def test_nor_a_listing_and_the_honour_of_whom_it_names(of_a_person, press) -> None:
    for number in range(ROUNDS_ABOUT_A_PERSON):
        entry, honour = of_a_person(number)
        answers = press(entry, honour)
        assert lawful(entry, honour, answers), (number, [answer.content.decode() for answer in answers])
        retire(entry)


def test_nor_where_one_of_them_is_slow(of_the_subject, of_a_person, press, slowly) -> None:
    slowly(PATIENCE)
    for number in range(ROUNDS_OF_CONTROL):
        for made in (of_the_subject, of_a_person):
            entry, honour = made(number)
            assert lawful(entry, honour, press(entry, honour)), (number, made)
            retire(entry)


def retire(entry: Record) -> None:
    """End the entry as wrong, so that the next honour of the same person meets a clean file."""
    entry = Record.objects.get(pk=entry.pk)
    workflow.move(entry, Action.REVOKE, by=entry.reviewed_by, at=NOON, reason="复议决定〔2026〕1号认定列入有误")


def went_wrong(made: Callable[[int], tuple[Record, Record]], press: Callable[[Record, Record], Any]) -> bool:
    """Whether, in any of a few rounds, both came to stand."""
    return any(both_stand(*pair, press(*pair)) for pair in map(made, range(ROUNDS_OF_CONTROL)))


def test_without_the_lock_on_the_subject_both_would_stand(of_the_subject, press, slowly, monkeypatch) -> None:
    slowly(ENOUGH)
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
    assert went_wrong(of_the_subject, press), "the race never happened, so the test above proves nothing"


def test_without_the_lock_on_whom_it_names_both_would_stand(of_a_person, press, slowly, monkeypatch) -> None:
    slowly(ENOUGH)
    monkeypatch.setattr(workflow, "_named_beside", lambda records: set())
    assert went_wrong(of_a_person, press), "the race never happened, so the test above proves nothing"
