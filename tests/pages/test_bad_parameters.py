"""What people and attackers write into the address: answered in Chinese, never by a server error."""

import pytest

LISTS = ["/search/", "/disclosure/licences/", "/disclosure/penalties/", "/codes/published/", "/catalogue/"]

# Parameter, value, status: the value can never be meant, and the answer names the parameter.
REFUSED = [
    ("region", "610000", 400),
    ("region", "' OR 1=1", 400),
    ("organisation", "11610902XX000001X", 400),
    ("organisation", "1", 400),
    ("year", "1e9", 400),
    ("year", "２０２６", 400),
    ("year", "1900", 400),
    ("year", "2027", 400),
    ("page", "0", 404),
    ("page", "-1", 404),
    ("page", "abc", 404),
    ("page", "1.5", 404),
    ("page", "٣", 404),
    ("page", "１", 404),
    ("page", "01", 404),
    ("page", "9" * 5000, 400),
    ("page", "50000", 400),
]

STRANGE = [
    "_connector=OR&is_superuser=True",
    "name__regex=(a%2B)%2B$",
    "organisation__staff__password__startswith=p",
]


@pytest.mark.parametrize("path", LISTS)
def test_a_value_that_cannot_be_meant_is_refused(client, rules, path):
    for name, value, status in REFUSED:
        response = client.get(path, {name: value})
        page = response.content.decode()
        assert response.status_code == status, (name, value[:20])
        assert ("页码" in page or "只能翻看" in page) if name == "page" else f"参数 {name} " in page, (name, value[:20])


@pytest.mark.parametrize("path", LISTS[1:4])
def test_a_day_that_is_none_is_refused(client, rules, path):
    between = {"from": "2026-03-01", "to": "2026-02-01"}
    for query in ({"from": "2026-02-30"}, {"to": "01/02/2026"}, {"from": "20260101"}, between):
        response = client.get(path, query)
        assert response.status_code == 400, query
        assert "参数" in response.content.decode(), query


@pytest.mark.parametrize(
    "path,name",
    [
        ("/search/", "kind"),
        ("/disclosure/licences/", "category"),
        ("/disclosure/penalties/", "category"),
        ("/disclosure/licences/", "format"),
        ("/codes/published/", "kind"),
        ("/catalogue/", "format"),
    ],
)
def test_a_choice_that_is_not_offered_is_refused_and_not_repeated(client, rules, path, name):
    response = client.get(path, {name: "<script>alert(1)</script>"})
    assert response.status_code == 400
    assert f"参数 {name} " in response.content.decode()
    assert "alert(1)" not in response.content.decode()


@pytest.mark.parametrize("path", [*LISTS, "/codes/"])
def test_a_parameter_given_twice_is_refused(client, rules, path):
    response = client.get(f"{path}?q=a&q=b")
    assert response.status_code == 400
    assert "参数 q 重复出现" in response.content.decode()


@pytest.mark.parametrize("path", [*LISTS, "/codes/", "/"])
@pytest.mark.parametrize(
    "query",
    ["_connector=OR&is_superuser=True", "name__regex=(a%2B)%2B$", "organisation__staff__password__startswith=p"],
)
def test_a_parameter_nobody_asked_for_changes_nothing(client, rules, path, query):
    assert client.get(f"{path}?{query}").content == client.get(path).content


@pytest.mark.parametrize("path", [*LISTS, "/codes/"])
def test_a_character_no_database_holds_is_refused(client, db, path):
    assert client.get(f"{path}?q=%00").status_code == 400
    assert client.get(f"{path}?q=%ff").status_code == 400


def test_a_page_behind_the_last_says_how_many_there_are(published, client):
    published("licence")
    response = client.get("/disclosure/licences/", {"page": "2"})
    assert response.status_code == 404
    assert "共1页，没有第2页" in response.content.decode()


def test_beyond_the_deepest_row_the_way_out_is_told(client, rules):
    response = client.get("/disclosure/licences/", {"page": "501"})
    assert response.status_code == 400
    assert "只能翻看前10000条" in response.content.decode()
    assert client.get("/disclosure/licences/", {"page": "500"}).status_code == 404  # allowed, but there is none
