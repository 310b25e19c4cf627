"""A member of staff at the page of a case: takes a step with the small form the page offers for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from objections.models import Case
from objections.statuses import CaseAction
from registry.directory.staff import User
from tests.admin.pages import forms


@dataclass
class Desk:
    """One person's browser at the staff door."""

    client: Client

    @classmethod
    def of(cls, user: User) -> Desk:
        client = Client()
        client.force_login(user)
        return cls(client)

    def open(self, case: Case) -> HttpResponse:
        return self.client.get(reverse("admin:objections_case_change", args=[case.pk]))

    def offered(self, case: Case) -> set[str]:
        """The steps the page offers."""
        names = {name for form in forms(self.open(case)) for name in form.names}
        return {action.value for action in CaseAction if f"{action.value}-action" in names}

    def take(self, case: Case, action: CaseAction, *, page: HttpResponse | None = None, **values: Any) -> HttpResponse:
        """Press the button of that step on the page (one seen earlier, if given); follow on."""
        page = page or self.open(case)
        name = f"{action.value}-action"
        form = next(form for form in forms(page) if name in form.names)
        said = {f"{action.value}-{field}": value for field, value in values.items()}
        answer = self.client.post(form.action, form.values | said, follow=True)
        case.refresh_from_db()
        return answer

    def force(self, case: Case, action: CaseAction, **values: Any) -> HttpResponse:
        """Send the step whether or not the page offers it."""
        said = {f"{action.value}-{field}": value for field, value in values.items()}
        posted = {f"{action.value}-action": action.value, f"{action.value}-expecting": case.seq, **said}
        return self.client.post(reverse("admin:objections_case_act", args=[case.pk]), posted)
