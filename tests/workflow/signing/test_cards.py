"""A card lets one person in once; its code stands on the paper and nowhere else."""

import threading
import uuid

import pytest
from sqlalchemy import func, inspect, select

from tests.workflow.signing.conftest import NewOffice
from tests.workflow.signing.office import Office
from workflow.errors import BadInput, NotFound, NotPermitted, WorkflowError
from workflow.signing.attempt import ONE_ADDRESS, Attempt
from workflow.signing.card_readers import card_readers
from workflow.signing.cards import VALID, Card, card_holder, print_cards, use_card
from workflow.signing.sessions import signed_in_by
from workflow.signing.tokens import ALPHABET
from workflow.tables import Base, SignInCard

NEW = "mưa rơi trên mái tôn cũ"


def printed(office: Office, by: str, *names: str) -> list[Card]:
    """Print cards for people of the office."""
    actor, accounts = office.actor(by), [office.account(name) for name in names]
    with office.book() as book:
        return print_cards(book, actor, accounts, now=office.now)


def used(office: Office, code: str, password: str = NEW, *, address: str = "") -> Attempt:
    """Use a card on a phone."""
    return use_card(
        office.store,
        code,
        password,
        address=address or f"192.0.2.{office.number}",
        device_token="own phone",
        device="Chrome",
        is_shared=False,
        now=office.now,
        ids=office.ids,
    )


def holder(office: Office, code: str) -> str | None:
    """Return whose login a code is good for."""
    with office.store.read() as session:
        found = card_holder(session, code, now=office.now)
    return None if found is None else found.login


def test_a_card_lets_its_holder_choose_a_password_once(office: Office) -> None:
    office.has_password("leader", "member")
    before = office.sign_in("member").token
    (card,) = printed(office, "leader", "member")
    assert holder(office, card.code) == holder(office, card.code) == office.login("member")

    attempt = used(office, card.code)

    assert (attempt.kind, attempt.account_id) == ("welcome", office.account("member"))
    with office.store.read() as session:
        assert signed_in_by(session, str(attempt.token), now=office.now) is not None
        assert signed_in_by(session, str(before), now=office.now) is None
    assert office.sign_in("member", NEW).kind == "welcome"
    assert used(office, card.code, "một mật khẩu khác hẳn nhé") == Attempt("refused")
    assert holder(office, card.code) is None
    assert [trace.about_id for trace in office.audits("card_printed")] == [office.actor("member").membership_id]
    assert len(office.audits("card_used")) == 1


def test_the_code_can_be_typed_from_paper_and_is_kept_nowhere(office: Office) -> None:
    card, other = printed(office, "admin", "member", "leader")
    plain = card.code.replace("-", "")

    assert len(plain) == 12
    assert set(plain) <= set(ALPHABET)
    assert not set("01OIL") & set(ALPHABET)
    assert [card.code[4], card.code[9], len(card.code)] == ["-", "-", 14]
    assert holder(office, f" {plain.lower()[:6]} {plain.lower()[6:]} ") == card.login
    assert other.code != card.code
    with office.store.read() as session:
        everything = "".join(repr(session.execute(select(table)).all()) for table in Base.metadata.sorted_tables)
    assert plain not in everything
    assert card.code not in everything


def test_it_is_good_for_seven_days(office: Office) -> None:
    (card,) = printed(office, "admin", "member")
    assert card.expires_at == office.now + VALID

    office.later(7 * 24 * 60 - 1)
    assert holder(office, card.code) is not None
    office.later(1)
    assert holder(office, card.code) is None
    assert used(office, card.code) == Attempt("refused")


def test_a_new_card_voids_the_older_ones_of_that_person_only(office: Office) -> None:
    (first, neighbour) = printed(office, "admin", "member", "other")
    (second,) = printed(office, "leader", "member")

    assert holder(office, first.code) is None
    assert holder(office, second.code) is not None
    assert holder(office, neighbour.code) is not None
    used(office, second.code)
    assert used(office, first.code) == Attempt("refused")


def test_an_unfit_password_leaves_the_card_good(office: Office) -> None:
    (card,) = printed(office, "admin", "member")

    with pytest.raises(BadInput, match="cần ít nhất 10"):
        used(office, card.code, "ngắn")

    assert used(office, card.code).kind == "welcome"


def test_whoever_guesses_codes_has_to_wait_like_whoever_guesses_passwords(office: Office) -> None:
    (card,) = printed(office, "admin", "member")
    address = f"198.51.100.{office.number}"
    for number in range(ONE_ADDRESS.limit):
        assert used(office, f"AAAABBBB{number:04}", address=address) == Attempt("refused")

    assert used(office, card.code, address=address) == Attempt("wait", minutes=1)
    assert used(office, card.code).kind == "welcome"


def test_two_phones_cannot_use_one_card(office: Office) -> None:
    (card,) = printed(office, "admin", "member")
    kinds: list[str] = []
    threads = [threading.Thread(target=lambda: kinds.append(used(office, card.code).kind)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(kinds) == ["refused"] * 3 + ["welcome"]


def test_a_disabled_account_has_no_card(office: Office) -> None:
    (card,) = printed(office, "admin", "member")
    office.change_account("member", disabled_at=office.now)

    assert holder(office, card.code) is None
    assert used(office, card.code) == Attempt("refused")


@pytest.mark.parametrize(
    ("by", "whom", "refusal"),
    [
        ("leader", "other", NotFound),  # another team
        ("leader", "chair", NotFound),
        ("leader", "idle", NotFound),
        ("leader", "leader", NotPermitted),  # in the own team, but a leader
        ("leader", "other_leader", NotFound),
        ("member", "member", NotFound),
        ("chair", "member", NotFound),
    ],
)
def test_who_may_print_for_whom(office: Office, by: str, whom: str, refusal: type[WorkflowError]) -> None:
    with pytest.raises(refusal) as refused:
        printed(office, by, whom)

    assert refused.type is refusal
    assert office.audits("card_printed") == []
    with office.store.read() as session:
        mine = SignInCard.account_id == office.account(whom)
        assert session.scalar(select(func.count()).select_from(SignInCard).where(mine)) == 0


def test_the_lists_of_whom_one_may_print_for(office: Office) -> None:
    with office.store.read() as session:
        leaders = card_readers(session, office.actor("leader"), now=office.now)
        admins = card_readers(session, office.actor("admin"), now=office.now)
        with pytest.raises(NotFound):
            card_readers(session, office.actor("chair"), now=office.now)

    assert [one.login for one in leaders] == [office.login("member")]
    assert len(admins) == 8
    assert [one.name for one in admins][:2] == ["Phạm Văn Khác", "Nguyễn Văn Lãnh"]


def test_one_of_many_that_is_refused_refuses_all(office: Office) -> None:
    with pytest.raises(NotFound):
        printed(office, "leader", "member", "other")
    with pytest.raises(BadInput, match="chọn từ 1"):
        printed(office, "admin")

    assert office.audits() == []


def test_a_person_of_another_unit_and_an_account_of_two_units(offices: NewOffice) -> None:
    here = offices()
    there = offices(also={here.login("member"): ""})
    actor = here.actor("admin")

    with pytest.raises(NotFound), here.book() as book:
        print_cards(book, actor, [there.account("member")], now=here.now)
    with pytest.raises(NotFound), here.book() as book:
        print_cards(book, actor, [uuid.uuid4()], now=here.now)
    with pytest.raises(BadInput, match="còn dùng ở đơn vị khác"):
        printed(here, "admin", "member")
    with pytest.raises(BadInput, match="còn dùng ở đơn vị khác"):
        printed(here, "leader", "member")


def test_many_cards_cost_no_query_each(office: Office) -> None:
    from sqlalchemy import event

    def statements(*names: str) -> int:
        actor, accounts, seen = office.actor("admin"), [office.account(name) for name in names], []
        with office.book() as book:
            event.listen(book.connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
            print_cards(book, actor, accounts, now=office.now)
        return len(seen)

    assert statements("member") == statements("member", "leader", "other", "chair")
    assert inspect(SignInCard).columns.keys().count("code") == 0
