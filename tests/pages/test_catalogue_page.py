"""The collection catalogues: what each body collects, and which county has issued none (row S1.2.6)."""

from registry.directory.catalogue import Openness
from registry.models import CatalogueItemVersion, CollectionCatalogue
from tests import factories


def test_each_item_says_openness_nature_cycle_and_legal_basis(organisation, read):
    CatalogueItemVersion.objects.filter(item__kind="penalty").update(openness=Openness.AUTHORISED)
    page = read("/catalogue/", region="610922")
    for words in (
        "石泉县试例市场监督管理局",
        "行政许可",
        "社会公开",
        "授权查询",
        "基础信息",
        "7个工作日内",
        "国发〔2016〕33号",
    ):
        assert words in page


def test_a_county_without_a_catalogue_is_named_with_the_days_it_is_late(organisation, read, settings):
    settings.CREDIT_TODAY = factories.TODAY.replace(year=2017, month=3, day=1)
    CollectionCatalogue.objects.filter(region="610922").update(issued_on="2017-03-01")
    page = read("/catalogue/")
    assert page.count("未出台，逾期1天") == 9  # ten counties, one has issued
    assert "迟1天" in page


def test_items_are_filtered_by_region_and_by_body(organisation, read):
    other = factories.CatalogueItemVersionFactory(item__catalogue__region_id="610921", item__name="欠缴税款公告")
    assert "欠缴税款公告" not in read("/catalogue/", region="610922")
    assert "欠缴税款公告" in read("/catalogue/", region="610921")
    assert "欠缴税款公告" in read("/catalogue/", organisation=other.item.organisation.uscc)


def test_only_the_version_in_force_is_shown(organisation, read):
    old = factories.CatalogueItemVersionFactory(
        item__catalogue__region_id="610921", item__name="欠缴税款公告", valid_to="2020-12-31", legal_basis="旧依据"
    )
    factories.CatalogueItemVersionFactory(item=old.item, version=2, valid_from="2021-01-01", legal_basis="新依据")
    page = read("/catalogue/", region="610921")
    assert "新依据" in page and "旧依据" not in page
