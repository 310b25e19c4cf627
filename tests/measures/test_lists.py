"""Measure lists: four eyes, every line lawful, the version of the day (rows S4.3.1-S4.3.3, invariant I9)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from measures import lists
from measures.models import Colour, LegalBasis, ListLine, Measure, MeasureList, Strength
from registry.directory.organisations import OrganisationKind
from registry.records.workflow import MoveRefused
from tests import factories
from tests.factories import NOON, TODAY
from tests.measures.conftest import people

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def body(rules):
    return factories.OrganisationFactory(name="汉滨区试例市场监督管理局")


@pytest.fixture
def draft(body):
    clerk, _ = people(body)
    return lists.begin(body, Colour.PUNISHMENT, by=clerk, at=NOON, today=TODAY)


def put(draft, code, basis, **said):
    said = {"clause": "三（三）", "procedure": "核对", "contact": "法规科"} | said
    return lists.put_line(draft, Measure.objects.get(pk=code), basis=basis, by=draft.drafted_by, today=TODAY, **said)


def refused(draft, code, basis, **said):
    with pytest.raises(ValidationError) as caught:
        put(draft, code, basis, **said)
    assert not draft.lines.exists()
    return caught.value.message_dict


def test_a_list_is_put_in_force_by_another_person(body, listing):
    issued = listing(body, "P04", "P20")
    assert list(MeasureList.objects.in_force(on=TODAY)) == [issued]
    assert {line.strength for line in issued.lines.all()} == {Strength.MANDATORY}


def test_its_author_does_not_approve_it(draft, founding):
    put(draft, "P04", founding)
    with pytest.raises(PermissionDenied):
        lists.approve(draft, by=draft.drafted_by, at=NOON, today=TODAY)
    both = factories.UserFactory(organisation=draft.organisation, is_superuser=True)
    MeasureList.objects.filter(pk=draft.pk).update(drafted_by=both)
    with pytest.raises(PermissionDenied, match="拟定人"):
        lists.approve(draft, by=both, at=NOON, today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeasureList.objects.filter(pk=draft.pk).update(state="approved", approved_by=both, approved_at=NOON)


def test_another_body_has_no_say(draft):
    stranger, reviewer = people(factories.OrganisationFactory())
    with pytest.raises(PermissionDenied):
        lists.begin(draft.organisation, Colour.INCENTIVE, by=stranger, at=NOON, today=TODAY)
    with pytest.raises(PermissionDenied):
        lists.approve(draft, by=reviewer, at=NOON, today=TODAY)


def test_a_measure_beyond_its_power_is_refused(draft, founding):
    assert "没有实施" in refused(draft, "P16", founding)["measure"][0]


def test_a_measure_of_the_other_colour_is_refused(draft, founding):
    assert "守信激励" in refused(draft, "I04", founding)["measure"][0]


def test_a_line_without_basis_or_clause_is_refused(draft, founding):
    assert "没有依据" in refused(draft, "P04", None)["basis"][0]
    assert "条款" in refused(draft, "P04", founding, clause=" ")["clause"][0]


def test_a_repealed_basis_is_refused(draft):
    repealed = LegalBasis.objects.get(pk="GF-2014-21")
    assert "不在有效期内" in refused(draft, "P04", repealed)["basis"][0]


def test_an_agreement_obliges_nobody(draft, rules):
    memorandum = LegalBasis.objects.create(
        code="BW-1", title="合作备忘录", kind="agreement", effective_from=date(2017, 1, 1)
    )
    assert "不够" in refused(draft, "P04", memorandum)["strength"][0]
    assert put(draft, "P04", memorandum, strength=Strength.RECOMMENDED).pk


def test_what_the_document_recommends_is_not_made_mandatory_by_the_document_itself(draft, founding):
    assert "另有" in refused(draft, "P35", founding, strength=Strength.MANDATORY)["strength"][0]
    other = LegalBasis.objects.get(pk="FL-ZFCG")
    assert put(draft, "P35", other, strength=Strength.MANDATORY).pk


@pytest.mark.parametrize("code", ["P29", "P30"])
def test_a_bank_is_never_obliged(rules, code):
    bank = factories.OrganisationFactory(kind=OrganisationKind.FINANCE)
    draft = MeasureList.objects.create(
        organisation=bank, colour="punishment", version=1, valid_from=TODAY, drafted_at=NOON,
        drafted_by=factories.UserFactory(organisation=bank),
    )  # fmt: skip
    law = LegalBasis.objects.get(pk="FL-ZFCG")
    line = ListLine(measure_list=draft, measure_id=code, strength=Strength.MANDATORY, basis=law, clause="一")
    assert any("只能列入推荐性" in message for _, message in lists.problems_of(line, on=TODAY))


def test_the_list_of_the_day_counts(body, listing):
    first = listing(body, "P04")
    second = listing(body, "P04", "P20", valid_from=TOMORROW)
    assert (first.version, second.version) == (1, 2)
    assert list(MeasureList.objects.in_force(on=TODAY)) == [first]
    assert list(MeasureList.objects.in_force(on=TOMORROW)) == [second]
    assert not MeasureList.objects.in_force(on=TODAY - timedelta(days=1)).exists()


def test_an_issued_list_is_never_edited(body, listing, founding):
    issued = listing(body, "P04")
    with pytest.raises(MoveRefused, match="新版本"):
        put(issued, "P20", founding)


def test_one_draft_at_a_time_and_none_for_the_past(draft, founding):
    with pytest.raises(MoveRefused, match="草稿"):
        lists.begin(draft.organisation, draft.colour, by=draft.drafted_by, at=NOON, today=TODAY)
    _, reviewer = people(draft.organisation)
    with pytest.raises(MoveRefused, match="没有任何措施"):
        lists.approve(draft, by=reviewer, at=NOON, today=TODAY)
    put(draft, "P04", founding)
    with pytest.raises(MoveRefused, match="已过"):
        lists.approve(draft, by=reviewer, at=NOON, today=TOMORROW)


def test_a_repealed_basis_flags_its_lines_and_stops_their_triggers(body, listing, founding):
    line = listing(body, "P04").lines.get()
    assert list(ListLine.objects.triggering(on=TODAY)) == [line]
    LegalBasis.objects.filter(pk=founding.pk).update(repealed_on=TODAY)
    assert not ListLine.objects.triggering(on=TODAY).exists()
    assert list(ListLine.objects.flagged(on=TODAY)) == [line]
    assert list(ListLine.objects.triggering(on=TODAY - timedelta(days=1))) == []  # the list begins today


def test_versions_are_compared_measure_by_measure(body, listing):
    first = listing(body, "P04", "P20")
    second = listing(body, "P03", "P20", valid_from=TOMORROW, contact="新电话")
    assert {row.measure.code: row.word for row in lists.compare(first, second)} == {
        "P03": "新增", "P04": "取消", "P20": "调整",
    }  # fmt: skip


def test_bodies_without_a_list_are_named(body, listing):
    listing(body, "P04")
    assert (body, Colour.INCENTIVE) in lists.missing(on=TODAY)
    assert (body, Colour.PUNISHMENT) not in lists.missing(on=TODAY)


def test_anybody_reads_the_lists(body, listing, client, settings):
    listing(body, "P04")
    listing(body, "P03", "P04", valid_from=TOMORROW)
    page = client.get("/measures/lists/").content.decode()
    assert f"{body.name}：守信激励" in page
    address = f"/measures/lists/?organisation={body.uscc}&kind=punishment"
    page = client.get(address).content.decode()
    assert "从严控制生产许可证发放" in page and "从严审核行政许可" not in page  # the next version has not begun
    settings.CREDIT_TODAY = TOMORROW
    page = client.get(f"{address}&version=2&before=1").content.decode()
    assert "新增" in page and "不变" in page
    assert client.get("/measures/lists/?organisation=1&kind=incentive").status_code == 404
    assert client.get(f"{address}&version=9").status_code == 400
