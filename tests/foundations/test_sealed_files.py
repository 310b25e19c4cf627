"""A sealed file opens in its own place, whole and unchanged, or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.audit import sealed_files
from registry.audit.encryption import Undecryptable

pytestmark = pytest.mark.sqlite

HERE = "registry_importbatch:7:file"


def sealed(*parts: bytes, context: str = HERE) -> bytes:
    target = io.BytesIO()
    sealed_files.seal(parts, target, context=context)
    return target.getvalue()


def opened(content: bytes, context: str = HERE) -> bytes:
    return b"".join(sealed_files.unseal(io.BytesIO(content), context=context))


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(sealed_files, "PIECE", 16)


@given(parts=st.lists(st.binary(max_size=40), max_size=6))
@settings(deadline=None)
def test_what_was_sealed_comes_back_however_it_was_cut(parts):
    assert opened(sealed(*parts)) == b"".join(parts)


def test_nothing_of_the_content_shows():
    assert b"610902190001050014" not in sealed(b"610902190001050014" * 4)


def test_it_does_not_open_for_another_row():
    with pytest.raises(Undecryptable):
        opened(sealed(b"x" * 40), context="registry_importbatch:8:file")


def pieces_of(content: bytes) -> list[bytes]:
    found = []
    while content:
        of_header, of_sealed = sealed_files._FRAME.unpack(content[:5])
        end = 5 + of_header + of_sealed
        found.append(content[:end])
        content = content[end:]
    return found


@pytest.mark.parametrize("spoil", [
    lambda pieces: [],
    lambda pieces: pieces[:-1],
    lambda pieces: pieces[1:],
    lambda pieces: [pieces[1], pieces[0], *pieces[2:]],
    lambda pieces: [*pieces, pieces[-1]],
    lambda pieces: [*pieces[:-1], pieces[-1][:-1]],
    lambda pieces: [*pieces[:-1], pieces[-1][:-1] + bytes([pieces[-1][-1] ^ 1])],
    lambda pieces: [pieces[0][:3]],
    lambda pieces: [b"\xff" * 200],
])  # fmt: skip
def test_a_piece_moved_left_out_doubled_cut_or_changed_is_noticed(spoil):
    pieces = pieces_of(sealed(b"abcdefgh" * 5))
    assert len(pieces) == 3
    with pytest.raises(Undecryptable):
        opened(b"".join(spoil(pieces)))
