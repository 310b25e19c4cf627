"""Whatever a machine sends to any address of the API, the answer is one the schema tells, and never a 500.

The requests are made by schemathesis from the portal's own schema, some as it asks and some against it, by anybody,
by a key that only reads and by the key of a clerk. They are the same in every run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from registry.models import ApiKey, ImportBatch, Record
from registry.records import kinds
from registry.records.kinds import Kind
from tests import samples
from tests.api.test_workbooks import deliver
from tests.batches.conftest import own_files, workbook  # noqa: F401  # a fixture

PROBLEM = "application/problem+json"
CHINESE = re.compile(r"[一-鿿]")
EXAMPLES = 5  # of each operation by each caller in each way: some thousand requests, in half a minute
# What the schema allows may be wrong in law: a check digit, a day to come, a number that stands already.
NOT_CHECKED = [checks.positive_data_acceptance]
ALWAYS_THE_SAME = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate],  # what goes wrong is told as it was sent, not looked for in a smaller form
    suppress_health_check=list(hypothesis.HealthCheck),
)


@dataclass(frozen=True)
class Town:
    """What is really there, so that requests get further than "not found"."""

    uids: dict[str, list[str]]  # by the place of their kind in an address
    codes: list[str]

    def address(self, case: Case, draw: Callable) -> None:
        """Have the request go to what is there."""
        places = case.path_parameters or {}
        if "uid" in places:
            places["uid"] = draw(st.sampled_from(self.uids[room(case)]))
        if "kind" in places:
            places["kind"] = draw(st.sampled_from(["licence", "penalty"]))
        if "code" in places:
            places["code"] = draw(st.one_of(st.sampled_from(self.codes), st.just(places["code"])))

    def fill(self, case: Case, draw: Callable) -> None:
        """Have a record that is sent be wrong in two of its fields at most."""
        kind = next((kind for kind in kinds.every() if kind.collection == room(case)), None)
        if kind and isinstance(case.body, dict) and not case.operation.path.endswith(("/moves/", "/corrections/")):
            case.body = _nearly_right(kind, case.body, draw)


def room(case: Case) -> str:
    return case.operation.path.split("/")[3]


def _nearly_right(kind: Kind, body: dict, draw: Callable) -> dict:
    changed = draw(st.sets(st.sampled_from(sorted(body)), max_size=2)) if body else ()
    right = samples.of(kind.code)
    if "persons" in right:  # a clerk types a line; a program sends objects
        right["persons"] = [{"name": "罗试华", "number": "61092619000212002X", "role": "法定代表人"}]
    return right | {name: body[name] for name in changed}


@pytest.fixture
def town(drafted, published, organisation, clerk, machine, own_files):  # noqa: F811
    uids = {kind.collection: [] for kind in kinds.every() if kind.collection}
    for kind in kinds.every():
        if kind.collection:
            uids[kind.collection] = [str(make(kind.code).uid) for make in (drafted, published)]
    uids["records"] = [uid for found in uids.values() for uid in found]
    assert deliver(machine(clerk), workbook("licence", [samples.licence()])).status_code == 202
    uids["intake"] = [str(ImportBatch.objects.get().uid)]
    return Town(uids, list(Record.objects.values_list("subject__uscc", flat=True)))


@pytest.fixture
def no_limit(settings):
    settings.API_BUDGETS = dict.fromkeys(settings.API_BUDGETS, 10**6)


@pytest.fixture
def schema(no_limit, town):
    # As Django's own client does (whose last request, in the town, connected them again): a test's rows live in its
    # connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(organisation, clerk, request):
    named = {"anybody": None, "a key that reads": {}, "a clerk's key": {"clerk": clerk}}[request.param]
    if named is None:
        return {}
    _, secret = ApiKey.objects.create_key(name="试例", organisation=organisation, **named)
    return {"Authorization": f"Api-Key {secret}"}


@pytest.mark.parametrize("way", GenerationMode, ids=["as the schema asks", "against the schema"])
@pytest.mark.parametrize("headers", ["anybody", "a key that reads", "a clerk's key"], indirect=True)
def test_every_answer_is_one_the_schema_tells(schema, town, headers, way):
    for found in schema.get_all_operations():
        operation = found.ok()

        @ALWAYS_THE_SAME
        @hypothesis.given(case=operation.as_strategy(generation_mode=way), data=st.data())
        def answered_as_told(case, data):
            if not case.meta.is_negative_at(ParameterLocation.PATH):
                town.address(case, data.draw)
            if way is GenerationMode.POSITIVE:
                town.fill(case, data.draw)
            with transaction.atomic():
                answer = case.call(headers=headers)
                transaction.set_rollback(True)  # the next request meets the same town
            case.validate_response(answer, headers=headers, excluded_checks=NOT_CHECKED)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == [PROBLEM] and CHINESE.search(answer.json()["detail"])

        try:
            answered_as_told()
        except Unsatisfiable:
            # Every text is right there: nothing contradicts the schema.
            assert operation.path.endswith(("/{code}/", "/{number}/"))


def test_a_method_an_address_does_not_know_is_405_and_tells_those_it_does(no_limit, anybody, machine, clerk, town):
    schema = anybody.client.get("/api/schema/").json()
    known = schema["components"]["schemas"]["Problem"]["required"]
    bearer = machine(clerk)
    for path, operations in schema["paths"].items():
        uid = town.uids.get(path.split("/")[3], [""])[0]
        address = path.replace("{uid}", uid).replace("{kind}", "licence").replace("{code}", town.codes[0])
        for method in {"get", "post", "put", "patch", "delete"} - set(operations):
            answer = bearer.client.generic(method.upper(), address, headers=bearer.headers)
            assert answer.status_code == 405 and answer["Content-Type"] == PROBLEM, (method, path)
            assert set(known) <= set(answer.json()) and CHINESE.search(answer.json()["detail"])
            assert set(operations) <= {name.lower() for name in answer["Allow"].split(", ")}
