"""What bodies answer, what rests and what ends: stored is the answer, the rest is derived (S4.1.1, I2, I3, I23)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet

from measures import archiving, feedback, standing
from measures.models import MeasureApplication, MeasureArchive
from measures.standing import Standing
from registry.records import holds, workflow
from registry.records.statuses import Action
from registry.records.workflow import MoveRefused
from tests import factories
from tests.factories import NOON, TODAY
from tests.measures.conftest import people

pytestmark = pytest.mark.django_db
WHAT = {"what": "暂停受理生产许可申请", "executed_on": TODAY, "document": "白市监函〔2026〕9001号"}


@pytest.fixture
def triggered(entry, bureau, listing):
    listing(bureau, "P04")
    entry()
    return MeasureApplication.objects.select_related("record", "measure").get()


@pytest.fixture
def officer(bureau):
    return people(bureau)[1]


@pytest.fixture
def execute(officer):
    def do(application, **changes):
        return feedback.execute(application, **{**WHAT, **changes}, by=officer, at=NOON, today=TODAY)

    return do


def stands(application, on=TODAY):
    return standing.of(MeasureApplication.objects.select_related("record", "measure").get(pk=application.pk), on=on)


def test_what_was_done_is_filed(triggered, execute):
    execute(triggered)
    assert stands(triggered) is Standing.EXECUTED
    item = MeasureArchive.objects.get()
    assert (item.number, item.data["document"], item.data["measure"]) == (1, WHAT["document"], "P04")
    assert item.sha256 == archiving.digest(item.data, "")


def test_without_a_document_it_waits_to_be_completed(triggered, execute, officer):
    execute(triggered, document="")
    assert not MeasureArchive.objects.exists()
    assert list(MeasureApplication.objects.undocumented()) == [triggered]
    feedback.complete(triggered, "白市监函〔2026〕9002号", by=officer, at=NOON)
    assert MeasureArchive.objects.get().data["document"] == "白市监函〔2026〕9002号"
    with pytest.raises(MoveRefused, match="待补档"):
        feedback.complete(triggered, "又一件", by=officer, at=NOON)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"executed_on": TODAY - timedelta(days=1)}, "executed_on"),
        ({"executed_on": TODAY + timedelta(days=1)}, "executed_on"),
        ({"what": "  "}, "what"),
        ({"document": "610902190001050014"}, "document"),
        ({"what": "字" * 1001}, "what"),
    ],
)
def test_what_cannot_be_is_refused(triggered, execute, changes, field):
    with pytest.raises(ValidationError) as caught:
        execute(triggered, **changes)
    assert field in caught.value.message_dict
    assert stands(triggered) is Standing.TRIGGERED


def test_only_the_body_itself_answers(triggered):
    stranger = people(factories.OrganisationFactory())[1]
    with pytest.raises(PermissionDenied):
        feedback.execute(triggered, **WHAT, by=stranger, at=NOON, today=TODAY)


def test_what_does_not_apply_says_why_and_is_answered_once(triggered, officer):
    with pytest.raises(ValidationError):
        feedback.set_aside(triggered, " ", by=officer, at=NOON, today=TODAY)
    feedback.set_aside(triggered, "该主体从未申请生产许可", by=officer, at=NOON, today=TODAY)
    assert stands(triggered) is Standing.NOT_APPLICABLE
    with pytest.raises(MoveRefused, match="已反馈"):
        feedback.set_aside(triggered, "再次", by=officer, at=NOON, today=TODAY)


class TestHeld:
    def test_nothing_is_carried_out_while_the_record_is_verified(self, triggered, execute, officer, hold):
        open_hold = hold(triggered.record)
        assert stands(triggered) is Standing.HELD
        with pytest.raises(MoveRefused, match="暂不执行"):
            execute(triggered)
        with pytest.raises(MoveRefused, match="暂不执行"):
            feedback.set_aside(triggered, "无", by=officer, at=NOON, today=TODAY)
        holds.close_hold(open_hold, by=open_hold.opened_by, at=NOON)
        assert stands(triggered) is Standing.TRIGGERED

    def test_what_was_carried_out_rests_and_comes_back(self, triggered, execute, hold):
        execute(triggered)
        open_hold = hold(triggered.record)
        assert stands(triggered) is Standing.HELD
        holds.close_hold(open_hold, by=open_hold.opened_by, at=NOON)
        assert stands(triggered) is Standing.EXECUTED

    def test_another_record_of_the_subject_is_untouched(self, entry, triggered, hold):
        other = entry(counterparty_uscc=triggered.record.subject.uscc)
        hold(triggered.record)
        assert stands(MeasureApplication.objects.get(record=other)) is Standing.TRIGGERED

    def test_the_clock_stops(self, triggered, hold, reviewer):
        late = date(2026, 3, 31)

        def overdue(on):
            return list(standing.overdue(MeasureApplication.objects.all(), on=on))

        assert overdue(date(2026, 3, 30)) == [] and overdue(late) == [triggered]
        open_hold = hold(triggered.record)
        assert overdue(late) == []
        week = timedelta(days=7)
        holds.close_hold(open_hold, by=reviewer, at=NOON + week)  # 3 to 9 March rested: five working days
        assert standing.Dues.of([triggered])[triggered] == date(2026, 4, 7)  # Qingming rests as well
        assert overdue(late) == [] and overdue(date(2026, 4, 8)) == [triggered]

    def test_what_is_only_recommended_is_never_chased(self, entry, listing):
        body = factories.OrganisationFactory(name="汉滨区试例集团")
        listing(body, "P35")
        entry()
        assert not standing.overdue(MeasureApplication.objects.all(), on=date(2026, 12, 1)).exists()


class TestLifted:
    @pytest.mark.parametrize("action", [Action.WITHDRAW, Action.EXPIRE])
    def test_it_ends_with_its_record(self, triggered, execute, officer, reviewer, action):
        execute(triggered)
        by = None if action is Action.EXPIRE else reviewer
        workflow.move(triggered.record, action, by=by, at=NOON, reason="" if by is None else "有误")
        assert stands(triggered) is Standing.LIFTED
        feedback.confirm_lifting(triggered, "已恢复受理", by=officer, at=NOON, today=TODAY)
        archive = MeasureArchive.objects.get()
        assert [note.text for note in archive.notes.all()] == ["已解除：已恢复受理"]
        with pytest.raises(MoveRefused, match="已确认"):
            feedback.confirm_lifting(triggered, "再次", by=officer, at=NOON, today=TODAY)

    def test_it_ends_on_the_day_after_the_last_without_any_job(self, triggered):
        record = triggered.record
        record.refresh_from_db()
        assert stands(triggered, on=record.public_until) is Standing.TRIGGERED
        assert stands(triggered, on=record.public_until + timedelta(days=1)) is Standing.LIFTED

    def test_what_has_ended_is_not_carried_out(self, triggered, execute, reviewer):
        workflow.move(triggered.record, Action.WITHDRAW, by=reviewer, at=NOON, reason="有误")
        with pytest.raises(MoveRefused, match="已经解除"):
            execute(triggered)

    def test_what_stands_needs_no_lifting(self, triggered, officer):
        with pytest.raises(MoveRefused, match="需要确认解除"):
            feedback.confirm_lifting(triggered, "x", by=officer, at=NOON, today=TODAY)


class TestArchive:
    def test_it_is_never_changed(self, triggered, execute):
        execute(triggered)
        item = MeasureArchive.objects.get()
        with pytest.raises(TypeError):
            item.save()
        with pytest.raises(TypeError):
            item.delete()
        with pytest.raises(TypeError):
            MeasureArchive.objects.update(number=2)

    def test_each_item_is_chained_to_the_one_before(self, entry, triggered, execute):
        entry(counterparty_name="安康试例第二有限公司")
        for one in MeasureApplication.objects.order_by("pk"):
            execute(one)
        first, second = MeasureArchive.objects.order_by("number")
        assert second.previous_sha256 == first.sha256 and list(archiving.broken()) == []
        QuerySet.update(
            MeasureArchive.objects.filter(pk=first.pk), data=first.data | {"what": "改写"}
        )  # past the guard
        assert list(archiving.broken()) == [str(first.pk)]

    def test_it_is_annotated_by_its_own_body(self, triggered, execute, officer):
        execute(triggered)
        item = MeasureArchive.objects.get()
        archiving.annotate(item, "材料已归档", by=officer, at=NOON)
        with pytest.raises(PermissionDenied):
            archiving.annotate(item, "x", by=people(factories.OrganisationFactory())[1], at=NOON)
        assert item.notes.count() == 1
