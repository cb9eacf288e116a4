"""Keys: what is locked opens only with the right key, in the right place; nothing readable is left on disk."""

import json
import os
import stat
import time

import pytest

from workflow.vault import Vault, VaultError, mask_id, mask_phone, new_salt, salted_digest

ID_NUMBER = "999185012345"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


def test_what_is_locked_opens_again_after_the_keys_are_read_from_the_file(path):
    sealed = Vault.create(path).encrypt(ID_NUMBER, b"unit/subject/id")

    assert Vault.open(path).decrypt(sealed, b"unit/subject/id") == ID_NUMBER


def test_the_key_file_is_for_its_owner_only_and_is_never_overwritten(path):
    Vault.create(path)
    before = path.read_bytes()

    with pytest.raises(VaultError, match="Đã có tệp khóa"):
        Vault.create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_key_file_that_others_may_read_is_refused(path):
    Vault.create(path)
    path.chmod(0o640)

    with pytest.raises(VaultError, match="chmod 600"):
        Vault.open(path)


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "null", '{"keys": [], "current": "", "index": ""}', "không phải json", '{"keys": {"zz": "a"}}'],
)
def test_a_damaged_key_file_is_a_sentence(path, content):
    path.write_text(content, "utf-8")
    path.chmod(0o600)

    with pytest.raises(VaultError, match="khôi phục tệp khóa"):
        Vault.open(path)


def test_short_or_missing_keys_are_refused(path):
    Vault.create(path)
    stored = json.loads(path.read_text())
    for broken in ({**stored, "index": "AAAA"}, {**stored, "current": "00000000"}):
        path.write_text(json.dumps(broken))
        with pytest.raises(VaultError, match="Tệp khóa không hợp lệ"):
            Vault.open(path)


def test_a_missing_key_file_and_a_folder_that_cannot_be_written_are_sentences(tmp_path):
    with pytest.raises(VaultError, match="tungnha init"):
        Vault.open(tmp_path / "none.json")
    with pytest.raises(VaultError, match="Không ghi được"):
        Vault.create(tmp_path / "no folder" / "keys.json")


def test_keys_may_come_from_the_environment(path):
    sealed = Vault.create(path).encrypt(ID_NUMBER, b"")

    vault = Vault.from_environment({"TUNGNHA_VAULT": path.read_text()})

    assert vault is not None
    assert vault.decrypt(sealed, b"") == ID_NUMBER
    assert Vault.from_environment({}) is None


def test_the_same_text_is_never_locked_the_same_way_twice(path):
    vault = Vault.create(path)

    assert len({vault.encrypt(ID_NUMBER, b"") for _ in range(100)}) == 100


@pytest.mark.parametrize("place", [0, 4, 16, -1])
def test_a_changed_byte_is_noticed(path, place):
    vault = Vault.create(path)
    sealed = bytearray(vault.encrypt(ID_NUMBER, b"a"))
    sealed[place] ^= 1

    with pytest.raises(VaultError):
        vault.decrypt(bytes(sealed), b"a")


def test_a_value_moved_to_another_row_or_cut_short_does_not_open(path):
    vault = Vault.create(path)
    sealed = vault.encrypt(ID_NUMBER, b"row 1")

    with pytest.raises(VaultError, match="đặt sai dòng"):
        vault.decrypt(sealed, b"row 2")
    with pytest.raises(VaultError, match="cắt cụt"):
        vault.decrypt(sealed[:20], b"row 1")


def test_after_a_rotation_old_values_open_new_ones_use_the_new_key_and_indexes_stay(path):
    old = Vault.create(path)
    sealed, mac, index = old.encrypt(ID_NUMBER, b""), old.mac(b"row"), old.index(ID_NUMBER)

    old.rotated(path)
    new = Vault.open(path)

    assert new.decrypt(sealed, b"") == ID_NUMBER
    assert new.verifies(b"row", mac)
    assert new.index(ID_NUMBER) == index
    assert new.needs_rotation(sealed)
    assert not new.needs_rotation(new.encrypt(ID_NUMBER, b""))
    with pytest.raises(VaultError, match="Không có khóa"):
        old.decrypt(new.encrypt(ID_NUMBER, b""), b"")


def test_the_blind_index_is_equal_for_equal_texts_of_one_field_and_one_installation(path, tmp_path):
    vault, other = Vault.create(path), Vault.create(tmp_path / "other.json")

    assert vault.index(ID_NUMBER, "id") == vault.index(ID_NUMBER, "id")
    assert len(vault.index(ID_NUMBER)) == 16
    assert (
        len(
            {
                vault.index(ID_NUMBER, "id"),
                vault.index(ID_NUMBER, "phone"),
                vault.index("999185012346", "id"),
                other.index(ID_NUMBER, "id"),
            }
        )
        == 4
    )


def test_a_mac_belongs_to_exactly_its_bytes_and_its_vault(path, tmp_path):
    vault = Vault.create(path)
    mac = vault.mac(b"canonical")

    assert vault.verifies(b"canonical", mac)
    assert not vault.verifies(b"canonicaL", mac)
    assert not vault.verifies(b"canonical", mac[:-1])
    assert not Vault.create(tmp_path / "other.json").verifies(b"canonical", mac)


def test_without_the_salt_a_digest_says_nothing():
    assert salted_digest(ID_NUMBER, b"1" * 16) != salted_digest(ID_NUMBER, b"2" * 16)
    assert len(new_salt()) == 16
    assert new_salt() != new_salt()


def test_masks_show_the_last_three_digits_at_most():
    assert mask_id(ID_NUMBER) == "9******345"
    assert mask_phone("0500123456") == "05*****456"
    assert [mask_id("12"), mask_phone("")] == ["**", ""]


def test_locking_two_fields_of_many_rows_is_quick(path):
    vault = Vault.create(path)
    started = time.process_time()

    for _ in range(20_000):
        vault.encrypt(ID_NUMBER, b"unit/subject/id")
        vault.index(ID_NUMBER, "id")

    assert time.process_time() - started < 1.0
