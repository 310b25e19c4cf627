"""Searching everything public by name, code or document number."""

import re

import pytest

from registry.models import FormerName
from registry.search import index
from tests import factories
from tests.pages.test_record_page import PERSON


def tabs(page: str) -> dict[str, str]:
    """Label -> count as the tabs say them."""
    nav = page[page.index('class="tabs"') : page.index("</nav>", page.index('class="tabs"'))]
    return dict(re.findall(r">([^<>（]+)（([^）]+)）</a>", nav))


def test_each_tab_counts_what_stands_behind_it(publish_many, published, read):
    publish_many("licence", 3)
    published("penalty", counterparty_name="安康市恒口试例茶业有限公司")
    counts = tabs(read("/search/", q="茶业"))
    assert counts["全部"] == "4条" and counts["主体"] == "4条"
    assert counts["行政许可"] == "3条" and counts["行政处罚"] == "1条"
    for code, label in (("licence", "行政许可"), ("penalty", "行政处罚"), ("subject", "主体")):
        page = read("/search/", q="茶业", kind=code)
        assert f"共 <strong>{counts[label]}</strong>" in page
        assert page.count('<li class="card') == int(counts[label].removesuffix("条"))


def test_hidden_records_never_raise_a_count(published, submitted, read):
    published("licence", counterparty_name="安康市恒口试例茶业有限公司")
    submitted("penalty", counterparty_name="安康市瀛湖试例茶业有限公司")
    page = read("/search/", q="茶业")
    assert tabs(page)["全部"] == "1条" and tabs(page)["主体"] == "1条"
    assert "瀛湖" not in page


def test_what_was_found_is_marked_in_the_name_as_it_is_written(published, read):
    published("licence", counterparty_name="安康市汉滨区（东坝）试例商行")
    assert "区<mark>（东坝）</mark>试例" in read("/search/", q="(东坝)")


@pytest.mark.parametrize("typed", ["(东坝)", "（东坝）", "汉滨区（东坝)"])
def test_brackets_of_either_width_find_the_name(published, read, typed):
    published("licence", counterparty_name="安康市汉滨区（东坝）试例商行")
    assert "没有查询到" not in read("/search/", q=typed)


@pytest.mark.parametrize("typed", ["%", "_", "*", "[", "(a+)+$", "' OR 1=1 --"])
def test_signs_of_query_languages_list_nothing(published, read, typed):
    published("licence")
    assert '<li class="card' not in read("/search/", q=typed)


@pytest.mark.parametrize("typed", ["", "  "])
def test_an_empty_question_shows_the_form_and_never_the_whole_table(published, read, typed):
    published("licence")
    page = read("/search/", q=typed)
    assert "可以这样查询" in page
    assert '<li class="card' not in page


def test_filters_alone_browse(published, read):
    published("licence")
    assert tabs(read("/search/", region="610922"))["全部"] == "1条"
    assert tabs(read("/search/", region="610921"))["全部"] == "0条"
    assert tabs(read("/search/", year="2026"))["行政许可"] == "1条"
    assert tabs(read("/search/", year="2025"))["行政许可"] == "0条"


def test_filters_narrow_a_search_and_stay_in_every_link(publish_many, organisation, read):
    publish_many("licence", 21)
    page = read("/search/", q="茶业", organisation=organisation.uscc, kind="licence")
    assert "共 <strong>21条</strong>" in page
    following = re.search(r'rel="next" href="([^"]+)"', page)[1]
    for part in ("kind=licence", f"organisation={organisation.uscc}", "page=2", "q=%E8%8C%B6"):
        assert part in following
    stranger = factories.OrganisationFactory()
    assert "共 <strong>0条</strong>" in read("/search/", q="茶业", organisation=stranger.uscc)


def test_the_code_of_a_subject_leads_to_its_page(published, client):
    subject = published("licence").subject
    response = client.get("/search/", {"q": f" {subject.uscc.lower()} ", "kind": "licence"})
    assert response.status_code == 302
    assert response.url == f"/subjects/{subject.uscc}/?kind=licence"


def test_a_wrong_code_is_explained_and_a_better_one_offered(published, read):
    code = published("licence").subject.uscc
    page = read("/search/", q=code[:3] + "I" + code[4:] if code[3] == "1" else code.replace("0", "O", 1))
    assert "代码校验不通过" in page
    assert f'href="/codes/?q={code}"' in page


@pytest.mark.parametrize("typed", ["石食药监许〔2026〕9001号", "石食药监许[2026]9001号", "石食药监许(2026)第9001号"])
def test_a_document_number_finds_its_record_however_it_is_bracketed(published, read, typed):
    published("licence")
    assert "石泉县后柳试例水产专业合作社" in read("/search/", q=typed)


def test_a_former_name_finds_the_subject_of_today(published, read):
    subject = published("licence").subject
    FormerName.objects.create(subject=subject, name="瀛湖试例渔社", name_key="瀛湖试例渔社")
    index.refresh_subjects([subject])
    assert subject.name in read("/search/", q="瀛湖试例")


def test_natural_persons_are_never_found_by_name(published, read, organisation):
    organisation.catalogue_items.get(kind="licence").versions.update(persons_are_public=True)
    published("licence", **PERSON)
    page, nobody = read("/search/", q="欧阳试兰"), read("/search/", q="欧阳试梅")
    assert page.replace("欧阳试兰", "欧阳试梅").replace("%E5%85%B0", "%E6%A2%85") == nobody
    assert "没有查询到相关信息" in page


@pytest.mark.parametrize("typed", ["a" * 100_000, "茶 " * 2_000])
def test_an_endless_question_is_cut_with_a_notice(published, client, typed, django_assert_max_num_queries):
    published("licence")
    with django_assert_max_num_queries(40):
        response = client.get("/search/", {"q": typed})
    assert response.status_code == 200
    assert "只按前" in response.content.decode()
    assert len(response.content) < 200_000
