"""Powers the city lacks are asked for by letter, from sending to the reply and to taking it back (S3.3.3, Q16)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from measures import letters
from measures.models import Letter, MeasureApplication, MeasureArchive
from registry.models import Record
from registry.records import holds
from registry.records.expiry import expire
from registry.records.workflow import MoveRefused
from tests import factories
from tests.admin import pages
from tests.factories import NOON, TODAY
from tests.measures.conftest import people

pytestmark = pytest.mark.django_db
SENT = {
    "act": "letter", "letter-addressee": "中国证券监督管理委员会陕西监管局", "letter-number": "安金融函〔2026〕9001号",
    "letter-sent_on": TODAY.isoformat(),
}  # fmt: skip


@pytest.fixture
def office(rules):
    return factories.OrganisationFactory(name="安康市试例金融工作办公室")


@pytest.fixture
def record(office, listing, entry) -> Record:
    listing(office, "P06")
    return entry()


@pytest.fixture
def desk(office, record, client) -> Client:
    client.force_login(people(office)[1])
    return client


def address() -> str:
    return reverse("admin:measures_measureapplication_change", args=[MeasureApplication.objects.get().pk])


def listed(desk: Client, standing: str) -> str:
    return pages.text(desk.get(reverse("admin:measures_measureapplication_changelist"), {"standing": standing}))


def test_a_letter_is_sent_answered_and_told_everywhere(desk, record, settings) -> None:
    assert "登记函告" in pages.text(desk.get(address())) and "反馈已执行" not in pages.text(desk.get(address()))
    assert desk.post(address(), SENT).status_code == 302
    letter = Letter.objects.get()
    assert MeasureArchive.objects.get().data["document"] == letter.number == "安金融函〔2026〕9001号"
    assert "P06" in listed(desk, "unanswered") and "P06" not in listed(desk, "unreplied")
    settings.CREDIT_TODAY = letter.reply_due + timedelta(days=1)
    assert "P06" in listed(desk, "unreplied") and "逾期未复" in pages.text(desk.get(address()))
    assert "1件函告逾期未复" in pages.text(desk.get(reverse("admin:index")))
    reply = {"act": "reply", "reply-reply": "已列入诚信档案", "reply-replied_on": settings.CREDIT_TODAY.isoformat()}
    assert desk.post(address(), reply | {"reply-replied_on": "2026-03-01"}).status_code == 400
    assert desk.post(address(), reply).status_code == 302
    assert "已列入诚信档案" in pages.text(desk.get(address())) and "P06" not in listed(desk, "unanswered")
    assert desk.post(address(), reply).status_code == 403  # the form is gone
    desk.force_login(record.reviewed_by)
    shown = pages.text(desk.get(reverse("admin:registry_record_change", args=[record.pk])))
    assert "函告中国证券监督管理委员会陕西监管局" in shown and "复函" in shown


@pytest.mark.parametrize("field", ["letter-addressee", "letter-number", "letter-sent_on"])
def test_half_a_letter_is_refused(desk, field) -> None:
    refused = desk.post(address(), SENT | {field: ""})
    assert refused.status_code == 400 and not Letter.objects.exists()
    assert MeasureApplication.objects.get().state == "triggered"


def test_a_letter_from_tomorrow_or_with_a_number_of_a_person_is_refused(desk) -> None:
    for wrong in ({"letter-sent_on": "2026-03-03"}, {"letter-addressee": "某某 610902190001050014"}):
        answer = desk.post(address(), SENT | wrong)
        assert answer.status_code == 400
    assert not Letter.objects.exists() and not MeasureArchive.objects.exists()


def test_when_the_record_ends_a_correcting_letter_lifts_it(desk, record, client) -> None:
    desk.post(address(), SENT)
    Record.objects.filter(pk=record.pk).update(public_until=TODAY - timedelta(days=1))
    expire(on=TODAY, at=NOON)
    assert "P06" in listed(desk, "lifting")
    assert desk.post(address(), {"act": "take_back", "take_back-number": ""}).status_code == 400
    assert desk.post(address(), {"act": "take_back", "take_back-number": "安金融函〔2026〕9002号"}).status_code == 302
    one = MeasureApplication.objects.get()
    assert "更正函安金融函〔2026〕9002号" in one.lift_note and one.lifted_at is not None
    assert "P06" not in listed(desk, "lifting")


def test_nothing_is_sent_while_it_is_verified_nor_by_another_body(desk, record, reviewer) -> None:
    hold = holds.open_hold(record, "objection", by=reviewer, at=NOON)
    assert send_anyway(desk).status_code == 403
    holds.close_hold(hold, by=reviewer, at=NOON)
    desk.force_login(people(factories.OrganisationFactory())[1])
    assert send_anyway(desk).status_code in (302, 403, 404)
    assert not Letter.objects.exists()


def send_anyway(desk: Client) -> HttpResponse:
    return desk.post(address(), SENT)


def test_what_the_body_does_itself_is_not_sent(office, listing, entry) -> None:
    listing(office, "P03")
    entry()
    one = MeasureApplication.objects.get(measure="P03")
    with pytest.raises(MoveRefused, match="直接实施"):
        letters.send(
            one, addressee="省证监局", number="函1号", sent_on=TODAY, by=people(office)[1], at=NOON, today=TODAY
        )
