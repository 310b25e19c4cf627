"""The writer does on the database what the model does in memory: the same steps, taken or refused alike.

Walks of fixed seeds on both databases; after each step the rows say what the town of `town.py` says.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.core.exceptions import PermissionDenied

from objections import recall, workflow
from objections.filing.admission import NotAdmitted
from objections.life import Decision, Party
from objections.models import RecallTask
from objections.rule_books import RULE_BOOKS
from objections.statuses import CaseAction, Outcome, Procedure
from registry.directory.staff import Role
from registry.records import drafting
from registry.records.models.holds import HoldGround
from registry.records.parsing import Door
from registry.records.statuses import LIVE, Action
from registry.records.workflow import MoveRefused, move
from tests import factories
from tests.factories import NOON, TODAY
from tests.objections import town as model
from tests.objections.town import CLERK, OFFICER, Town

pytestmark = pytest.mark.django_db

STEPS = 45
TEXT = "经核查情况属实"


@pytest.fixture
def people(organisation, clerk, reviewer, officer, office, rules):
    """The people of the town in flesh and blood; the author of the record may decide as well."""
    decider = reviewer.groups.get()
    clerk.groups.add(decider)

    def another(body=organisation, role=Role.REVIEWER):
        return factories.UserFactory(organisation=body, role=role)

    stranger = another(factories.OrganisationFactory())
    stranger.groups.add(clerk.groups.first())
    return {
        "applicant": Party.APPLICANT,
        "system": Party.SYSTEM,
        "office": office,
        "author": clerk,
        "reviewer": reviewer,
        "officer": officer,
        "second": another(),
        "clerk": another(role=Role.CLERK),
        "stranger": stranger,
    }


@pytest.fixture
def two_users(organisation):
    """Two bodies that used every record: each has to undo it."""
    bodies = [factories.OrganisationFactory() for _ in range(2)]
    source = lambda record: [recall.Use("联合惩戒查询", record.edition, organisation=body.pk) for body in bodies]  # noqa: E731
    recall.register(source)
    yield bodies
    recall._sources.remove(source)


class Walk:
    """The same steps on the model and on the database."""

    def __init__(self, seed: int, record, people, filed, body) -> None:
        self.chance, self.people, self.filed, self.body = Random(seed), people, filed, body
        self.record, self.town, self.cases = record, Town(), []

    def go(self) -> None:
        for _ in range(STEPS):
            self.chance.choice([self.file, self.step, self.step, self.step, self.step, self.itself, self.undo])()
            self.compare()

    def file(self) -> None:
        what = self.chance.choice([Procedure.OBJECTION, Procedure.REPAIR, Procedure.COMPLAINT])
        if sum(file.procedure is what for file in self.town.files) >= 3:
            return
        facts = {"evidence": 1, "effect_evidence": 1, "corrected_on": TODAY - timedelta(days=200)}
        made = self.town.file(what, **(facts if what is Procedure.REPAIR else {}))
        about = None if what is Procedure.COMPLAINT else self.record
        ground = {"ground": self.chance.choice(["facts", "missing"])} if what is Procedure.OBJECTION else {}
        try:
            case = self.filed(what, about, **ground)
        except NotAdmitted as reason:
            again = "不再重复受理" in str(reason)  # the model remembers no grounds
            assert made is None or again, reason
            if made is not None:
                self.town.files.remove(made)
        else:
            assert made is not None, "filed although the model refused it"
            self.cases.append(case)

    def step(self) -> None:
        if not self.cases:
            return
        place = self.chance.randrange(len(self.cases))
        case, file = self.cases[place], self.town.files[place]
        decision = Decision(
            outcome=self.chance.choice(list(Outcome)), organisation=self.body.pk, organisation_code=self.body.uscc,
            is_corrected=True, is_effect_removed=self.chance.random() < 0.8,
        )  # fmt: skip
        modelled = Decision(**{**vars(decision), "organisation": model.BODY})
        possible = self.town.possible(file, modelled)
        if possible and self.chance.random() < 0.8:
            action, who = self.chance.choice(possible)
        else:
            known = [action for action in RULE_BOOKS[file.procedure] if action is not CaseAction.HANDLE]
            action, who = self.chance.choice(known), self.chance.choice(list(self.people))
        if action is CaseAction.DRAFT:
            return  # makes a record of its own: tried elsewhere
        expected = self.town.take(file, action, who, modelled)
        try:
            workflow.move(case, action, by=self.people[who], at=NOON, text=TEXT, decision=decision)
            taken, why = True, ""
        except (MoveRefused, PermissionDenied) as reason:
            taken, why = False, str(reason)
        assert taken == expected, (action, who, file.status, why)

    def itself(self) -> None:
        """The record's own page: a correction proposed, or accepted; seldom, its end."""
        what = self.chance.choice(["propose", "accept", "propose", "accept", "withdraw"])
        self.record.refresh_from_db()
        if what == "propose" and self.town.live and self.town.correction_by is None:
            self.town.propose_correction(CLERK)
            drafting.propose_correction(
                self.record, {"content": f"罚款人民币{self.chance.randrange(1000, 9999)}元"},
                reason="笔误", by=self.people["clerk"], at=NOON, today=TODAY, door=Door.FORM,
            )  # fmt: skip
        elif what == "accept" and self.town.correction_by is not None:
            self.town.correct(OFFICER)
            move(self.record, Action.CORRECT, by=self.people["officer"], at=NOON)
        elif what == "withdraw" and self.town.live and self.chance.random() < 0.2:
            self.town.end("withdrawn")
            move(self.record, Action.WITHDRAW, by=self.people["reviewer"], at=NOON, reason="决定已被撤销")

    def undo(self) -> None:
        for case, file in zip(self.cases, self.town.files, strict=True):
            task = RecallTask.objects.waiting().filter(restoration=case.pk).first()
            if task is not None:
                RecallTask.objects.filter(pk=task.pk).update(done_at=NOON, done_by=self.people["office"])
                file.recalls -= 1

    def compare(self) -> None:
        self.town.check()
        self.record.refresh_from_db()
        assert (self.record.status in LIVE, self.record.edition) == (self.town.live, self.town.edition)
        if self.town.live:
            assert self.record.holds.filter(ground=HoldGround.OBJECTION, closed_at=None).exists() == self.town.held
        for case, file in zip(self.cases, self.town.files, strict=True):
            case.refresh_from_db()
            assert case.status == file.status, file.acts
            assert RecallTask.objects.waiting().filter(restoration=case.pk).count() == file.recalls
            assert case.seq == case.events.count()


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_say_what_the_model_says(seed, old_penalty, people, filed, organisation, two_users):
    Walk(seed, old_penalty(), people, filed, organisation).go()
