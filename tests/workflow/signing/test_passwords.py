"""Passwords are kept as argon2id, compared in constant work, and refused if a stranger would try them first."""

import threading

import pytest

from tests.effort import calls_made
from workflow.errors import BadInput
from workflow.signing import passwords
from workflow.signing.common import common_words, is_common
from workflow.signing.passwords import LONGEST, hash_password, judge_password, matches, needs_rehash

GOOD = ["bốn chiếc ghế xanh biết hát", "kT7-pq2!vLm9", "mưa rơi trên mái tôn cũ", "x" * 0 + "correct horse battery"]


def test_what_is_kept_is_argon2id_with_the_settings_that_were_asked_for() -> None:
    kept = hash_password(GOOD[0])

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches(kept, GOOD[0])
    assert not matches(kept, GOOD[1])
    assert not needs_rehash(kept)
    assert hash_password(GOOD[0]) != kept


def test_the_same_letters_match_however_the_keyboard_composes_them() -> None:
    assert matches(hash_password("ghế xanh biết hát"), "ghe\u0302\u0301 xanh bie\u0302\u0301t ha\u0301t")


def test_no_password_matches_nothing_and_takes_as_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = passwords._hasher.verify

    class Counted:
        def verify(self, kept: str, text: str) -> bool:
            seen.append(kept)
            return real(kept, text)

    monkeypatch.setattr(passwords, "_hasher", Counted())

    assert not matches(None, GOOD[0])
    assert not matches("broken", GOOD[0])
    assert seen[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_made_with_weaker_settings_is_to_be_made_again() -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD[0])

    assert needs_rehash(weak)
    assert matches(weak, GOOD[0])
    assert needs_rehash("no hash at all")


def test_never_more_than_two_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    both_in, go_on = threading.Barrier(3), threading.Event()

    class Held:
        def hash(self, text: str) -> str:
            if not go_on.is_set():
                both_in.wait(timeout=10)
                go_on.wait(timeout=10)
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Held())
    threads = [threading.Thread(target=hash_password, args=(GOOD[0],)) for _ in range(2)]
    for thread in threads:
        thread.start()
    both_in.wait(timeout=10)

    third_may = passwords._turns.acquire(blocking=False)
    go_on.set()
    for thread in threads:
        thread.join()

    assert not third_may
    assert hash_password(GOOD[0]) == "hash"


@pytest.mark.parametrize("text", GOOD)
def test_a_good_password_is_taken(text: str) -> None:
    judge_password(text, login="binh", name="Trần Thị Bình")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ngắn quá", "cần ít nhất 10"),
        ("x1y2" * 40, f"nhiều nhất {LONGEST}"),
        ("mưa rơi\ttrên mái", "ký tự điều khiển"),
        ("mưa binh.tran rơi", "tên đăng nhập"),
        ("BÌNH-TRẦN mưa rơi", "tên đăng nhập"),
        ("Trần Thị Bình mưa", "họ tên"),
        ("thibinh mưa rơi", "họ tên"),
        ("matkhau123456", "phổ biến"),
        ("M@tkhau123456", "phổ biến"),
        ("Hà Nội 2025!", "phổ biến"),
        ("Cát Thành 2025", "phổ biến"),
        ("tungnha@2025", "phổ biến"),
        ("qwertyuiop", "phổ biến"),
        ("1q2w3e4r5t6y", "phổ biến"),
        ("0912345678", "phổ biến"),
        ("999185000123", "phổ biến"),
        ("abcabcabcabc", "phổ biến"),
        ("aaaaaaaaaaaa", "phổ biến"),
        ("iloveyou2024", "phổ biến"),
        ("Anhyeuem@123", "phổ biến"),
    ],
)
def test_a_bad_one_is_refused_and_told_why(text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        judge_password(text, login="binh.tran", name="Trần Thị Bình")

    assert says in str(refused.value)
    assert text not in str(refused.value)


def test_the_words_are_folded_and_many_thousand_passwords_come_of_them() -> None:
    words = common_words()

    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
    assert len(words) > 1000
    some = [word for word in sorted(words) if word.isalpha()][:300]
    assert sum(is_common(f"{word}{tail}") for word in some for tail in ("123", "2025", "@1990")) == 900


@pytest.mark.parametrize("text", ["abcd" * 32, "qwertyasdf" * 12, "hanoi" * 25, "1a2b" * 32])
def test_judging_the_longest_text_is_little_work(text: str) -> None:
    assert calls_made(lambda: is_common(text)) < 20_000
