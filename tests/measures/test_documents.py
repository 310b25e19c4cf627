"""The paper by which a measure was carried out: handed in with the answer, kept sealed, archived by its digest (五)."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from measures import archiving
from measures.models import MeasureApplication, MeasureArchive, MeasureDocument
from registry.directory.staff import Role
from registry.models import AuditLog
from registry.papers import Refused
from registry.papers.examining import examined
from tests import factories
from tests.admin.pages import text
from tests.factories import TODAY
from tests.measures.conftest import people
from tests.objections.files import pdf, picture
from tests.objections.hostile import CLEANED, FILES

DONE = {
    "act": "execute",
    "execute-what": "从严审核",
    "execute-executed_on": TODAY.isoformat(),
    "execute-document": "函9001号",
}


@pytest.fixture
def measure(bureau, listing, entry) -> MeasureApplication:
    listing(bureau, "P04")
    entry()
    return MeasureApplication.objects.get()


@pytest.fixture
def desk(bureau) -> Client:
    client = Client()
    client.force_login(people(bureau)[1])
    return client


def page_of(measure: MeasureApplication) -> str:
    return reverse("admin:measures_measureapplication_change", args=[measure.pk])


def paper(content: bytes, name: str = "通知书.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.django_db
def test_it_is_kept_sealed_served_to_its_body_and_stands_in_the_archive(measure, desk):
    sent = pdf("执行通知")
    shown = text(desk.get(page_of(measure)))
    assert "文书附件" in shown and "加密保存" in shown
    assert desk.post(page_of(measure), DONE | {"execute-paper": paper(sent)}).status_code == 302
    (row,) = MeasureDocument.objects.all()
    with default_storage.open(row.path) as stored:
        assert b"%PDF" not in stored.read(), "nothing of it lies open"
    item = MeasureArchive.objects.get()
    assert item.data["documents"] == [{"name": "通知书.pdf", "sha256": hashlib.sha256(sent).hexdigest()}]
    assert not list(archiving.broken())
    filed = text(desk.get(reverse("admin:measures_measurearchive_change", args=[item.pk])))
    assert "通知书.pdf" in filed and row.sha256 in filed
    address = reverse("admin:measures_measureapplication_document", args=[measure.pk, row.uid])
    assert address in desk.get(page_of(measure)).content.decode()
    answer = desk.get(address)
    assert answer.content == sent and answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"] and "sandbox" in answer["Content-Security-Policy"]
    assert AuditLog.objects.filter(action="measure.document").count() == 1
    stranger = Client()
    stranger.force_login(factories.UserFactory(role=Role.REVIEWER))
    assert stranger.get(address).status_code == 404 and Client().get(address).status_code == 302


@pytest.mark.django_db
def test_what_was_reported_without_it_is_completed_with_it(measure, desk):
    assert desk.post(page_of(measure), DONE | {"execute-document": ""}).status_code == 302
    said = {"act": "complete", "complete-document": "函9002号", "complete-paper": paper(picture(), "照片.jpg")}
    assert desk.post(page_of(measure), said).status_code == 302
    assert [one["name"] for one in MeasureArchive.objects.get().data["documents"]] == ["照片.jpg"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("通知书.exe", b"MZ", "不接受"),
        ("通知书.pdf", b"", "空"),
        ("通知书.pdf", b"MZ" + b"0" * 100, "内容不是PDF"),
        ("通知书.pdf", b"%PDF-" + b"0" * (11 * 1024 * 1024), "不能超过10MB"),
    ],
)
def test_what_is_no_document_is_refused_and_nothing_is_said_to_be_done(name, content, why, measure, desk):
    answer = desk.post(page_of(measure), DONE | {"execute-paper": paper(content, name)})
    assert answer.status_code == 400 and why in text(answer), text(answer)[:300]
    measure.refresh_from_db()
    assert measure.state == "triggered" and not MeasureDocument.objects.exists() and not MeasureArchive.objects.exists()


@pytest.mark.django_db
def test_without_an_answer_of_the_scanner_it_is_to_be_sent_again(measure, desk, settings):
    settings.SCANNER_URL = "clamd://127.0.0.1:1"
    answer = desk.post(page_of(measure), DONE | {"execute-paper": paper(pdf())})
    assert answer.status_code == 400 and "稍后再上传" in text(answer)
    assert not MeasureDocument.objects.exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("which", FILES)
def test_hostile_files_are_refused_or_cleaned_here_as_at_the_public_door(which):
    name, content, fate = FILES[which]
    made = content() if callable(content) else content
    if fate != CLEANED:
        with pytest.raises(Refused):
            examined(paper(made, name))
        return
    kept = examined(paper(made, name))
    assert b"<script" not in kept.content and b"GPS" not in kept.content and kept.content != made
