"""A new password ends what was signed in with the old one, in the same transaction."""

import uuid

import pytest

from tests.workflow.signing.office import PASSWORD, Office
from workflow.errors import BadInput, NotFound, WorkflowError
from workflow.signing.change_password import change_password, set_first_password
from workflow.signing.sessions import sign_ins_of, signed_in_by

NEW = "mưa rơi trên mái tôn cũ"


def change(office: Office, *, old: str = PASSWORD, new: str = NEW, keep_token: str | None = None) -> int:
    """The member changes their password."""
    return change_password(
        office.store,
        office.account("member"),
        old=old,
        new=new,
        now=office.now,
        keep_token=keep_token,
        ids=office.ids,
    )


def test_the_new_password_gets_in_the_old_one_does_not_and_other_sign_ins_end(office: Office) -> None:
    office.has_password("member", "leader")
    here, there, leader = (office.sign_in(name).token for name in ("member", "member", "leader"))
    office.change_account("member", must_change_password=True)
    office.later(1)

    ended = change(office, keep_token=here)

    assert ended == 1
    with office.store.read() as session:
        kept = signed_in_by(session, str(here), now=office.now)
        assert kept is not None
        assert not kept.must_change_password
        assert signed_in_by(session, str(there), now=office.now) is None
        assert signed_in_by(session, str(leader), now=office.now) is not None
    assert office.row("member").password_set_at == office.now
    assert office.sign_in("member").kind == "refused"
    assert office.sign_in("member", NEW).kind == "welcome"
    assert len(office.audits("password_changed")) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("sai rồi", NEW, "Mật khẩu hiện tại: không đúng"),
        (PASSWORD, PASSWORD, "trùng mật khẩu hiện tại"),
        (PASSWORD, "ngắn", "cần ít nhất 10"),
        (PASSWORD, "Trần Thị Thành 1", "họ tên"),
    ],
)
def test_a_refusal_changes_nothing(office: Office, old: str, new: str, says: str) -> None:
    office.has_password("member")
    token = office.sign_in("member").token

    with pytest.raises(BadInput) as refused:
        change(office, old=old, new=new)

    assert says in str(refused.value)
    assert office.sign_in("member").kind == "welcome"
    with office.store.read() as session:
        assert signed_in_by(session, str(token), now=office.now) is not None


def test_who_guesses_the_old_one_has_to_wait(office: Office) -> None:
    office.has_password("member")
    for _ in range(5):
        with pytest.raises(BadInput, match="không đúng"):
            change(office, old="sai rồi")

    with pytest.raises(BadInput, match="thử lại sau 1 phút"):
        change(office)
    office.later(1)
    change(office)


def test_a_first_password_at_the_installation_must_be_changed(office: Office) -> None:
    office.has_password("member")
    office.sign_in("member")

    ended = set_first_password(office.store, office.account("member"), NEW, now=office.now, ids=office.ids)

    assert ended == 1
    assert office.row("member").must_change_password
    assert office.sign_in("member", NEW).kind == "welcome"
    assert len(office.audits("password_set")) == 1
    with office.store.read() as session:
        assert len(sign_ins_of(session, office.account("member"), now=office.now)) == 1


@pytest.mark.parametrize("who", ["nobody", "disabled"])
def test_no_password_for_who_is_not_there(office: Office, who: str) -> None:
    office.change_account("member", disabled_at=office.now)
    account = uuid.uuid4() if who == "nobody" else office.account("member")

    refused: list[type[WorkflowError]] = []
    for work in (
        lambda: set_first_password(office.store, account, NEW, now=office.now, ids=office.ids),
        lambda: change_password(office.store, account, old=PASSWORD, new=NEW, now=office.now, keep_token=None),
    ):
        with pytest.raises(NotFound) as error:
            work()
        refused.append(error.type)

    assert refused == [NotFound, NotFound]
    assert office.row("member").password_hash is None
