"""What bodies did in joint punishment because of a record is recalled, and confirmed once at either desk (S4.5.6)."""

from __future__ import annotations

import pytest
from django.test import Client

from measures import feedback, triggering
from measures.models import (
    ApplicationMatter,
    ApplicationState,
    CheckHit,
    JointCheck,
    Measure,
    MeasureApplication,
    Strength,
)
from objections import recall, restoring, workflow
from objections.life import Decision
from objections.models import RecallTask
from objections.statuses import CaseAction, Outcome
from registry.directory.catalogue import Openness
from registry.directory.staff import Role
from registry.models import ApiKey, Change, FeedReader
from registry.records import changes
from registry.records.visibility import Audience
from registry.records.workflow import MoveRefused
from tests import factories
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(rules):
    return factories.UserFactory(
        organisation=factories.OrganisationFactory(name="试例公共资源交易中心"), role=Role.REVIEWER
    )


@pytest.fixture
def executed(centre):
    """A measure that the centre carried out because of a record."""

    def make(record, code: str = "P16") -> MeasureApplication:
        return MeasureApplication.objects.create(
            record=record, measure=Measure.objects.get(pk=code), organisation=centre.organisation, basis="试例",
            strength=Strength.MANDATORY, triggered_on=TODAY, seq=record.seq, due_on=triggering.due_on(TODAY),
            state=ApplicationState.EXECUTED, what="不予参与", executed_on=TODAY, document="函1号", fed_back_by=centre,
            fed_back_at=NOON,
        )  # fmt: skip

    return make


@pytest.fixture
def revoked(objected, office, officer, executed):
    """A record that was found wrong after the centre had acted on it; returns the measure and its task."""

    def make() -> tuple[MeasureApplication, RecallTask]:
        case = objected()
        measure = executed(case.record)
        workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
        wrong = Decision(outcome=Outcome.TO_REVOKE)
        workflow.move(case, CaseAction.CONCLUDE, by=officer, at=NOON, text="处罚对象有误", decision=wrong)
        return measure, RecallTask.objects.get(measure=measure)

    return make


def test_only_what_was_carried_out_is_a_use_and_a_body_that_checked_twice_is_asked_once(published, executed, centre):
    record = published("penalty")
    measure = executed(record)
    waiting = executed(record, "P17")
    MeasureApplication.objects.filter(pk=waiting.pk).update(state=ApplicationState.TRIGGERED)
    matter = ApplicationMatter.objects.create(
        organisation=centre.organisation, name="投标", stage="受理", workflow="受理前查询"
    )
    for number in ("LC1", "LC2"):
        check = JointCheck.objects.create(
            number=number, organisation=centre.organisation, matter=matter, asked=1, found=1, hit=1, asked_at=NOON
        )
        CheckHit.objects.create(joint_check=check, record=record, seq=record.seq, edition=1, enforcement="IN_FORCE")
    uses = recall.uses_of(record)
    assert [(use.what, use.organisation, use.measure) for use in uses] == [
        (f"执行了{measure.measure}", centre.organisation_id, measure.pk),
        ("联合奖惩查询", centre.organisation_id, None),
    ]


def test_confirmed_as_a_task_the_measure_is_lifted(revoked, centre):
    measure, task = revoked()
    restoring.confirm(task, by=centre, at=NOON, undone="已恢复投标资格")
    measure.refresh_from_db()
    assert (measure.lift_note, measure.lifted_by) == ("已恢复投标资格", centre)


def test_lifted_as_a_measure_the_task_waits_no_more(revoked, centre):
    measure, task = revoked()
    feedback.confirm_lifting(measure, "已恢复投标资格", by=centre, at=NOON, today=TODAY)
    assert not RecallTask.objects.waiting().filter(pk=task.pk).exists()
    with pytest.raises(MoveRefused, match="已经确认"):
        restoring.confirm(task, by=centre, at=NOON, undone="已恢复投标资格")


def test_whoever_copied_the_feed_is_asked_and_nobody_else(published):
    """Past its first number and in a feed that was open to it: the record was told, however often it changed since."""

    def reads(**query: str) -> None:
        body = factories.OrganisationFactory()
        _, secret = ApiKey.objects.create_key(name="试例", organisation=body)
        answer = Client().get("/api/v1/changes/", query, headers={"Authorization": f"Api-Key {secret}"})
        assert answer.status_code == 200
        readers[query.get("kind", "all")] = body

    readers: dict[str, object] = {}
    Client().get("/api/v1/changes/")  # anybody: nobody to ask
    published("licence")
    reads()
    early = readers.pop("all")
    record = published("penalty")
    reads()
    reads(kind="penalty")
    reads(kind="licence")
    changes.note([record.events.select_related("record").last()])  # it changes again, and gets a later number
    asked = {use.organisation for use in recall.uses_of(record)}
    assert asked == {readers["all"].pk, readers["penalty"].pk}
    assert early.pk not in asked and FeedReader.objects.count() == 4


def test_what_is_shared_among_bodies_was_told_only_to_them(published):
    record = published("penalty")
    changes.number()
    readers = [
        FeedReader.objects.create(
            organisation=factories.OrganisationFactory(), openness=openness, reached=changes.last_number(), read_at=NOON
        )
        for openness in (Audience.PUBLIC, Audience.ORGANISATION)
    ]
    Change.objects.filter(record=record).update(openness=Openness.SHARED)
    assert [use.organisation for use in recall.uses_of(record)] == [readers[1].organisation_id]


def test_a_reader_is_kept_at_the_furthest_place(published):
    """Reading again from the beginning forgets nothing of what was told before."""
    body = factories.OrganisationFactory()
    _, secret = ApiKey.objects.create_key(name="试例", organisation=body)
    published("licence")
    published("penalty")
    for query in ({}, {"page_size": "1"}):
        Client().get("/api/v1/changes/", query, headers={"Authorization": f"Api-Key {secret}"})
    assert FeedReader.objects.get().reached == changes.last_number()
