"""Passwords, cards and the list of accounts, for whoever sits at the installation."""

import pytest
from sqlalchemy import text

from tests.workflow.cli.conftest import Place, call, set_up
from workflow.clock import SystemClock
from workflow.signing import passwords
from workflow.signing.cards import card_holder

MEMBER = "member-t01"
TYPED = "mưa rơi trên mái tôn cũ"


@pytest.fixture(scope="module")
def place(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A unit nobody has signed in to."""
    return set_up(Place(kind, tmp_path_factory.mktemp("accounts"), "cli_accounts"))


def kept(place: Place, login: str) -> tuple[str | None, bool]:
    """Return what is stored of a password, and whether it must be changed."""
    store = place.store()
    with store.read() as session:
        statement = text("SELECT password_hash, must_change_password FROM accounts WHERE login = :login")
        row = session.execute(statement, {"login": login}).one()
    store.dispose()
    return row.password_hash, bool(row.must_change_password)


def test_the_list_says_who_can_sign_in(place: Place) -> None:
    rows = {row["login"]: row for row in place.json("account", "list")}

    assert rows[MEMBER]["units"] == ["phuong-mau"]
    assert (rows[MEMBER]["has_password"], rows[MEMBER]["seen_at"]) == (False, None)
    assert place.json("--unit", "phuong-mau", "account", "list") == place.json("account", "list")
    assert "chưa có mật khẩu" in place.run("account", "list").stdout


def test_a_typed_password_must_be_changed_and_is_shown_nowhere(place: Place) -> None:
    done = call("account", "password", MEMBER, env=place.env, stdin=f"{TYPED}\n{TYPED}\n")

    assert (done.exit_code, TYPED in done.output) == (0, False)
    stored, must_change = kept(place, MEMBER)
    assert passwords.matches(stored, TYPED)
    assert must_change
    assert "chờ đổi mật khẩu tạm" in place.run("account", "list").stdout


def test_a_made_password_is_told_once(place: Place) -> None:
    told = place.json("account", "password", "coordinator", "--generate")["password"]

    assert passwords.matches(kept(place, "coordinator")[0], told)
    assert "Mật khẩu tạm: " in place.run("account", "password", "coordinator", "--generate").stdout
    assert not passwords.matches(kept(place, "coordinator")[0], told)


def test_what_cannot_be_is_said(place: Place) -> None:
    before = kept(place, "chair")
    unfit = call("account", "password", "chair", env=place.env, stdin="matkhau123456\nmatkhau123456\n")
    different = call("account", "password", "chair", env=place.env, stdin=f"{TYPED}\n{TYPED}x\n")

    assert (unfit.exit_code, different.exit_code) == (1, 2)
    assert "phổ biến" in unfit.stderr
    assert "không giống nhau" in different.stderr
    assert kept(place, "chair") == before
    for command in (("password", "nobody", "--generate"), ("card", "nobody")):
        assert "tungnha account list" in place.refused("account", *command)


def test_a_card_is_good_until_the_next(place: Place) -> None:
    first, second = (place.json("account", "card", MEMBER)["code"] for _ in range(2))
    store = place.store()
    with store.read() as session:
        holders = [card_holder(session, code, now=SystemClock().now()) for code in (first, second)]
    store.dispose()

    assert holders[0] is None
    assert holders[1] is not None
    assert holders[1].login == MEMBER
    assert "dùng một lần, đến" in place.run("account", "card", MEMBER).stdout
