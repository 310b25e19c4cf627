"""The joint check asks before a body acts: who is hit, what follows, and what is kept of it (S3.1.6, I2, I3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures import check_files, checking, deciding, limits
from measures.checking import Asker, check_codes, check_person
from measures.limits import Choice
from measures.models import ApplicationMatter, CheckHit, FinanceFeedback, JointCheck, Measure
from registry.directory.catalogue import Openness
from registry.directory.organisations import OrganisationKind
from registry.directory.staff import Role
from registry.intake.errors import Refused
from registry.models import Record, SubjectIdentifier
from registry.records import workflow
from registry.records.statuses import Action
from registry.records.workflow import MoveRefused
from tests import factories
from tests.factories import NOON, TODAY, make_uscc
from tests.measures.conftest import named, people

pytestmark = pytest.mark.django_db


def matter(body, *codes, name="生产许可证"):
    made = ApplicationMatter.objects.create(organisation=body, name=name, stage="受理", workflow="受理前查询")
    made.measures.set(codes)
    return made


def asker(body, *codes, name="生产许可证", by=None, today=TODAY):
    return Asker(organisation=body, matter=matter(body, *codes, name=name), at=NOON, today=today, by=by)


@pytest.fixture
def licensing(bureau, listing):
    """A body of another county, asking before it hands out production licences."""
    listing(bureau, "P03", "P04", "P20")
    return asker(bureau, "P04")


def test_an_entry_of_another_county_hits_and_says_what_follows(licensing, entry):
    record = entry()
    answer = check_codes([record.subject.uscc.lower() + " "], licensing)
    (hit,) = answer.hits
    assert (hit.record, hit.enforcement, hit.seq, hit.edition) == (record, "IN_FORCE", 2, 1)
    assert [(told["code"], told["strength_label"]) for told in hit.measures] == [("P04", "强制性")]
    check = JointCheck.objects.get()
    assert (check.asked, check.found, check.hit, check.subject) == (1, 1, 1, record.subject)
    assert answer.hit_subjects == {record.subject_id}


def test_an_unknown_code_is_answered_not_found(licensing):
    answer = check_codes([make_uscc(), "", "91610900MA70ABC19O", "'; DROP TABLE"], licensing)
    assert list(answer.subjects) == [None] * 4 and answer.hits == [] and answer.check.found == 0


def test_an_old_number_leads_to_its_subject(licensing, entry):
    record = entry()
    SubjectIdentifier.objects.create(subject=record.subject, scheme="tax-number", value="610922000000001")
    assert check_codes(["610922000000001"], licensing).hit_subjects == {record.subject_id}


def test_whoever_has_no_entry_is_found_and_not_hit(licensing, published):
    record = published("licence")
    answer = check_codes([record.subject.uscc], licensing)
    assert answer.check.found == 1 and answer.check.hit == 0 and answer.hits == []


def test_what_rests_is_told_as_resting(licensing, entry, hold):
    record = entry()
    hold(record)
    (hit,) = check_codes([record.subject.uscc], licensing).hits
    assert hit.enforcement == "SUSPENDED" and not hit.demands_decision
    with pytest.raises(MoveRefused, match="暂不执行"):
        deciding.decide(hit, "denied", "", by=people(licensing.organisation)[1], at=NOON)


@pytest.mark.parametrize("action", [Action.REPAIR, Action.WITHDRAW, Action.EXPIRE])
def test_what_has_ended_never_hits(licensing, entry, reviewer, action, monkeypatch):
    monkeypatch.setattr(workflow, "_demanded", {})
    record = entry()
    by = None if action is Action.EXPIRE else reviewer
    workflow.move(record, action, by=by, at=NOON, reason="x" if by else "")
    assert check_codes([record.subject.uscc], licensing).hits == []


def test_what_is_over_never_hits_whatever_the_nightly_job_has_done(bureau, entry):
    record = entry()
    record.refresh_from_db()
    asking = asker(bureau, today=record.public_until)
    assert check_codes([record.subject.uscc], asking).hits
    after = Asker(organisation=bureau, matter=asking.matter, at=NOON, today=record.public_until + timedelta(days=1))
    assert check_codes([record.subject.uscc], after).hits == []


def test_a_measure_outside_the_scope_of_the_entry_is_not_returned(licensing, entry, said):
    said.facts["taxonomy_item"] = ""
    (hit,) = check_codes([entry().subject.uscc], licensing).hits
    assert hit.measures == []


class TestPersons:
    NUMBER = "610902190001050014"

    @pytest.fixture
    def person(self, rules):
        return factories.PersonFactory()

    @pytest.fixture
    def record(self, licensing, entry, said, person):
        said.named[:] = [named(person, "法定代表人")]
        return entry()

    def ask(self, body, *codes, name="柯试明", number=NUMBER):
        return check_person(name, number, asker(body, *codes, name=f"评选{JointCheck.objects.count()}"))

    def test_whom_an_entry_names_is_hit_with_his_own_measures(self, record, bureau, person):
        (hit,) = self.ask(bureau).hits
        assert (hit.record, hit.person, hit.role) == (record, person, "法定代表人")
        assert [told["code"] for told in hit.measures] == ["P20"]

    def test_a_wrong_number_and_an_unknown_person_are_answered_alike(self, record, bureau):
        wrong = self.ask(bureau, number="610902190001050022")
        unknown = self.ask(bureau, name="无名氏", number="61090219000622006X")
        other_name = self.ask(bureau, name="唐试兰")
        said = [(one.hits, one.check.found, one.check.hit, one.check.subject) for one in (wrong, unknown, other_name)]
        assert said == [([], 0, 0, None)] * 3

    def test_the_number_is_kept_nowhere(self, record, bureau):
        self.ask(bureau)
        kept = [str(row) for model in (JointCheck, CheckHit) for row in model.objects.values()]
        assert not any(self.NUMBER in row for row in kept)

    @pytest.mark.parametrize(("role", "until"), [("股东", None), ("法定代表人", "2026-01-19")])
    def test_who_does_not_answer_for_it_is_not_hit(self, licensing, entry, said, person, bureau, role, until):
        said.facts["acted_on"] = date(2026, 1, 20)
        said.named[:] = [named(person, role, until=until)]
        entry()
        assert self.ask(bureau).hits == []

    def test_chosen_limits_are_told_until_they_are_performed(self, bureau, entry, said, person, reviewer):
        said.facts.update(taxonomy_item="C03", is_able_to_perform=True, urged_on=TODAY - timedelta(days=1))
        said.named[:] = [named(person, "法定代表人")]
        choice = Choice(
            measure=Measure.objects.get(pk="P23"), decision="限〔2026〕1号", valid_from=TODAY,
            valid_until=date(2026, 12, 31), person=person,
        )  # fmt: skip
        limits.choose(entry(), choice, by=reviewer, at=NOON, today=TODAY)
        assert [told["code"] for told in self.ask(bureau).hits[0].measures] == ["P23"]
        said.facts["performed_on"] = TODAY
        assert self.ask(bureau).hits[0].measures == []

    def test_a_bank_does_not_look_behind_an_enterprise(self, record):
        bank = factories.OrganisationFactory(kind=OrganisationKind.FINANCE)
        assert self.ask(bank).hits == []


class TestDecisions:
    @pytest.fixture
    def hit(self, licensing, entry):
        return check_codes([entry().subject.uscc], licensing).hits[0]

    @pytest.fixture
    def officer(self, bureau):
        return people(bureau)[0]

    def test_whoever_lets_pass_says_why(self, hit, officer):
        assert hit.is_open
        with pytest.raises(ValidationError, match="放行须说明理由"):
            deciding.decide(hit, "passed", " ", by=officer, at=NOON)
        assert deciding.decide(hit, "passed", "民生项目", by=officer, at=NOON).decision == "passed"

    def test_it_is_decided_once_by_its_own_body(self, hit, officer):
        with pytest.raises(PermissionDenied):
            deciding.decide(hit, "denied", "", by=people(factories.OrganisationFactory())[0], at=NOON)
        with pytest.raises(ValidationError):
            deciding.decide(hit, "free text", "", by=officer, at=NOON)
        deciding.decide(hit, "denied", "", by=officer, at=NOON)
        with pytest.raises(MoveRefused, match="不能再改"):
            deciding.decide(hit, "strict", "", by=officer, at=NOON)


class TestFinance:
    @pytest.fixture
    def bank(self, rules):
        return factories.OrganisationFactory(name="安康试例银行", kind=OrganisationKind.FINANCE)

    @pytest.fixture
    def teller(self, bank):
        return factories.UserFactory(organisation=bank, role=Role.FINANCE)

    def test_it_is_told_what_is_recommended_and_nothing_else(self, bank, licensing, entry):
        (hit,) = check_codes([entry().subject.uscc], asker(bank)).hits
        assert [told["code"] for told in hit.measures] == [f"P{n}" for n in range(29, 38)]
        assert {told["strength_label"] for told in hit.measures} == {"推荐性"}

    def test_it_sees_no_entry_that_is_not_public(self, bank, licensing, entry):
        record = entry()
        Record.objects.filter(pk=record.pk).update(openness=Openness.SHARED)
        assert check_codes([record.subject.uscc], asker(bank)).hits == []
        assert check_codes([record.subject.uscc], licensing).hits

    def test_it_says_what_it_made_of_it(self, bank, teller, entry):
        (hit,) = check_codes([entry().subject.uscc], asker(bank)).hits
        rate = Measure.objects.get(pk="P29")
        with pytest.raises(ValidationError, match="幅度"):
            deciding.answer_as_finance(hit, rate, "rate", by=teller, at=NOON)
        with pytest.raises(ValidationError, match="不是本次查询"):
            deciding.answer_as_finance(hit, Measure.objects.get(pk="P04"), "refused", by=teller, at=NOON)
        deciding.answer_as_finance(hit, rate, "rate", size=Decimal("0.5"), by=teller, at=NOON)
        deciding.answer_as_finance(hit, rate, "refused", by=teller, at=NOON)
        assert FinanceFeedback.objects.count() == 2

    def test_a_department_does_not_answer_as_a_bank(self, licensing, entry, bureau):
        (hit,) = check_codes([entry().subject.uscc], licensing).hits
        with pytest.raises(PermissionDenied):
            deciding.answer_as_finance(hit, Measure.objects.get(pk="P04"), "refused", by=people(bureau)[0], at=NOON)


def test_many_codes_cost_as_many_queries_as_one(licensing, entry):
    records = [entry(counterparty_name=f"安康试例{n}有限公司") for n in range(5)]

    def cost(codes):
        with CaptureQueriesContext(connection) as queries:
            check_codes(codes, licensing)
        return len(queries)

    codes = [record.subject.uscc for record in records]
    assert cost(codes) == cost(codes[:2]) <= cost(codes[:1])  # one alone is first asked whether it is listed at all
    answer = check_codes([*codes, make_uscc(), codes[0]], licensing)
    assert (answer.check.asked, answer.check.found, answer.check.hit, len(answer.hits)) == (7, 6, 6, 5)


class TestFiles:
    def write(self, folder, text):
        path = folder / "codes.csv"
        path.write_text(text, encoding="utf-8")
        return path

    def test_the_column_of_codes_is_found_by_its_heading(self, tmp_path):
        code = make_uscc()
        path = self.write(tmp_path, f"投标人,统一社会信用代码\n试例公司,{code}\n另一公司,\n")
        assert check_files.parties_in(path).codes == [code]

    def test_without_a_heading_the_first_column_counts(self, tmp_path):
        codes = [make_uscc(), make_uscc()]
        assert check_files.parties_in(self.write(tmp_path, "\n".join(codes))).codes == codes

    def test_whoever_bids_together_stands_under_one_name(self, tmp_path):
        codes = [make_uscc() for _ in range(3)]
        rows = zip(codes, ("第一联合体", "第一联合体", ""), strict=True)
        text = "统一社会信用代码,联合体\n" + "\n".join(map(",".join, rows))
        parties = check_files.parties_in(self.write(tmp_path, text))
        assert (parties.codes, parties.consortia) == (codes, ["第一联合体", "第一联合体", ""])

    @pytest.mark.parametrize("name", ["长" * 101, "甲；乙", "甲\u202e乙"])
    def test_a_name_no_consortium_has_is_refused_with_its_row(self, tmp_path, name):
        with pytest.raises(Refused, match=r"联合体：.*第2个代码"):
            text = f"统一社会信用代码,联合体\n{make_uscc()},\n{make_uscc()},{name}\n"
            check_files.parties_in(self.write(tmp_path, text))

    def test_an_empty_file_and_too_many_codes_are_refused(self, tmp_path, monkeypatch):
        with pytest.raises(Refused, match="没有代码"):
            check_files.parties_in(self.write(tmp_path, "统一社会信用代码,x\n,1\n"))
        monkeypatch.setattr(check_files, "MOST", 1)
        with pytest.raises(Refused, match="最多查询1个"):
            check_files.parties_in(self.write(tmp_path, f"{make_uscc()}\n{make_uscc()}\n"))


def test_kinds_that_bite_are_asked_of_their_announcement(said):
    assert "penalty" in checking.biting() and "licence" not in checking.biting()
