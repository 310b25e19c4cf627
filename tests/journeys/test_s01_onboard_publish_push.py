"""S-01: 石泉县 publishes, and the province has it (steps 1, 4, 5a–f, 6 to 10 and the look-ups at the end).

Everything goes through the doors people use: the admin as clerk and reviewer, the public pages, the API, and a
mock province in a process of its own.
"""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from disclosure.deadlines import deadline
from exchange import onboarding
from registry import clock
from registry.admin import due
from registry.directory.staff import Role
from registry.models import Delivery, ImportBatch, Record, User
from registry.records.models import DeliveryState
from registry.records.statuses import Status
from tests import factories
from tests.admin import pages
from tests.admin.pages import Browser
from tests.batches.conftest import own_files, workbook, worked  # noqa: F401  # a fixture
from tests.exchange import platform as mock
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.django_db

O2 = "93610922XXAK00023K"
LICENCE = {
    "counterparty_name": "石泉县后柳试例水产专业合作社",
    "counterparty_kind": "法人及非法人组织",
    "counterparty_uscc": O2,
    "legal_representative": "柯试明",
    "document_name": "食品经营许可",
    "document_number": "石食药监许〔2017〕9001号",
    "category": "普通",
    "content": "食品经营许可（预包装食品销售）",
    "decided_on": "2017-02-22",
    "valid_from": "2017-02-22",
    "valid_to": "2022-02-21",
}
PENALTY = {
    "counterparty_name": "石泉县云雾试例商贸有限公司",
    "counterparty_kind": "法人及非法人组织",
    "counterparty_uscc": "91610922XXAK00103D",
    "legal_representative": "柯试明",
    "document_number": "石食药监罚〔2017〕9002号",
    "violation": "销售超过保质期的食品",
    "facts": "2017年1月检查发现销售超过保质期的食品。",
    "basis": "《中华人民共和国食品安全法》第一百二十四条",
    "category": "罚款",
    "content": "罚款人民币五千元",
    "fine": "0.5",
    "decided_on": "2017-02-10",
    "late_reason": "文书送达延迟",
}


@pytest.fixture(scope="session")
def province_process(tmp_path_factory):
    with mock.running(tmp_path_factory.mktemp("s01")) as platform:
        yield platform


@pytest.fixture
def province(province_process, settings):
    province_process.forget()
    settings.PROVINCE_URL, settings.PROVINCE_KEY = province_process.url, province_process.key
    return province_process


@pytest.fixture
def staff(world):
    """Somebody's browser, logged in with name and password at the real form."""

    def log_in(name: str) -> Browser:
        client = Client()
        answer = client.post("/admin/login/", {"username": name, "password": PASSWORD})
        assert answer.status_code == 302, pages.text(answer)
        return Browser(client)

    return log_in


def item(world, key: str, kind: str) -> str:
    return world[key].catalogue_items.get(kind=kind).code


@pytest.fixture
def publish(world, staff):
    """Enter as clerk, publish as reviewer: the whole way through the admin."""

    def go(key: str, kind: str, values: dict[str, str]) -> Record:
        answer = staff(f"{key}_lr").enter(kind, item(world, key, kind), values, button="_submit")
        assert answer.status_code == 302, pages.text(answer)
        record = Record.objects.latest("pk")
        at_review = staff(f"{key}_sh")
        assert at_review.send(at_review.record(record), "/move/", {"action": "publish"}).status_code == 302
        record.refresh_from_db()
        assert record.status == Status.PUBLISHED
        return record

    return go


def push() -> str:
    out = StringIO()
    call_command("push", stdout=out)
    return out.getvalue()


def test_step_4_a_licence_goes_from_the_clerk_to_the_public_only_through_another_person(world, staff, client):
    home = pages.text(client.get("/"))
    at_entry = staff("sq_sy_lr")
    at_entry.enter("licence", item(world, "sq_sy", "licence"), LICENCE, button="_submit")
    record = Record.objects.get()
    own = at_entry.post(f"/admin/registry/record/{record.pk}/move/", {"action": "publish", "expecting": record.seq})
    assert own.status_code in (403, 404, 409)
    assert "后柳" not in pages.text(client.get("/disclosure/licences/"))

    at_review = staff("sq_sy_sh")
    at_review.send(at_review.record(record), "/move/", {"action": "publish"})
    assert "后柳" in pages.text(client.get("/disclosure/licences/", {"q": "后柳"}))
    assert "食品经营许可" in pages.text(client.get(f"/subjects/{O2}/"))
    assert pages.text(client.get("/")) != home
    (row,) = client.get("/api/v1/licences/", {"q": "后柳"}).json()["results"]
    assert row["uid"] == str(record.uid)
    page = pages.text(client.get(record.get_absolute_url()))
    assert "石食药监许〔2017〕9001号" in page and "2017-03-03" in page  # the seventh working day


WRONG = [
    ({"counterparty_uscc": "93610922XXAK00023L"}, "校验码错误"),
    ({"valid_to": "2017-01-01"}, "有效期至：不能早于"),
    ({"decided_on": "2017-03-02"}, "不能晚于今天（2017-03-01）"),
    ({"document_number": ""}, "行政许可决定文书号：必填"),
]


@pytest.mark.parametrize(("changes", "message"), WRONG)
def test_step_5_each_mistake_is_refused_by_name_in_the_admin_and_in_the_api_alike(changes, message, world, staff):
    browser = staff("sq_sy_lr")
    answer = browser.enter("licence", item(world, "sq_sy", "licence"), LICENCE | changes)
    assert answer.status_code < 500 and message in pages.text(answer)
    answer = browser.client.post("/api/v1/licences/", json.dumps(LICENCE | changes), content_type="application/json")
    assert answer.status_code == 400 and message in answer.content.decode()
    assert not Record.objects.exists()


def test_step_5e_the_same_decision_again_is_refused(world, staff, publish):
    publish("sq_sy", "licence", LICENCE)
    browser = staff("sq_sy_lr")
    answer = browser.enter("licence", item(world, "sq_sy", "licence"), LICENCE)
    assert "已有同一文书号" in pages.text(answer)
    answer = browser.client.post("/api/v1/licences/", json.dumps(LICENCE), content_type="application/json")
    assert answer.status_code == 400 and "已有同一文书号" in answer.content.decode()
    assert Record.objects.count() == 1


def test_step_5f_what_the_catalogue_does_not_name_is_not_collected(world, staff):
    browser = staff("sq_sy_lr")
    assert "行政强制" not in pages.text(browser.get("/admin/registry/record/add/"))
    answer = browser.client.post("/api/v1/code-events/?item=NONE", "{}", content_type="application/json")
    assert answer.status_code == 400 and "不在目录内" in answer.json()["detail"]


@pytest.fixture
def connecting(world):
    """The port of sq_sy is open, but nobody has been named and nothing tested: 石泉县 1/2."""
    officer, body = world.users["xyb"], world["sq_sy"]
    onboarding.stop(body, by=officer, at=clock.now(), reason="情景：对接中")
    onboarding.open_port(body, by=officer, at=clock.now())
    return body


def report() -> str:
    out = StringIO()
    call_command("onboarding_report", stdout=out)
    return out.getvalue()


def test_step_1_one_of_two_departments_of_the_county_is_connected(world, connecting, staff):
    assert f"石泉县 1/2 50%（未接入：{connecting.name}）" in report()
    world.users["sq_gs_lr"].groups.set(factories.UserFactory(role=Role.COUNTY_OFFICE).groups.all())
    page = pages.text(staff("sq_gs_lr").get("/admin/exchange/onboarding/report/"))
    assert connecting.name in page and world["hyin_sy"].name not in page


def test_step_6_nothing_leaves_until_people_are_named_and_a_test_push_is_acknowledged(
    world, connecting, publish, province, staff
):
    record = publish("sq_sy", "licence", LICENCE)
    assert "待接入 1 条" in push() and province.held(record) is None

    people = User.objects.filter(organisation=connecting)
    people.update(is_active=False)
    office = staff("xyb")
    page = office.get(f"/admin/exchange/onboarding/{connecting.pk}/change/")
    refused = office.send(page, "/confirm/", {})
    assert refused.status_code == 409
    for words in ("没有录入员", "没有审核员", "没有通过联调测试"):
        assert words in pages.text(refused)

    people.update(is_active=True)
    assert office.send(page, "/test/", {}).status_code == 302
    assert office.send(page, "/confirm/", {}).status_code == 302
    assert "已推送 1 条" in push() and "已推送 0 条" in push()
    assert province.held(record)["receipt"] == Delivery.objects.get(record=record).receipt_number
    assert len(province.applied(record)) == 1
    assert "石泉县 2/2 100%（全面接入）" in report()


OLD = {"decided_on": "2015-07-01", "valid_from": "2015-07-01", "valid_to": "2018-06-30"}
BACK_ENTRIES = [
    LICENCE | OLD | {"document_number": "石食药监许〔2015〕9071号"},
    LICENCE | OLD | {"document_number": "石食药监许〔2015〕9072号", "valid_to": "2016-12-31"},
    LICENCE | OLD | {"document_number": "石食药监许〔2015〕9073号", "counterparty_uscc": "93610922XXAK00023L"},
    LICENCE | OLD | {"document_number": "石食药监许〔2015〕9071号"},
    LICENCE | {"document_number": "石食药监许〔2017〕9075号", "decided_on": "2017-01-10", "valid_from": "2017-01-10"},
]


@pytest.fixture
def hand_in(world, staff):
    """The five rows of the scenario through the upload page, looked at by a worker."""

    def go() -> ImportBatch:
        clerk = staff("sq_sy_lr")
        file = SimpleUploadedFile("补录.xlsx", workbook("licence", BACK_ENTRIES))
        asked = {"item": item(world, "sq_sy", "licence"), "workbook": file, "is_backfill": "on"}
        answer = clerk.client.post("/admin/registry/importbatch/add/", asked)
        assert answer.status_code == 302, pages.text(answer)
        return worked(ImportBatch.objects.latest("pk"))

    return go


def test_step_7_back_entries_come_in_by_workbook_and_only_the_right_one(world, staff, hand_in, province):
    batch = hand_in()
    address = f"/admin/registry/importbatch/{batch.pk}/"
    at_entry, at_review = staff("sq_sy_lr"), staff("sq_sy_sh")
    page = at_entry.get(f"{address}change/")
    said = pages.text(page)
    assert "可导入" in said and "导入为草稿（1 条）" in said and (batch.rows_new, batch.rows_wrong) == (1, 4)
    assert all(reason in said for reason in ("已过有效期", "校验码错误", "重复", "本年度不属补录"))
    assert not Record.objects.exists()

    at_entry.send(page, "/act/", {"act": "confirm"})
    worked(batch)
    record = Record.objects.get()
    assert (record.status, record.is_backfill) == (Status.DRAFT, True)
    at_entry.send(at_entry.get(f"{address}change/"), "/act/", {"act": "submit"})
    worked(batch)
    own = at_entry.post(f"{address}act/", {"act": "publish"})
    assert own.status_code == 403
    at_review.send(at_review.get(f"{address}change/"), "/act/", {"act": "publish"})
    worked(batch)
    record.refresh_from_db()
    assert record.status == Status.PUBLISHED and "补录" in pages.text(at_review.record(record))
    push()
    assert Delivery.objects.get(record=record).state == DeliveryState.ACKED

    assert "行政许可 2015 未填报 1 1" in pages.text(at_entry.get("/admin/registry/importbatch/backfill/"))
    assert due.last_day(record, due.known()) is None and not due.is_late(record, due.known(), on=record.public_from)

    again = hand_in()
    assert (again.rows_new, again.rows_same, again.rows_wrong) == (0, 1, 4)
    refused = at_entry.post(f"/admin/registry/importbatch/{again.pk}/act/", {"act": "confirm"})
    assert refused.status_code == 409 and "没有可以导入的行" in pages.text(refused)
    assert Record.objects.count() == 1


def test_step_8_a_late_penalty_is_published_and_counts_as_late(publish, client):
    record = publish("sq_sy", "penalty", PENALTY)
    due = deadline("penalty", record.decided_on)
    assert str(due.last_day) == "2017-02-21" and due.is_late(record.public_from)
    page = pages.text(client.get(record.get_absolute_url()))
    assert "2017-02-21" in page and "2018-02-10" in page  # the deadline, and the last public day


def test_step_9_codes_assigned_and_converted_are_published_and_the_old_number_leads_on(publish, client):
    publish("sq_gs", "code-event", {
        "event_kind": "增量赋码", "counterparty_name": "石泉县云雾试例商贸有限公司",
        "counterparty_uscc": "91610922XXAK00103D", "decided_on": "2016-01-08",
    })  # fmt: skip
    publish("sq_gs", "code-event", {
        "event_kind": "存量转换", "counterparty_name": LICENCE["counterparty_name"], "counterparty_uscc": O2,
        "old_scheme": "工商注册号", "old_value": "610922NA900001X", "decided_on": "2017-02-28",
    })  # fmt: skip
    assert "云雾" in pages.text(client.get("/codes/published/", {"kind": "new"}))
    assert "后柳" in pages.text(client.get("/codes/published/", {"kind": "converted"}))
    answer = client.get("/subjects/610922NA900001X/")
    assert (answer.status_code, answer["Location"]) == (302, f"/subjects/{O2}/")


def test_step_10_a_platform_in_trouble_gets_the_licence_once_after_all(publish, province, client):
    first = publish("sq_sy", "licence", LICENCE)
    push()
    assert Delivery.objects.get(record=first).state == DeliveryState.ACKED
    assert "0" in push()

    province.fail("500")
    second = publish("sq_sy", "licence", LICENCE | {"document_number": "石食药监许〔2017〕9003号"})
    push()
    waiting = Delivery.objects.get(record=second)
    assert waiting.state == DeliveryState.RETRY and waiting.next_try_at > waiting.created_at
    assert client.get(second.get_absolute_url()).status_code == 200

    province.recover()
    Delivery.objects.filter(pk=waiting.pk).update(next_try_at=waiting.created_at)
    push()
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.ACKED and waiting.receipt_number
    out = StringIO()
    call_command("reconcile", "--from", "2017-01-01", stdout=out)


def test_the_end_a_code_typed_any_way_finds_and_a_wrong_letter_is_named(publish, client):
    publish("sq_sy", "licence", LICENCE)
    typed = " 9361 0922 xxak 0002 3k "
    assert "后柳" in pages.text(client.get("/codes/", {"q": typed}, follow=True))
    assert client.get("/api/v1/codes/", {"code": typed}).json()["subject"]["code"] == O2
    wrong = client.get("/api/v1/codes/93610922XXAK00023O/").json()
    assert wrong["problems"][0]["position"] == 18 and "O" in wrong["problems"][0]["message"]
    assert "第18位" in pages.text(client.get("/codes/", {"q": "93610922XXAK00023O"}))
    assert "后柳" not in pages.text(client.get("/search/", {"q": "%"}))
