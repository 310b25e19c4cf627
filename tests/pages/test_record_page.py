"""A record as a visitor reads it: what it says, what happened, and what is left when it has ended."""

from datetime import timedelta

import pytest

from registry.models import CatalogueItemVersion, Organisation, Record
from registry.records import drafting, holds, workflow
from registry.records.models.holds import HoldGround
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests import factories

PERSON = {
    "counterparty_name": "欧阳试兰",
    "counterparty_kind": "自然人",
    "counterparty_uscc": "",
    "legal_representative": "",
    "counterparty_document_type": "身份证",
    "counterparty_id_number": "61090219000622006X",
}


@pytest.fixture
def persons_are_public(organisation):
    CatalogueItemVersion.objects.filter(item__kind="licence").update(persons_are_public=True)


def address(record) -> str:
    return f"/records/{record.uid}/"


def test_it_shows_the_public_fields_by_label_with_source_and_day(published, read):
    page = read(address(published("licence")))
    for words in ("许可内容", "食品经营（预包装食品销售）", "石食药监许〔2026〕9001号", "更新日期 2026-03-02"):
        assert words in page
    assert "本页信息由石泉县试例市场监督管理局归集，以作出机关为准。" in page


def test_fields_that_are_not_public_and_people_behind_a_company_stay_unnamed(published, read):
    page = read(address(published("licence", remarks="内部备注勿外传", legal_representative="柯试明")))
    assert "内部备注勿外传" not in page
    assert "柯试明" not in page
    assert "柯*" in page


def test_a_term_without_an_end_is_written_in_words(published, read):
    page = read(address(published("licence", valid_to="2099-12-31")))
    assert "长期" in page
    assert "<dd>2099-12-31</dd>" not in page


def test_the_deadline_is_reckoned_in_the_open(published, read):
    page = read(address(published("licence", decided_on="2026-02-24", valid_from="2026-02-24")))
    assert "应于 <strong>2026-03-04</strong> 前公示" in page
    assert "国发〔2016〕33号" in page
    assert "<li>2026-02-28</li>" in page  # a Saturday worked in exchange for the Spring Festival
    assert "<li>2026-03-01（周日）</li>" in page
    assert "按时" in page


def test_a_late_publication_says_by_how_many_working_days(published, read):
    page = read(address(published("penalty", decided_on="2026-02-04", late_reason="系统故障")))
    assert "逾期" in page
    assert "系统故障" not in page


def test_a_correction_stands_in_the_timeline_with_its_fields_but_without_names(published, read, clerk, reviewer):
    record = published("penalty", fine="5", content="罚款人民币50000元")
    later = factories.NOON + timedelta(hours=1)
    drafting.propose_correction(
        record, {"fine": "0.5", "remarks": "查询复核"}, reason="当事人王试某来电", by=clerk, at=later,
        today=factories.TODAY, door=Door.FORM,
    )  # fmt: skip
    workflow.move(record, Action.CORRECT, by=reviewer, at=later)
    page = read(address(record))
    assert "更正</strong>：罚款金额（万元）<span" in page
    assert "<dd>0.5</dd>" in page and "<dd>5</dd>" not in page
    assert "第2版，2026-03-02 13:00" in page and "第1版，2026-03-02 12:00" in page
    for name in ("试例录入员", "试例审核员", "王试某", "查询复核"):
        assert name not in page


def test_a_record_under_verification_is_marked_so(published, read, reviewer):
    record = published("penalty")
    holds.open_hold(record, HoldGround.OBJECTION, by=reviewer, at=factories.NOON)
    assert "异议核实中" in read(address(record))


def test_the_last_day_of_its_term_still_shows_it(published, read, client, settings):
    record = published("penalty")
    record.refresh_from_db()
    settings.CREDIT_TODAY = record.public_until
    read(address(record))
    settings.CREDIT_TODAY = record.public_until + timedelta(days=1)
    assert client.get(address(record)).status_code == 410


def test_a_withdrawn_record_is_gone_and_its_page_names_nobody(published, client, reviewer):
    record = published("penalty")
    workflow.move(record, Action.WITHDRAW, by=reviewer, at=factories.NOON, reason="处罚决定已撤销")
    response = client.get(address(record))
    page = response.content.decode()
    assert response.status_code == 410
    assert "不再公示" in page
    for name in (record.subject.name, record.document_number, "处罚决定已撤销"):
        assert name not in page


def test_what_was_never_public_is_not_found(drafted, submitted, client):
    for record in (drafted("licence"), submitted("penalty")):
        assert client.get(address(record)).status_code == 404
    assert client.get("/records/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert client.get("/records/1/").status_code == 404


@pytest.mark.parametrize("changes", [{"secrecy": "商业秘密"}, PERSON], ids=["secret", "person"])
def test_a_record_that_is_not_open_is_not_found(published, client, changes):
    assert client.get(address(published("penalty", **changes))).status_code == 404


def test_a_natural_person_is_masked_and_kept_out_of_search_engines(published, read, persons_are_public):
    page = read(address(published("licence", **PERSON)))
    assert "欧阳*" in page
    assert "欧阳试兰" not in page
    assert "1900" not in page  # nothing of the ID number
    assert '<meta name="robots" content="noindex">' in page
    assert "/subjects/" not in page


def test_an_ended_record_of_a_person_is_as_if_it_had_never_been(published, client, reviewer, persons_are_public):
    record = published("licence", **PERSON)
    workflow.move(record, Action.WITHDRAW, by=reviewer, at=factories.NOON, reason="许可已撤回")
    assert client.get(address(record)).status_code == 404


def test_what_the_catalogue_alone_describes_is_shown_by_its_labels(published, read):
    page = read(address(published("catalogue-record")))
    assert "欠费金额（万元）" in page
    assert "<dd>12.86</dd>" in page


def test_a_body_that_joined_in_another_process_is_named_at_once(published, client):
    first = published()
    client.get(f"/records/{first.uid}/")  # what is remembered of bodies is from now
    joined = factories.OrganisationFactory.build(region_id="610922")
    Organisation.objects.bulk_create([joined])  # as another process: no signal here
    Record.objects.filter(pk=first.pk).update(organisation=joined)
    for address in (f"/records/{first.uid}/", "/disclosure/licences/"):
        page = client.get(address)
        assert page.status_code == 200
    assert joined.name in client.get(f"/records/{first.uid}/").content.decode()
