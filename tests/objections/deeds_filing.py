"""People file, in one of the three ways, and send the same form again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from objections import codes
from objections.filing import drafts, submitting
from objections.filing.admission import NotAdmitted
from objections.models import Case, Evidence, EvidencePurpose, EvidenceState, FilingDraft
from objections.statuses import Procedure
from tests.factories import NOON
from tests.objections import answers as said_on_the_form
from tests.objections.deeds import Deeds, deed, places
from tests.objections.ledger import C, Dossier, Entry, O, R


class Filing(Deeds):
    """What applicants begin."""

    @deed(
        4,
        lambda self: self.has_room,
        place=st.sampled_from([0, 0, 0, 1, 2, 3, 4]),
        ground=st.sampled_from(["facts", "missing"]),
        insists=st.sampled_from([False, False, False, True]),
    )
    def an_objection_is_filed(self, place: int, ground: str, insists: bool) -> None:
        made = self._where_it_may(place, insists, lambda entry: self._new(O, entry, ground=ground))
        self._file(made, {"ground": ground, "field_name": ""})

    @deed(
        3,
        lambda self: self.has_room,
        place=st.sampled_from([0, 0, 0, 1, 1, 1, 2, 3, 4]),
        way=st.sampled_from(["correction", "correction", "service"]),
        has_proof=st.sampled_from([True, True, False]),
        insists=st.sampled_from([False, True]),
    )
    def a_repair_is_asked_for(self, place: int, way: str, has_proof: bool, insists: bool) -> None:
        made = self._where_it_may(place, insists, lambda entry: self._new(R, entry, way=way, has_proof=has_proof))
        self._file(made, {"way": way, "corrected_on": "2025-06-01" if way == "correction" else ""})

    @deed(2, lambda self: self.has_room, about=st.sampled_from([None, 0]), accuses=st.booleans())
    def somebody_complains(self, about: int | None, accuses: bool) -> None:
        entry = None if about is None else self.ledger.entries[about]
        code = {"accused_code": self.town.other.uscc} if accuses else {}
        self._file(self._new(C, entry, accuses_the_other=accuses), code)

    def _where_it_may(self, place: int, insists: bool, new: Callable[[Entry], Dossier]) -> Dossier:
        """About that entry; unless somebody insists, about another where that one is not open to it."""
        entries = self.ledger.entries
        made = [new(entry) for entry in (*entries[place:], *entries[:place])]
        may = [] if insists else [each for each in made if self.ledger.may_file(each)]
        return (may or made)[0]

    def _new(self, procedure: Procedure, entry: Entry | None, **more: Any) -> Dossier:
        status = "filed" if procedure is C else "submitted"
        return Dossier(procedure, status, entry, self.ledger.today, **more)

    def _file(self, made: Dossier, changes: dict[str, str]) -> None:
        record = self.town.records[made.entry.name] if made.entry else None
        answers, papers = said_on_the_form.of(made.procedure, record, **changes)
        key = drafts.begin(made.procedure, at=self.now, answers=answers)
        draft = FilingDraft.objects.get(pk=codes.digest(key))
        handed_in = [each for each in papers if made.has_proof or each != EvidencePurpose.EFFECT]
        Evidence.objects.bulk_create(_paper(draft, purpose) for purpose in handed_in)
        with self._nothing_changed_if_refused() as tried:
            tried.call(lambda: submitting.submit(draft, key, at=self.now), NotAdmitted)
        assert tried.taken == self.ledger.may_file(made), (made, tried.why)
        if tried.taken:
            self._keep(self.ledger.file(made), tried.answer, draft, key)

    def _keep(self, dossier: Dossier, case: Case, draft: FilingDraft, key: str) -> None:
        assert case.number not in self.numbers, "a number was given twice"
        self.numbers.add(case.number)
        self.cases.append(case)
        self.drafts.append((draft, key))

    @deed(1, lambda self: self.cases, place=places)
    def the_same_form_arrives_twenty_times(self, place: int) -> None:
        """P51: one case, twenty equal answers."""
        self.is_checked = False
        which = place % len(self.cases)
        draft, key = self.drafts[which]
        seen = {submitting.submit(draft, key, at=self.now).number for _ in range(20)}
        assert seen == {self.cases[which].number}


def _paper(draft: FilingDraft, purpose: str) -> Evidence:
    return Evidence(
        draft=draft, purpose=purpose, name="证明.pdf", media_type="application/pdf", size=1, sha256="0" * 64,
        state=EvidenceState.CLEAN, received_at=NOON,
    )  # fmt: skip
