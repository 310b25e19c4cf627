"""One winner through the API too, with the patience the product has (P50): whoever loses is told so, never a 500.

RACES_ROUNDS=200 and RACERS=16 are the full run.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client

from registry.directory.staff import User
from registry.models import Record
from registry.records import workflow
from registry.records.statuses import Status

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("RACES_ROUNDS", "2"))
RACERS = int(os.environ.get("RACERS", "8"))
LONGER_THAN_A_LOCK_IS_WAITED_FOR = 1.6  # seconds; the product's lock_timeout is one


@pytest.fixture(autouse=True)
def enough(settings: Any) -> None:
    """The budgets of the API are not what is tried here."""
    settings.API_BUDGETS = dict.fromkeys(settings.API_BUDGETS, 10**6)


@pytest.fixture
def presses(reviewer: User) -> Callable[[], list[Client]]:
    def make() -> list[Client]:
        clients = [Client(raise_request_exception=False) for _ in range(RACERS)]
        for client in clients:
            client.force_login(reviewer)
        return clients

    return make


def at_once(record: Record, clients: list[Client]) -> list[HttpResponse]:
    """Every other one publishes, the others return; all in the same moment."""
    path = f"/api/v1/licences/{record.uid}/moves/"
    gate, answers = threading.Barrier(len(clients)), [None] * len(clients)

    def press(position: int, client: Client) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("1s",), "what the product has"
        body = {"action": ("publish", "return")[position % 2], "reason": "材料不全，退回补正"}
        gate.wait()
        try:
            answers[position] = client.post(path, json.dumps(body), content_type="application/json")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=item) for item in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def judged(record: Record, answers: list[HttpResponse]) -> Counter[int]:
    """How many heard what; one won, every other was told what to do, and the record has one step more."""
    heard = Counter(answer.status_code for answer in answers)
    assert heard[201] == 1 and set(heard) <= {201, 409, 503}, (heard, [answer.content.decode() for answer in answers])
    record.refresh_from_db()
    (won,) = [answer.json() for answer in answers if answer.status_code == 201]
    assert won["status"] == record.status and record.status in {Status.PUBLISHED, Status.RETURNED}
    assert record.seq == record.events.count() == 2, "an update was lost"
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer["Retry-After"]) > 0 and answer.json()["detail"]
        elif answer.status_code == 409:
            assert answer.json()["current"]["status"] == record.status
    return heard


def test_one_of_many_moves_wins_and_no_other_breaks(submitted, presses):
    for number in range(ROUNDS):
        record = submitted(document_number=f"并〔2026〕{number}号")
        judged(record, at_once(record, presses()))


def test_who_waits_longer_than_the_product_lets_him_is_asked_to_come_again(submitted, presses, monkeypatch):
    """The winner holds the lock past everybody's patience."""
    record, clients, attach = submitted(), presses(), workflow._attach_details

    def slowly(*args: Any) -> None:
        attach(*args)
        threading.Event().wait(LONGER_THAN_A_LOCK_IS_WAITED_FOR)

    with monkeypatch.context() as patch:
        patch.setattr(workflow, "_attach_details", slowly)
        heard = judged(record, at_once(record, clients))
    assert heard[503] >= 1, heard
    assert set(Counter(answer.status_code for answer in at_once(record, clients))) <= {409, 503}, "and then hears it"


def test_without_the_locks_it_would_not_be_so(submitted, presses, monkeypatch):
    record, clients, attach = submitted(), presses(), workflow._attach_details

    def late(*args: Any) -> None:
        attach(*args)
        threading.Event().wait(0.3)

    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, *args, **more: self)
    monkeypatch.setattr(workflow, "_attach_details", late)
    heard = Counter(answer.status_code for answer in at_once(record, clients))
    assert heard[201] != 1 or heard[500], heard
