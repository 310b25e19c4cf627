"""S-03: what follows everywhere once the food enterprise is listed (steps 3 to 12): honours, persons, measures, checks.

Each body works at its own door: the determining body and the licensing ones by API and admin, the bank by API, anybody
at the public pages.
"""

from __future__ import annotations

import io
import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from exchange import payload
from measures import triggering
from measures.models import CheckHit, MeasureApplication, MeasureArchive
from registry.directory.organisations import OrganisationKind
from registry.directory.staff import Role
from registry.models import AuditLog, Person, PersonalItem, Record
from registry.records.statuses import Status
from tests import factories
from tests.admin import pages
from tests.journeys import town
from tests.journeys.pingli import O3, P2, P5, RIGHT, named
from tests.journeys.town import Staff

pytestmark = pytest.mark.django_db
O1, O2 = "91610902XXAK000150", "93610922XXAK00023K"
P6 = ("唐试兰", "61090219000622006X")
SHAREHOLDER = ("庞试伟", "610902190001230074")
ENTRY = RIGHT | {
    "persons": [
        named(P2, "法定代表人"), named(P5, "负有直接责任的注册执业人员"), named(SHAREHOLDER, "负有直接责任的股东"),
    ],
}  # fmt: skip
HONOUR_OF_O3 = {
    "subject_name": RIGHT["counterparty_name"], "subject_kind": "法人及非法人组织", "subject_uscc": O3,
    "category": "R06", "title": "2016年度守合同重信用企业", "level": "市级", "document_number": "安工商发〔2017〕9001号",
    "decided_on": "2017-01-20", "deeds": "合同履约率百分之百。",
}  # fmt: skip
HONOUR_OF_P2 = {
    "subject_name": P2[0], "subject_kind": "自然人", "subject_document_type": "身份证", "subject_id_number": P2[1],
    "category": "R05", "title": "2016年安康好人", "level": "市级", "document_number": "安文明办发〔2017〕9002号",
    "decided_on": "2017-01-20", "deeds": "长期资助贫困学生。", "consent_on": "2017-01-10",
}  # fmt: skip


@pytest.fixture
def bodies(pingli, settings):
    """The bodies of the story, their lists of measures, and the matters they ask in."""
    town.on(settings, "2017-02-20")
    made = {
        "pl_sy": pingli,
        "bh_sy": town.body("白河县食品药品监督管理局", region="610929"),
        "sgs": town.body("安康市工商行政管理局", "redlist"),
        "swm": town.body("安康市精神文明建设指导委员会办公室", "redlist"),
        "snyj": town.body("安康市农业局", "redlist"),
        "sjy": town.body("安康市公共资源交易中心", kind=OrganisationKind.INSTITUTION),
        "bank": town.body("安康试例农村商业银行", kind=OrganisationKind.FINANCE),
    }
    for key in ("sgs", "swm", "snyj"):
        factories.red_rule(made[key])
    for key, codes in (
        ("pl_sy", ("P01", "P02", "P03", "P04", "P47", "P48")), ("bh_sy", ("P04",)), ("sjy", ("P16",)),
        ("sgs", ("P09", "P19")), ("swm", ("P20",)),
    ):  # fmt: skip
        town.measure_list(made[key], *codes)
    for key, name, codes in (
        ("bh_sy", "生产许可证", ("P04",)), ("sjy", "公共资源交易", ("P16",)), ("sgs", "设立登记", ("P09",)),
        ("swm", "评先评优", ("P20",)), ("bank", "贷款", ()), ("pl_sy", "从业资格", ("P18",)),
    ):  # fmt: skip
        town.matter(made[key], name, *codes)
    return made


@pytest.fixture
def honours(bodies, settings) -> dict[str, Record]:
    """O3 is 守合同重信用企业 and P2, its legal representative, 安康好人: entered, looked at, confirmed."""
    return {
        "O3": honoured(bodies["sgs"], HONOUR_OF_O3, settings),
        "P2": honoured(bodies["swm"], HONOUR_OF_P2, settings),
    }


def honoured(body, values, settings, day="2017-02-20") -> Record:
    town.on(settings, day)
    record = town.entered(Staff.of(body, Role.CLERK), "redlist", values)
    reviewer = Staff.of(body, Role.REVIEWER)
    look_at(reviewer, record)
    answer = reviewer.move("redlist", record.uid, "publish")
    assert answer.status_code == 201, answer.json()
    return Record.objects.get(pk=record.pk)


def look_at(reviewer: Staff, record: Record) -> None:
    answer = reviewer.client.post(reverse("admin:redlist_crosscheck_add"), {"record": record.pk, "seen": "on"})
    assert answer.status_code == 302, pages.text(answer)


@pytest.fixture
def noticed(bodies, honours, settings) -> Record:
    town.on(settings, "2017-03-01")
    record = town.entered(Staff.of(bodies["pl_sy"], Role.CLERK), "blacklist", ENTRY)
    assert Staff.of(bodies["pl_sy"], Role.REVIEWER).move("blacklist", record.uid, "notify").status_code == 201
    return record


@pytest.fixture
def listed(bodies, noticed, settings) -> Record:
    town.on(settings, "2017-03-07")
    answer = Staff.of(bodies["pl_sy"], Role.REVIEWER).move("blacklist", noticed.uid, "list")
    assert answer.status_code == 201, answer.json()
    return Record.objects.get(pk=noticed.pk)


def shown_anywhere(words: str) -> list[str]:
    """The public addresses that still say these words."""
    anybody = Client()
    addresses = ("/", "/redlist/", f"/search/?q={words[:-1]}", "/api/v1/redlist/", "/api/v1/records/", "/sitemap.xml")
    return [one for one in addresses if words in anybody.get(one).content.decode()]


def test_step_3_all_follows_at_once(bodies, honours, listed, client) -> None:
    for honour in honours.values():
        assert client.get(honour.get_absolute_url()).status_code in (404, 410)
        assert shown_anywhere(honour.title) == []
        assert str(honour.uid) not in client.get("/sitemap.xml").content.decode()
    for key, title in (("sgs", "2016年度守合同重信用企业"), ("swm", "2016年安康好人")):
        desk = pages.text(Staff.of(bodies[key], Role.REVIEWER).client.get(reverse("admin:index")))
        assert "请决定是否撤销" in desk and title in desk
    assert sorted(PersonalItem.objects.filter(record=listed).values_list("person__name", "role")) == sorted(
        [(P2[0], "法定代表人"), (P5[0], "负有直接责任的注册执业人员"), (SHAREHOLDER[0], "负有直接责任的股东")]
    )
    entry_page = pages.text(
        Staff.of(bodies["pl_sy"], Role.CLERK).client.get(reverse("admin:blacklist_listing_change", args=[listed.pk]))
    )
    assert "重点监管" in entry_page and "2017-06-05" in entry_page
    subject_lines = MeasureApplication.objects.filter(record=listed, person=None)
    assert sorted(subject_lines.values_list("organisation__name", "measure")) == sorted(
        [(bodies[key].name, code) for key, code in (
            ("pl_sy", "P01"), ("pl_sy", "P02"), ("pl_sy", "P03"), ("pl_sy", "P04"), ("pl_sy", "P47"), ("bh_sy", "P04"),
            ("sjy", "P16"), ("sgs", "P09"), ("sgs", "P19"), ("swm", "P20"),
        )]
    )  # fmt: skip
    on_persons = MeasureApplication.objects.filter(record=listed).exclude(person=None)
    assert {(one.measure_id, one.role) for one in on_persons} >= {("P48", "法定代表人"), ("P20", "负有直接责任的股东")}
    (delivery,) = listed.deliveries.all()
    ((message,), hopeless) = payload.render([delivery])
    assert delivery.operation == "add" and not hopeless and '"A01"' in json.dumps(message.item, ensure_ascii=False)
    # The bureau that follows the feed hears of the entry, and that the honours are to be removed.
    told = {one["uid"]: one["change"] for one in client.get("/api/v1/changes/").json()["results"]}
    assert told[str(listed.uid)] == "added" and not {str(one.uid) for one in honours.values()} & told.keys()
    out = StringIO()
    call_command("check_integrity", stdout=out)
    assert "数据一致" in out.getvalue()


def test_step_3_a_listing_that_fails_midway_leaves_nothing(bodies, honours, noticed, settings, monkeypatch) -> None:
    town.on(settings, "2017-03-07")

    def broken(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(triggering, "_application", broken)
    reviewer = Staff.of(bodies["pl_sy"], Role.REVIEWER)
    with pytest.raises(OSError, match="disk is full"):
        reviewer.move("blacklist", noticed.uid, "list")
    record = Record.objects.get(pk=noticed.pk)
    assert record.status == Status.NOTIFIED and not record.listing.number
    assert not PersonalItem.objects.exists() and not MeasureApplication.objects.exists()
    assert not record.deliveries.exists() and not record.events.filter(to_status=Status.LISTED).exists()
    assert "/redlist/" in shown_anywhere(honours["O3"].title)


def test_step_4_another_county_checks_decides_and_feeds_back(bodies, listed) -> None:
    officer = Staff.of(bodies["bh_sy"], Role.CLERK)
    said = town.check(officer, "生产许可证", code=O3)
    (entry,) = said["entries"]
    assert (said["hit"], entry["number"], entry["enforcement"]) == (1, "HMD-B-2017-0001", "IN_FORCE")
    assert town.codes_of(said["entries"]) == ["P04"] and said["undecided"] == 1
    address = f"joint-checks/{said['number']}/decisions/"
    passed = officer.post(address, entry=entry["uid"], decision="passed")
    assert passed.status_code == 400 and "放行须说明理由" in passed.content.decode()
    assert officer.post(address, entry=entry["uid"], decision="denied").json()["undecided"] == 0
    (measure,) = MeasureApplication.objects.filter(organisation=bodies["bh_sy"], record=listed)
    done = {
        "act": "execute", "execute-what": "不予核发食品生产许可证", "execute-executed_on": "2017-03-07",
        "execute-document": "白食药监不许〔2017〕9001号",
    }  # fmt: skip
    reviewer = Staff.of(bodies["bh_sy"], Role.REVIEWER)
    address = reverse("admin:measures_measureapplication_change", args=[measure.pk])
    assert reviewer.client.post(address, done).status_code == 302
    (filed,) = MeasureArchive.objects.all()
    assert filed.application == measure


def test_step_4_three_bidders_by_workbook(bodies, listed) -> None:
    trading = Staff.of(bodies["sjy"], Role.CLERK)
    said = trading.client.post(
        "/api/v1/joint-checks/workbook/", {"matter": "公共资源交易", "file": workbook(O1, O3, O2)}
    ).json()
    assert [(one["code"], one["hit"]) for one in said["results"]] == [(O1, False), (O3, True), (O2, False)]
    assert said["entries"][0]["number"] == "HMD-B-2017-0001" and town.codes_of(said["entries"]) == ["P16"]


def workbook(*codes: str) -> SimpleUploadedFile:
    book, file = Workbook(), io.BytesIO()
    for row in (("统一社会信用代码",), *((code,) for code in codes)):
        book.active.append(row)
    book.save(file)
    return SimpleUploadedFile("投标人.xlsx", file.getvalue())


def limit_page(listed: Record) -> str:
    return f"{reverse('admin:measures_measureapplication_add')}?record={listed.uid}"


def test_step_5_no_limit_of_consumption_for_a_food_case(bodies, listed) -> None:
    reviewer = Staff.of(bodies["pl_sy"], Role.REVIEWER)
    assert "不适用于该项失信行为（适用：C01;C03）" in pages.text(reviewer.client.get(limit_page(listed)))
    asked = {
        "measure": "P23", "decision": "平食药监限〔2017〕9001号", "valid_from": "2017-03-07", "valid_until": "2018-03-06"
    }  # fmt: skip
    assert reviewer.client.post(limit_page(listed), asked).status_code == 400
    assert not MeasureApplication.objects.filter(measure="P23").exists()


def test_step_6_a_practitioner_is_barred_from_the_trade(bodies, listed) -> None:
    reviewer = Staff.of(bodies["pl_sy"], Role.REVIEWER)
    person = {name: Person.objects.get(name=name).pk for name in (P5[0], SHAREHOLDER[0])}
    ban = {
        "measure": "P18", "person": person[P5[0]], "industry": "食品生产经营", "decision": "平食药监禁〔2017〕9001号",
        "valid_from": "2017-03-07", "valid_until": "2019-03-07",
    }  # fmt: skip
    refused = reviewer.client.post(limit_page(listed), ban)
    assert refused.status_code == 400 and "执业证书" in pages.text(refused)
    stranger = reviewer.client.post(limit_page(listed), ban | {"person": person[SHAREHOLDER[0]]})
    assert stranger.status_code == 400 and "只及于行为发生时担任以下职务的人员" in pages.text(stranger)
    right = ban | {"certificate": "食品安全管理员 91610926001"}
    assert reviewer.client.post(limit_page(listed), right).status_code == 302
    asker = Staff.of(bodies["pl_sy"], Role.CLERK)
    said = town.check(asker, "从业资格", person={"name": P5[0], "number": P5[1]})
    (told,) = said["entries"][0]["measures"]
    assert (told["code"], told["industry"]) == ("P18", "食品生产经营")
    wrong = town.check(asker, "从业资格", person={"name": P5[0], "number": "610902190005210062"})
    assert (wrong["found"], wrong["hit"], wrong["entries"]) == (0, 0, [])


def test_step_7_founders_of_a_new_company(bodies, listed) -> None:
    registrar = Staff.of(bodies["sgs"], Role.CLERK)
    said = town.check(registrar, "设立登记", codes=[O3, O1])
    assert [one["hit"] for one in said["results"]] == [True, False] and town.codes_of(said["entries"]) == ["P09"]
    person = town.check(registrar, "设立登记", person={"name": P2[0], "number": P2[1]})
    assert person["hit"] == 1 and person["entries"][0]["role"] == "法定代表人"
    kept = f"{list(AuditLog.objects.values())}{list(CheckHit.objects.values())}"
    assert P2[1] not in kept


def test_step_8_the_bank_sees_public_facts_and_decides_for_itself(bodies, listed) -> None:
    lender = Staff.of(bodies["bank"], Role.FINANCE)
    said = town.check(lender, "贷款", code=O3)
    (entry,) = said["entries"]
    assert {"P29", "P30", "P31", "P32", "P33", "P34"} <= {told["code"] for told in entry["measures"]}
    assert {told["strength_label"] for told in entry["measures"]} == {"推荐性"} and said["undecided"] == 0
    assert town.check(lender, "贷款", person={"name": P5[0], "number": P5[1]})["hit"] == 0
    address = f"joint-checks/{said['number']}/feedback/"
    raised = lender.post(address, entry=entry["uid"], measure="P29", way="rate", size="1.20")
    assert raised.status_code == 201, raised.json()


def test_step_8_what_is_recommended_needs_a_basis_of_its_own_to_oblige(bodies, settings) -> None:
    clerk = Staff.of(bodies["sgs"], Role.CLERK)
    begun = clerk.client.post(reverse("admin:measures_measurelist_add"), {"colour": "punishment"})
    line = {
        "act": "line", "line-measure": "P35", "line-strength": "mandatory", "line-basis": "AZF-2017-8",
        "line-clause": "三（五）", "line-procedure": "核对", "line-contact": "法规科",
    }  # fmt: skip
    refused = clerk.client.post(begun.url, line)
    assert refused.status_code == 400 and "改为强制性须另有法律、法规或政策依据" in pages.text(refused)
    assert clerk.client.post(begun.url, line | {"line-strength": "recommended"}).status_code == 302


def test_step_9_no_new_honour_for_who_is_listed(bodies, listed, settings) -> None:
    values = HONOUR_OF_O3 | {"title": "2017年诚信经营示范企业", "document_number": "安农发〔2017〕9003号"}
    record = town.entered(Staff.of(bodies["snyj"], Role.CLERK), "redlist", values)
    reviewer = Staff.of(bodies["snyj"], Role.REVIEWER)
    look_at(reviewer, record)
    refused = reviewer.move("redlist", record.uid, "publish")
    assert refused.status_code == 409 and "HMD-B-2017-0001" in refused.json()["detail"]
    assert shown_anywhere("2017年诚信经营示范企业") == []


def test_step_10_the_conferring_body_takes_the_honour(bodies, honours, listed) -> None:
    reviewer = Staff.of(bodies["sgs"], Role.REVIEWER)
    decision = {
        "honour": honours["O3"].pk, "cause": listed.pk, "document_number": "安工商撤〔2017〕9001号",
        "decided_on": "2017-03-07", "reason": "被列入严重失信主体名单",
    }  # fmt: skip
    without = reviewer.client.post(reverse("admin:redlist_honourrevocation_add"), decision | {"document_number": ""})
    assert without.status_code in (200, 400) and "必填" in pages.text(without)
    assert reviewer.client.post(reverse("admin:redlist_honourrevocation_add"), decision).status_code == 302
    honour = Record.objects.get(pk=honours["O3"].pk)
    assert honour.status == Status.REVOKED
    assert honour.deliveries.order_by("seq").last().operation == "withdraw"
    measure = MeasureApplication.objects.get(organisation=bodies["sgs"], measure="P19", person=None)
    done = {
        "act": "execute", "execute-what": "撤销守合同重信用企业称号", "execute-executed_on": "2017-03-07",
        "execute-document": "安工商撤〔2017〕9001号",
    }  # fmt: skip
    address = reverse("admin:measures_measureapplication_change", args=[measure.pk])
    assert reviewer.client.post(address, done).status_code == 302
    (filed,) = MeasureArchive.objects.all()
    page = reverse("admin:measures_measurearchive_change", args=[filed.pk])
    assert "撤销守合同重信用企业称号" in pages.text(reviewer.client.get(page))
    kept = dict(filed.data)
    reviewer.client.post(page, {"data": "{}", "act": "change"})
    filed.data = {}
    with pytest.raises(TypeError):
        filed.save()
    assert MeasureArchive.objects.get().data == kept


def test_step_11_candidates_of_the_next_year(bodies, listed) -> None:
    office = Staff.of(bodies["swm"], Role.CLERK)
    barred = town.check(office, "评先评优", person={"name": P2[0], "number": P2[1]})
    assert town.codes_of(barred["entries"]) == ["P20"]
    assert barred["entries"][0]["measures"][0]["name"] == "取消参加评先评优资格"
    assert town.check(office, "评先评优", person={"name": P6[0], "number": P6[1]})["hit"] == 0


def test_step_12_when_the_term_is_over_nothing_comes_back_by_itself(bodies, honours, listed, settings) -> None:
    asker, office = Staff.of(bodies["bh_sy"], Role.CLERK), Staff.of(bodies["swm"], Role.CLERK)
    for day, hit in (("2019-03-07", 1), ("2019-03-08", 0)):
        town.on(settings, day)
        call_command("expire", "--as-of", day, stdout=StringIO())
        assert town.check(asker, "生产许可证", code=O3)["hit"] == hit
        assert town.check(office, "评先评优", person={"name": P2[0], "number": P2[1]})["hit"] == hit
    assert Record.objects.get(pk=listed.pk).status == Status.EXPIRED
    for honour in honours.values():
        assert shown_anywhere(honour.title) == []
    before = [one.operation for one in listed.deliveries.order_by("seq")]
    call_command("expire", "--as-of", "2019-03-08", stdout=StringIO())
    assert before == [one.operation for one in listed.deliveries.order_by("seq")] == ["add", "withdraw"]
