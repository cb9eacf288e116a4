"""Who comes and who leaves a unit, and what becomes of their account."""

import uuid

import pytest

from tests.workflow.organisation.administering import done, traces
from tests.workflow.signing.conftest import NewOffice
from tests.workflow.signing.office import Office
from workflow.access import actor_by_login
from workflow.actions.manage_people import (
    add_colleague,
    disable_account,
    end_place,
    rename_colleague,
    reopen_place,
)
from workflow.actions.manage_places import add_area, add_body, add_team, rename_area, rename_team, set_team_area
from workflow.actions.manage_posts import end_post, give_post
from workflow.errors import BadInput, NotFound, NotPermitted
from workflow.queries.unit_people import Colleague, colleague_of_unit, people_of_unit
from workflow.signing.cards import card_holder, print_cards
from workflow.signing.sessions import signed_in_by


def member_id(office: Office, name: str) -> uuid.UUID:
    """Return somebody's membership."""
    return office.actor(name).membership_id


def seen(office: Office, membership: uuid.UUID, *, by: str = "admin") -> Colleague:
    """Return how the administrator sees somebody."""
    with office.store.read() as session:
        return colleague_of_unit(session, office.actor(by), membership, now=office.now, real_now=office.now)


def listed(office: Office, **options: object) -> list[str]:
    """Return the names on the administrator's list."""
    with office.store.read() as session:
        found = people_of_unit(
            session,
            office.actor("admin"),
            now=office.now,
            real_now=office.now,
            **options,  # type: ignore[arg-type]
        )
    return [one.name for one in found.people]


def is_in(office: Office, token: str | None) -> bool:
    """Whether a token still stands for somebody."""
    with office.store.read() as session:
        return signed_in_by(session, str(token), now=office.now) is not None


def test_a_new_colleague_has_a_place_but_no_post_and_no_password(office: Office) -> None:
    login = f"moi.{office.number}"

    told = done(office, add_colleague, login=f" {login} ", name="  Phan   Thị  Mới ")

    colleague = seen(office, uuid.UUID(told["membership"]))
    assert (colleague.login, colleague.name, colleague.since) == (login, "Phan Thị Mới", office.now)
    assert (colleague.posts, colleague.has_password, colleague.is_here) == ((), False, True)
    assert traces(office) == ["add_colleague"]
    assert "Phan" not in repr([trace.data for trace in office.audits()])


@pytest.mark.parametrize(
    ("login", "name", "says"),
    [
        ("", "Ai Đó", "Tên đăng nhập: chưa ghi"),
        ("Có Dấu", "Ai Đó", "không dùng được"),
        ("a" * 41, "Ai Đó", "không dùng được"),
        ("a999185000123", "Ai Đó", "không dùng được"),
        ("good.one", " ", "Họ và tên: chưa ghi"),
        ("good.one", "x" * 201, "dài hơn"),
        ("good.one", "Ai 0912345678", "số điện thoại"),
        ("good.one", "Ai\0", "không lưu được"),
    ],
)
def test_an_unfit_login_or_name_is_refused_in_words(office: Office, login: str, name: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        done(office, add_colleague, login=login, name=name)

    assert says in str(refused.value)
    assert traces(office) == []


def test_a_login_in_use_anywhere_is_taken(offices: NewOffice) -> None:
    here, there = offices(), offices()

    for login in (here.login("member"), there.login("member")):
        with pytest.raises(BadInput, match="đã có người dùng"):
            done(here, add_colleague, login=login, name="Ai Đó")


def test_leaving_ends_posts_sign_ins_and_cards_and_can_be_undone(office: Office) -> None:
    office.has_password("member", "leader")
    token, neighbour = office.sign_in("member").token, office.sign_in("leader").token
    membership, actor = member_id(office, "member"), office.actor("admin")
    with office.book() as book:
        (card,) = print_cards(book, actor, [office.account("member")], now=office.now)
    assert seen(office, membership).card_until == card.expires_at
    office.later(1)

    told = done(office, end_place, membership, real_now=office.now)

    assert told == {"doors": 0, "posts": 1}
    assert not is_in(office, token)
    assert is_in(office, neighbour)
    with office.store.read() as session:
        assert card_holder(session, card.code, now=office.now) is None
        with pytest.raises(NotFound):
            actor_by_login(session, office.unit_id, office.login("member"), now=office.now)
    gone = seen(office, membership)
    assert (gone.is_here, gone.left_at, gone.posts, gone.card_until) == (False, office.now, (), None)
    assert "Trần Thị Thành" not in listed(office)
    assert listed(office, left=True) == ["Trần Thị Thành"]
    with pytest.raises(BadInput, match="đã kết thúc"):
        done(office, end_place, membership, real_now=office.now)
    with pytest.raises(BadInput, match="đã thôi làm việc"):
        done(office, give_post, membership, code="member", scope="T1")

    done(office, reopen_place, membership, real_now=office.now)

    assert seen(office, membership).is_here
    assert seen(office, membership).posts == ()
    with pytest.raises(BadInput, match="vẫn đang làm việc"):
        done(office, reopen_place, membership, real_now=office.now)


def test_a_disabled_account_is_signed_out_in_the_same_transaction(office: Office) -> None:
    office.has_password("member")
    token, membership = office.sign_in("member").token, member_id(office, "member")

    told = done(office, disable_account, membership, real_now=office.now)

    assert told == {"doors": 0, "posts": 1, "sign_ins": 1}
    assert not is_in(office, token)
    assert office.sign_in("member").kind == "refused"
    assert seen(office, membership).is_disabled
    assert traces(office) == ["end_place", "disable_account"]
    with pytest.raises(BadInput, match="đã khóa rồi"):
        done(office, disable_account, membership, real_now=office.now)
    done(office, reopen_place, membership, real_now=office.now)
    assert office.sign_in("member").kind == "welcome"


def test_what_another_unit_uses_is_not_this_units_to_change(offices: NewOffice) -> None:
    home = offices()
    here = offices(also={home.login("member"): ""})
    home.has_password("member")
    token = home.sign_in("member").token
    with here.store.read() as session:
        guest = actor_by_login(session, here.unit_id, home.login("member"), now=here.now).membership_id

    with pytest.raises(BadInput, match="đơn vị khác cũng dùng"):
        done(here, disable_account, guest, real_now=here.now)
    done(here, rename_colleague, guest, name="Tên Ở Đây", real_now=here.now)
    assert seen(here, guest).name == "Tên Ở Đây"
    assert home.row("member").name == "Trần Thị Thành"
    done(here, end_place, guest, real_now=here.now)

    assert is_in(home, token)
    assert home.actor("member").posts
    done(home, rename_colleague, member_id(home, "member"), name="Tên Mới", real_now=home.now)
    assert home.row("member").name == "Tên Mới"


def test_the_last_administrator_stays(office: Office) -> None:
    admin, second = member_id(office, "admin"), member_id(office, "second")
    holding = seen(office, admin).posts[0].holding_id
    done(office, disable_account, second, real_now=office.now)

    for act, args in ((end_place, (admin,)), (disable_account, (admin,)), (end_post, (holding,))):
        options = {} if act is end_post else {"real_now": office.now}
        with pytest.raises(BadInput, match="người quản trị cuối cùng"):
            done(office, act, *args, **options)

    assert office.actor("admin").roles == {"administrator"}
    done(office, give_post, member_id(office, "leader"), code="administrator", scope="unit")
    done(office, end_post, holding, by="leader")
    assert office.actor("admin").posts == ()


def test_nobody_else_administers_and_foreign_is_absent(offices: NewOffice) -> None:
    here, there = offices(), offices()
    mine, theirs, nobody = member_id(here, "member"), member_id(there, "member"), uuid.uuid4()
    their_holding = there.actor("member").posts[0].post_id
    acts = [
        (end_place, {"real_now": here.now}),
        (disable_account, {"real_now": here.now}),
        (reopen_place, {"real_now": here.now}),
        (rename_colleague, {"name": "", "real_now": here.now}),
        (give_post, {"code": "member", "scope": "T1"}),
        (end_post, {}),
        (rename_team, {"name": "Tổ"}),
        (rename_area, {"name": "Thôn"}),
        (set_team_area, {"team_id": None}),
    ]
    for by in ("member", "leader", "chair"):
        for act, options in acts:
            with pytest.raises(NotPermitted):
                done(here, act, mine, by=by, **options)
        for act, options in (
            (add_colleague, {"login": "", "name": ""}),
            (add_team, {"code": "", "name": ""}),
            (add_area, {"code": "", "name": ""}),
            (add_body, {"code": "", "name": ""}),
        ):
            with pytest.raises(NotPermitted):
                done(here, act, by=by, **options)
        with pytest.raises(NotFound):
            seen(here, mine, by=by)

    for act, options in acts:
        for foreign in (theirs, their_holding, nobody):
            with pytest.raises(NotFound):
                done(here, act, foreign, **options)
    with pytest.raises(NotFound):
        seen(here, theirs)
    assert here.audits() == there.audits() == []


def test_the_list_is_in_vietnamese_order_and_searched_without_accents(office: Office) -> None:
    assert len(listed(office)) == 8
    assert listed(office)[:2] == ["Phạm Văn Khác", "Nguyễn Văn Lãnh"]
    assert listed(office, search="thanh") == ["Trần Thị Thành"]
    assert listed(office, search="Lý") == ["Lý Thị Quản", "Lý Văn Trị"]
    assert listed(office, search=office.login("chair")) == ["Ngô Văn Trưởng"]
    assert listed(office, search="không ai") == []
    assert listed(office, page=99) == listed(office)


def test_a_page_of_people_costs_as_many_queries_as_one_person(office: Office) -> None:
    from sqlalchemy import event

    def statements(search: str) -> int:
        seen: list[str] = []
        actor = office.actor("admin")
        with office.store.read() as session:
            event.listen(session.connection(), "before_cursor_execute", lambda *told: seen.append(told[2]))
            people_of_unit(session, actor, now=office.now, real_now=office.now, search=search)
        return len(seen)

    assert statements("") == statements("thanh") <= 6
