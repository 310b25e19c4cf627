"""Photographs, decoded and written anew: place, time, camera and whatever else was hidden in them stay behind."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from registry.papers import Refused

MOST_PIXELS = 50_000_000
QUALITY = 85
_BROKEN = "图片无法打开，文件可能不完整；请重新拍照或另存后上传"


def settle_jpeg(content: bytes) -> bytes:
    return _anew(content, "JPEG", quality=QUALITY)


def settle_png(content: bytes) -> bytes:
    return _anew(content, "PNG")


def _anew(content: bytes, form: str, **options: int) -> bytes:
    picture = _decoded(content, form)
    # Turned as the camera meant it first: that is written in the metadata, which go.
    bare = ImageOps.exif_transpose(picture).convert("RGB" if form == "JPEG" else _mode(picture))
    out = io.BytesIO()
    clean = Image.new(bare.mode, bare.size)
    clean.paste(bare)
    clean.save(out, form, **options)
    return out.getvalue()


def _mode(picture: Image.Image) -> str:
    return "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"


def _decoded(content: bytes, form: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata, which are dropped
            picture = Image.open(io.BytesIO(content), formats=[form])
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(f"图片太大（超过{MOST_PIXELS // 10_000}万像素），请缩小后上传")
            picture.load()
    except Refused:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, MemoryError):
        raise Refused(_BROKEN) from None
    return picture
