"""A code finds its subject by an index, however many subjects there are, and old numbers keep leading to it."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.db.models import Q, QuerySet

from registry.directory.subjects import IdentifierScheme, SubjectIdentifier
from registry.models import Record, Subject
from tests import factories

pytestmark = pytest.mark.django_db

MANY = 20_000
OLD = "610922000009001"

# As one statement: made one by one, or even in sets, so many would take the test ten seconds.
FILL = """
INSERT INTO registry_subject (kind, name, name_key, uscc, state, legal_representative, address)
SELECT '法人及非法人组织', 'n' || n, 'n' || n, 'FILL' || n, 'live', '', ''
FROM generate_series(1, %(many)s) AS n
"""
FILL_IDENTIFIERS = """
INSERT INTO registry_subjectidentifier (subject_id, scheme, value)
SELECT id, 'tax-number', 'OLD' || uscc FROM registry_subject WHERE uscc LIKE 'FILL%%'
"""


@pytest.fixture
def subject():
    found = factories.SubjectFactory()
    for scheme in (IdentifierScheme.REGISTRATION, IdentifierScheme.TAX):
        SubjectIdentifier.objects.create(subject=found, scheme=scheme, value=OLD)
    return found


def test_by_its_code_of_today_and_once_by_each_number_it_had(subject):
    assert list(Subject.objects.with_code(subject.uscc)) == [subject]
    assert list(Subject.objects.with_code(OLD)) == [subject]  # once, though two schemes hold the number


def test_two_subjects_that_shared_a_number_are_both_found(subject):
    other = factories.SubjectFactory()
    SubjectIdentifier.objects.create(subject=other, scheme=IdentifierScheme.INSTITUTION, value=OLD)
    assert set(Subject.objects.with_code(OLD)) == {subject, other}


def test_nobody_by_a_number_nobody_had(subject):
    assert not Subject.objects.with_code("610922000009009").exists()


def scans(query: QuerySet) -> set[str]:
    """The tables that PostgreSQL would read from end to end."""
    (plan,) = json.loads(query.explain(format="json"))
    return set(_scanned(plan["Plan"]))


def _scanned(node: dict) -> list[str]:
    here = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" else []
    return here + [table for below in node.get("Plans", ()) for table in _scanned(below)]


@pytest.fixture
def a_full_table(subject):
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"many": MANY})
        cursor.execute(FILL_IDENTIFIERS, {})
        cursor.execute("ANALYZE registry_subject, registry_subjectidentifier, registry_record")


@pytest.mark.postgresql
def test_no_door_reads_the_whole_table_for_a_code(a_full_table, subject):
    for code in (subject.uscc, OLD, "610922000009009"):
        found = Subject.objects.with_code(code)
        assert scans(found) == set()
        assert scans(Subject.objects.public().with_code(code).select_related("region")) <= {"registry_region"}
        assert scans(Record.objects.filter(subject__in=found.values("pk"))) <= {"registry_record"}  # which is empty


@pytest.mark.postgresql
def test_an_or_over_both_tables_would_read_them_whole(a_full_table, subject):
    """The negative control: the checker above sees what it is there to see."""
    by_or = Subject.objects.filter(Q(uscc=subject.uscc) | Q(identifiers__value=subject.uscc)).distinct()
    assert "registry_subject" in scans(by_or)
