"""An uploaded file on its way in: its size, what it is, and that no scanner objects."""

from __future__ import annotations

import hashlib
import logging
import shutil
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from registry.papers import Refused, names, types
from registry.papers.scanner import Unavailable, scanner

logger = logging.getLogger(__name__)

MB = 1024 * 1024
INFECTED = "文件没有通过安全检查（发现病毒）"


@dataclass(frozen=True)
class Paper:
    """A file as it is kept; `sha256` is of what was sent."""

    name: str
    media_type: str
    content: bytes
    sha256: str


def examined(uploaded: UploadedFile) -> Paper:
    """The file, found clean; raises Refused, also where no scanner answers: staff can send it again."""
    fits(uploaded)
    content = uploaded.read()
    if scanned(content):
        raise Refused(f"{INFECTED}，不能上传")
    ending = names.ending_of(uploaded.name or "")
    kind, kept = types.settle(f"x.{ending}", content)
    return Paper(names.cleaned(uploaded.name or "", ending), kind.media_type, kept, hashlib.sha256(content).hexdigest())


def fits(uploaded: UploadedFile, *, later: str = "请稍后再上传") -> None:
    """Raises Refused for an empty file, one that is too large, and where the disk has no room left."""
    limit = settings.EVIDENCE["file_mb"]
    if uploaded.size == 0:
        raise Refused("文件是空的，请重新选择")
    if uploaded.size > limit * MB:
        raise Refused(f"单个文件不能超过{limit}MB，请压缩或分开后上传")
    root = settings.FILES_ROOT if settings.FILES_ROOT.exists() else settings.FILES_ROOT.parent
    free = shutil.disk_usage(root)
    if free.free < free.total * settings.EVIDENCE["disk_reserve"]:
        raise Refused(f"存储空间不足，暂时不能上传文件；{later}")


def scanned(content: bytes) -> str:
    """What the scanner found, '' for nothing; raises Refused where it does not answer."""
    try:
        return scanner().scan(content)
    except Unavailable:
        logger.error("病毒扫描服务没有应答")
        raise Refused("文件安全检查暂时没有应答，请稍后再上传") from None
