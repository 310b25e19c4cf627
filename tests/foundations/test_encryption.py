"""A stolen database holds nothing to read: a field opens in its own place only, with its own key."""

from __future__ import annotations

import base64
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.audit import encryption
from registry.audit.encryption import AES_256_GCM, SM4_GCM, KeyRing, Undecryptable

ID = "61240119900101001X"
PLACE = "registry_person:1:number"
OLD, NEW, OTHER = (
    f"{kid}:{base64.b64encode(fill * 32).decode()}" for kid, fill in [("k1", b"1"), ("k2", b"2"), ("k1", b"3")]
)
INDEX_KEY = "the secret of the indexes"


def ring(*keys: str, algorithm: str = AES_256_GCM, index_key: str = INDEX_KEY) -> KeyRing:
    return KeyRing(keys, index_key=index_key, algorithm=algorithm)


both_algorithms = pytest.mark.parametrize("algorithm", [AES_256_GCM, SM4_GCM])


@both_algorithms
@given(text=st.text())
def test_what_was_encrypted_is_read_again_in_its_place(algorithm, text):
    keys = ring(OLD, algorithm=algorithm)
    assert keys.decrypt(keys.encrypt(text, context=PLACE), context=PLACE) == text


@both_algorithms
def test_a_stored_value_says_its_algorithm_and_key_and_hides_its_text(algorithm):
    token = ring(OLD, algorithm=algorithm).encrypt(ID, context=PLACE)
    assert re.fullmatch(rf"{algorithm}\.k1:[A-Za-z0-9+/]{{62}}==", token)
    assert ID.encode() not in base64.b64decode(token.partition(":")[2])


def test_the_same_text_is_never_stored_alike_twice():
    keys = ring(OLD)
    assert len({keys.encrypt(ID, context=PLACE) for _ in range(100)}) == 100


@both_algorithms
@pytest.mark.parametrize(
    "elsewhere", ["registry_person:2:number", "registry_person:1:phone", "objections_applicant:1:number"]
)
def test_a_value_moved_to_another_place_does_not_open(algorithm, elsewhere):
    keys = ring(OLD, algorithm=algorithm)
    with pytest.raises(Undecryptable):
        keys.decrypt(keys.encrypt(ID, context=PLACE), context=elsewhere)


def test_another_key_under_the_same_name_does_not_open():
    token = ring(OLD).encrypt(ID, context=PLACE)
    with pytest.raises(Undecryptable):
        ring(OTHER).decrypt(token, context=PLACE)


def test_a_key_that_was_dropped_does_not_open():
    token = ring(OLD).encrypt(ID, context=PLACE)
    with pytest.raises(Undecryptable):
        ring(NEW).decrypt(token, context=PLACE)


def test_a_value_relabelled_with_another_algorithm_or_key_does_not_open():
    keys = ring(OLD, NEW)
    token = keys.encrypt(ID, context=PLACE)
    for relabelled in (token.replace("a1.", "s4.", 1), token.replace("k1:", "k2:", 1)):
        with pytest.raises(Undecryptable):
            keys.decrypt(relabelled, context=PLACE)


def test_the_name_of_the_key_is_authenticated_even_where_two_names_share_a_key():
    keys = ring(OLD, OLD.replace("k1:", "k2:"))
    with pytest.raises(Undecryptable):
        keys.decrypt(keys.encrypt(ID, context=PLACE).replace("k1:", "k2:"), context=PLACE)


def test_no_changed_byte_goes_unnoticed():
    keys = ring(OLD)
    header, _, sealed = keys.encrypt(ID, context=PLACE).partition(":")
    sealed = base64.b64decode(sealed)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Undecryptable):
            keys.decrypt(f"{header}:{base64.b64encode(changed).decode()}", context=PLACE)


@pytest.mark.parametrize(
    "token",
    ["", ID, "a1.k1", "a1.k1:", "a1.k1:AAAA", "a1.k1:!!!!", "a1.k1:密文", "a9.k1:AAAA", f"a1.{ID}:AAAA"],
)
def test_what_is_no_stored_value_is_refused_without_being_repeated(token):
    with pytest.raises(Undecryptable) as refusal:
        ring(OLD).decrypt(token, context=PLACE)
    assert ID not in str(refusal.value)


def test_a_refusal_tells_nothing_of_the_value():
    token = ring(OLD).encrypt(ID, context=PLACE)
    with pytest.raises(Undecryptable) as refusal:
        ring(OTHER).decrypt(token, context=PLACE)
    assert ID not in str(refusal.value) and token not in str(refusal.value)
    assert refusal.value.__cause__ is None and refusal.value.__suppress_context__


def test_a_value_without_a_place_is_refused():
    keys = ring(OLD)
    with pytest.raises(ValueError):
        keys.encrypt(ID, context="")


def test_values_of_the_old_key_are_read_and_rewritten_under_the_new_one():
    old, both, new = ring(OLD), ring(NEW, OLD), ring(NEW)
    stored = old.encrypt(ID, context=PLACE)
    assert both.decrypt(stored, context=PLACE) == ID
    assert both.needs_rotation(stored)
    rotated = both.rotate(stored, context=PLACE)
    assert not both.needs_rotation(rotated)
    assert new.decrypt(rotated, context=PLACE) == ID


def test_a_value_under_the_newest_key_is_left_as_it_is():
    keys = ring(NEW, OLD)
    stored = keys.encrypt(ID, context=PLACE)
    assert keys.rotate(stored, context=PLACE) == stored


def test_a_change_of_algorithm_is_a_rotation_too():
    stored = ring(OLD).encrypt(ID, context=PLACE)
    national = ring(OLD, algorithm=SM4_GCM)
    assert national.needs_rotation(stored)
    assert national.rotate(stored, context=PLACE).startswith("s4.k1:")


def test_a_value_is_not_rotated_into_another_place():
    stored = ring(OLD).encrypt(ID, context=PLACE)
    with pytest.raises(Undecryptable):
        ring(NEW, OLD).rotate(stored, context="registry_person:2:number")


@pytest.mark.parametrize(
    "written",
    [
        "61240119900101001x",
        "６１２４０１１９９００１０１００１Ｘ",
        "６１２４０１１９９００１０１００１ｘ",
        " 612401 19900101 001X ",
        "612401　19900101　001X",
        "612401-19900101-001X",
    ],
)
def test_one_number_written_in_many_ways_has_one_index(written):
    keys = ring(OLD)
    assert keys.blind_index(written, purpose="person.number") == keys.blind_index(ID, purpose="person.number")


def test_an_index_is_64_bits_and_does_not_show_the_number():
    index = ring(OLD).blind_index(ID, purpose="person.number")
    assert re.fullmatch(r"[0-9a-f]{16}", index)


def test_other_numbers_purposes_and_secrets_have_other_indexes():
    indexes = {
        ring(OLD).blind_index(ID, purpose="person.number"),
        ring(OLD).blind_index("612401199001010011", purpose="person.number"),
        ring(OLD).blind_index("612401900101001", purpose="person.number"),  # the 15 digits of old
        ring(OLD).blind_index(ID, purpose="applicant.number"),
        ring(OLD, index_key="another secret").blind_index(ID, purpose="person.number"),
    }
    assert len(indexes) == 5


def test_new_field_keys_leave_the_indexes_as_they_are():
    before, after = ring(OLD), ring(NEW, OLD)
    assert before.blind_index(ID, purpose="person.number") == after.blind_index(ID, purpose="person.number")


def test_a_key_ring_shows_the_names_of_its_keys_only():
    keys = ring(NEW, OLD)
    assert repr(keys) == str(keys) == "<KeyRing k2, k1>"


def test_a_key_ring_cannot_be_sent_to_a_queue():
    with pytest.raises(TypeError):
        pickle.dumps(ring(OLD))


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [""],
        ["k1"],
        [OLD, OLD],
        [OLD.removeprefix("k1:")],
        ["k 1:" + OLD.removeprefix("k1:")],
        ["k1:" + base64.b64encode(b"1" * 16).decode()],
        [OLD, "k2:" + base64.b64encode(b"2" * 33).decode()],
    ],
)
def test_wrong_keys_are_refused_without_being_shown(wrong):
    with pytest.raises(ValueError) as refusal:
        ring(*wrong)
    assert not any(len(key) > 10 and key[3:] in str(refusal.value) for key in wrong)


def test_an_unknown_algorithm_or_an_empty_index_key_is_refused():
    with pytest.raises(ValueError):
        ring(OLD, algorithm="des")
    with pytest.raises(ValueError):
        ring(OLD, index_key="")


def test_keys_in_the_alphabet_of_addresses_are_the_same_keys():
    key = base64.b64encode(b"\xff\xfe" * 16).decode()
    stored = ring(f"k1:{key}").encrypt(ID, context=PLACE)
    assert ring("k1:" + key.replace("+", "-").replace("/", "_")).decrypt(stored, context=PLACE) == ID


def test_the_ring_of_the_settings_is_the_one_in_use(settings):
    settings.FIELD_KEYS, settings.BLIND_INDEX_KEY, settings.FIELD_ALGORITHM = [OLD], INDEX_KEY, AES_256_GCM
    stored = encryption.encrypt(ID, context=PLACE)
    assert encryption.decrypt(stored, context=PLACE) == ID
    assert encryption.blind_index(ID, purpose="person.number") == ring(OLD).blind_index(ID, purpose="person.number")

    settings.FIELD_KEYS = [NEW, OLD]
    assert encryption.needs_rotation(stored)
    rotated = encryption.rotate(stored, context=PLACE)
    assert rotated.startswith("a1.k2:")
    assert encryption.decrypt(rotated, context=PLACE) == ID

    settings.FIELD_KEYS = [NEW]
    with pytest.raises(Undecryptable):
        encryption.decrypt(stored, context=PLACE)
