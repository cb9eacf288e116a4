"""Passwords: kept as argon2id, compared in constant work, judged before they are taken."""

import unicodedata
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rules.said import Said
from workflow.errors import BadInput
from workflow.people.names import fold
from workflow.signing.common import is_common, letters_and_digits

SHORTEST: Final = 10
LONGEST: Final = 128
AT_ONCE: Final = 2
"""Hashes computed at the same time: each takes 19 MiB, and everybody signs in at 16:00."""

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns: Final = BoundedSemaphore(AT_ONCE)
_NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$pmteUNpWCbFPW3QoxaPa/Q$oO+4psuyxc91VWnZ06TsuSpCmuR7DTpktobHNNLm3PE"
"""Compared with when there is no password, so that an unknown login takes as long as a wrong password."""


def hash_password(text: str) -> str:
    """Return what is kept of a password (argon2id, 19 MiB, 2 passes)."""
    with _turns:
        return _hasher.hash(_whole(text))


def matches(kept: str | None, text: str) -> bool:
    """Whether a typed password is the kept one. Without a kept one (None) it never is, after the same work."""
    with _turns:
        try:
            return _hasher.verify(kept or _NOBODYS, _whole(text)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(kept: str) -> bool:
    """Whether a kept password was made with weaker settings than today's."""
    try:
        return _hasher.check_needs_rehash(kept)
    except InvalidHashError:
        return True


def judge_password(text: str, *, login: str, name: str) -> None:
    """Raise BadInput for a password that is too short, too long or the first that a stranger would try."""
    if len(text) < SHORTEST:
        raise _refused(
            Said(
                "mới có %(n)s ký tự; cần ít nhất %(shortest)s, ví dụ bốn từ không liên quan đến nhau",
                n=len(text),
                shortest=SHORTEST,
            )
        )
    if len(text) > LONGEST:
        raise _refused(Said("dài %(n)s ký tự; nhiều nhất %(longest)s", n=len(text), longest=LONGEST))
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise _refused("có ký tự điều khiển không gõ lại được; bỏ ký tự đó")
    plain = letters_and_digits(fold(text))
    if _holds(plain, login):
        raise _refused("chứa tên đăng nhập nên dễ đoán; chọn mật khẩu khác")
    words = name.split()
    if any(_holds(plain, "".join(part)) for part in (words, words[-2:], words[:1] + words[-1:])):
        raise _refused("chứa họ tên nên dễ đoán; chọn mật khẩu khác")
    if is_common(text):
        raise _refused(
            "quá phổ biến (từ hay dùng, tên địa phương, ngày tháng, số điện thoại, phím liền nhau); chọn mật khẩu khác"
        )


def _refused(what: str) -> BadInput:
    return BadInput(where="Mật khẩu mới", what=what)


def _holds(plain: str, part: str) -> bool:
    wanted = letters_and_digits(fold(part))
    return len(wanted) >= 3 and wanted in plain


def _whole(text: str) -> str:
    """Return the text as it is hashed: one spelling of accents, and never more than the longest that could have been set."""
    return unicodedata.normalize("NFC", text)[: LONGEST + 1]
