"""Printing sign-in cards: whom one may choose, a sheet that is shown once, a code that lets its holder in."""

import re
import uuid

import pytest
from sqlalchemy import func, select

from tests.web.offices import OfficeSite
from tests.workflow.organisation.administering import done
from web.cards.views import _is_this_machine
from workflow.actions.manage_posts import give_post
from workflow.tables import Command, SignInCard

CODE = re.compile(r'<div class="code">([A-Z2-9-]{14})</div>')
NEW = "mưa rơi trên mái tôn cũ"


def shown(place: OfficeSite, by: str, *names: str, key: str | None = None) -> tuple[int, str]:
    """Print cards for people and return status and page."""
    data = {"people": [str(place.office.account(name)) for name in names], "key": key or uuid.uuid4().hex}
    answer = place.as_(by).post(place.url("cards"), data)
    return answer.status_code, answer.text


def cards_kept(place: OfficeSite, name: str) -> int:
    """Return how many cards of somebody were ever made."""
    with place.office.store.read() as session:
        mine = SignInCard.account_id == place.office.account(name)
        return session.scalar(select(func.count()).select_from(SignInCard).where(mine)) or 0


def test_a_leader_sees_the_members_of_their_team_and_the_administrator_everybody(place: OfficeSite) -> None:
    leaders = place.as_("leader").get(place.url("cards")).text
    admins = place.as_("admin").get(place.url("cards")).text

    assert "Trần Thị Thành" in leaders
    for name in ("Vũ Thị Xa", "Ngô Văn Trưởng", "Lý Thị Quản"):
        assert name not in leaders
        assert name in admins
    assert admins.index("Tổ công tác số 1") < admins.index("Tổ công tác số 2") < admins.index("Ngoài các tổ")


@pytest.mark.parametrize(
    ("host", "here_only"),
    [
        ("localhost", True), ("localhost:8016", True), ("127.0.0.1:8016", True), ("[::1]:8016", True), ("127.8.0.1", True),
        ("192.168.1.20:8016", False), ("[fd00::5]", False), ("phuong.example.vn", False), ("localhost.example.vn", False),
    ],
)  # fmt: skip
def test_an_address_that_no_telephone_can_open_is_warned_of_before_cards_are_made(host: str, here_only: bool) -> None:
    assert _is_this_machine(host) is here_only


def test_the_warning_stands_above_the_choice(place: OfficeSite) -> None:
    assert "đang mở ở địa chỉ localhost" in place.as_("admin").get(place.url("cards")).text


def test_a_printed_code_lets_its_holder_in(place: OfficeSite) -> None:
    status, page = shown(place, "leader", "member")

    (code,) = CODE.findall(page)
    assert status == 200
    assert page.count('class="qr"') == page.count('class="login-card"') == 1
    assert "style=" not in page
    phone = place.stranger()
    asked = phone.get(f"/q/{code.replace('-', '')}")
    assert "Trần Thị Thành" in asked.text
    typed = {"new_password": NEW, "again": NEW}
    entered = phone.post(f"/q/{code.replace('-', '')}", typed)
    assert entered.status_code == 303
    assert place.office.sign_in("member", NEW).kind == "welcome"
    assert shown(place, "leader", "other")[0] == 404


def test_a_whole_team_or_everybody_without_a_password_at_once(place: OfficeSite) -> None:
    place.office.has_password("admin", "second", "chair")
    browser, office = place.as_("admin"), place.office
    page = browser.get(place.url("cards")).text
    team = re.search(r'name="groups" value="([0-9a-f-]{36})"[^>]*>.*?Trần Thị Thành', page, re.DOTALL)
    assert team is not None

    whole = browser.post(place.url("cards"), {"groups": [team[1]], "people": [str(office.account("idle"))]}).text
    new = browser.post(place.url("cards"), {"groups": ["new"]}).text
    leaders = place.as_("leader").post(place.url("cards"), {"groups": ["new", "other"]}).text

    def named(text: str) -> list[str]:
        return re.findall(r'class="who"><strong>(.*?)</strong>', text)

    assert sorted(named(whole)) == ["Nguyễn Văn Lãnh", "Trần Thị Thành", "Đào Thị Rảnh"]
    assert len(named(new)) == 5
    assert named(leaders) == ["Trần Thị Thành"]
    assert "5 người chưa có mật khẩu" in page


def test_who_is_in_two_teams_stands_in_both_and_in_the_leaders_own(place: OfficeSite) -> None:
    done(place.office, give_post, place.office.actor("other").membership_id, code="member", scope="T1")

    admins, leaders = (place.as_(by).get(place.url("cards")).text for by in ("admin", "leader"))
    other = place.as_("other_leader").get(place.url("cards")).text

    assert admins.count("Vũ Thị Xa") == 2
    for page, own, foreign in ((leaders, "số 1", "số 2"), (other, "số 2", "số 1")):
        assert page.count("Vũ Thị Xa") == 1
        assert f"Tổ công tác {own}" in page
        assert f"Tổ công tác {foreign}" not in page
    group = re.search(r'name="groups" value="([0-9a-f-]{36})"', other)
    assert group is not None
    printed = place.as_("other_leader").post(place.url("cards"), {"groups": [group[1]]}).text
    assert re.findall(r'class="who"><strong>(.*?)</strong>', printed) == ["Vũ Thị Xa"]


def test_a_sheet_is_never_kept_and_sent_again_shows_no_code(place: OfficeSite) -> None:
    key = uuid.uuid4().hex
    status, first = shown(place, "admin", "member", "leader", key=key)
    again = shown(place, "admin", "member", "leader", key=key)

    codes = CODE.findall(first)
    assert (status, len(codes), again[0]) == (200, 2, 200)
    assert CODE.findall(again[1]) == []
    assert "không hiện lại" in again[1]
    assert cards_kept(place, "member") == 1
    with place.office.store.read() as session:
        answers = repr(session.scalars(select(Command.answer).where(Command.unit_id == place.office.unit_id)).all())
    assert not any(code in answers or code.replace("-", "") in answers for code in codes)
    answer = place.as_("admin").get(place.url("cards"))
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("names", [(), ("leader",)])
def test_nobody_chosen_or_not_the_leaders_to_print(place: OfficeSite, names: tuple[str, ...]) -> None:
    status, page = shown(place, "leader", *names)

    assert status in (403, 422)
    assert 'role="alert"' in page
    assert cards_kept(place, "leader") == 0


def test_what_is_chosen_stays_chosen_when_something_is_wrong(place: OfficeSite) -> None:
    _, page = shown(place, "leader", "member", "leader")

    assert re.search(rf'value="{place.office.account("member")}"[^>]* checked', page)


@pytest.mark.parametrize("value", ["", "x", "11111111-2222-4333-8444-555555555555"])
def test_a_foreign_a_made_up_and_no_account_are_alike_absent(
    place: OfficeSite, elsewhere: OfficeSite, value: str
) -> None:
    browser = place.as_("leader")
    foreign = browser.post(place.url("cards"), {"people": [str(elsewhere.office.account("member"))]})
    other = browser.post(place.url("cards"), {"people": [value]})

    assert foreign.status_code == 404
    assert other.status_code in (404, 422)
    assert cards_kept(elsewhere, "member") == 0


def test_others_find_no_such_page(place: OfficeSite, elsewhere: OfficeSite) -> None:
    absent = elsewhere.as_("chair").get(place.url("cards")).text
    for name in ("chair", "member", "idle"):
        browser = place.as_(name)
        assert browser.get(place.url("cards")).status_code == 404
        assert browser.post(place.url("cards"), {"people": []}).status_code == 404
    assert "Văn Phòng" not in absent
    assert elsewhere.as_("admin").get(place.url("cards")).status_code == 404
