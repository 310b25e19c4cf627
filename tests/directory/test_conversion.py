"""How many of those registered before the unified code have one by now (row S1.1.2)."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from registry.directory.legacy import LegacyRegistration
from registry.directory.staff import Role
from registry.directory.subjects import IdentifierScheme, SubjectState
from registry.models import CodeAuthority
from registry.records.statuses import Action
from registry.records.workflow import move
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

REPORT = reverse("admin:registry_legacyregistration_conversion")
OLD = "610922NA900001X"


@pytest.fixture(autouse=True)
def noon(settings):
    settings.CREDIT_TODAY = factories.TODAY


@pytest.fixture
def register(organisation):
    """Enter lines into the register of an authority."""

    def enter(*values: str, body=organisation, region="610922", state=SubjectState.LIVE, **more) -> None:
        for value in values:
            LegacyRegistration.objects.create(
                authority=body, region_id=region, value=value, name=f"试例{value}商店", state=state,
                **{"scheme": IdentifierScheme.REGISTRATION} | more,
            )  # fmt: skip

    return enter


@pytest.fixture
def convert(submitted):
    """Submit a conversion of that number; its publication is up to the test."""
    return lambda value=OLD: submitted(
        "code-event",
        event_kind="存量转换",
        old_scheme="工商注册号",
        old_value=value,
        counterparty_name="石泉县试例商店",
    )


def rate():
    (found,) = LegacyRegistration.objects.all().rates()
    return found.converted, found.unconverted, found.share


def test_a_number_is_converted_when_its_conversion_is_published_and_not_before(register, convert, reviewer):
    register(OLD, "610922NA900002X", "610922NA900003X")
    record = convert()
    assert rate() == (0, 3, 0.0)
    move(record, Action.PUBLISH, by=reviewer, at=NOON)
    assert rate() == (1, 2, pytest.approx(1 / 3))


def test_cancelled_subjects_count_on_neither_side(register, convert, reviewer):
    register(OLD, state=SubjectState.CANCELLED)
    register("610922NA900002X")
    register("610922NA900003X", state=SubjectState.REVOKED)
    move(convert(), Action.PUBLISH, by=reviewer, at=NOON)
    assert rate() == (0, 2, 0.0)


def test_a_number_of_another_scheme_converts_nothing(register, convert, reviewer):
    register(OLD, scheme=IdentifierScheme.TAX)
    move(convert(), Action.PUBLISH, by=reviewer, at=NOON)
    assert rate() == (0, 1, 0.0)


def test_each_authority_and_region_has_its_own_rate_in_one_query(register, django_assert_num_queries):
    other = factories.OrganisationFactory(name="汉阴县试例局", region_id="610921")
    register("1", "2")
    register("3", region="610921")
    register("4", body=other, region="610921")
    with django_assert_num_queries(1):
        rates = LegacyRegistration.objects.all().rates()
    found = sorted((rate.region, rate.authority[:3], rate.total) for rate in rates)
    assert found == [("汉阴县", "汉阴县", 1), ("汉阴县", "石泉县", 1), ("石泉县", "石泉县", 2)]


def test_the_command_and_the_page_say_the_same(register, convert, reviewer, client):
    register(OLD, "610922NA900002X")
    move(convert(), Action.PUBLISH, by=reviewer, at=NOON)
    out = StringIO()
    call_command("conversion_report", "--json", stdout=out)
    assert "石泉县 石泉县试例市场监督管理局：1/2 50.0%" in out.getvalue()
    figures = json.loads(out.getvalue().splitlines()[-1])["figures"]
    client.force_login(factories.UserFactory(role=Role.CREDIT_OFFICE))
    page = client.get(REPORT)
    assert "50.0%" in page.content.decode()
    (answer,) = client.get(REPORT, {"format": "json"}).json()["rates"]
    assert answer["share"] == figures[0]["value"] == 0.5
    assert REPORT in client.get(reverse("admin:index")).content.decode()


def test_nobody_sees_the_register_of_another_county(register, client):
    elsewhere = factories.OrganisationFactory(region_id="610921")
    register(OLD)
    for role, seen in ((Role.COUNTY_OFFICE, False), (Role.CLERK, False), (Role.RESEARCHER, True)):
        client.force_login(factories.UserFactory(organisation=elsewhere, role=role))
        assert bool(client.get(REPORT, {"format": "json"}).json()["rates"]) is seen, role
        listing = client.get(reverse("admin:registry_legacyregistration_changelist")).content.decode()
        assert (OLD in listing) is seen, role


def test_a_clerk_of_an_authority_keeps_its_register_and_nobody_elses(organisation, clerk, client):
    client.force_login(clerk)
    add = reverse("admin:registry_legacyregistration_add")
    typed = {"scheme": "registration-number", "value": " 610922na900001x ", "name": "石泉县试例商店", "region": "610922",
             "state": "live"}  # fmt: skip
    assert client.post(add, typed).status_code == 302
    entry = LegacyRegistration.objects.get()
    assert (entry.value, entry.authority) == (OLD, organisation)
    assert "该原号码已经登记" in client.post(add, typed).content.decode()
    for value, told in (("610902100012347", "校验码"), ("612401199001010011", "请勿在此输入身份证号")):
        page = client.post(add, typed | {"value": value}).content.decode()
        assert told in page
    stranger = Client()
    stranger.force_login(factories.UserFactory(role=Role.CLERK))
    assert stranger.get(add).status_code == 403
    assert stranger.get(reverse("admin:registry_legacyregistration_change", args=[entry.pk])).status_code == 404


TABLE = """原号码类型,原号码,名称,区划代码,登记状态
工商注册号,610922NA900001X,石泉县试例一号商店,610922,
工商注册号,610922na900001x,石泉县试例一号商店,610922,存续
组织机构代码,123456789,石泉县试例二号商店,610922,存续
工商注册号,612401199001010011,石泉县试例三号商店,610922,存续
营业执照,1,石泉县试例四号商店,610922,存续
税务登记号,610922000000001,石泉县试例五号商店,610000,存续
税务登记号,610922000000002,石泉县‮试例,610922,存续
税务登记号,610922000000003,=HYPERLINK(1),610922,注销
"""


@pytest.fixture
def table(tmp_path):
    def write(text: str = TABLE, encoding: str = "utf-8-sig"):
        file = tmp_path / "register.csv"
        file.write_bytes(text.encode(encoding))
        return str(file)

    return write


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("import_legacy_registrations", *arguments, stdout=out)
    return out.getvalue()


def test_a_table_is_checked_row_by_row_and_written_only_when_asked(table, organisation):
    """The right rows go in once; each wrong one is named by its line, and no resident ID is repeated."""
    said = told(table(), "--organisation", organisation.uscc)
    assert "可写入2行，已有1行，有误5行" in said and not LegacyRegistration.objects.exists()
    for line, why in ((4, "校验码"), (5, "身份证号"), (6, "可选工商注册号"), (7, "区划代码"), (8, "U+202E")):
        assert any(each.startswith(f"第{line}行") and why in each for each in said.splitlines()), line
    assert "612401199001010011" not in said
    assert "已写入2行" in told(table(), "--organisation", organisation.uscc, "--commit")
    assert "已写入0行，已有3行" in told(table(), "--organisation", organisation.uscc, "--commit")
    assert set(LegacyRegistration.objects.values_list("value", flat=True)) == {OLD, "610922000000003"}


@pytest.mark.parametrize(
    ("text", "encoding", "why"),
    [("a,b\n1,2\n", "utf-8", "表头缺少"), (TABLE.replace("‮", ""), "gbk", "UTF-8"), ("", "utf-8", "表头缺少")],
)
def test_a_table_of_another_kind_is_refused_whole(text, encoding, why, table, organisation):
    with pytest.raises(CommandError, match=why):
        told(table(text, encoding), "--organisation", organisation.uscc, "--commit")
    assert not LegacyRegistration.objects.exists()


def test_only_an_authority_hands_in_a_register(table, organisation):
    CodeAuthority.objects.all().delete()
    for code in (organisation.uscc, "nobody"):
        with pytest.raises(CommandError, match="登记管理部门"):
            told(table(), "--organisation", code)


def test_the_tax_number_of_a_body_is_converted_like_any_other(register, convert, published):
    """A tax number has fifteen digits too, but not the check digit of a registration number."""
    register("610902700000018", scheme=IdentifierScheme.TAX)
    published(
        "code-event", event_kind="存量转换", old_scheme="税务登记号", old_value="610902700000018",
        counterparty_name="石泉县试例商店",
    )  # fmt: skip
    assert rate() == (1, 0, 1.0)
