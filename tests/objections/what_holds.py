"""What must hold after every step: the rows, the records and the letters say what the ledger says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, ClassVar

from django.db import connection
from hypothesis.stateful import invariant

from objections.models import Case, ContactAccess, RecallTask
from registry.audit.models import AuditLog
from registry.models import Record
from tests.objections.deeds import Deeds
from tests.objections.ledger import O, R

# SQLite reads the other columns from the row that has the greatest number: the latest letter.
_LETTERS = "SELECT case_id, max(number), delivered_on FROM objections_letter GROUP BY case_id"


class Watching(Deeds):
    """Looks everything through."""

    worded: ClassVar[dict[tuple[str, date], tuple[str, tuple[Any, ...]]]]

    @invariant()
    def everything_that_must_hold_holds(self) -> None:
        if not self.is_checked:  # a refused act has been found to change nothing
            self.the_rows_say_what_the_ledger_says()
            self.the_records_say_it_too()
            self.letters_are_written_with_their_step()
            self.what_was_used_is_undone()
            self.who_looked_is_known()
        self.is_checked = True

    def the_rows_say_what_the_ledger_says(self) -> None:
        rows = Case.objects.filter(pk__gt=0).order_by("pk").values_list(
            "status", "seq", "due_on", "objection__outcome", "repair__way", "number"
        )  # fmt: skip
        kept = [
            (
                case.status,
                len(case.acts),
                self.ledger.due(case),
                case.outcome if case.procedure is O else None,
                case.way if case.procedure is R else None,
                real.number,
            )
            for case, real in zip(self.ledger.cases, self.cases, strict=True)
        ]
        assert list(rows) == kept
        undecided = [id(case.entry) for case in self.ledger.cases if case.is_undecided]
        assert len(undecided) == len(set(undecided)), "two undecided procedures on one record"

    def the_records_say_it_too(self) -> None:
        """I2, I3: what is ended is shown nowhere, what is looked into rests, what is neither does what it did."""
        on = self.ledger.today
        names = {record.pk: name for name, record in self.town.records.items()}
        public = {names[key] for key in self._keys("public", on)}
        in_force = {names[key] for key in self._keys("in_force", on)}
        status = {
            names[key]: (state, edition)
            for key, state, edition in Record.objects.values_list("pk", "status", "edition")
        }
        for entry in self.ledger.entries:
            assert status[entry.name] == (entry.status, entry.edition)
            assert (entry.name in public) == entry.is_public(on), f"{entry.name}: shown {entry.name in public}"
            bites = entry.is_in_term(on) and not self.ledger.is_held(entry)
            assert (entry.name in in_force) == bites, f"{entry.name}: bites {entry.name in in_force}"

    def _keys(self, which: str, on: date) -> list[int]:
        """The records of that query set of the product; its words are the same all day and are worked out once."""
        if (which, on) not in self.worded:
            self.worded[which, on] = getattr(Record.objects, which)(on=on).values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(*self.worded[which, on])
            return [key for (key,) in cursor.fetchall()]

    def letters_are_written_with_their_step(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_LETTERS)
            written = dict((key, (number, bool(delivered))) for key, number, delivered in cursor.fetchall())
        for case, dossier in zip(self.cases, self.ledger.cases, strict=True):
            assert written.get(case.pk, (0, False)) == (dossier.letters, dossier.is_delivered)

    def what_was_used_is_undone(self) -> None:
        """Everybody who used a record that ended or changed has a task until they say it is undone (S4.5.6)."""
        waiting = Counter(RecallTask.objects.waiting().values_list("restoration", flat=True))
        assert [waiting[case.pk] for case in self.cases] == [dossier.tasks for dossier in self.ledger.cases]

    def who_looked_is_known(self) -> None:
        """Twice: beside the case, and in the log nobody can change."""
        beside = Counter(ContactAccess.objects.values_list("case", flat=True))
        logged = Counter(
            AuditLog.objects.filter(action="case.reveal_contact", succeeded=True).values_list("object_key", flat=True)
        )
        opened = [dossier.opened for dossier in self.ledger.cases]
        assert [beside[case.pk] for case in self.cases] == opened, "the contact was opened and the case does not say so"
        assert [logged[str(case.pk)] for case in self.cases] == opened, (
            "the contact was opened and the log does not say so"
        )
