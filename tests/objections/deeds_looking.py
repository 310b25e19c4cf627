"""Somebody looks a case up, with the code or without it; an officer opens who filed it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from hypothesis import strategies as st

from objections import codes, contacts, tracking
from objections.pages.track import track
from objections.statuses import CaseStatus
from tests.objections.deeds import TEXT, Deeds, deed, places


class Looking(Deeds):
    """What is read of a case."""

    @deed(1, lambda self: self.cases, place=places)
    def the_applicant_looks_it_up(self, place: int) -> None:
        which = place % len(self.cases)
        case, dossier = self.cases[which], self.ledger.cases[which]
        code = codes.grouped(codes.code_of(self.drafts[which][1]))
        asked = RequestFactory().post("/track/", {"number": case.number, "code": code})
        asked._dont_enforce_csrf_checks = True
        page = track(asked)
        shown = page.content.decode()
        assert page.status_code == 200 and CaseStatus(dossier.status).label in shown
        due = self.ledger.due(dossier)
        assert due is None or str(due) in shown, "the page does not say by when"

    @deed(
        2,
        lambda self: self.cases and self.guesses < 8,
        place=places,
        how=st.sampled_from(["at random", "its beginning", "its end", "of another case"]),
    )
    def somebody_guesses(self, place: int, how: str) -> None:
        """Nearly right is wrong: every place of the code counts."""
        self.guesses += 1
        which = place % len(self.cases)
        code = codes.code_of(self.drafts[which][1])
        other = codes.ALPHABET[(codes.ALPHABET.index(code[-1]) + 1 + place % 31) % 32]
        guessed = {
            "at random": codes.code_of(f"guess {place}"),
            "its beginning": code[:-1] + other,
            "its end": other.join(("", code[1:])),
            "of another case": codes.code_of(self.drafts[which - 1][1]),
        }[how]
        if guessed == code:
            return
        with self._nothing_changed_if_refused() as tried:
            tried.call(
                lambda: tracking.open_case(self.cases[which].number, guessed, address="127.0.0.9"), tracking.NotFound
            )
        assert not tried.taken, f"guessed {how}"

    @deed(2, lambda self: self.cases, place=places, who=st.sampled_from(["office", "officer", "clerk", "stranger"]))
    def the_contact_is_opened(self, place: int, who: str) -> None:
        """Only by those who handle the case, and never without a trace (S3.7.3)."""
        which = place % len(self.cases)
        dossier = self.ledger.cases[which]
        with self._nothing_changed_if_refused() as tried:
            tried.call(
                lambda: contacts.reveal(self.cases[which], by=self.town.people[who], at=self.now, reason=TEXT),
                PermissionDenied,
            )
        assert tried.taken == self.ledger.may_open(dossier, who), (who, tried.why)
        dossier.opened += tried.taken
