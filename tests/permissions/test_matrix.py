"""Every role at every address, with a record of its own body and of another: what the table says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from ankang_credit import entitlements
from ankang_credit.entitlements import EVERYTHING, HOLDERS, OPERATIONS, PAGES, REACH, STEPS, Holder, Page, Step
from portal.crawling import SITEMAPS
from registry.directory.organisations import OrganisationKind
from registry.directory.staff import Role
from registry.models import ApiKey, CatalogueItem, Record
from tests import factories
from tests.permissions import trials
from tests.permissions.conftest import World

# Who may do what is worked out in Python and asks either database the same.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

UNNAMED = {  # addresses without a name: the same view elsewhere, or a redirect to one in the table
    "healthz", "readyz", "metrics", "api/v1/codes/<anytext:code>", "api/v1/subjects/<anytext:code>",
}  # fmt: skip


def patterns(resolver: Any, before: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Every address of the portal: its name, its route, its pattern."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from patterns(each, route, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}" if each.name else "", route, each


def test_every_address_stands_in_the_table_and_the_table_knows_no_other():
    found = list(patterns(get_resolver()))
    named = {name for name, _, _ in found if name}
    missing = named - entitlements.addresses()
    assert not missing, f"say in ankang_credit/entitlements.py who may open {sorted(missing)}"
    assert not entitlements.addresses() - named - {"healthz", "readyz", "metrics"}
    unnamed = {route for name, route, _ in found if not name}
    redirects = {route for route in unnamed if route.startswith("admin/") and route.endswith("<path:object_id>/")}
    assert unnamed - redirects - {"admin/(?P<url>.*)$"} == UNNAMED


def test_every_act_of_the_table_is_tried():
    assert [step.name for step in STEPS] == list(trials.STEPS)
    assert [operation.name for operation in OPERATIONS] == list(trials.OPERATIONS)


def sign_in(world: World, holder: Holder, *, foreign: bool) -> Client:
    client = Client()
    client.force_login(world.somebody(holder, foreign=foreign))
    return client


def expected(page: Page, address: str, holder: Holder, *, foreign: bool) -> set[int]:
    cells = page.cells.get(holder, "")
    if not cells:
        return {403, 404}
    if page.model == "registry.legacyregistration" and address == "add" and foreign:
        return {403}  # a register is kept by an authority that assigns codes
    needed = {"changelist": "v", "add": "a", "change": "v", "delete": "d", "history": "v"}[address]
    beyond = foreign and page.reaches and REACH[holder] != EVERYTHING
    if beyond and address in ("change", "delete", "history"):
        return {404}
    if address == "delete" and foreign and page.model == "registry.record":
        return {403}  # discarding is the work of the body itself
    return {200} if needed in cells else {403}


@pytest.mark.parametrize("foreign", [False, True], ids=["own", "foreign"])
@pytest.mark.parametrize("holder", HOLDERS)
def test_pages_open_to_those_whom_the_table_names(holder, foreign, world):
    client, wrong = sign_in(world, holder, foreign=foreign), []
    for page in PAGES:
        row = world.rows[page.model]
        name = f"admin:{page.model.replace('.', '_')}"
        for address in entitlements.OF_A_PAGE:
            arguments = [] if address in ("changelist", "add") else [row.pk]
            # The draft that may be discarded, where there is one.
            if address == "delete" and page.model == "registry.record":
                arguments = [world.records["discard"].pk]
            answer = client.get(reverse(f"{name}_{address}", args=arguments))
            if answer.status_code not in expected(page, address, holder, foreign=foreign):
                wrong.append((name, address, answer.status_code))
            if foreign and page.reaches and REACH[holder] != EVERYTHING and address == "changelist":
                assert f"/{page.model.replace('.', '/')}/{row.pk}/" not in answer.content.decode(), name
    assert wrong == []


def rows_of(step: Step) -> Page:
    """The page whose rows the act is done to."""
    return next((page for page in PAGES if step.address.startswith(f"admin:{page.model.replace('.', '_')}_")), PAGES[0])


# What is not the work of one body: the credit office's own work, and figures.
UNBOUND = (
    "rename", "password", "conversion", "open_port", "reopen", "test", "confirm", "stop", "progress", "reset", "file",
)  # fmt: skip
# What belongs to the person's own body, which collects nothing here.
OF_OWN_BODY = ("draft", "upload", "template", "zero", "deliver", "check", "check_file")
# What stays inside the body that asked: not even who sees everything acts there, or learns that it exists.
WITHIN = ("check_read", "check_decide", "check_feedback")
BY_ANY_KEY = ("check", "check_file", "check_read")  # a machine asks in the name of its body


def done(answer: Any) -> bool:
    return answer.status_code in (200, 201, 202, 204, 302)


@pytest.mark.parametrize("holder", HOLDERS)
def test_an_act_of_the_work_bench_is_done_by_those_whom_the_table_names(holder, world, platform):
    client, wrong = sign_in(world, holder, foreign=False), []
    for step in STEPS:
        answer = trials.STEPS[step.name](client, world)
        right = done(answer) if holder in step.by else answer.status_code in (403, 404)
        if not right:
            wrong.append((step.name, answer.status_code))
    assert wrong == []
    if holder in (Role.CLERK, Role.REVIEWER):
        assert Record.objects.get(pk=world.records["submit"].pk).seq == int(holder == Role.CLERK)


def records_of(world: World) -> QuerySet:
    """The records acts are tried on; those that cases are about rest when an objection is taken up, by whoever may."""
    tried = [record.pk for record in world.records.values()]
    return Record.objects.filter(pk__in=tried).order_by("pk").values()


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_act_of_the_work_bench_reaches_the_record_of_another_body(holder, world, platform):
    """404 where it does not exist for the role, 403 where it may be seen; what is not a body's work has no bounds."""
    client = sign_in(world, holder, foreign=True)
    before = list(records_of(world))
    wrong = []
    for step in STEPS:
        answer = trials.STEPS[step.name](client, world)
        cells = rows_of(step).cells.get(holder, "")
        sees = REACH[holder] == EVERYTHING and "v" in cells
        if step.name in UNBOUND or (step.reaches and REACH[holder] == EVERYTHING):
            right = (holder in step.by) is done(answer)
        elif step.name == "export":
            held = b"".join(answer) if answer.streaming else answer.content
            right = sees or world.records["export"].document_number.encode() not in held
        elif step.name in ("backfill", "begin_list"):  # says something of one's own body alone
            right = (holder in step.by) is done(answer)
        elif step.name in OF_OWN_BODY:
            right = answer.status_code in (400, 403, 404)  # not in the catalogue of that person's own body
        else:
            right = answer.status_code == 403 if sees else answer.status_code in (403, 404)
            right = right and (answer.status_code == 404 or sees or not cells)
        if not right:
            wrong.append((step.name, answer.status_code))
    assert wrong == []
    assert list(records_of(world)) == before


@pytest.mark.parametrize("holder", HOLDERS)
def test_the_api_does_for_each_what_the_table_says(holder, world):
    client, wrong = sign_in(world, holder, foreign=False), []
    for operation in OPERATIONS:
        answer = trials.OPERATIONS[operation.name](client, world)
        right = done(answer) if holder in operation.by else answer.status_code in (403, 404)
        if not right:
            wrong.append((operation.name, answer.status_code, answer.content.decode()[:200]))
    assert wrong == []


@pytest.mark.parametrize("holder", HOLDERS)
def test_to_the_api_the_record_of_another_body_does_not_exist(holder, world):
    client = sign_in(world, holder, foreign=True)
    before = list(Record.objects.order_by("pk").values())
    wrong, sees = [], REACH[holder] == EVERYTHING and "v" in PAGES[0].cells.get(holder, "")
    for operation in OPERATIONS:
        answer = trials.OPERATIONS[operation.name](client, world)
        if operation.name in OF_OWN_BODY:
            right = answer.status_code in (400, 403)
        elif operation.name in WITHIN:
            right = answer.status_code in (403, 404)
        elif operation.name in ("work", "follow"):
            right = answer.status_code == (200 if sees else 404)
        else:
            right = answer.status_code == (403 if sees else 404)
        if not right:
            wrong.append((operation.name, answer.status_code))
    assert wrong == []
    assert list(Record.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("clerk_bound", [True, False], ids=["of a clerk", "of a body"])
def test_a_key_does_what_the_table_lets_keys_do(clerk_bound, world, clerk):
    _, secret = ApiKey.objects.create_key(name="试例", organisation=world.body, clerk=clerk if clerk_bound else None)
    client, wrong = Client(headers={"Authorization": f"Api-Key {secret}"}), []
    for operation in OPERATIONS:
        answer = trials.OPERATIONS[operation.name](client, world)
        may = operation.name in BY_ANY_KEY or (clerk_bound and operation.key)
        right = done(answer) if may else answer.status_code in (401, 403, 404)
        if not right:
            wrong.append((operation.name, answer.status_code))
    assert wrong == []


def test_nobody_opens_what_is_not_open_to_anybody(world):
    """Pages of the work-bench lead to the login, the API answers 401 or 403, and nothing changes."""
    before = list(Record.objects.order_by("pk").values())
    client = Client()
    for page in PAGES:
        for address in entitlements.OF_A_PAGE:
            arguments = [] if address in ("changelist", "add") else [world.rows[page.model].pk]
            answer = client.get(reverse(f"admin:{page.model.replace('.', '_')}_{address}", args=arguments))
            assert answer.status_code == 302 and "/admin/login/" in answer.url, (page.model, address)
    for name, trial in trials.STEPS.items():
        answer = trial(client, world)
        assert answer.status_code == 302 and "/admin/login/" in answer.url, name
    for name, trial in trials.OPERATIONS.items():
        assert trial(client, world).status_code in (401, 403, 404), name
    assert list(Record.objects.order_by("pk").values()) == before


def test_what_is_open_to_anybody_is_read_and_never_written(world):
    shown = world.records["withdraw"]
    arguments = {
        "registry:record": [shown.uid], "registry:subject": [shown.subject.uscc], "api:code": [shown.subject.uscc],
        "api:subject": [shown.subject.uscc], "api:record": [shown.uid], "portal:sitemap_part": [next(iter(SITEMAPS))],
    }  # fmt: skip
    for name in entitlements.OPEN_TO_ANYBODY.addresses:
        path = reverse(name, args=arguments.get(name, []))
        query = {"code": shown.subject.uscc} if name == "api:codes" else {}
        assert Client().get(path, query).status_code == 200, name
        if name != "admin:login":
            assert Client().post(path).status_code in (403, 404, 405, 415), name


def test_what_is_asked_by_a_form_is_read_and_never_written(world):
    before = list(Record.objects.order_by("pk").values())
    for name in entitlements.OPEN_TO_QUESTIONS.addresses:
        assert Client().get(reverse(name)).status_code == 200, name
        assert Client().post(reverse(name)).status_code == 400, name  # nothing was asked
        assert Client().delete(reverse(name)).status_code == 405, name
    assert list(Record.objects.order_by("pk").values()) == before


def test_what_applicants_do_asks_nobody_who_he_is_but_for_what_he_was_given():
    for name in entitlements.OPEN_TO_APPLICANTS.addresses:
        needs_a_key = not name.endswith(("_start", ":track", ":verify"))
        arguments = ["a" * 26, "who"][: 2 if name.endswith("_page") else 1] if needs_a_key else []
        answer = Client().get(reverse(name, args=arguments))
        assert answer.status_code == (404 if needs_a_key and not name.endswith("_remove") else answer.status_code), name
        assert answer.status_code in (200, 404, 405), name


@pytest.mark.parametrize("holder", HOLDERS)
def test_the_work_bench_itself_opens_to_all_staff_and_completes_no_foreign_names(holder, world):
    client = sign_in(world, holder, foreign=True)
    for name in ("admin:index", "admin:password_change", "admin:jsi18n"):
        assert client.get(reverse(name)).status_code == 200, name
    asked = {"app_label": "registry", "model_name": "catalogueitemversion", "field_name": "item", "term": ""}
    answer = client.get(reverse("admin:autocomplete"), asked)
    sees = PAGES[4].cells.get(holder)
    assert answer.status_code == (200 if sees else 403)
    if sees:
        offered = {row["id"] for row in answer.json()["results"]}
        own = {str(item.pk) for item in CatalogueItem.objects.filter(organisation=world.body)}
        assert bool(offered & own) is (REACH[holder] == EVERYTHING)


OUTSIDERS = (Role.THIRD_PARTY,)  # organisers confirm hours, banks check, associations and media nominate, and no more


@pytest.mark.parametrize("holder", OUTSIDERS)
def test_agencies_open_nothing_but_their_own_page(holder, world):
    """Row S0.2, as the table says it today."""
    assert not any(page.cells.get(holder) for page in PAGES)
    assert not any(holder in step.by for step in STEPS) and not any(holder in one.by for one in OPERATIONS)
    page = sign_in(world, holder, foreign=False).get(reverse("admin:index"))
    assert page.status_code == 200 and "您没有可办理的事项" in page.content.decode()


@pytest.mark.parametrize("kind", [OrganisationKind.MEDIA, OrganisationKind.ASSOCIATION, OrganisationKind.FINANCE])
def test_a_role_that_does_not_suit_the_body_counts_for_nothing(kind, world, clerk):
    """Row S0.2: an account of a newspaper that somebody made a clerk drafts nothing, by no door."""
    world.body.kind = kind
    world.body.save()
    client = Client()
    client.force_login(clerk)
    assert trials.STEPS["draft"](client, world).status_code == 403
    assert trials.OPERATIONS["draft"](client, world).status_code == 403
    assert client.get(reverse("admin:registry_record_changelist")).status_code == 403
    office = factories.UserFactory(organisation=factories.OrganisationFactory(kind=kind), role=Role.CREDIT_OFFICE)
    assert not office.has_role(Role.CREDIT_OFFICE)


def test_nobody_is_given_a_role_that_his_body_does_not_open(world):
    client = sign_in(world, Role.CREDIT_OFFICE, foreign=True)
    world.body.kind = OrganisationKind.MEDIA
    world.body.save()
    groups = {group.name: group.pk for group in factories.Group.objects.all()}
    data = {
        "username": "xinwen", "full_name": "试例", "password1": trials.STRONG, "password2": trials.STRONG,
        "usable_password": "true", "organisation": world.body.pk, "groups": [groups["clerk"]],
    }  # fmt: skip
    page = client.post(reverse("admin:registry_user_add"), data)
    assert page.status_code == 200
    assert "新闻单位的工作人员不能担任录入员" in page.content.decode()
    assert client.post(reverse("admin:registry_user_add"), data | {"groups": [groups["media"]]}).status_code == 302
