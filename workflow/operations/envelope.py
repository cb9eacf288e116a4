"""An encrypted file that can be read at any place: chunks of AES-256-GCM under a key made from a passphrase.

Layout: a line that names the format, one line of JSON (how the key is made), then chunks of `chunk` plain bytes, each followed by
its tag of 16 bytes; only the last may be shorter. A chunk's nonce holds its number and whether it is the last, and the header is
authenticated with every chunk: what is changed, moved, left out or cut off is found. The key is used for this one file only.
"""

import hashlib
import hmac
import io
import json
import os
import unicodedata
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workflow.operations.errors import ArchiveDamaged, NotAnArchive, PassphraseTooShort, WrongPassphrase

MAGIC = b"TUNGNHA BACKUP 1\n"
MIN_PASSPHRASE = 12
"""Characters. A backup leaves the building; its passphrase is all that protects it there."""

_CHUNK = 256 * 1024
_TAG = 16
_PREFIX = 7
_HEADER_LIMIT = 4096
_COST = {"n": 2**16, "r": 8, "p": 1}  # 64 MiB, about a quarter of a second
_COST_LIMIT = {"n": 2**20, "r": 16, "p": 4}


def _derive(passphrase: str, header: dict[str, Any]) -> tuple[bytes, str]:
    """Return the key and a short check value by which a wrong passphrase is told from a damaged file."""
    cost = {name: int(header[name]) for name in _COST}
    if any(not 1 <= cost[name] <= _COST_LIMIT[name] for name in cost):
        raise ArchiveDamaged(where="phần đầu tệp")
    secret = unicodedata.normalize("NFC", passphrase).encode()
    made = hashlib.scrypt(secret, salt=bytes.fromhex(header["salt"]), **cost, maxmem=2**31 - 1, dklen=64)
    return made[:32], hashlib.sha256(made[32:]).hexdigest()[:16]


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


class EnvelopeWriter(io.RawIOBase):
    """Encrypts what is written to `file`. `close` writes the last chunk; without it the file does not open."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        if len(passphrase) < MIN_PASSPHRASE:
            raise PassphraseTooShort(least=MIN_PASSPHRASE)
        super().__init__()
        self._file, self._waiting, self._number = file, bytearray(), 0
        self._prefix = os.urandom(_PREFIX)
        header = {**_COST, "salt": os.urandom(16).hex(), "prefix": self._prefix.hex(), "chunk": _CHUNK}
        key, check = _derive(passphrase, header)
        self._head = json.dumps({**header, "check": check}).encode() + b"\n"
        self._seal = AESGCM(key).encrypt
        file.write(MAGIC + self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Take `data` in; full chunks go to the file."""
        self._waiting += data
        while len(self._waiting) > _CHUNK:  # one chunk stays back: only at the end is it known to be the last
            self._put(bytes(self._waiting[:_CHUNK]), is_last=False)
            del self._waiting[:_CHUNK]
        return len(data)

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(self._seal(_nonce(self._prefix, self._number, is_last=is_last), plain, self._head))
        self._number += 1

    def finish(self) -> None:
        """Write the last chunk. Called when everything went well; an envelope that was not finished does not open."""
        self._put(bytes(self._waiting), is_last=True)
        self._waiting.clear()


class EnvelopeReader(io.RawIOBase):
    """Reads an envelope as plain bytes, seekable, one chunk in memory at a time."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Open the envelope; raise NotAnArchive, WrongPassphrase or ArchiveDamaged."""
        super().__init__()
        if file.read(len(MAGIC)) != MAGIC:
            raise NotAnArchive
        self._head = file.readline(_HEADER_LIMIT)
        try:
            header = json.loads(self._head)
            self._prefix, self._chunk = bytes.fromhex(header["prefix"]), int(header["chunk"])
            key, check = _derive(passphrase, header)
            expected = str(header["check"])
        except (ValueError, KeyError, TypeError):
            raise ArchiveDamaged(where="phần đầu tệp") from None
        if not hmac.compare_digest(check.encode(), expected.encode()):
            raise WrongPassphrase
        self._open_chunk = AESGCM(key).decrypt
        self._file, self._start = file, file.tell()
        self._measure()

    def _measure(self) -> None:
        stored = self._file.seek(0, io.SEEK_END) - self._start
        if not 0 < self._chunk <= 16 * 1024 * 1024 or len(self._prefix) != _PREFIX or stored < _TAG:
            raise ArchiveDamaged(where="phần đầu tệp")
        self._chunks = -(-stored // (self._chunk + _TAG))
        self._size = stored - self._chunks * _TAG
        self._place, self._number, self._plain = 0, -1, b""
        self._load(self._chunks - 1)  # a file that was cut off is found before anything is read from it

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._file.seek(self._start + number * (self._chunk + _TAG))
        sealed = self._file.read(self._chunk + _TAG)
        nonce = _nonce(self._prefix, number, is_last=number == self._chunks - 1)
        try:
            self._plain, self._number = self._open_chunk(nonce, sealed, self._head), number
        except InvalidTag:
            raise ArchiveDamaged(where=f"đoạn {number + 1} trên {self._chunks}") from None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the plain bytes."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the present place; 0 at the end."""
        if self._place >= self._size:
            return 0
        number, offset = divmod(self._place, self._chunk)
        self._load(number)
        piece = self._plain[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)
