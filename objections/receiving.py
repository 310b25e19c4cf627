"""The whole way of one upload: size, quota, type, structure, scanner, shelf."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum

from objections.models import Case, Evidence, EvidenceState, FilingDraft
from registry.papers import Refused, examining, names, types, vault
from registry.papers.scanner import Unavailable, scanner

logger = logging.getLogger(__name__)


def receive(
    uploaded: UploadedFile,
    *,
    purpose: str,
    at: datetime,
    draft: FilingDraft | None = None,
    case: Case | None = None,
) -> Evidence:
    """Take a file in; raises Refused. A file no scanner has seen waits, and nobody opens it meanwhile."""
    _has_room(uploaded, draft, case)
    content = uploaded.read()
    ending = names.ending_of(uploaded.name or "")
    evidence = Evidence(
        draft=draft,
        case=case,
        purpose=purpose,
        name=names.cleaned(uploaded.name or "", ending or "bin"),
        sha256=hashlib.sha256(content).hexdigest(),
        received_at=at,
    )
    found, verdict = _scanned(content)
    if found is EvidenceState.QUARANTINED:
        # Kept for whoever has to look into it, and shown to nobody.
        _shelve(evidence, content, "application/octet-stream", found, verdict)
        raise Refused(f"{examining.INFECTED}，已隔离")
    kind, kept = types.settle(f"x.{ending}", content)
    _shelve(evidence, kept, kind.media_type, found, verdict)
    return evidence


def give_back(evidence: Evidence) -> None:
    """Take a file out again that came with something that was refused."""
    evidence.delete()
    vault.destroy(evidence)


def _shelve(evidence: Evidence, content: bytes, media_type: str, state: EvidenceState, verdict: str) -> None:
    evidence.size, evidence.media_type, evidence.state, evidence.verdict = len(content), media_type, state, verdict
    vault.keep(evidence, content)
    try:
        evidence.save()
    except Exception:
        vault.destroy(evidence)
        raise


def _scanned(content: bytes) -> tuple[EvidenceState, str]:
    try:
        found = scanner().scan(content)
    except Unavailable:
        logger.error("病毒扫描服务没有应答，文件留待查杀")
        return EvidenceState.WAITING, ""
    return (EvidenceState.QUARANTINED, found[:200]) if found else (EvidenceState.CLEAN, "")


def _has_room(uploaded: UploadedFile, draft: FilingDraft | None, case: Case | None) -> None:
    examining.fits(uploaded, later="您可以先提交，稍后凭编号和查询码补充材料")
    limits = settings.EVIDENCE
    held = Evidence.objects.filter(draft=draft, case=case)
    if held.count() >= limits["files"]:
        raise Refused(f"一件最多上传{limits['files']}个文件")
    total = held.aggregate(total=Sum("size"))["total"] or 0
    if total + uploaded.size > limits["total_mb"] * examining.MB:
        raise Refused(f"一件的文件合计不能超过{limits['total_mb']}MB")


def scan_waiting(*, at: datetime, most: int = 50) -> int:
    """Ask the scanner about files that came while it was away; returns how many were settled."""
    settled = 0
    for evidence in Evidence.objects.filter(state=EvidenceState.WAITING).order_by("pk")[:most]:
        state, verdict = _scanned(vault.take(evidence))
        if state is EvidenceState.WAITING:
            break
        evidence.state, evidence.verdict = state, verdict
        evidence.save(update_fields=["state", "verdict"])
        settled += 1
    return settled


def clear_drafts(*, before: datetime, keep_for: timedelta) -> int:
    """Forget what was begun and never submitted, with its files; returns how many drafts went."""
    old = FilingDraft.objects.filter(started_at__lt=before - keep_for)
    for evidence in Evidence.objects.filter(draft__in=old, case=None):
        vault.destroy(evidence)
    count, _ = old.delete()
    return count
