"""Uploads cannot bite (P28): what is hostile is refused or locked away, what is kept is harmless, and nobody else gets it.

BI-U02, BI-U03, BI-U05, BI-U06, BI-U08.
"""

from __future__ import annotations

import io
import socketserver
import struct
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from objections import receiving
from objections.models import Evidence, EvidencePurpose, EvidenceState
from objections.statuses import Procedure
from registry.papers import Refused, names, scanner, vault
from tests.factories import NOON
from tests.objections.files import DOCX, OFD, XLSX, package, pdf, picture
from tests.objections.hostile import CLEANED, FILES, INFECTED, REFUSED

pytestmark = pytest.mark.django_db

MARKS = (b"SHILI", b"<script", b"SERIAL", b"Exif", b"GPS")


@pytest.fixture
def draft(begun):
    found, _ = begun(Procedure.COMPLAINT, {}, [])
    return found


@pytest.fixture
def hand_in(draft):
    def send(name: str, content: bytes) -> Evidence:
        uploaded = SimpleUploadedFile("x", content() if callable(content) else content)
        uploaded._name = name  # Django's own setter would clean it first
        return receiving.receive(uploaded, purpose=EvidencePurpose.FACTS, at=NOON, draft=draft)

    return send


def files_below(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_there_are_forty_five_of_them():
    assert len(FILES) >= 45


@pytest.mark.parametrize("which", [name for name, (_, _, fate) in FILES.items() if fate == REFUSED])
def test_a_hostile_file_is_refused_with_a_way_out_and_leaves_nothing(which, hand_in, tmp_path):
    name, content, _ = FILES[which]
    with pytest.raises(Refused) as reason:
        hand_in(name, content)
    assert any(word in str(reason.value) for word in ("请", "不能")), reason.value
    assert not Evidence.objects.exists() and files_below(tmp_path) == []


@pytest.mark.parametrize("which", [name for name, (_, _, fate) in FILES.items() if fate == INFECTED])
def test_what_the_scanner_knows_is_locked_away(which, hand_in, tmp_path):
    name, content, _ = FILES[which]
    with pytest.raises(Refused, match="已隔离"):
        hand_in(name, content)
    kept = Evidence.objects.get()
    assert kept.state == EvidenceState.QUARANTINED and kept.verdict == "EICAR-Test-Signature"
    assert all(scanner.EICAR not in path.read_bytes() for path in files_below(tmp_path))


@pytest.mark.parametrize("which", [name for name, (_, _, fate) in FILES.items() if fate == CLEANED])
def test_a_picture_is_written_anew_and_nothing_hidden_survives(which, hand_in):
    name, content, _ = FILES[which]
    assert any(mark in content for mark in MARKS)
    kept = vault.take(hand_in(name, content))
    assert not any(mark in kept for mark in MARKS)
    shown = Image.open(io.BytesIO(kept))
    assert shown.size == (40, 30) and not shown.getexif() and not shown.info.get("comment")


HARMLESS = {
    "a.pdf": pdf("合同"),
    "b.PDF": pdf(trailer="/OpenAction[3 0 R /Fit]"),  # opens at a page: every word processor writes that
    "c.jpg": picture(),
    "d.jpeg": picture(),
    "e.png": picture("PNG"),
    "f.docx": package(DOCX),
    "g.xlsx": package({**XLSX, "xl/printerSettings/printerSettings1.bin": b"\0"}),
    "h.ofd": package(OFD),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_every_accepted_type_is_taken_sealed_and_given_back(name, hand_in, tmp_path):
    evidence = hand_in(name, HARMLESS[name])
    assert evidence.state == EvidenceState.CLEAN
    (stored,) = files_below(tmp_path)
    assert name not in str(stored) and HARMLESS[name][:20] not in stored.read_bytes()
    assert stored.name == evidence.uid.hex
    assert vault.take(evidence)[:4] == HARMLESS[name][:4]


def test_a_link_a_reader_clicks_may_stay_in_a_document(hand_in):
    link = (
        '<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'hyperlink" Target="http://www.example.com/" TargetMode="External"/></Relationships>'
    )
    assert hand_in("a.docx", package({**DOCX, "word/_rels/document.xml.rels": link})).pk


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../a.pdf", "a.pdf"),
        ("C:\\合同\\附件 1.pdf", "附件 1.pdf"),
        ("a.pdf\0.exe.pdf", "a.pdf"),
        ("\u202efdp.pdf", "fdp.pdf"),
        ("CON.pdf", "材料.pdf"),
        ('a"b.pdf', "a_b.pdf"),
        (".htaccess.pdf", "材料.pdf"),
        ("   .pdf", "材料.pdf"),
        ("长" * 300 + ".pdf", "长" * 80 + ".pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
    ],
)
def test_the_name_is_cleaned_and_has_one_ending(given, shown, hand_in):
    assert hand_in(given, pdf()).name == shown
    assert names.ending_of(given) == "pdf"


def test_sizes_and_quotas_have_limits_that_are_said(hand_in, settings):
    settings.EVIDENCE = settings.EVIDENCE | {"file_mb": 1, "total_mb": 2, "files": 3}
    with pytest.raises(Refused, match="单个文件不能超过1MB"):
        hand_in("a.pdf", pdf("x" * 1024 * 1024))
    for _ in range(2):
        hand_in("a.pdf", pdf("x" * 900 * 1024))
    with pytest.raises(Refused, match="合计不能超过2MB"):
        hand_in("a.pdf", pdf("x" * 900 * 1024))
    hand_in("a.pdf", pdf())
    with pytest.raises(Refused, match="最多上传3个"):
        hand_in("a.pdf", pdf())


def test_a_full_disk_takes_no_more_files_but_the_filing_goes_on(hand_in, settings):
    settings.EVIDENCE = settings.EVIDENCE | {"disk_reserve": 1.1}
    with pytest.raises(Refused, match="稍后凭编号和查询码补充"):
        hand_in("a.pdf", pdf())


class Clamd(socketserver.BaseRequestHandler):
    """Enough of a ClamAV daemon: reads one INSTREAM, answers."""

    def handle(self) -> None:
        line = self.request.makefile("rb")
        assert line.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", line.read(4))[0]:
            content += line.read(size)
        found = scanner.EICAR in content
        self.request.sendall(b"stream: Eicar-Signature FOUND\0" if found else b"stream: OK\0")


@pytest.fixture
def clamd(settings):
    with socketserver.TCPServer(("127.0.0.1", 0), Clamd) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.SCANNER_URL = f"clamd://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()
        thread.join()


def test_a_scanner_of_the_settings_is_asked(clamd, hand_in):
    assert hand_in("a.pdf", pdf("x" * 400_000)).state == EvidenceState.CLEAN
    with pytest.raises(Refused, match="已隔离"):
        hand_in("a.pdf", pdf(objects="@@").replace(b"@@", scanner.EICAR))
    assert Evidence.objects.get(state=EvidenceState.QUARANTINED).verdict == "Eicar-Signature"


def test_with_the_scanner_down_a_file_waits_and_is_looked_at_later(hand_in, settings):
    """BI-U08: never silently passed."""
    settings.SCANNER_URL = "clamd://127.0.0.1:9"
    waiting = hand_in("a.pdf", pdf())
    assert waiting.state == EvidenceState.WAITING
    assert receiving.scan_waiting(at=NOON) == 0
    settings.SCANNER_URL = ""
    assert receiving.scan_waiting(at=NOON) == 1
    waiting.refresh_from_db()
    assert waiting.state == EvidenceState.CLEAN


def test_what_was_never_sent_is_forgotten_with_its_files(hand_in, draft, tmp_path):
    hand_in("a.pdf", pdf())
    assert receiving.clear_drafts(before=NOON + timedelta(hours=23), keep_for=timedelta(hours=24)) == 0
    assert receiving.clear_drafts(before=NOON + timedelta(hours=25), keep_for=timedelta(hours=24)) > 0
    assert not Evidence.objects.exists() and files_below(tmp_path) == []
