"""A kept connection is known to be well without asking the server, and replaced when the server has closed it."""

from __future__ import annotations

import psycopg2
import pytest
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ALIAS = "kept"


@pytest.fixture
def kept(django_db_blocker, transactional_db):
    """A connection of its own, kept from one request to the next."""
    config = {**connection.settings_dict, "CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 60}
    connections.settings[ALIAS] = connections.configure_settings({**connections.settings, ALIAS: config})[ALIAS]
    with django_db_blocker.unblock():
        yield connections[ALIAS]
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def process_of_the_server(kept) -> int:
    with kept.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def begin_a_request(kept) -> None:
    kept.close_if_unusable_or_obsolete()


def end_at_the_server(process: int) -> None:
    with connections.create_connection(ALIAS).cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [process])
        cursor.connection.close()


def test_a_connection_that_is_well_is_kept_and_not_asked(kept, monkeypatch):
    process = process_of_the_server(kept)
    monkeypatch.setattr(type(kept), "is_usable", lambda self: pytest.fail("asked the server"))
    begin_a_request(kept)
    assert process_of_the_server(kept) == process


def test_a_connection_the_server_has_closed_is_replaced_before_the_first_statement(kept):
    process = process_of_the_server(kept)
    end_at_the_server(process)
    begin_a_request(kept)
    with CaptureQueriesContext(kept):
        assert process_of_the_server(kept) != process


def test_without_the_check_that_request_would_have_failed(kept):
    end_at_the_server(process_of_the_server(kept))
    kept.health_check_enabled = False
    with pytest.raises((OperationalError, psycopg2.OperationalError)):
        process_of_the_server(kept)
