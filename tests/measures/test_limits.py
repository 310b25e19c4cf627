"""Bans and limits of consumption are chosen one by one, and only where the document allows it (S3.3.7, S3.4.2-S3.4.4, I6)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from measures import limits, standing, triggering
from measures.limits import Choice
from measures.models import Measure, MeasureApplication
from measures.standing import Standing
from registry.records.statuses import Action
from registry.records.workflow import Act, MoveRefused
from tests import factories
from tests.factories import NOON, TODAY
from tests.measures.conftest import named, people

pytestmark = pytest.mark.django_db
REFUSING = {
    "taxonomy_item": "C03", "is_able_to_perform": True, "urged_on": TODAY - timedelta(days=1),
    "acted_on": date(2026, 1, 20),
}  # fmt: skip
UNTIL = date(2026, 12, 31)


@pytest.fixture
def person(rules):
    return factories.PersonFactory()


@pytest.fixture
def refusal(entry, said, person):
    """An entry for refusing to perform, naming its legal representative, urged in vain."""
    said.facts.clear()
    said.facts.update(REFUSING)
    said.named[:] = [named(person, "法定代表人")]
    return entry()


@pytest.fixture
def choose(reviewer):
    def do(record, code="P23", *, by=reviewer, **changes):
        said = {"decision": "安人社限〔2026〕9001号", "valid_from": TODAY, "valid_until": UNTIL} | changes
        return limits.choose(record, Choice(measure=Measure.objects.get(pk=code), **said), by=by, at=NOON, today=TODAY)

    return do


def test_a_limit_falls_on_the_enterprise_and_on_each_person_by_itself(refusal, choose, person, organisation):
    for code in ("P22", "P23"):
        choose(refusal, code)
    one = choose(refusal, "P23", person=person)
    assert (one.role, one.organisation, one.valid_until) == ("法定代表人", organisation, UNTIL)
    assert MeasureApplication.objects.filter(record=refusal).count() == 3
    with pytest.raises(MoveRefused, match="已有"):
        choose(refusal, "P23", person=person)


@pytest.mark.parametrize("item", ["A01", "B05", "C02", "C04", "D01", ""])
def test_no_limit_for_any_other_item(refusal, choose, said, item):
    said.facts["taxonomy_item"] = item
    with pytest.raises(MoveRefused, match="不适用于"):
        choose(refusal)
    assert not any(m.code.startswith("P2") for m in limits.offered(refusal, on=TODAY))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"is_able_to_perform": None}, "有履行能力"),
        ({"is_able_to_perform": False}, "有履行能力"),
        ({"urged_on": None}, "尚未催告"),
        ({"urged_on": TODAY}, "期满"),
        ({"performed_on": TODAY}, "履行义务"),
    ],
)
def test_no_limit_without_ability_urging_and_refusal(refusal, choose, said, facts, why):
    said.facts.update(facts)
    with pytest.raises(MoveRefused, match=why):
        choose(refusal)
    assert not MeasureApplication.objects.exists()


def test_all_seven_are_offered_where_they_are_lawful(refusal):
    assert [m.code for m in limits.offered(refusal, on=TODAY)] == ["P18", *(f"P{n}" for n in range(21, 28))]


def test_full_performance_lifts_them_the_same_day_and_partial_does_not(refusal, choose, said):
    limit = choose(refusal)
    assert standing.of(limit, on=TODAY) is Standing.TRIGGERED
    said.facts["performed_on"] = TODAY + timedelta(days=1)  # not yet
    assert standing.of(limit, on=TODAY) is Standing.TRIGGERED
    said.facts["performed_on"] = TODAY
    assert standing.of(limit, on=TODAY) is Standing.LIFTED


def test_they_rest_while_the_record_is_verified_and_none_is_added(refusal, choose, hold):
    limit = choose(refusal)
    hold(refusal)
    assert standing.of(limit, on=TODAY) is Standing.HELD
    with pytest.raises(MoveRefused, match="核实"):
        choose(refusal, "P24")


def test_a_person_the_record_does_not_name_cannot_be_limited(refusal, choose):
    other = factories.PersonFactory(name="唐试兰", number="61090219000622006X")
    with pytest.raises(ValidationError, match="不是本条信息载明"):
        choose(refusal, person=other)


@pytest.mark.parametrize(
    ("role", "until", "code"),
    [("股东", None, "P23"), ("高级管理人员", None, "P18"), ("法定代表人", "2026-01-19", "P23")],
)
def test_only_those_in_an_answering_position_at_the_act(entry, said, person, choose, role, until, code):
    said.facts.clear()
    said.facts.update(REFUSING)
    said.named[:] = [named(person, role, until=until)]
    with pytest.raises(ValidationError, match="只及于"):
        choose(entry(), code, person=person, industry="餐饮业")


def test_what_must_be_written_must_be_written(refusal, choose):
    with pytest.raises(ValidationError, match="限制的具体内容"):
        choose(refusal, "P27")
    assert choose(refusal, "P27", text="限制购买非经营必需车辆").text
    with pytest.raises(ValidationError, match="行业"):
        choose(refusal, "P18")
    with pytest.raises(ValidationError, match="决定文书"):
        choose(refusal, "P18", industry="餐饮业", decision=" ")


def test_a_practitioner_is_barred_with_the_certificate(entry, said, person, choose):
    said.named[:] = [named(person, "负有直接责任的注册执业人员")]
    record = entry()
    with pytest.raises(ValidationError, match="执业证书"):
        choose(record, "P18", person=person, industry="食品生产")
    assert choose(record, "P18", person=person, industry="食品生产", certificate="食品安全管理员 9001").certificate


def test_a_ban_stays_within_the_term_unless_the_basis_says_so(refusal, choose):
    refusal.refresh_from_db()
    beyond = refusal.public_until + timedelta(days=1)
    with pytest.raises(ValidationError, match="晚于"):
        choose(refusal, "P18", industry="餐饮业", valid_until=beyond)
    law = "食品安全法第一百三十五条"
    assert law in choose(refusal, "P18", industry="餐饮业", valid_until=beyond, longer_basis=law).basis
    with pytest.raises(ValidationError, match="不能早于"):
        choose(refusal, "P18", industry="运输业", valid_until=TODAY - timedelta(days=1))


def test_only_a_reviewer_of_the_determining_body_decides(refusal, choose, clerk):
    for stranger in (clerk, people(factories.OrganisationFactory())[1]):
        with pytest.raises(PermissionDenied):
            choose(refusal, by=stranger)


def test_what_is_triggered_by_lists_is_not_chosen(refusal, choose):
    with pytest.raises(MoveRefused, match="自动触发"):
        choose(refusal, "P04")


def test_nothing_is_chosen_for_what_has_ended_or_does_not_bite(refusal, choose, published, reviewer):
    assert limits.why_not(published("licence"), Measure.objects.get(pk="P18"), on=TODAY)
    refusal.refresh_from_db()
    assert limits.why_not(refusal, Measure.objects.get(pk="P18"), on=refusal.public_until + timedelta(days=1))


def test_a_correction_leaves_what_was_decided(refusal, choose, said):
    choose(refusal)

    triggering.trigger([refusal], Act(Action.CORRECT, None, NOON, ""))
    assert MeasureApplication.objects.current().filter(measure="P23").exists()
