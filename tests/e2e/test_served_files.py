"""Whatever lies in the vault does nothing in the browser of who handles the case (P28): it is saved, never shown.

Every hostile file is put there as it is, as if no guard had looked at it, under the type that would hurt most.
"""

from __future__ import annotations

import mimetypes

import pytest
from django.conf import settings as site
from django.urls import reverse
from playwright.sync_api import Error

from objections.models import Evidence, EvidencePurpose, EvidenceState
from registry.papers import names, vault
from tests.factories import NOON, TODAY
from tests.objections.conftest import (  # noqa: F401  # fixtures
    begun,
    credit_office,
    filed,
    files_of_their_own,
    objected,
    office,
)
from tests.objections.hostile import FILES

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shelved(objected, settings):  # noqa: F811
    """The forty-five in one case, each with its media type as a careless server would guess it."""
    settings.CREDIT_TODAY = TODAY
    case = objected()
    kept = {}
    for which, (name, content, _) in FILES.items():
        raw = content() if callable(content) else content
        guessed = mimetypes.guess_type(name)[0] or "text/html"
        kept[which] = Evidence(
            case=case, purpose=EvidencePurpose.FACTS, name=names.cleaned(name, "html"), media_type=guessed,
            size=len(raw), sha256="0" * 64, state=EvidenceState.CLEAN, received_at=NOON,
        )  # fmt: skip
        vault.keep(kept[which], raw)
        kept[which].save()
    return kept


def test_hostile_files_are_saved_and_none_is_shown_or_runs(shelved, office, live_server, complaints, enter):  # noqa: F811
    page = enter(office)
    for which, evidence in shelved.items():
        address = live_server.url + reverse("admin:objections_case_evidence", args=[evidence.case_id, evidence.uid])
        with page.expect_download() as saved, pytest.raises(Error, match="Download is starting"):
            page.goto(address)
        assert saved.value.failure() is None, which
        assert page.url == "about:blank", f"{which} was shown"
    assert len(page.context.pages) == 1 and complaints == []


@pytest.fixture
def enter(visit, live_server, client):
    """A window that is logged in as that person."""

    def open_window(user):
        client.force_login(user)
        page = visit()
        session = client.cookies[site.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": site.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return page

    return open_window
