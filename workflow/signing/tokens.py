"""Secrets that a browser or a card holds, of which the database keeps only the hash."""

import hashlib
import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Characters that cannot be mistaken for each other on paper: no 0 O, no 1 I L."""
CODE_LENGTH: Final = 12
_MISREAD: Final = str.maketrans({" ": None, "-": None, ".": None, "–": None})


def new_token() -> str:
    """Return a new secret of 32 random bytes, fit for a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return a new code to be typed from paper: 12 characters, 59 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def code_shown(code: str) -> str:
    """Return a code as it is printed: XXXX-XXXX-XXXX."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def code_typed(text: str) -> str:
    """Return a typed code as it was made: capitals, without blanks and dashes. It may still be no code at all."""
    return text.translate(_MISREAD).upper()[: 2 * CODE_LENGTH]


def hash_of(purpose: str, secret: str) -> bytes:
    """Return the SHA-256 that is kept of a secret; `purpose` keeps apart secrets of different kinds."""
    return hashlib.sha256(f"{purpose}:{secret}".encode()).digest()
