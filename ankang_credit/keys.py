"""Keys of a data folder: made once, for the demo and for tests. Production brings its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict


class Keys(TypedDict):
    secret_key: str
    field_keys: list[str]  # "id:base64 of 32 bytes"
    province_key: str


def of_folder(folder: Path) -> Keys:
    """The keys of this data folder, readable by its owner only; made if there are none yet."""
    file = folder / "keys.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_unless_there(file, new_keys())
    return json.loads(file.read_text())


def new_keys() -> Keys:
    return Keys(
        secret_key=secrets.token_urlsafe(64),
        field_keys=[f"k1:{_random_key()}", f"index:{_random_key()}"],
        province_key=secrets.token_urlsafe(48),
    )


def blind_index_key(field_keys: Sequence[str]) -> str:
    """The secret of the blind indexes, from the last field key.

    So the last key stays last, and stays, while new keys come in front and old ones between are dropped;
    otherwise every stored index has to be written anew.
    """
    return hmac.new(field_keys[-1].encode(), b"blind index", hashlib.sha256).hexdigest()


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write_unless_there(file: Path, keys: Keys) -> None:
    # Several processes may start on a new folder together, and all must end up with the same keys:
    # a link, unlike a rename, refuses to replace what another has put there.
    descriptor, name = tempfile.mkstemp(dir=file.parent)  # 0600 from the start
    try:
        with os.fdopen(descriptor, "w") as fresh:
            json.dump(keys, fresh, indent=1)
        os.link(name, file)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
