from __future__ import annotations

import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from ankang_credit import keys, production

pytestmark = pytest.mark.sqlite


def test_a_data_folder_keeps_its_keys(tmp_path):
    folder = tmp_path / "new" / "var"
    assert keys.of_folder(folder) == keys.of_folder(folder)
    assert keys.of_folder(tmp_path / "other") != keys.of_folder(folder)


def test_only_the_owner_may_read_them(tmp_path):
    keys.of_folder(tmp_path)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_starts_at_the_same_moment_end_up_with_the_same_keys(tmp_path):
    with ThreadPoolExecutor(8) as starts:
        made = list(starts.map(keys.of_folder, [tmp_path / "var"] * 8))
    assert len({json.dumps(each) for each in made}) == 1


def test_made_keys_are_good_enough_for_production():
    made = keys.new_keys()
    environment = {
        "SECRET_KEY": made["secret_key"],
        "FIELD_KEYS": ",".join(made["field_keys"]),
        "PROVINCE_KEY": made["province_key"],
    }
    complained = " ".join(production.problems(environment))
    assert not re.search(r"\b(SECRET_KEY|FIELD_KEYS|PROVINCE_KEY)\b", complained)


def test_new_field_keys_in_front_leave_the_blind_index_as_it_is():
    first, last = keys.new_keys()["field_keys"]
    newer = keys.new_keys()["field_keys"][0]
    assert keys.blind_index_key([newer, first, last]) == keys.blind_index_key([last])
    assert keys.blind_index_key([last, first]) != keys.blind_index_key([last])
