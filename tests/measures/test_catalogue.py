"""The catalogue as delivered, and its public page (row S3.3.1)."""

import pytest

from measures.models import Measure, RoleList, Strength
from registry.directory.organisations import OrganisationKind
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def measures(rules):
    return {measure.code: measure for measure in Measure.objects.select_related("basis")}


def test_every_measure_of_the_document_is_there(measures):
    assert list(measures) == [*(f"I{n:02d}" for n in range(1, 29)), *(f"P{n:02d}" for n in range(1, 53))]


def test_what_is_mandatory_has_a_basis_that_can_oblige(measures):
    assert [m.code for m in measures.values() if m.strength == Strength.MANDATORY and not m.basis.can_oblige] == []


def test_social_bodies_are_never_obliged(measures):
    bank = factories.OrganisationFactory.build(kind=OrganisationKind.FINANCE)
    obliged = [m.code for m in measures.values() if m.may_be_taken_by(bank) and m.strength == Strength.MANDATORY]
    assert obliged == []


def test_the_limits_of_consumption_are_chosen_for_c01_and_c03_alone(measures):
    limits = [measures[f"P{n}"] for n in range(21, 28)]
    assert all(m.is_chosen and not m.is_triggered and m.ends_on_performance for m in limits)
    assert {(m.covers("C01"), m.covers("C03"), m.covers("C02"), m.covers("A01"), m.covers("")) for m in limits} == {
        (True, True, False, False, False)
    }
    assert {m.persons for m in limits} == {RoleList.LIMITED}


def test_a_category_covers_its_items(measures):
    assert measures["P04"].covers("A01") and measures["P45"].covers("B15") and not measures["P45"].covers("B14")


def test_only_whom_the_catalogue_names_has_the_power(measures):
    trading = factories.OrganisationFactory.build(name="安康市公共资源交易中心", kind=OrganisationKind.INSTITUTION)
    tax = factories.OrganisationFactory.build(name="汉滨区税务局")
    assert measures["P16"].may_be_taken_by(trading) and not measures["P16"].may_be_taken_by(tax)


def test_benefits_for_individuals_suit_no_enterprise(measures):
    assert measures["I15"].suits("自然人") and not measures["I15"].suits("法人及非法人组织")


def test_anybody_reads_and_filters_it(measures, client):
    page = client.get("/measures/").content.decode()
    assert "限制乘坐飞机" in page and "贷款利率优惠" in page and "共 <strong>80项" in page
    page = client.get("/measures/?kind=punishment&section=三（五）&strength=recommended").content.decode()
    assert "提高贷款利率" in page and "限制乘坐飞机" not in page
    bank = factories.OrganisationFactory(kind=OrganisationKind.FINANCE)
    page = client.get(f"/measures/?organisation={bank.uscc}").content.decode()
    assert "提高贷款利率" in page and "取消参加评先评优资格" not in page


@pytest.mark.parametrize("query", ["kind=x", "section=九", "organisation=1", "strength=强制", "kind=incentive&kind=x"])
def test_a_filter_that_cannot_be_meant_is_refused(rules, client, query):
    answer = client.get(f"/measures/?{query}")
    assert answer.status_code == 400 and "参数" in answer.content.decode()
