"""Connecting an organisation: opened, tested over real HTTP, confirmed with everything that must hold (rows S1.2.2–4)."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from exchange import onboarding, progress
from exchange.models import Onboarding, OnboardingState, OnboardingStep, Verb
from exchange.onboarding import MOVES, StepRefused
from exchange.province import Province
from registry.directory.organisations import OrganisationKind, OrganisationLevel
from registry.directory.staff import Role
from registry.models import AuditLog
from tests import factories
from tests.exchange.conftest import HURRIED
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(organisation):
    office = factories.OrganisationFactory(name="安康市试例信用办", is_credit_office=True)
    return factories.UserFactory(organisation=office, role=Role.CREDIT_OFFICE)


@pytest.fixture
def opened(organisation, officer):
    port, _ = onboarding.open_port(organisation, by=officer, at=NOON)
    return port


@pytest.fixture
def body(organisation, clerk, reviewer):
    """The body with a clerk and a reviewer."""
    return organisation


def state(body) -> str:
    return Onboarding.objects.get(organisation=body).state


# The table


def take(verb, body, by):
    match verb:
        case Verb.OPEN:
            return onboarding.open_port(body, by=by, at=NOON)
        case Verb.TEST:
            return onboarding.try_port(body, by=by, at=NOON)
        case Verb.CONFIRM:
            return onboarding.confirm(body, by=by, at=NOON)
        case Verb.STOP:
            return onboarding.stop(body, by=by, at=NOON, reason="机构改革")


REFUSED = [
    (source, verb)
    for verb in (Verb.OPEN, Verb.TEST, Verb.CONFIRM, Verb.STOP)
    for source in OnboardingState
    if source not in MOVES[verb].sources
]


@pytest.mark.parametrize(("source", "verb"), REFUSED)
def test_what_is_not_in_the_table_is_refused_and_leaves_no_trace(source, verb, body, officer, platform):
    port = Onboarding(organisation=body, state=source, port_number="610922-1", test_receipt="SXT1")
    port.keep_port_key("k" * 40)
    port.save()
    with pytest.raises(StepRefused, match=f"{source.label}的单位不能{verb.label}"):
        take(verb, body, officer)
    assert state(body) == source and not OnboardingStep.objects.exists()


@pytest.mark.parametrize("verb", [Verb.OPEN, Verb.TEST, Verb.CONFIRM, Verb.STOP])
def test_nobody_but_the_credit_office_decides(verb, body, clerk, reviewer, opened):
    for person in (clerk, reviewer, factories.UserFactory(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            take(verb, body, person)


# Ports


def test_a_port_is_opened_with_a_key_that_is_shown_once_and_kept_encrypted(organisation, officer):
    port, key = onboarding.open_port(organisation, by=officer, at=NOON, note="县局申请")
    assert port.state == OnboardingState.CONNECTING and port.port_number.startswith("610922")
    assert len(key) >= 40 and Onboarding.objects.get().port_key() == key
    kept = [Onboarding.objects.values(), AuditLog.objects.values(), OnboardingStep.objects.values()]
    assert key not in str([list(rows) for rows in kept]) and key not in str(port)
    step = OnboardingStep.objects.get()
    assert (step.verb, step.from_state, step.by, step.note) == (Verb.OPEN, "not_connected", officer, "县局申请")


def test_an_organisation_has_one_live_port(organisation, officer, opened):
    with pytest.raises(StepRefused, match="对接中的单位不能开通端口"):
        onboarding.open_port(organisation, by=officer, at=NOON)


@pytest.mark.parametrize("number", ["a/b", "../x", "1 2", "端口", "x" * 31, "1\n"])
def test_a_port_number_that_is_none_is_refused(number, organisation, officer):
    with pytest.raises(StepRefused):
        onboarding.open_port(organisation, by=officer, at=NOON, port_number=number)
    assert not Onboarding.objects.exists()


def test_a_port_number_is_given_once(organisation, officer, opened):
    with pytest.raises(StepRefused, match="端口编号已被其他单位使用"):
        onboarding.open_port(factories.OrganisationFactory(), by=officer, at=NOON, port_number=opened.port_number)


def test_a_closed_port_is_opened_again_with_another_key_and_another_test(body, officer, opened, platform):
    onboarding.try_port(body, by=officer, at=NOON)
    onboarding.stop(body, by=officer, at=NOON, reason="密钥遗失")
    port, _ = onboarding.open_port(body, by=officer, at=NOON)
    assert port.port_number == opened.port_number and port.test_receipt == ""
    with pytest.raises(StepRefused, match="没有通过联调测试"):
        onboarding.confirm(body, by=officer, at=NOON)
    onboarding.try_port(body, by=officer, at=NOON)
    assert onboarding.confirm(body, by=officer, at=NOON).state == OnboardingState.ONBOARDED


def test_a_port_is_closed_for_a_reason(body, officer, opened):
    with pytest.raises(StepRefused, match="理由"):
        onboarding.stop(body, by=officer, at=NOON, reason=" ")
    assert state(body) == OnboardingState.CONNECTING


# The test push


def test_a_test_message_signed_with_the_port_key_brings_a_receipt(body, officer, opened, platform):
    tested = onboarding.try_port(body, by=officer, at=NOON)
    assert tested.state == OnboardingState.TESTED and tested.test_receipt.startswith("SXT610922")
    assert OnboardingStep.objects.first().receipt == tested.test_receipt
    assert [row["path"] for row in platform.requests()] == ["api/v1/ports"] * 2


def test_the_platform_takes_no_test_signed_with_another_key(body, opened, platform):
    line = Province(platform.url, platform.key)
    key = opened.port_key()
    about = {"port": opened.port_number, "organisation": body.uscc}
    assert line.try_port(opened.port_number, key, {**about, "echo": "x"}).status == 401  # nobody announced it
    line.announce_port({**about, "level": body.level, "key": key})
    for wrong in (platform.key, key[::-1]):
        assert line.try_port(opened.port_number, wrong, {**about, "echo": "x"}).status == 401
    assert line.try_port(opened.port_number, key, {**about, "echo": "x"}).status == 200


@pytest.mark.parametrize("mode", ["500", "503", "401", "html_200", "wrong_hash"])
def test_a_platform_that_does_not_acknowledge_the_test_passes_nobody(mode, body, officer, opened, platform):
    platform.fail(mode)
    with pytest.raises(StepRefused, match="联调测试未通过"):
        onboarding.try_port(body, by=officer, at=NOON)
    assert state(body) == OnboardingState.CONNECTING
    line = AuditLog.objects.get(action="exchange.test")
    assert not line.succeeded and opened.port_key() not in str(line.detail)
    platform.recover()
    assert onboarding.try_port(body, by=officer, at=NOON).state == OnboardingState.TESTED


def test_a_platform_that_is_not_there_passes_nobody(body, officer, opened):
    nobody = Province("http://127.0.0.1:9/", "key", HURRIED)
    with pytest.raises(StepRefused, match="连接"):
        onboarding.try_port(body, by=officer, at=NOON, platform=nobody)
    assert state(body) == OnboardingState.CONNECTING


REPLIES = [
    {}, {"port": "x", "echo": "y", "receipt": "SXT1"}, {"port": "PORT", "echo": "ECHO"},
    {"port": "PORT", "echo": "ECHO", "receipt": ""}, {"port": "PORT", "echo": "ECHO", "receipt": "a b"},
    {"port": "PORT", "echo": "ECHO", "receipt": 7}, {"port": "PORT", "echo": "ECHO", "receipt": "x" * 65}, [], None,
]  # fmt: skip


@pytest.mark.parametrize("reply", REPLIES, ids=range(len(REPLIES)))
def test_only_an_exact_acknowledgement_counts(reply, body, officer, opened, replying):
    """BI-Z02: whatever else a platform says with 200, the port has not been tested."""
    with pytest.raises(StepRefused, match="联调测试未通过"):
        onboarding.try_port(body, by=officer, at=NOON, platform=replying(reply))
    assert state(body) == OnboardingState.CONNECTING


@pytest.fixture
def replying():
    """A platform that answers every request with this, PORT and ECHO filled in."""
    servers = []

    def serve(reply) -> Province:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                text = json.dumps(reply).replace("PORT", said["port"]).replace("ECHO", said.get("echo", ""))
                self.wfile.write(f"HTTP/1.0 200 -\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())

            def log_message(self, *args) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return Province(f"http://127.0.0.1:{server.server_port}/", "key")

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_key_changed_while_the_test_was_under_way_is_not_the_one_tested(body, officer, opened, platform, monkeypatch):
    def meanwhile(port, line):
        onboarding.stop(body, by=officer, at=NOON, reason="密钥遗失")
        onboarding.open_port(body, by=officer, at=NOON)
        return "SXT1"

    monkeypatch.setattr("exchange.port_test.push", meanwhile)
    with pytest.raises(StepRefused, match="密钥已更换"):
        onboarding.try_port(body, by=officer, at=NOON)
    assert state(body) == OnboardingState.CONNECTING


# 已接入


def test_whoever_sets_connected_is_told_everything_that_is_missing(organisation, officer, opened):
    """Scenario S-01, step 6: neither staff nor a test push."""
    with pytest.raises(StepRefused) as refused:
        onboarding.confirm(organisation, by=officer, at=NOON)
    for words in ("没有录入员", "没有审核员", "没有通过联调测试"):
        assert words in str(refused.value)
    assert state(organisation) == OnboardingState.CONNECTING


def test_one_person_is_not_two(organisation, officer, opened, platform):
    both = factories.UserFactory(organisation=organisation, role=Role.CLERK)
    both.groups.add(*factories.UserFactory(role=Role.REVIEWER).groups.all())
    onboarding.try_port(organisation, by=officer, at=NOON)
    with pytest.raises(StepRefused, match="不能是同一人"):
        onboarding.confirm(organisation, by=officer, at=NOON)


def test_somebody_who_left_does_not_count(body, clerk, officer, opened, platform):
    onboarding.try_port(body, by=officer, at=NOON)
    clerk.is_active = False
    clerk.save()
    with pytest.raises(StepRefused, match="没有录入员"):
        onboarding.confirm(body, by=officer, at=NOON)


def test_with_staff_and_a_receipt_it_is_connected_and_every_step_is_on_record(body, officer, opened, platform):
    onboarding.try_port(body, by=officer, at=NOON)
    port = onboarding.confirm(body, by=officer, at=NOON, note="材料齐全")
    assert (port.state, port.confirmed_by) == (OnboardingState.ONBOARDED, officer)
    steps = [(step.verb, step.by, bool(step.receipt)) for step in OnboardingStep.objects.order_by("pk")]
    assert steps == [(Verb.OPEN, officer, False), (Verb.TEST, officer, True), (Verb.CONFIRM, officer, True)]
    with pytest.raises(TypeError):
        OnboardingStep.objects.first().delete()


def test_bodies_connected_before_are_taken_over_by_the_system_alone(organisation, officer):
    first = onboarding.onboard(organisation, by=None, at=NOON)
    onboarding.onboard(organisation, by=None, at=NOON)
    assert Onboarding.objects.get().port_key_cipher == first.port_key_cipher
    assert OnboardingStep.objects.get().verb == Verb.TAKE_OVER
    with pytest.raises(PermissionDenied):
        onboarding.onboard(factories.OrganisationFactory(), by=officer, at=NOON)


# How far all have come


@pytest.fixture
def county(rules):
    """石泉县 with two departments and its credit office; the city with one, connected."""
    lead = factories.OrganisationFactory(name="石泉县发改局", region_id="610922", is_credit_office=True)
    one = factories.OrganisationFactory(name="石泉县甲局", region_id="610922")
    two = factories.OrganisationFactory(name="石泉县乙局", region_id="610922")
    city = factories.OrganisationFactory(name="安康市甲局", region_id="610900", level=OrganisationLevel.CITY)
    for body in (one, city):
        onboarding.onboard(body, by=None, at=NOON)
    return {"lead": lead, "one": one, "two": two, "city": city}


def standing() -> dict[str, tuple[int, int, bool]]:
    return {each.label: (len(each.connected), each.total, each.is_complete) for each in progress.by_region()}


def test_the_city_and_each_county_are_counted_without_their_credit_offices(county, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = standing()
    assert next(iter(found)) == "市级" and len(found) == 11
    assert found["市级"] == (1, 1, True)
    assert found["石泉县"] == (1, 2, False)
    assert found["汉阴县"] == (0, 0, False)


def test_partners_and_closed_bodies_are_not_counted_and_a_new_one_lowers_the_figure(county):
    factories.OrganisationFactory(kind=OrganisationKind.FINANCE, region_id="610922")
    factories.OrganisationFactory(region_id="610922", is_active=False)
    assert standing()["石泉县"] == (1, 2, False)
    factories.OrganisationFactory(name="安康市乙局", region_id="610900", level=OrganisationLevel.CITY)
    assert standing()["市级"] == (1, 2, False)


def test_a_body_of_a_retired_region_counts_where_it_is_today(county):
    factories.OrganisationFactory(name="旬阳县甲局", region_id="610928")
    assert standing()["旬阳市"] == (0, 1, False)


def test_the_report_says_it_in_words_and_as_json(county):
    out = StringIO()
    call_command("onboarding_report", "--json", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "市级 1/1 100%（全面接入）"
    assert "石泉县 1/2 50%（未接入：石泉县乙局）" in lines
    figures = json.loads(lines[-1])["figures"]
    assert next(one for one in figures if one["metric"] == "610922")["value"] == 0.5
    assert len(figures) == 11


def test_the_mock_keeps_a_number_for_its_owner(platform):
    line = Province(platform.url, platform.key)
    port = {"port": "610922-7", "organisation": "A", "level": "county", "key": "k" * 40}
    assert line.announce_port(port).status == 201
    assert line.announce_port(port | {"organisation": "B"}).status == 409
    for wrong in ({"port": "a/b"}, {"key": "short"}, {"organisation": ""}, {"port": 7}):
        assert line.announce_port(port | wrong).status == 400, wrong
