"""The demo data show all that the portal can show, and nothing in them could be taken for real."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from django.core.management import call_command
from django.db.models import Count, Q

from ankang_credit.demo import code_events, directory, loading, tables
from ankang_credit.demo.cast import Cast
from registry import clock
from registry.directory.catalogue import Openness
from registry.directory.organisations import OrganisationLevel
from registry.directory.regions import Region, RegionLevel
from registry.directory.subjects import SubjectKind
from registry.identifiers import DEPARTMENTS, resident_id
from registry.models import (
    Delivery,
    Hold,
    Organisation,
    Person,
    Record,
    RecordEdition,
    RecordEvent,
    Subject,
    SubjectIdentifier,
)
from registry.privacy import redact
from registry.records import kinds
from registry.records.statuses import Status
from registry.search.find import find

pytestmark = pytest.mark.usefixtures("demo")
SCALE = 0.02


def test_there_are_subjects_of_every_prefix_a_code_can_have():
    codes = Subject.objects.public().values_list("uscc", flat=True)
    assert {code[:2] for code in codes} == set(DEPARTMENTS)


def test_there_are_records_in_every_state_of_their_life():
    states = set(Record.objects.values_list("status", flat=True))
    assert states >= {
        Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.PUBLISHED, Status.WITHDRAWN, Status.EXPIRED,
    }  # fmt: skip
    assert Record.objects.filter(edition=2).exists(), "no record was corrected"
    assert Hold.objects.filter(closed_at=None).exists(), "the measures of no record rest"


@pytest.mark.parametrize("code", ["licence", "penalty", "code-event", "catalogue-record"])
def test_there_are_live_records_of_each_kind(code):
    assert Record.objects.live(on=clock.today()).filter(kind=code).exists()


def test_some_decisions_were_late_some_secret_some_serious():
    licences = kinds.get("licence").detail.objects
    assert licences.exclude(late_reason="").exists()
    penalties = kinds.get("penalty").detail.objects
    assert penalties.filter(severity="严重").exists() and penalties.filter(category="警告").exists()


def test_everything_that_must_hold_holds():
    call_command("check_integrity")  # raises and names what does not


def test_the_whole_set_is_as_large_as_it_promises():
    rows = tables.rows("organisations")
    assert len(rows) >= 40
    cast, chance = Cast(Random(loading.SEED), 1.0), Random(loading.SEED)
    bodies = [body for body in directory.read() if body.region != directory.WITHOUT_CATALOGUE]
    registered = sum(len(raws) for _, _, raws in code_events.typed(bodies, cast, chance, (clock.today(),)))
    decided = sum(sum(body.volumes.values()) for body in bodies)
    assert registered + decided >= 9_900  # the rest are announcements and open work
    assert len(cast.traders) + len(cast.bodies) >= 2_000


def test_each_county_has_its_bodies_and_one_has_no_catalogue_yet():
    counties = Region.objects.current().filter(level=RegionLevel.COUNTY)
    assert counties.count() == 10
    for county in counties.annotate(bodies=Count("organisation")):
        assert county.bodies >= 2, county
    assert [county.name for county in counties.filter(catalogues=None)] == ["镇坪县"]


def test_the_city_is_connected_and_the_counties_partly():
    connected = Q(onboarding__state="onboarded")
    government = Organisation.objects.filter(kind="government")
    assert not government.filter(level=OrganisationLevel.CITY).exclude(connected).exists()
    counties = government.filter(level=OrganisationLevel.COUNTY)
    assert counties.filter(connected).exists()
    waiting = counties.exclude(connected).filter(records__deliveries__isnull=False).distinct()
    assert waiting.exists(), "no body has records that wait until it is connected"
    assert Delivery.objects.filter(state="pending", record__organisation__in=counties.filter(connected)).exists()


def test_every_name_says_that_it_is_invented():
    real = [name for name in Subject.objects.values_list("name", flat=True) if "试" not in name]
    assert not real
    inner = [code[8:11] for code in Subject.objects.exclude(uscc=None).values_list("uscc", flat=True)]
    assert set(inner) == {"XXD"}
    assert not [
        name for (name, n) in Counter(Subject.objects.values_list("name_key")).items() if n > 1 and len(name[0]) > 4
    ]


def test_every_person_was_born_in_1900():
    persons = list(Person.objects.all())
    assert persons
    for person in persons:
        number = person.number()
        assert resident_id.birth_date(number).year == 1900
        assert resident_id.is_valid(number, on=clock.today())


def test_persons_are_public_as_holders_of_licences_or_listed_by_a_court_and_masked():
    about_persons = Record.objects.filter(subject__kind=SubjectKind.NATURAL)
    public = about_persons.public(on=clock.today())
    assert set(public.values_list("kind", flat=True)) == {"licence", "blacklist"}
    for record in public.select_related("subject"):
        assert record.subject.public_name.endswith("*")
    assert not about_persons.filter(kind="penalty", openness=Openness.PUBLIC).exists()


def test_no_content_holds_what_reads_like_personal_data():
    for edition in RecordEdition.objects.all():
        for value in edition.data.values():
            assert not isinstance(value, str) or redact(value) == value


def test_old_numbers_lead_to_their_subjects():
    schemes = set(SubjectIdentifier.objects.values_list("scheme", flat=True))
    assert schemes == {"registration-number", "organisation-code"}


def test_nothing_has_happened_that_is_yet_to_come():
    assert not RecordEvent.objects.filter(at__gt=clock.now()).exists()
    assert not Record.objects.filter(decided_on__gt=clock.today()).exists()
    assert not Record.objects.lapsed(on=clock.today()).exists()


def test_the_search_finds_them():
    assert find("试例", on=clock.today()).total >= 50


def test_a_second_run_changes_nothing(demo):
    def everything() -> tuple:
        models = (Record, RecordEvent, RecordEdition, Delivery, Subject, Organisation, Person)
        return tuple(model.objects.count() for model in models), (demo / "demo-accounts.txt").read_bytes()

    before = everything()
    call_command("load_demo", scale=SCALE, verbosity=0)
    assert everything() == before
    assert loading.is_loaded()
