"""Signing in: one answer for whatever is wrong, a wait for who guesses, none for who got in before."""

import pytest
from argon2 import PasswordHasher

from rules.time import at
from tests.effort import calls_made
from tests.workflow.signing.conftest import NewOffice
from tests.workflow.signing.office import PASSWORD, Office
from workflow.signing import passwords
from workflow.signing.attempt import ONE_ADDRESS, ONE_LOGIN, Attempt
from workflow.signing.sessions import HOUR, MINUTE, signed_in_by

WRONG = "sai hoàn toàn rồi"


def test_the_right_password_gets_in_and_leaves_a_trace(office: Office) -> None:
    office.has_password("member", "leader")
    office.later(10)

    attempt = office.sign_in("member", is_shared=True)

    assert (attempt.kind, attempt.account_id) == ("welcome", office.account("member"))
    assert attempt.token is not None
    with office.store.read() as session:
        signed_in = signed_in_by(session, attempt.token, now=office.now)
    assert signed_in is not None
    assert signed_in.is_shared
    (trace,) = office.audits("sign_in")
    assert (trace.account_id, trace.membership_id) == (office.account("member"), office.actor("member").membership_id)
    assert (trace.at, trace.data) == (office.now, {"shared": True})


def test_the_login_may_have_capitals_and_blanks_as_phones_write_them(office: Office) -> None:
    office.has_password("member")

    assert office.sign_in(f" {office.login('member').title()} ").kind == "welcome"


def test_whatever_is_wrong_gets_one_answer_after_one_comparison(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.has_password("member", "leader")
    office.change_account("leader", disabled_at=office.now)
    compared: list[str | None] = []
    real = passwords.matches

    def counted(kept: str | None, text: str) -> bool:
        compared.append(kept)
        return real(kept, text)

    monkeypatch.setattr(passwords, "matches", counted)

    attempts = [
        office.sign_in("member", WRONG),
        office.sign_in("nobody-at-all", WRONG),
        office.sign_in("nobody-at-all", PASSWORD),
        office.sign_in("chair", WRONG),  # has no password yet
        office.sign_in("leader"),  # disabled
        office.sign_in("member", ""),
        office.sign_in("", ""),
        office.sign_in("member", "x" * 100_000),
    ]

    assert attempts == [Attempt("refused")] * len(attempts)
    assert len(compared) == len(attempts)
    assert [trace.account_id for trace in office.audits("sign_in_failed")] == [
        office.account(name) for name in ("member", "chair", "member", "member")
    ]


def test_unknown_and_wrong_are_the_same_work(office: Office) -> None:
    office.has_password("member")
    for login in ("member", "nobody-here"):
        office.sign_in(login, WRONG)

    wrong = calls_made(lambda: office.sign_in("member", WRONG))
    unknown = calls_made(lambda: office.sign_in("nobody-here", WRONG))

    # A wrong password leaves a trace in the known one's unit; the hash, one call in either, is what takes the time.
    assert unknown <= wrong < 1.25 * unknown
    assert not passwords.needs_rehash(passwords._NOBODYS)  # compared with settings of today, like a real one


def test_five_guesses_then_the_wait_and_the_right_password_waits_too(office: Office) -> None:
    office.has_password("member", "leader")
    for _ in range(ONE_LOGIN.limit):
        assert office.sign_in("member", WRONG) == Attempt("refused")

    assert office.sign_in("member") == Attempt("wait", minutes=1)
    assert office.sign_in("leader").kind == "welcome"
    assert office.sign_in("member", address="198.51.100.7").kind == "welcome"
    office.later(1)
    assert office.sign_in("member", WRONG) == Attempt("refused")
    office.later(1.5)
    assert office.sign_in("member") == Attempt("wait", minutes=1)
    office.later(0.5)
    assert office.sign_in("member").kind == "welcome"
    assert office.sign_in("member", WRONG) == Attempt("refused")


def test_an_unknown_login_waits_like_a_known_one(office: Office) -> None:
    attempts = [office.sign_in("nobody-at-all", WRONG, address="198.51.100.9") for _ in range(7)]

    assert attempts == [Attempt("refused")] * 5 + [Attempt("wait", minutes=1)] * 2


def test_a_browser_that_got_in_before_is_not_kept_out_by_others_guesses(office: Office) -> None:
    office.has_password("member", "leader")
    assert office.sign_in("member", device_token="own phone").kind == "welcome"
    for _ in range(6):
        office.sign_in("member", WRONG)
    assert office.sign_in("member").kind == "wait"

    assert office.sign_in("member", device_token="own phone").kind == "welcome"
    assert office.sign_in("member", device_token="somebody's phone").kind == "wait"
    for _ in range(5):
        office.sign_in("member", WRONG, device_token="own phone")
    assert office.sign_in("member", device_token="own phone") == Attempt("wait", minutes=1)
    assert office.sign_in("leader", device_token="own phone").kind == "welcome"


def test_an_address_waits_after_a_hundred_failures_but_not_who_got_in_before(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.has_password("member", "leader")
    office.sign_in("member", device_token="own phone")
    monkeypatch.setattr(passwords, "matches", lambda kept, text: kept is not None and text == PASSWORD)
    for number in range(ONE_ADDRESS.limit):
        assert office.sign_in(f"guess-{number}", WRONG).kind == "refused"

    assert office.sign_in("leader") == Attempt("wait", minutes=1)
    assert office.sign_in("member", device_token="own phone").kind == "welcome"
    assert office.sign_in("leader", address="198.51.100.8").kind == "welcome"
    office.later(1)
    assert office.sign_in("leader").kind == "welcome"


def test_a_whole_office_behind_one_address_gets_in_though_many_mistype(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.has_password("member", "leader", "chair", "other")
    monkeypatch.setattr(passwords, "matches", lambda kept, text: kept is not None and text == PASSWORD)
    for name in ("member", "leader", "chair", "other"):
        for _ in range(4):
            office.sign_in(name, WRONG)

    assert {office.sign_in(name).kind for name in ("member", "leader", "chair", "other")} == {"welcome"}


def test_a_weaker_hash_is_made_again_on_the_way_in(office: Office) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    office.change_account("member", password_hash=weak)

    assert office.sign_in("member").kind == "welcome"

    kept = office.row("member").password_hash
    assert kept is not None
    assert kept != weak
    assert not passwords.needs_rehash(kept)
    assert office.sign_in("member").kind == "welcome"


def test_a_password_that_changed_while_it_was_compared_does_not_get_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.has_password("member")
    real = passwords.matches

    def meanwhile(kept: str | None, text: str) -> bool:
        office.change_account("member", password_hash=passwords.hash_password("khác rồi nhé bạn ơi"))
        return real(kept, text)

    monkeypatch.setattr(passwords, "matches", meanwhile)

    assert office.sign_in("member") == Attempt("refused")


def test_the_strictest_role_of_any_unit_sets_the_limits_and_each_unit_sees_its_own_trace(offices: NewOffice) -> None:
    days = 14 * 24 * HOUR
    here = offices()
    there = offices(clock_offset=-days, also={here.login("member"): "chair"})
    here.has_password("member", "other")

    attempt, other = here.sign_in("member"), here.sign_in("other").token

    assert attempt.token is not None
    with here.store.read() as session:
        assert signed_in_by(session, attempt.token, now=here.now + 61 * MINUTE) is None
        assert signed_in_by(session, str(other), now=here.now + 61 * MINUTE) is not None
    assert here.audits("sign_in")[0].at == at("2025-05-14 08:00")
    assert there.audits("sign_in")[0].at == at("2025-04-30 08:00")
    assert there.audits("sign_in")[0].membership_id != here.audits("sign_in")[0].membership_id


def test_traces_carry_ever_later_instants_though_the_clock_stands(office: Office) -> None:
    """An anchor covers traces up to an instant: one that came in below it later would read as tampering."""
    office.has_password("member")
    for _ in range(3):
        office.sign_in("member")

    moments = [trace.at for trace in office.audits()]

    assert len(set(moments)) == 3
