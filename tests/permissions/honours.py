"""A row of each list about models of honesty, of that body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Model

from redlist.models import CrossCheck, HonourRevocation, Nomination
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.models import AssociationMember, HonourCategory, Record
from tests import factories
from tests.factories import NOON, TODAY


def rows(body: Organisation, numbered: Callable[..., Record], reviewer: User) -> dict[str, Model]:
    honour = numbered(40, "redlist")
    cause = numbered(41)
    return {
        "registry.associationmember": AssociationMember.objects.create(
            association=body, subject=honour.subject, member_from=date(2015, 1, 1)
        ),
        "redlist.listrule": body.red_rules.get(),
        "redlist.crosscheck": CrossCheck.objects.create(
            record=honour, seq=honour.seq, by=reviewer, at=NOON, is_clean=True
        ),
        "redlist.honourrevocation": HonourRevocation.objects.create(
            honour=honour,
            cause=cause,
            document_number="撤〔2026〕1号",
            decided_on=TODAY,
            reason="已列入",
            by=reviewer,
            at=NOON,
        ),
        "redlist.nomination": Nomination.objects.create(
            nominator=factories.OrganisationFactory(),
            organisation=body,
            category=HonourCategory.objects.get(pk="R06"),
            subject_name=honour.subject.name,
            subject_kind=honour.subject.kind,
            subject_uscc=honour.subject.uscc,
            title="守合同重信用企业",
            deeds="履约守信。",
            by=reviewer,
            at=NOON,
        ),
    }
