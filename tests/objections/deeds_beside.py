"""What happens beside the cases: on the record's own page, at the organiser's, at whoever used it, in the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings as site
from hypothesis import strategies as st

from objections import reckoning, restoring, service
from objections.filing import submitting
from objections.models import RecallTask, ServiceHours, ServiceProgramme, StepRule
from registry.models import CalendarDay, Record
from registry.records import drafting, expiry
from registry.records import workflow as records
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests.objections.deeds import Deeds, deed
from tests.objections.ledger import O


class Beside(Deeds):
    """What cases have to cope with."""

    @deed(3, lambda self: self.cases, place=st.sampled_from([0, 0, 0, 1, 2, 3, 4]), what=st.sampled_from(["propose", "propose", "accept", "accept", "withdraw"]),
          who=st.sampled_from(["clerk", "author", "officer"]), seldom=st.integers(0, 2))  # fmt: skip
    def the_record_itself_is_worked_on(self, place: int, what: str, who: str, seldom: int) -> None:
        self.is_checked = False
        entry = self.ledger.entries[place]
        record = self.town.records[entry.name]
        if what == "propose" and entry.is_live and not entry.corrected_by:
            contents = {"content": f"更正后的内容第{entry.edition}版"}
            drafting.propose_correction(
                Record.objects.get(pk=record.pk), contents, reason="笔误", by=self.town.people[who], at=self.now,
                today=self.ledger.today, door=Door.FORM,
            )  # fmt: skip
            entry.corrected_by = who
        elif what == "accept" and entry.is_live and entry.corrected_by:
            another = self.town.people["second" if entry.corrected_by == "officer" else "officer"]
            records.move(Record.objects.get(pk=record.pk), Action.CORRECT, by=another, at=self.now)
            self.ledger.correct(entry)
            entry.last_day = Record.objects.values_list("public_until", flat=True).get(pk=record.pk)
        elif what == "withdraw" and entry.is_live and not seldom:
            why = "决定已被撤销"
            records.move(
                Record.objects.get(pk=record.pk),
                Action.WITHDRAW,
                by=self.town.people["reviewer"],
                at=self.now,
                reason=why,
            )
            self.ledger.end(entry, "withdrawn")

    @deed(
        2,
        lambda self: any(case.way == "service" and not case.is_over for case in self.ledger.cases),
        hours=st.sampled_from([8, 12]),
    )
    def hours_are_claimed_and_confirmed(self, hours: int) -> None:
        self.is_checked = False
        which = next(n for n, case in enumerate(self.ledger.cases) if case.way == "service" and not case.is_over)
        case = self.cases[which]
        programme, _ = ServiceProgramme.objects.get_or_create(
            organisation=self.town.people["organiser"].organisation, title="社区服务", approved_from=date(2025, 1, 5)
        )
        day = date(2025, 4, 1) + timedelta(days=ServiceHours.objects.count())
        submitting.claim_hours(case, [[str(programme.pk), day.isoformat(), str(hours)]])
        service.confirm(ServiceHours.objects.latest("pk"), by=self.town.people["organiser"], at=self.now)
        self.ledger.cases[which].hours += hours

    @deed(
        2,
        lambda self: any(case.tasks for case in self.ledger.cases),
    )
    def somebody_undoes_what_they_did(self) -> None:
        """The body for itself, the office for the platform."""
        self.is_checked = False
        which = next(n for n, case in enumerate(self.ledger.cases) if case.tasks)
        task = RecallTask.objects.waiting().filter(restoration=self.cases[which].pk).order_by("pk").first()
        by = "stranger" if task.organisation_id else "office"
        restoring.confirm(task, by=self.town.people[by], at=self.now, undone="已解除限制措施")
        self.ledger.cases[which].tasks -= 1

    @deed(2, lambda self: self.cases, days=st.sampled_from([1, 1, 2, 3, 6, 13]), is_night_run=st.booleans())
    def days_pass(self, days: int, is_night_run: bool) -> None:
        self.is_checked = False
        self.ledger.today += timedelta(days=days)
        site.CREDIT_TODAY = self.ledger.today
        if is_night_run:
            expiry.expire(on=self.ledger.today, at=self.now)
            for entry in self.ledger.entries:
                if entry.is_live and not entry.is_in_term(self.ledger.today):
                    self.ledger.end(entry, "expired")

    @deed(2, lambda self: self.cases, ahead=st.integers(1, 20))
    def the_calendar_is_changed(self, ahead: int) -> None:
        """A working day becomes a holiday, or a day off is worked; running limits move that way and no other."""
        self.is_checked = False
        day = self.ledger.today + timedelta(days=ahead)
        is_worked = not self.ledger.is_worked(day)
        CalendarDay.objects.update_or_create(
            day=day, defaults={"is_workday": is_worked, "name": "试例", "source": "试例通知"}
        )
        self.calendar_moved = True
        before = [self.ledger.due(case) for case in self.ledger.cases]
        self.ledger.days[day] = is_worked
        reckoning.reckon_running(at=self.now)
        for case, due in zip(self.ledger.cases, before, strict=True):
            now = self.ledger.due(case)
            if now != due:
                assert (now > due) != is_worked, "a holiday made a limit shorter"
                case.acts.append(("reckon", self.ledger.today))

    @deed(
        1,
        lambda self: self.cases and self.ledger.shorter_from is None,
    )
    def shorter_limits_are_announced_for_tomorrow(self) -> None:
        """What is filed from then on goes by them; what runs keeps the rules of its day of filing."""
        self.is_checked = False
        self.ledger.shorter_from = self.ledger.today + timedelta(days=1)
        StepRule.objects.create(
            rule_id="AK-O-ACCEPT-SHORT", regime="试例规则", procedure=O, step="accept", limit=1, unit="workday",
            counts_from="file", actor="信用办", effective_from=self.ledger.shorter_from, legal_basis="试例",
        )  # fmt: skip
        reckoning.reckon_running(at=self.now)
