"""A page costs as many queries with twenty rows as with one, and few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from registry.models import Record
from tests import factories

MOST = 20
KINDS = ("licence", "penalty", "code-event", "catalogue-record")

# Every public route, with an address that shows rows.
ROUTES = {
    "portal:home": "/",
    "portal:search": "/search/?q=茶业",
    "portal:batch": "/search/batch/",
    "portal:codes": "/codes/?q={code}",
    "portal:published_codes": "/codes/published/",
    "portal:listed_persons": "/blacklist/persons/",
    "portal:list_rules": "/policies/list-rules/",
    "portal:robots": "/robots.txt",
    "portal:api_docs": "/api/docs/",
    "portal:sitemap": "/sitemap.xml",
    "portal:sitemap_part": "/sitemap-subjects.xml",
    "registry:subject": "/subjects/{code}/",
    "registry:record": "/records/{uid}/",
    "registry:catalogue": "/catalogue/",
    "disclosure:licences": "/disclosure/licences/",
    "disclosure:penalties": "/disclosure/penalties/",
}
MORE = [
    "/search/?kind=licence",
    "/search/?q=茶业&kind=subject",
    "/disclosure/licences/?q=茶业&category=普通",
    "/disclosure/penalties/?format=csv",
    "/disclosure/penalties/?q=茶业&format=csv",
    "/codes/published/?kind=new",
]


def public_routes() -> set[str]:
    return {
        f"{namespace.namespace}:{route.name}"
        for namespace in get_resolver().url_patterns
        if isinstance(namespace, URLResolver) and namespace.namespace in ("portal", "registry", "disclosure")
        for route in namespace.url_patterns
        if isinstance(route, URLPattern)
    }


def test_every_public_route_is_counted():
    assert set(ROUTES) == public_routes()


@pytest.fixture
def growing(publish_many):
    """Rows of every kind, on two occasions: few, then many; the first record stays the one that is asked for."""

    def grow(number: int, start: int) -> Record:
        records = [record for kind in KINDS for record in publish_many(kind, number, start=start)]
        for n in range(number):
            factories.CatalogueItemVersionFactory(item__catalogue__region_id="610921", item__code=f"N-{start + n}")
        return records[0]

    return grow


def cost(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        assert response.status_code == 200, address
        if response.streaming:
            response.getvalue()
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_the_rows(growing, client):
    first = growing(1, start=0)
    known = {"code": first.subject.uscc, "uid": first.uid}
    addresses = [address.format(**known) for address in [*ROUTES.values(), *MORE]]
    client.get("/search/?q=茶业")  # search remembers how frequent words are, its form which bodies there are
    before = {address: cost(client, address) for address in addresses}
    growing(25, start=1)
    Record.objects.filter(kind="licence").update(subject=first.subject)  # its own page fills as well
    client.get("/search/?q=茶业")
    after = {address: cost(client, address) for address in addresses}
    searches = {address for address in addresses if "q=茶业" in address}
    assert {a: n for a, n in after.items() if a not in searches} == {
        a: n for a, n in before.items() if a not in searches
    }
    # Search counts in a query of its own where a page is full: once for records, once for subjects beside them.
    assert all(after[address] - before[address] <= 2 for address in searches), (before, after)
    assert max(after.values()) <= MOST, after
