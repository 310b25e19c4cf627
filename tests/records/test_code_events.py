"""Codes assigned and converted (row S1.1.2, S1.1.3): the subject is known by both numbers afterwards."""

from __future__ import annotations

import pytest

from registry.models import Subject
from registry.records.statuses import Action
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused, move
from tests.factories import NOON

pytestmark = pytest.mark.django_db

CONVERSION = {
    "event_kind": "存量转换",
    "counterparty_name": "石泉县后柳试例水产专业合作社",
    "counterparty_uscc": "93610922XXAK00023K",
    "old_scheme": "工商注册号",
    "old_value": "610922NA900001X",
}


def test_after_a_conversion_the_old_number_leads_to_the_subject(published, organisation):
    record = published("code-event", **CONVERSION)
    assert Subject.objects.with_code("610922NA900001X").get() == record.subject
    record.subject.refresh_from_db()
    assert record.subject.registration_organisation == organisation


def test_an_unreviewed_conversion_changes_nothing(submitted):
    submitted("code-event", **CONVERSION)
    assert not Subject.objects.with_code("610922NA900001X").exists()
    assert not Subject.objects.public().exists()


def test_an_old_number_that_leads_elsewhere_is_refused(published, drafted):
    published("code-event", **CONVERSION)
    with pytest.raises(Invalid) as refused:
        drafted(
            "code-event",
            **CONVERSION | {"counterparty_uscc": "91610922XXAK00103D", "counterparty_name": "乙"},
        )
    assert "已对应其他统一社会信用代码" in str(refused.value.checked.errors())


def test_a_code_is_assigned_once(published, submitted, reviewer):
    first = published("code-event")
    again = submitted(
        "code-event", counterparty_uscc=first.subject.uscc, counterparty_name=first.subject.name,
        decided_on="2026-02-26",
    )  # fmt: skip
    with pytest.raises(MoveRefused, match="不能重复赋码"):
        move(again, Action.PUBLISH, by=reviewer, at=NOON)
