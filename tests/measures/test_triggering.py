"""A listing is followed by its measures in the same transaction, on those whom each may reach (S2.1.6, S4.1.1, I8)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures import triggering
from measures.models import LegalBasis, MeasureApplication, Strength
from registry.models import Record
from registry.records import drafting, kinds, workflow
from registry.records.kinds import Facts
from registry.records.parsing import Door
from registry.records.publication import extended
from registry.records.statuses import Action
from tests import factories, samples
from tests.factories import NOON, TODAY
from tests.measures.conftest import named

pytestmark = pytest.mark.django_db


def codes(record, **more):
    found = MeasureApplication.objects.current().filter(record=record, **more)
    return sorted(found.values_list("measure", flat=True))


def test_each_matching_line_in_force_is_triggered(entry, bureau, listing):
    listing(bureau, "P03", "P04", "P29" if bureau.kind == "finance" else "P20")
    record = entry()
    assert codes(record) == ["P03", "P04", "P20"]
    one = MeasureApplication.objects.get(record=record, measure="P04")
    assert (one.organisation, one.strength, one.triggered_on, one.seq) == (bureau, Strength.MANDATORY, TODAY, 2)
    assert "安政发〔2017〕8号" in one.basis and one.basis.endswith("三（三）")
    assert one.due_on == date(2026, 3, 30)  # 20 working days after 2 March 2026


def test_nothing_is_triggered_where_the_move_fails(entry, bureau, listing, submitted, reviewer, monkeypatch):
    listing(bureau, "P04")
    record = submitted("penalty")
    monkeypatch.setattr(workflow, "_promise", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        workflow.move(record, Action.PUBLISH, by=reviewer, at=NOON)
    assert not MeasureApplication.objects.exists()


def test_a_measure_beyond_the_item_is_not_triggered(entry, bureau, listing, said):
    said.facts["taxonomy_item"] = "B10"
    law = LegalBasis.objects.get(pk="FL-SPAQ")
    listing(bureau, "P04", basis=law)
    listing(bureau, "I04")
    assert codes(entry()) == ["P04"]
    said.facts["taxonomy_item"] = ""
    assert codes(entry()) == []


def test_what_only_the_determining_body_does_is_triggered_there_alone(entry, bureau, listing, organisation):
    listing(bureau, "P47")
    listing(organisation, "P47")
    assert list(MeasureApplication.objects.filter(record=entry()).values_list("organisation", flat=True)) == [
        organisation.pk
    ]


def test_limits_and_bans_are_never_triggered_by_themselves(entry, bureau, listing, said):
    said.facts |= {"taxonomy_item": "C01", "is_able_to_perform": True}
    listing(bureau, "P18", "P23", "P04")
    assert codes(entry()) == ["P04"]


def test_the_list_of_the_day_counts_and_a_repealed_basis_triggers_nothing(entry, bureau, listing, founding):
    listing(bureau, "P04")
    listing(bureau, "P03", valid_from=TODAY + timedelta(days=1))
    assert codes(entry()) == ["P04"]
    LegalBasis.objects.filter(pk=founding.pk).update(repealed_on=TODAY)
    later = entry(counterparty_name="安康试例又一建设有限公司")
    assert codes(later) == []
    assert "安政发〔2017〕8号" in MeasureApplication.objects.get().basis  # what runs keeps its basis


class TestPersons:
    @pytest.fixture
    def person(self, rules):
        return factories.PersonFactory()

    def test_a_person_is_reached_in_a_position_of_the_measures_own_list(self, entry, bureau, listing, said, person):
        listing(bureau, "P20", "P04")
        said.named[:] = [named(person, "法定代表人")]
        record = entry()
        assert codes(record, person=person) == ["P20"] and codes(record, person=None) == ["P04", "P20"]

    def test_a_position_beyond_the_list_is_not_reached(self, entry, bureau, listing, said, person):
        listing(bureau, "P20")
        said.named[:] = [named(person, "股东")]
        assert codes(entry(), person=person) == []

    def test_whoever_left_before_the_act_is_not_reached(self, entry, bureau, listing, said, person):
        listing(bureau, "P20")
        said.facts["acted_on"] = date(2026, 1, 20)
        said.named[:] = [named(person, "法定代表人", until="2026-01-19")]
        assert codes(entry(), person=person) == []

    def test_whoever_left_after_the_act_does_not_escape(self, entry, bureau, listing, said, person):
        listing(bureau, "P20")
        said.facts["acted_on"] = date(2026, 1, 20)
        said.named[:] = [named(person, "法定代表人", "2020-01-01", "2026-01-20")]
        assert codes(entry(), person=person) == ["P20"]

    def test_the_same_person_at_two_enterprises_has_a_measure_for_each(self, entry, bureau, listing, said, person):
        listing(bureau, "P20")
        said.named[:] = [named(person, "法定代表人")]
        for name in ("安康试例甲有限公司", "安康试例乙有限公司"):
            entry(counterparty_name=name)
        assert MeasureApplication.objects.filter(person=person, measure="P20").count() == 2

    def test_what_is_only_for_persons_does_not_reach_the_enterprise(self, entry, organisation, listing, said, person):
        listing(organisation, "P48")
        said.named[:] = [named(person, "主要负责人")]
        record = entry()
        assert codes(record, person=person) == ["P48"] and codes(record, person=None) == []


def test_benefits_for_individuals_are_not_triggered_for_an_enterprise(published, listing, monkeypatch):
    award = kinds.get("award")
    body = factories.OrganisationFactory(name="汉滨区试例住房保障中心")
    listing(body, "I04", "I15")
    rewarding = {
        **award.rule_book,
        Action.PUBLISH: extended(award.rule_book[Action.PUBLISH], effects=(triggering.trigger,)),
    }
    with kinds.standing_in(type(award)(**{**_fields(award), "rule_book": rewarding})):
        record = published("award")
    assert codes(record) == ["I04"]


def _fields(kind):
    return {name: getattr(kind, name) for name in kind.__dataclass_fields__}


class TestCorrection:
    def correct(self, record, clerk, reviewer, changes=None):
        drafting.propose_correction(
            record, changes or {"content": "更正"}, reason="笔误", by=clerk, at=NOON, today=TODAY, door=Door.FORM
        )
        return workflow.move(record, Action.CORRECT, by=reviewer, at=NOON)

    def test_it_recomputes(self, entry, bureau, listing, said, clerk, reviewer):
        listing(bureau, "P04", "P45" if bureau.kind == "association" else "P20")
        record = entry()
        before = set(MeasureApplication.objects.values_list("pk", flat=True))
        said.facts["taxonomy_item"] = ""
        self.correct(record, clerk, reviewer)
        assert codes(record) == []
        assert set(MeasureApplication.objects.exclude(dropped_seq=None).values_list("pk", flat=True)) == before
        said.facts["taxonomy_item"] = "A01"
        self.correct(record, clerk, reviewer, {"content": "再更正"})
        assert codes(record) == ["P04", "P20"]

    def test_what_still_follows_stays_the_same_row(self, entry, bureau, listing, clerk, reviewer):
        listing(bureau, "P04")
        record = entry()
        one = MeasureApplication.objects.get()
        self.correct(record, clerk, reviewer)
        assert MeasureApplication.objects.get() == one and one.dropped_seq is None


def test_many_listings_cost_as_many_queries_as_one(said, bureau, listing, organisation, clerk, reviewer):
    listing(bureau, "P03", "P04", "P20")

    def listed(number, start):
        raws = [
            samples.of("penalty", counterparty_name=f"安康试例{n}有限公司", document_number=f"汉试罚〔2026〕8{n:03d}号")
            for n in range(start, start + number)
        ]
        made = drafting.draft_many(
            "penalty", raws, organisation=organisation, by=clerk, at=NOON, today=TODAY, door=Door.FORM
        )
        records = list(made.records.values())
        workflow.move_many(records, Action.SUBMIT, by=clerk, at=NOON)
        with CaptureQueriesContext(connection) as queries:
            outcome = workflow.move_many(records, Action.PUBLISH, by=reviewer, at=NOON)
        assert not outcome.refused and len(outcome.events) == number
        return len(queries)

    listed(1, 0)
    assert listed(10, 10) == listed(1, 50)
    assert MeasureApplication.objects.count() == 12 * 3
    assert Record.objects.filter(measure_applications__isnull=False).distinct().count() == 12


def test_facts_may_stay_silent():
    assert Facts().acted_on is None and Facts().urged_on is None
