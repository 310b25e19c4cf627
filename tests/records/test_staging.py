"""A workbook's rows are stored in sets exactly as the same rows entered one by one would be."""

from __future__ import annotations

import pytest
from django.db import transaction

from registry.models import AuditLog, Person, Record, Subject
from registry.records import drafting, editions, kinds, subject_matching
from registry.records.parsing import Door
from registry.records.staging import Checked, Overtaken, Staging
from registry.records.subject_matching import Matcher
from registry.records.validation import Checker, Circumstances
from tests import samples
from tests.factories import NOON, TODAY, SubjectFactory

pytestmark = pytest.mark.django_db

ID_NUMBER = "610902190001050014"
PERSON = {
    "counterparty_kind": "自然人", "counterparty_name": "柯试明", "counterparty_uscc": "", "legal_representative": "",
    "counterparty_document_type": "身份证", "counterparty_id_number": ID_NUMBER,
}  # fmt: skip


@pytest.fixture
def staged(organisation, clerk):
    """Put rows of a kind aside; what `with` gives compares and stores them."""

    def put(kind_code, *raws, matcher=None):
        kind = kinds.get(kind_code)
        version = drafting.item_version(kind, organisation, on=TODAY)
        common = Record(
            kind=kind_code, organisation=organisation, item_version=version, entered_by=clerk, entered_at=NOON
        )
        spec = kind.spec(version)
        checker = Checker(kind, spec, Circumstances(organisation=organisation, today=TODAY, door=Door.IMPORT))
        checked = [checker.check(raw) for raw in raws]
        stage = Staging(kind, spec, common, today=TODAY)
        stage.__enter__()
        values = [stage.values_of(each.data) for each in checked]
        about = [subject_matching.described(spec, each) for each in values]
        bearers, problems, newcomers = (matcher or Matcher()).match(about)
        assert not problems
        keys = [stage.key_of(each) for each in values]
        rows = zip(range(2, 2 + len(raws)), values, keys, about, bearers, [each.typed for each in checked], strict=True)
        stage.put(stage.lay_out([Checked(*row) for row in rows], newcomers))
        return stage

    return put


def store(stage) -> int:
    stage.compare()
    with transaction.atomic():
        return stage.store()


ROWS = {
    "licence": {"remarks": "一行\\两行", "legal_representative_document_type": "护照号",
                "legal_representative_id_number": "E1234567"},
    "penalty": {"facts": "第一行\n第二行", "public_until": "2026-08-01", "confiscated": "1.5"},
    "code-event": {},
    "catalogue-record": {"counterparty_name": "汉滨区“试例”\\有限公司"},
    "award": {},
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_a_staged_row_says_what_the_same_row_entered_by_hand_says(kind, staged, drafted, organisation, clerk):
    raw = samples.of(kind, **ROWS[kind])
    by_hand = drafted(kind, **raw)
    said = editions.contents(by_hand), by_hand.openness, by_hand.title, by_hand.document_key, by_hand.subject_id
    audit = list(AuditLog.objects.values_list("action", "object_type", "by", "at", "detail"))
    AuditLog.objects.all()._raw_delete("default")
    by_hand.delete()

    assert store(staged(kind, raw)) == 1
    record = Record.objects.get()
    assert (editions.contents(record), record.openness, record.title, record.document_key, record.subject_id) == said
    assert (record.status, record.seq, record.entered_by, record.entered_at) == ("draft", 0, clerk, NOON)
    assert list(AuditLog.objects.values_list("action", "object_type", "by", "at", "detail")) == audit
    assert AuditLog.objects.get().object_key == str(record.pk)
    record.full_clean(exclude=["term_rule"])


def test_new_subjects_and_persons_come_to_be_once(staged):
    one = samples.licence()
    again = one | {"document_number": "石食药监许〔2026〕9002号"}
    person = samples.licence(document_number="石食药监许〔2026〕9003号", **PERSON)
    more = person | {"document_number": "石食药监许〔2026〕9004号"}
    assert store(staged("licence", one, again, person, more)) == 4
    assert Subject.objects.count() == 2 and Person.objects.count() == 1
    kept = Subject.objects.get(uscc=one["counterparty_uscc"])
    assert (kept.name, kept.region_id, kept.state) == (one["counterparty_name"], "610922", "live")
    natural = Subject.objects.get(person__isnull=False)
    assert natural.person.number() == ID_NUMBER and natural.records.count() == 2


def test_what_stands_already_is_told_from_what_has_changed_and_neither_is_stored_again(staged):
    rows = [samples.licence(document_number=f"石许〔2026〕{number}号") for number in range(3)]
    store(staged("licence", *rows))
    changed = rows[1] | {"content": "食品经营（热食类食品制售）"}
    new = samples.licence(document_number="石许〔2026〕99号", counterparty_uscc=rows[0]["counterparty_uscc"])
    stage = staged("licence", rows[0], changed, new, rows[2])
    stage.compare()
    assert stage.counts() == (2, 1, 0)
    ((number, record),) = stage.standing(changed=True)
    assert (number, Record.objects.get(pk=record).document_number) == (3, "石许〔2026〕1号")
    assert stage.said([3])[3]["content"] == "食品经营（热食类食品制售）"
    assert [number for number, _ in stage.similar()] == [4]  # same subject, day and title as the first row
    with transaction.atomic():
        assert stage.store() == 1
    assert Record.objects.count() == 4


@pytest.mark.parametrize("kind", ["code-event", "catalogue-record", "penalty", "award"])
def test_the_same_rows_again_are_recognised_whatever_their_kind(kind, staged):
    rows = [samples.of(kind)]
    assert store(staged(kind, *rows)) == 1
    assert store(staged(kind, *rows)) == 0
    assert Record.objects.count() == 1


def test_a_person_behind_a_document_counts_as_part_of_what_is_said(staged):
    papers = {"legal_representative_document_type": "护照号", "legal_representative_id_number": "E1234567"}
    row = samples.licence(**papers)
    store(staged("licence", row))
    assert store(staged("licence", row)) == 0
    stage = staged("licence", row | {"legal_representative_id_number": "E7654321"})
    stage.compare()
    assert stage.counts() == (0, 1, 0)


def test_a_withdrawn_decision_may_come_in_anew(staged, published, reviewer):
    from registry.records.statuses import Action
    from registry.records.workflow import move

    record = published()
    move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="录入有误")
    again = samples.licence(counterparty_uscc=record.subject.uscc)
    assert store(staged("licence", again)) == 1


def test_another_bodys_record_with_that_number_is_none_of_ours(staged, drafted):
    other = drafted()
    from tests.factories import OrganisationFactory

    Record.objects.filter(pk=other.pk).update(organisation=OrganisationFactory())
    assert store(staged("licence", samples.licence(counterparty_uscc=other.subject.uscc))) == 1


def test_a_subject_that_came_to_be_meanwhile_under_another_name_stops_the_storing(staged):
    row = samples.licence()
    stage = staged("licence", row)
    SubjectFactory(uscc=row["counterparty_uscc"], name="别名试例公司")
    stage.compare()
    with pytest.raises(Overtaken), transaction.atomic():
        stage.store()
    assert not Record.objects.exists()


def test_a_subject_that_came_to_be_meanwhile_is_taken(staged):
    row = samples.licence()
    stage = staged("licence", row)
    there = SubjectFactory(uscc=row["counterparty_uscc"], name=row["counterparty_name"])
    store(stage)
    assert Record.objects.get().subject == there


def test_a_decision_that_was_recorded_meanwhile_is_left_as_it_is_and_the_others_come_in(staged, drafted):
    row = samples.licence()
    other = row | {"document_number": "石食药监许〔2026〕9002号"}
    stage = staged("licence", row, other)
    stage.compare()
    there = drafted("licence", **row)
    with transaction.atomic():
        assert stage.store() == 1
    assert sorted(Record.objects.values_list("document_number", flat=True)) == sorted(
        [there.document_number, other["document_number"]]
    )
