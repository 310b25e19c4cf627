"""The credit file of a person: opened for a purpose by the few who may, always on record, ending with its entries."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from registry.audit.models import PersonalDataAccess
from registry.directory.staff import Role, User
from registry.models import AuditLog, Record
from registry.records import holds, personal_files, workflow
from registry.records.statuses import Action
from tests import factories
from tests.admin import pages
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db
LUO, NUMBER = "罗试华", "61092619000212002X"  # legal representative of the listed enterprise
RIGHT = {"name": LUO, "number": NUMBER, "purpose": "joint", "reason": "核查行业禁入"}


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.CREDIT_TODAY = TODAY


@pytest.fixture
def entry(published) -> Record:
    return published("blacklist")


@pytest.fixture
def desk(reviewer: User, client: Client) -> Client:
    client.force_login(reviewer)
    return client


def ask(desk: Client, **changes: Any):
    return desk.post(reverse("admin:registry_personaldataaccess_file"), RIGHT | changes)


def test_the_file_says_what_lives_and_is_on_record_before_it_is_shown(entry, desk, reviewer) -> None:
    answer = ask(desk)
    page = pages.text(answer)
    assert "HMD-B-2026-0001" in page and "法定代表人" in page and "罗*" in page
    assert LUO not in page and NUMBER not in answer.content.decode() and "no-store" in answer["Cache-Control"]
    (line,) = PersonalDataAccess.objects.all()
    assert (line.by, line.purpose, line.reason, line.person.name) == (reviewer, "joint", "核查行业禁入", LUO)


def test_who_is_wrong_and_who_is_nobody_get_the_same_answer(entry, desk, published) -> None:
    def bare(**changes: Any) -> str:
        return pages.text(ask(desk, **changes)).split("工作台", 1)[1]

    answers = {bare(name="无名氏"), bare(number="610902190001050014"), bare(name="汪试兵", number="610902190005210054")}
    assert len(answers) == 1 and personal_files.NOTHING in answers.pop()
    assert not PersonalDataAccess.objects.exists()
    assert NUMBER not in f"{list(AuditLog.objects.values())}" and LUO not in f"{list(AuditLog.objects.values())}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"purpose": ""}, "用途"),
        ({"purpose": "curiosity"}, "用途"),
        ({"reason": "看看"}, "理由"),
        ({"reason": f"查{NUMBER}有无记录"}, "居民身份证号码"),
        ({"purpose": "own"}, "核对身份证件原件"),
        ({"name": ""}, "姓名"),
        ({"number": ""}, "证件号码"),
    ],
)
def test_without_a_purpose_and_a_reason_nothing_opens(entry, desk, changes, said) -> None:
    answer = ask(desk, **changes)
    assert answer.status_code == 400 and said in pages.text(answer)
    assert "HMD-B-2026-0001" not in pages.text(answer) and not PersonalDataAccess.objects.exists()
    assert f'value="{NUMBER}"' not in answer.content.decode()


def test_the_person_himself_asks_with_his_document_in_hand(entry, desk) -> None:
    assert "HMD-B-2026-0001" in pages.text(ask(desk, purpose="own", identity_seen="on", reason="本人来窗口查询"))
    assert PersonalDataAccess.objects.get().purpose == "own"


def test_it_rests_and_ends_with_the_entry(entry, desk, reviewer) -> None:
    hold = holds.open_hold(entry, "objection", by=reviewer, at=NOON)
    assert "异议核实中" in pages.text(ask(desk))
    holds.close_hold(hold, by=reviewer, at=NOON)
    current = Record.objects.get(pk=entry.pk)
    workflow.move(current, Action.REVOKE, by=reviewer, at=NOON, reason="复议决定〔2026〕1号认定列入有误")
    assert personal_files.NOTHING in pages.text(ask(desk))


def test_named_at_two_enterprises_the_other_stays(entry, desk, reviewer, published) -> None:
    published("blacklist", document_number="汉市监罚〔2026〕9300号", counterparty_uscc=factories.make_uscc("91"),
              counterparty_name="安康试例饮品有限公司")  # fmt: skip
    current = Record.objects.get(pk=entry.pk)
    workflow.move(current, Action.REVOKE, by=reviewer, at=NOON, reason="复议决定〔2026〕1号认定列入有误")
    page = pages.text(ask(desk))
    assert "HMD-B-2026-0002" in page and "HMD-B-2026-0001" not in page


@pytest.mark.parametrize("role", [Role.CLERK, Role.RESEARCHER, Role.FINANCE, Role.AUDITOR])
def test_other_roles_open_no_files(entry, client, organisation, role) -> None:
    somebody = factories.UserFactory(organisation=organisation, role=role)
    client.force_login(somebody)
    assert client.get(reverse("admin:registry_personaldataaccess_file")).status_code == 403
    with pytest.raises(PermissionDenied):
        personal_files.open_file(LUO, NUMBER, purpose="joint", reason="核查行业禁入", by=somebody, at=NOON)


def test_a_purpose_the_table_does_not_know_is_refused(entry, reviewer) -> None:
    with pytest.raises(ValidationError):
        personal_files.open_file(LUO, NUMBER, purpose="x", reason="核查行业禁入", by=reviewer, at=NOON)
