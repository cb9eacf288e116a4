"""Identifiers: UUIDv7 from an injected source, and ids made from a natural key."""

import hashlib
import os
import random
import uuid
from collections.abc import Callable

from rules.time import Instant

_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62
_MASK_62 = (1 << 62) - 1


class IdSource:
    """Makes UUIDv7: milliseconds of the given instant, then a counter and random bits, so that ids of one source ascend.

    A seed makes the source repeatable (demonstrations, tests); without one the bits come from the operating system.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._bits: Callable[[int], int]
        if seed is None:
            self._bits = lambda n: int.from_bytes(os.urandom((n + 7) // 8)) >> (-n % 8)
        else:
            self._bits = random.Random(seed).getrandbits  # noqa: S311 - repeatable on purpose
        self._last = (0, 0)

    def new(self, now: Instant) -> uuid.UUID:
        """Return the next id; ids made by one source ascend even within a millisecond and when the clock steps back."""
        milliseconds, counter = max(now, 0) // 1000, 0
        if milliseconds <= self._last[0]:
            milliseconds, counter = self._last[0], self._last[1] + 1
            if counter > 0xFFF:
                milliseconds, counter = milliseconds + 1, 0
        self._last = (milliseconds, counter)
        return uuid.UUID(int=milliseconds << 80 | _VERSION | counter << 64 | _VARIANT | self._bits(62) & _MASK_62)


def id_of(*natural_key: object) -> uuid.UUID:
    """Return the id that always belongs to `natural_key`: whoever makes the row, however often, makes the same row.

    The same as `natural_id` in SQL (`workflow.statements`): the first 16 bytes of SHA-256 over the parts joined by `|`, in which
    a UUID is written as 32 hexadecimal digits.
    """
    text = "|".join(part.hex if isinstance(part, uuid.UUID) else str(part) for part in natural_key)
    return uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])
