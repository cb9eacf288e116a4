"""Keys and what they lock: ID and phone numbers, look-up by exact number, proof that personal columns are untouched.

The key file lies outside the database, so a stolen or edited database alone neither reads a number nor forges one:

- a field is sealed with AES-256-GCM under the current key; the key's id is stored with it, so older fields stay
  readable after a rotation. The associated data (unit, row, column) keeps a sealed value from being moved elsewhere;
- a blind index is a keyed hash by which an exact number is found without opening any. Its key never rotates by itself:
  a new one would hide every duplicate until all rows are hashed again;
- a MAC covers the personal columns of a row version. It names its key too.
"""

import base64
import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rules.said import Said
from workflow.errors import NotConfigured

ENVIRONMENT_NAME = "TUNGNHA_VAULT"
INDEX_BYTES = 16
SALT_BYTES = 16
PHONE: Final = "phone"
"""The field under which a phone number is sealed and indexed."""

_KEY_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16


class VaultError(NotConfigured):
    """The keys are missing, unsafe or do not fit what they should open; the message says what to do."""

    code = "vault"


class Vault:
    """The keys of one installation. Made by `create`, `open` or `from_environment`; threads may share it."""

    def __init__(self, keys: Mapping[bytes, bytes], current: bytes, index_key: bytes) -> None:
        """Hold `keys` (id of 4 bytes → secret of 32 bytes), the id to lock new values with, and the index secret."""
        if current not in keys or any(len(name) != _ID_BYTES for name in keys):
            raise VaultError(
                what="Tệp khóa không hợp lệ: không có khóa hiện hành", todo="Hãy khôi phục tệp khóa từ bản sao lưu"
            )
        if any(len(secret) != _KEY_BYTES for secret in (*keys.values(), index_key)):
            raise VaultError(
                what="Tệp khóa không hợp lệ: khóa phải dài 32 byte", todo="Hãy khôi phục tệp khóa từ bản sao lưu"
            )
        self._keys = dict(keys)
        self._current = current
        self._index_key = index_key
        self._sealers = {name: AESGCM(_derived(secret, b"field")) for name, secret in keys.items()}
        self._index_keys: dict[str, bytes] = {}
        self._mac_keys = {name: _derived(secret, b"row") for name, secret in keys.items()}
        self._seal = self._sealers[current].encrypt

    @classmethod
    def create(cls, path: Path) -> "Vault":
        """Make new keys and write them to `path`, readable by the owner only; raise VaultError if a file is there."""
        name = os.urandom(_ID_BYTES)
        vault = cls({name: os.urandom(_KEY_BYTES)}, name, os.urandom(_KEY_BYTES))
        _write(path, vault._as_json(), replace=False)
        return vault

    @classmethod
    def open(cls, path: Path) -> "Vault":
        """Read the keys in `path`; raise VaultError if it is missing, readable by others, or damaged."""
        try:
            mode = path.stat().st_mode
            text = path.read_text("utf-8")
        except FileNotFoundError:
            raise VaultError(
                what=Said("Không thấy tệp khóa %(path)s", path=path),
                todo="Hãy chạy “tungnha init” hoặc khôi phục tệp khóa",
            ) from None
        except (OSError, UnicodeDecodeError):
            raise VaultError(
                what=Said("Không đọc được tệp khóa %(path)s", path=path), todo="Hãy kiểm tra quyền đọc và nội dung tệp"
            ) from None
        if os.name == "posix" and mode & 0o077:
            raise VaultError(
                what=Said("Tệp khóa %(path)s cho người khác đọc được", path=path),
                todo=Said("Hãy chạy “chmod 600 %(path)s” rồi thử lại", path=path),
            )
        return cls._from_json(text, str(path))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Vault | None":
        """Return the vault whose key file's content stands in TUNGNHA_VAULT, or None if that is not set."""
        text = environment.get(ENVIRONMENT_NAME)
        return cls._from_json(text, ENVIRONMENT_NAME) if text else None

    @classmethod
    def _from_json(cls, text: str, where: str) -> "Vault":
        try:
            stored = json.loads(text)
            keys = {bytes.fromhex(name): base64.b64decode(key, validate=True) for name, key in stored["keys"].items()}
            current, index_key = bytes.fromhex(stored["current"]), base64.b64decode(stored["index"], validate=True)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise VaultError(
                what=Said("Tệp khóa %(where)s bị hỏng", where=where),
                todo="Hãy khôi phục tệp khóa từ bản sao lưu; đừng tạo khóa mới đè lên",
            ) from None
        return cls(keys, current, index_key)

    def _as_json(self) -> str:
        keys = {name.hex(): base64.b64encode(secret).decode() for name, secret in self._keys.items()}
        index = base64.b64encode(self._index_key).decode()
        return json.dumps({"version": 1, "current": self._current.hex(), "keys": keys, "index": index}, indent=1) + "\n"

    def rotated(self, path: Path) -> "Vault":
        """Add a new current key, write all keys to `path` in one step, and return the vault that uses it.

        Values locked before stay readable. `needs_rotation` tells which ones still carry an older key.
        """
        name = os.urandom(_ID_BYTES)
        vault = Vault({**self._keys, name: os.urandom(_KEY_BYTES)}, name, self._index_key)
        _write(path, vault._as_json(), replace=True)
        return vault

    def encrypt(self, text: str, aad: bytes) -> bytes:
        """Return `text` sealed under the current key: key id, nonce, ciphertext, tag. The same `aad` opens it."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._current + nonce + self._seal(nonce, text.encode(), aad)

    def decrypt(self, sealed: bytes, aad: bytes) -> str:
        """Return the text in `sealed`; raise VaultError if the key is unknown, or the bytes or `aad` were changed."""
        sealer = self._sealers.get(sealed[:_ID_BYTES])
        if sealer is None:
            raise VaultError(
                what="Không có khóa để mở dữ liệu này", todo="Hãy khôi phục tệp khóa cùng thời điểm với cơ sở dữ liệu"
            )
        start = _ID_BYTES + _NONCE_BYTES
        if len(sealed) < start + _TAG_BYTES:
            raise VaultError(
                what="Dữ liệu mã hóa bị cắt cụt", todo="Hãy chạy “tungnha verify” và khôi phục từ bản sao lưu"
            )
        try:
            return sealer.decrypt(sealed[_ID_BYTES:start], sealed[start:], aad).decode()
        except InvalidTag:
            raise VaultError(
                what="Dữ liệu mã hóa bị sửa hoặc đặt sai dòng",
                todo="Hãy chạy “tungnha verify” và khôi phục từ bản sao lưu",
            ) from None

    def needs_rotation(self, sealed: bytes) -> bool:
        """Return whether `sealed` (a sealed field or a MAC) carries another key than the current one."""
        return sealed[:_ID_BYTES] != self._current

    def index(self, text: str, field: str = "") -> bytes:
        """Return the blind index (16 bytes) of `text`: equal texts of one `field`, equal indexes."""
        return hmac.digest(self._field_key(field), text.encode(), "sha256")[:INDEX_BYTES]

    def _field_key(self, field: str) -> bytes:
        key = self._index_keys.get(field)
        if key is None:
            key = self._index_keys[field] = _derived(self._index_key, b"index:" + field.encode())
        return key

    def mac(self, canonical: bytes) -> bytes:
        """Return the key id and the HMAC-SHA256 (36 bytes together) of the canonical bytes of a row version."""
        return self._current + hmac.digest(self._mac_keys[self._current], canonical, "sha256")

    def verifies(self, canonical: bytes, mac: bytes) -> bool:
        """Return whether `mac` was made by this vault, under any of its keys, over exactly `canonical`."""
        key = self._mac_keys.get(mac[:_ID_BYTES])
        return key is not None and hmac.compare_digest(mac[_ID_BYTES:], hmac.digest(key, canonical, "sha256"))


def aad_of(unit_id: uuid.UUID, field: str, index: bytes) -> bytes:
    """Return what a sealed number is bound to: the unit, the field and its own blind index.

    The MAC binds that index to the subject, so a number moved to another row is found, and a person can be merged or matched to a
    known one without opening anything.
    """
    return unit_id.bytes + field.encode() + bytes(index)


def opened(vault: Vault, unit_id: uuid.UUID, field: str, cipher: bytes | None, index: bytes | None) -> str | None:
    """Return a sealed number in the clear; raises VaultError if it was changed or belongs to another index."""
    if cipher is None or index is None:
        return None
    return vault.decrypt(bytes(cipher), aad_of(unit_id, field, index))


def new_salt() -> bytes:
    """Return 16 random bytes. A purge destroys the salt, and with it the last way from a digest back to a person."""
    return os.urandom(SALT_BYTES)


def salted_digest(text: str, salt: bytes) -> bytes:
    """Return the SHA-256 of the salt and `text`: what stays in a sealed event in place of a personal value."""
    return hashlib.sha256(salt + text.encode()).digest()


def mask_id(id_number: str) -> str:
    """Return an ID number as lists show it: first digit and last three.

    >>> mask_id("999185012345"), mask_id("1234"), mask_id("")
    ('9******345', '****', '')
    """
    return f"{id_number[0]}******{id_number[-3:]}" if len(id_number) >= 8 else "*" * len(id_number)


def mask_phone(phone: str) -> str:
    """Return a phone number as lists show it: first two digits and last three.

    >>> mask_phone("0500123456"), mask_phone("0500")
    ('05*****456', '****')
    """
    return f"{phone[:2]}*****{phone[-3:]}" if len(phone) >= 9 else "*" * len(phone)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    """Return a key for one purpose, so that the same secret never serves two algorithms (HKDF-Expand, one block)."""
    return hmac.digest(secret, b"tungnha:" + purpose + b"\x01", "sha256")


def _write(path: Path, text: str, *, replace: bool) -> None:
    """Write `text` to `path`, mode 0600 from the first byte on, synced to the disk; never leave half a file."""
    if path.exists() and not replace:
        raise VaultError(
            what=Said("Đã có tệp khóa %(path)s", path=path),
            todo="Tạo khóa mới sẽ làm mất dữ liệu đã mã hóa, nên không ghi đè",
        )
    temporary = path.with_name(path.name + ".new")
    try:
        temporary.unlink(missing_ok=True)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise VaultError(
            what=Said("Không ghi được tệp khóa %(path)s (%(strerror)s)", path=path, strerror=error.strerror),
            todo="Hãy kiểm tra thư mục và quyền ghi",
        ) from None
