from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from ankang_credit import health
from exchange import onboarding
from registry.clock import real_now
from registry.records.models import Delivery

pytestmark = pytest.mark.django_db


@contextmanager
def database_away():
    def refuse(*arguments):
        raise OperationalError("could not connect to server at 10.0.0.5")

    with connection.execute_wrapper(refuse):
        yield


def test_a_living_process_says_so(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_living_process_says_so_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0), database_away():
        assert client.get("/healthz").status_code == 200


def test_a_ready_portal_names_what_it_looked_at(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "cache": "ok", "queue": "ok"}}
    assert answer["Cache-Control"] == "no-store"


def test_without_a_database_it_is_not_ready_and_tells_nothing_else(client):
    with database_away():
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "failed", "checks": {"database": "failed", "cache": "ok"}}
    assert "10.0.0.5" not in answer.content.decode()


@pytest.mark.parametrize(("minutes", "state"), [(14, "ok"), (16, "degraded")])
def test_a_queue_that_waits_too_long_is_reported_and_takes_nobody_out_of_service(client, published, minutes, state):
    record = published()
    onboarding.onboard(record.organisation, by=None, at=real_now())
    waiting_since(record, real_now() - timedelta(minutes=minutes))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["queue"] == state


def test_a_cache_that_rests_is_reported_and_takes_nobody_out_of_service(client, monkeypatch):
    class Resting:
        resting = True

        def set(self, *arguments, **options):
            pass

        def get(self, key):
            return 1

    monkeypatch.setattr(health, "cache", Resting())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["cache"] == "degraded"


def waiting_since(record, moment) -> None:
    changed = Delivery.objects.filter(record=record).update(created_at=moment, state="pending")
    assert changed
