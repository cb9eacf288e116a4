"""A sign-in lasts as long as its limits say and ends at once when somebody ends it."""

import pytest
from sqlalchemy import event, insert, select

from tests.workflow.signing.conftest import NewOffice
from tests.workflow.signing.office import Office
from workflow.signing.sessions import (
    HOUR,
    MINUTE,
    Limits,
    SignedIn,
    end_all,
    end_device,
    end_sign_in,
    limits_for,
    open_sign_in,
    sign_ins_of,
    signed_in_by,
    touch,
)
from workflow.tables import Post, PostHolding, SignIn

REVIEWER = limits_for(["team_leader"])


def opened(office: Office, name: str = "member", *, limits: Limits = REVIEWER, device_token: str | None = None) -> str:
    """Sign somebody in and return the token."""
    with office.store.write() as session:
        return open_sign_in(
            session,
            office.account(name),
            device="Firefox  trên\nAndroid " + "x" * 500,
            device_token=device_token,
            is_shared=False,
            limits=limits,
            now=office.now,
            ids=office.ids,
        )


def who(office: Office, token: str) -> SignedIn | None:
    """Return whom a token stands for now."""
    with office.store.read() as session:
        return signed_in_by(session, token, now=office.now)


def touched(office: Office, token: str) -> None:
    """A request came."""
    signed_in = who(office, token)
    assert signed_in is not None
    with office.store.write() as session:
        touch(session, signed_in.id, now=office.now)


def test_the_token_says_who_it_is_and_only_its_hash_is_kept(office: Office) -> None:
    token, other = opened(office), opened(office, "leader")

    signed_in = who(office, token)

    assert signed_in is not None
    assert (signed_in.account_id, signed_in.login) == (office.account("member"), office.login("member"))
    assert (signed_in.name, signed_in.locale, signed_in.must_change_password) == ("Trần Thị Thành", "vi", False)
    assert (signed_in.started_at, signed_in.ends_at) == (office.now, office.now + 12 * HOUR)
    assert len(token) >= 43
    assert token != other
    assert who(office, token + "x") is None
    assert who(office, "") is None
    with office.store.read() as session:
        kept = repr(session.execute(select(*SignIn.__table__.columns)).all())
    assert token not in kept


def test_one_statement_finds_it(office: Office) -> None:
    token = opened(office)
    seen: list[str] = []

    with office.store.read() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
        signed_in_by(session, token, now=office.now)

    assert len(seen) == 1


def test_it_ends_when_nobody_asked_for_an_hour_and_in_any_case_after_twelve(office: Office) -> None:
    token = opened(office)
    office.later(59)
    assert who(office, token) is not None
    office.later(1)
    assert who(office, token) is None

    token = opened(office)
    for _ in range(14):
        office.later(50)
        touched(office, token)
    office.later(19)
    assert who(office, token) is not None
    office.later(1)
    assert who(office, token) is None


def test_requests_are_noted_every_five_minutes_at_most(office: Office) -> None:
    token = opened(office)
    started = office.now

    office.later(4)
    before = who(office, token)
    touched(office, token)
    after = who(office, token)
    office.later(1)
    due = who(office, token)
    touched(office, token)
    noted = who(office, token)

    assert before is not None and after is not None and due is not None and noted is not None  # noqa: PT018
    assert (before.touch_is_due(office.now - MINUTE), due.touch_is_due(office.now)) == (False, True)
    assert (after.seen_at, noted.seen_at) == (started, office.now)


def test_a_late_request_wakes_nothing_that_has_ended(office: Office) -> None:
    token = opened(office)
    signed_in = who(office, token)
    office.later(61)

    assert signed_in is not None
    with office.store.write() as session:
        touch(session, signed_in.id, now=office.now)

    assert who(office, token) is None


@pytest.mark.parametrize(
    ("roles", "is_shared", "idle_minutes"),
    [
        (["member"], False, 720),
        (["member", "area_head"], False, 720),
        (["support_desk"], True, 30),
        (["member", "team_leader"], False, 60),
        (["administrator"], False, 60),
        (["chair"], True, 30),
        ([], False, 60),
        (["unheard_of"], False, 60),
    ],
)
def test_the_limits_of_roles(roles: list[str], is_shared: bool, idle_minutes: int) -> None:
    assert limits_for(roles, is_shared=is_shared) == Limits(idle_minutes * MINUTE, 12 * HOUR)


def test_the_list_of_devices_and_ending_them(office: Office) -> None:
    here, there, third = opened(office), opened(office), opened(office)
    somebody_elses = opened(office, "leader")
    old = opened(office, limits=Limits(MINUTE, HOUR))
    office.later(5)
    touched(office, there)
    member, leader = office.account("member"), office.account("leader")
    theirs = who(office, somebody_elses)
    assert theirs is not None

    with office.store.write() as session:
        listed = sign_ins_of(session, member, now=office.now)
        assert len(listed) == 3
        assert len({one.device for one in listed}) == 1
        assert listed[0].device == ("Firefox trên Android " + "x" * 500)[:120]
        assert end_device(session, member, theirs.id, now=office.now) is False
        assert end_device(session, member, listed[0].id, now=office.now) is True
        assert end_device(session, member, listed[0].id, now=office.now) is False
        assert (
            end_all(session, member, but=here, because="everywhere", now=office.now) == 2
        )  # `old` is idle, not yet over
    assert who(office, there) is None
    assert who(office, third) is None
    assert who(office, old) is None
    assert who(office, here) is not None
    assert who(office, somebody_elses) is not None

    with office.store.write() as session:
        assert end_sign_in(session, here, because="left", now=office.now) is True
        assert end_sign_in(session, here, because="left", now=office.now) is False
        assert end_sign_in(session, "never was", because="left", now=office.now) is False
        assert sign_ins_of(session, member, now=office.now) == []
        assert len(sign_ins_of(session, leader, now=office.now)) == 1


def test_who_was_signed_in_on_a_browser_is_not_any_more_when_the_next_one_signs_in(office: Office) -> None:
    before, elsewhere = opened(office, device_token="this phone"), opened(office, device_token="that phone")

    after = opened(office, "leader", device_token="this phone")

    assert who(office, before) is None
    assert who(office, elsewhere) is not None
    assert who(office, after) is not None


def test_a_disabled_account_is_out_at_once(office: Office) -> None:
    token, other = opened(office), opened(office, "leader")

    office.change_account("member", disabled_at=office.now)

    assert who(office, token) is None
    assert who(office, other) is not None


def lend(office: Office, name: str, role: str, *, minutes: float) -> None:
    """Let somebody stand in for the leader, under a post of `role`, from now on."""
    with office.store.write() as session:
        unit, absent = office.unit_id, office.actor("leader").membership_id
        post = session.scalars(select(Post.id).where(Post.unit_id == unit, Post.role == role)).first()
        row = {
            "unit_id": unit, "id": office.ids.new(office.now), "post_id": post, "acting_for_id": absent,
            "membership_id": office.actor(name).membership_id, "from_at": office.now, "to_at": office.now + round(minutes * MINUTE),
        }  # fmt: skip
        session.execute(insert(PostHolding), row)


def test_a_reviewing_post_that_is_lent_later_shortens_the_sign_in_while_it_is_held(office: Office) -> None:
    token, other = (opened(office, name, limits=limits_for(["member"])) for name in ("member", "other"))
    office.later(240)
    touched(office, token)
    lend(office, "member", "team_leader", minutes=180)

    office.later(59)
    assert who(office, token) is not None
    office.later(1)
    assert who(office, token) is None
    with office.store.read() as session:
        assert sign_ins_of(session, office.account("member"), now=office.now) == []
    assert who(office, other) is not None
    office.later(120)
    assert who(office, token) is not None


def test_a_field_post_that_is_lent_changes_nothing(office: Office) -> None:
    token = opened(office, limits=limits_for(["member"]))
    lend(office, "member", "member", minutes=600)

    office.later(500)

    assert who(office, token) is not None


def test_a_units_clock_says_which_posts_are_held(offices: NewOffice) -> None:
    office = offices(clock_offset=-600 * MINUTE)
    token = opened(office, limits=limits_for(["member"]))
    lend(office, "member", "team_leader", minutes=60)  # in the unit's time: ten hours from now

    office.later(400)

    assert who(office, token) is not None
    office.later(230)
    assert who(office, token) is None
