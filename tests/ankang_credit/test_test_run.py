"""The test run itself: parts, counts, and what may not be left out."""

from __future__ import annotations

from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis

from ankang_credit import parts, servers
from ankang_credit.parts import Counts, Part
from ankang_credit.servers import Unavailable, postgresql, redis_server
from tests import parts as plugin

pytestmark = pytest.mark.sqlite

SAMPLE = """
import pytest

def test_right(): pass
def test_wrong(): assert False
def test_later(): pytest.skip("later")

@pytest.fixture
def broken(): raise RuntimeError
def test_never_began(broken): pass

@pytest.mark.postgresql
def test_race(): pass

@pytest.mark.e2e
def test_click(): pass
"""


@contextmanager
def nothing_special(environment):
    yield {}


@contextmanager
def nowhere(environment):
    raise Unavailable("没有")
    yield {}


@pytest.fixture
def sample(tmp_path):
    file = tmp_path / "test_sample.py"
    file.write_text(SAMPLE)
    return str(file)


def test_errors_count_as_failed_and_the_parts_are_added_up(sample):
    both = [Part("sqlite", "一", nothing_special), Part("postgresql", "二", nothing_special)]
    total, right = parts.run(both, [sample], required=True)
    assert (total, right) == (Counts(passed=1, failed=2, skipped=1) + Counts(passed=2, failed=2, skipped=1), False)


def test_choosing_nothing_at_all_is_a_mistake(sample):
    assert parts.run([Part("sqlite", "一", nothing_special)], [sample, "-k", "nothing"], required=False)[1] is False


def test_a_part_that_breaks_off_has_failed(sample):
    part = Part("sqlite", "一", nothing_special)
    assert parts.run([part], ["--no-such-option"], required=False) == (Counts(failed=1), False)


@pytest.mark.parametrize(
    ("required", "counts", "right"), [(False, Counts(skipped=1), True), (True, Counts(failed=1), False)]
)
def test_a_part_that_cannot_run_is_reported_and_fails_where_all_are_required(capsys, required, counts, right):
    assert parts.run([Part("browser", "浏览器", nowhere)], [], required=required) == (counts, right)
    assert "本部分未运行：没有" in capsys.readouterr().out


def test_finding_no_tests_is_a_failure_where_nobody_narrowed_them_down():
    assert parts.judged(Counts(), parts.NO_TESTS, chosen=False) == Counts(failed=1)
    assert parts.judged(Counts(), parts.NO_TESTS, chosen=True) == Counts()


def test_the_closing_line_says_all_three_numbers():
    assert str(Counts(3, 0, 1)) == "3 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize(
    ("marks", "where"),
    [
        (set(), {"sqlite", "postgresql"}),
        ({"postgresql"}, {"postgresql"}),
        ({"sqlite"}, {"sqlite"}),
        ({"e2e"}, {"browser"}),
    ],
)
def test_every_test_belongs_to_its_parts(marks, where):
    assert {part.key for part in parts.PARTS if plugin.belongs(marks, part.key)} == where


def test_a_server_named_in_the_environment_comes_first():
    with redis_server({"REDIS_URL": "redis://somewhere/5"}) as url:
        assert url == "redis://somewhere/5"


def test_each_run_gets_databases_of_its_own():
    with postgresql({}) as first, postgresql({}) as second:
        assert first != second
    with redis_server({}) as first, redis_server({}) as second:
        assert first != second


def test_without_servers_on_the_machine_the_run_brings_its_own(monkeypatch):
    monkeypatch.setattr(servers, "LOCAL_POSTGRESQL", "postgresql://postgres@127.0.0.1:1/postgres")
    monkeypatch.setattr(servers, "LOCAL_REDIS", "redis://127.0.0.1:1/0")
    with postgresql({}) as database, redis_server({}) as queue:
        maintenance = urlsplit(database)._replace(path="/postgres").geturl()
        psycopg2.connect(maintenance, connect_timeout=2).close()
        with redis.Redis.from_url(queue) as client:
            assert client.ping()
