"""The team leader's pages: what stands there, who may open them, and what their buttons do."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import update

from tests.web.site import Site
from tests.workflow.desk.posts import also_holds
from tests.workflow.team.conftest import Teamwork, statements
from tests.workflow.team.test_exit_requests import ask
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.queries.team_period import duties_of_team
from workflow.sweeps.duties import open_duties
from workflow.tables import Door, Event, Task, TeamArea


@pytest.fixture
def team(site: Site) -> Teamwork:
    return Teamwork(site.world)


def plain(html: str) -> str:
    """The text of a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def holders(team: Teamwork) -> list[Any]:
    return [door.assignee_id for door in team.world.rows(Door)]


def test_the_team_page_shows_what_everybody_carries(site: Site, team: Teamwork) -> None:
    team.door(holder="binh")
    team.door()
    site.world.go_to("2025-05-16 09:00")
    ask(team, "died")

    page = site.as_("an").get("team")

    assert page.status_code == 200
    text = plain(page.text)
    assert "1 đề nghị chờ xác nhận" in text
    assert "Tổ công tác số 1" in text
    for words in ("Trần Thị Bình", "Lê Văn Cường", "hộ còn việc chưa ai giữ", "Kỳ báo cáo đang chạy"):
        assert words in text
    assert "Vũ Văn Em" not in text
    assert "<style" not in page.text
    assert 'style="' not in page.text


def test_after_a_cut_the_new_period_begins_at_it_though_its_report_is_not_open(site: Site, team: Teamwork) -> None:
    door = team.door(holder="binh")
    with site.world.book() as (book, context):
        open_plan(book, context)
    site.world.go_to("2025-05-16 15:00")
    with site.world.book() as (book, context):
        open_duties(book, context, site.world.clock.now())
    site.world.visit("binh", door, Finding("nobody_home"))
    before = plain(site.as_("an").get("team").text)
    site.world.go_to("2025-05-16 16:05")

    after = plain(site.as_("an").get("team").text)

    assert "đến trước 16:00 ngày 16/5/2025" in before
    assert "1 lượt đến trong kỳ" in before
    assert "Từ 16:00 ngày 16/5/2025; báo cáo của kỳ này chưa đến lúc mở." in after
    assert "0 lượt đến trong kỳ" in after
    assert "Trước 16:00 ngày 16/5/2025, theo sổ lúc đó." in after


@pytest.mark.parametrize("path", ["team", "team/doors", "team/assign", "exits"])
def test_who_may_open_the_pages(site: Site, team: Teamwork, path: str) -> None:
    door = team.door(holder="binh")
    asked = {"door": str(door)} if path == "team/assign" else {}

    answers = {
        login: site.as_(login).get(path, query_string=asked).status_code
        for login in ("an", "giang", "hai", "binh", "khanh")
    }

    desk = {"an": 200, "hai": 200, "giang": 404 if path == "team/assign" else 200}
    assert answers == {**desk, "binh": 404, "khanh": 404}


def test_a_coordinator_chooses_the_team_and_a_leader_gets_only_their_own(site: Site, team: Teamwork) -> None:
    assert "Tổ công tác số 2</h1>" in site.as_("hai").get("team?team=T2").text
    assert site.as_("an").get("team?team=T2").status_code == 404
    assert site.as_("an").get("team?team=T9").status_code == 404


def test_a_leader_of_two_teams_sees_both_and_who_looks_after_none_is_told(site: Site, team: Teamwork) -> None:
    also_holds(site.world, "an", "team_leader", "T2")

    first, second = site.as_("an").get("team"), site.as_("an").get("team?team=T2")
    assert "Tổ công tác số 1</h1>" in first.text
    assert re.search(r'href="[^"]*team\?team=T2"[^>]*>', first.text)
    assert "Tổ công tác số 2</h1>" in second.text
    assert "Vũ Văn Em" in plain(second.text)

    with site.world.store.write() as session:
        session.execute(
            update(TeamArea).where(TeamArea.unit_id == site.world.unit_id).values(to_at=site.world.clock.now())
        )
    nobody = site.as_("giang").get("team")
    assert nobody.status_code == 200
    assert "Chưa có tổ công tác nào" in nobody.text
    assert site.as_("giang").get("team?team=T1").status_code == 404


def test_the_report_is_sent_from_the_page_once(site: Site, team: Teamwork) -> None:
    world = site.world
    world.go_to("2025-05-16 10:00")
    with world.book() as (book, context):
        open_plan(book, context)
    world.tick()
    duty = team.read("an", duties_of_team, team.teams["T1"], now=world.clock.now())[-1]
    an = site.as_("an")
    sent = {"state_version": str(duty.state_version), "key": "send-once"}

    assert "Gửi báo cáo" in an.get("team").text
    first, again = (an.post(f"team/reports/{duty.id}", sent) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    assert "Đã gửi báo cáo đúng hạn." in an.get("team").text
    assert len(world.events(Event.kind == "task", Event.about_id == duty.id, Event.actor_id.is_not(None))) == 1
    stale = an.post(f"team/reports/{duty.id}", {"state_version": str(duty.state_version)})
    assert stale.status_code == 409
    assert an.post(f"team/reports/{duty.id}", {"state_version": "x"}).status_code == 422
    for login, which in (("dung", duty.id), ("an", uuid.uuid4())):
        assert site.as_(login).post(f"team/reports/{which}", sent).status_code == 404
    assert site.as_("giang").post(f"team/reports/{duty.id}", {"state_version": "9"}).status_code == 403
    assert world.rows(Task, Task.id == duty.id)[0].state == "submitted_for_review"


def test_a_report_that_presses_stands_before_the_numbers_of_the_day(site: Site, team: Teamwork) -> None:
    first = {}
    for moment in ("10:00", "15:40", "16:10"):
        site.world.go_to(f"2025-05-15 {moment}")
        with site.world.book() as (book, context):
            open_plan(book, context)
            open_duties(book, context, site.world.clock.now())
        text = plain(site.as_("an").get("team").text)
        first[moment] = min(("Kỳ báo cáo đang chạy", "Báo cáo của tổ"), key=text.index)

    assert first == {
        "10:00": "Kỳ báo cáo đang chạy",  # it can wait
        "15:40": "Báo cáo của tổ",  # past the hour of whoever forwards it
        "16:10": "Báo cáo của tổ",
    }


def test_the_table_filters_and_says_how_many_match(site: Site, team: Teamwork) -> None:
    team.door("Đặng Thị Hoà", holder="binh")
    free = team.door("Nguyễn Văn Một")
    team.door("Nguyễn Văn Xa", area="A2")
    an = site.as_("an")

    everything, found = an.get("team/doors"), an.get("team/doors?holder=none")

    assert "2 hộ khớp" in everything.text
    assert "1 hộ khớp" in found.text
    assert str(free) in found.text
    assert "Đặng Thị Hoà" not in found.text
    assert "3 hộ khớp" in site.as_("hai").get("team/doors").text
    assert an.get("team/doors?tick=page").text.count(" checked") == 2
    for wrong in ("area=A9", "team=T2", f"holder={team.member('em')}", "show=declined", "q=hoa"):
        assert an.get(f"team/doors?{wrong}").status_code == 404
    assert an.get("team/doors?page=99&sort=nonsense&attempts=3").status_code == 200


@pytest.mark.parametrize("typed", ["abc", "-1", "1,5", "²", "99999999"])
def test_a_number_that_cannot_be_read_is_refused_and_nothing_is_offered(site: Site, team: Teamwork, typed: str) -> None:
    door = team.door("Nguyễn Văn Một")
    an, to = site.as_("an"), f"{team.teams['T1']}.{team.member('binh')}"

    page = an.get("team/doors", query_string={"attempts": typed})
    led = an.post("team/doors", {"attempts": typed, "show": "all"})
    everything = {"all": "1", "to": to, "attempts": typed}

    assert (page.status_code, led.status_code) == (422, 303)
    assert f"Chưa gặp từ (lần): “{typed}” không phải số lần" in page.text
    assert f'value="{typed}"' in page.text
    assert "hộ khớp" not in page.text
    assert str(door) not in page.text
    assert an.get(led.location).status_code == 422
    assert an.post("team/assign/preview", everything).status_code == 404
    assert an.post("team/assign", {**everything, "expected": "1", "reason": "Chia hộ"}).status_code == 404
    assert team.world.door(door).assignee_id is None


def test_a_name_is_looked_for_without_standing_in_an_address(site: Site, team: Teamwork) -> None:
    found = team.door("Đặng Thị Hoà")
    team.door("Nguyễn Văn Một", holder="binh")
    an = site.as_("an")
    to = f"{team.teams['T1']}.{team.member('cuong')}"

    page = an.post("team/doors", {"q": "dang thi hoa"})
    none = an.post("team/doors", {"q": "không có"})
    plain_filter = an.post("team/doors", {"q": "", "holder": "none", "show": "work", "page": "1"})
    preview = an.post("team/assign/preview", {"q": "dang thi hoa", "all": "1", "to": to})
    told = an.post("team/assign", {"q": "dang thi hoa", "all": "1", "to": to, "expected": "1", "reason": "Chia hộ"})

    assert page.status_code == 200
    assert "1 hộ khớp" in page.text
    assert str(found) in page.text
    assert "hoa" not in " ".join(re.findall(r'(?:href|action|hx-\w+)="([^"]*)"', page.text + preview.text))
    assert "Không có hộ nào khớp bộ lọc." in none.text
    assert (plain_filter.status_code, plain_filter.headers["Location"]) == (
        303,
        site.path("team/doors?holder=none&page=1"),
    )
    assert "tìm “dang thi hoa”" in plain(preview.text)
    assert (told.status_code, told.headers["Location"]) == (303, site.path("team/doors"))
    assert {door.assignee_id for door in site.world.rows(Door, Door.id == found)} == {team.member("cuong")}
    for path in ("team/doors?q=hoa", f"team/assign?all=1&q=hoa&to={to}"):
        assert an.get(path).status_code == 404
    assert an.post("team/doors", {"q": "a\0b"}).status_code == 404


def test_somebody_who_left_can_still_be_asked_for(site: Site, team: Teamwork) -> None:
    team.door(holder="binh")
    world, binh = site.world, team.member("binh")
    from workflow.tables import PostHolding, table_of

    now = world.go_to("2025-05-16 09:00")
    with world.store.write() as session:
        holdings = table_of(PostHolding)
        mine = (holdings.c.unit_id == world.unit_id) & (holdings.c.membership_id == binh)
        session.execute(holdings.update().where(mine).values(to_at=now))
    an = site.as_("an")

    assert "không còn trong tổ" in an.get("team").text
    assert "1 hộ khớp" in an.get(f"team/doors?holder={binh}").text


def choose(an: Any, query: dict[str, Any]) -> dict[str, Any]:
    """Open the confirm page and return the fields of its form."""
    page = an.get("team/assign", query_string=query)
    assert page.status_code == 200
    form = re.search(r'<form method="post".*?</form>', page.text, re.S)
    assert form is not None
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]+>", form.group()):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and name.group(1) not in ("csrf_token", "reason"):
            fields.setdefault(name.group(1), []).append(value.group(1) if value else "")
    return fields


def test_ticked_doors_are_previewed_and_handed_over(site: Site, team: Teamwork) -> None:
    mine = [team.door(holder="binh"), team.door(), team.door(holder="cuong")]
    foreign = team.door(area="A2")
    to = f"{team.teams['T1']}.{team.member('cuong')}"
    an = site.as_("an")

    page = an.get("team/assign", query_string={"door": [*map(str, mine), str(foreign)], "to": to})
    text = plain(page.text)
    fields = choose(an, {"door": [*map(str, mine), str(foreign)], "to": to})
    answer = an.post("team/assign", {**fields, "reason": "Bình nghỉ ốm"})

    assert "Sẽ chuyển 2" in text
    assert "Đã ở đúng chỗ 1, để nguyên" in text
    assert "Không chuyển được 1," in text
    assert answer.status_code == 303
    said = an.get("team/doors").text
    assert "Đã chuyển 2 hộ." in said
    assert "1 hộ đã ở đúng chỗ từ trước." in said
    assert "1 hộ không tìm thấy hoặc không thuộc quyền chuyển." in said
    assert {door.assignee_id for door in site.world.rows(Door, Door.id.in_(mine))} == {team.member("cuong")}


def test_all_that_match_and_another_number_by_now(site: Site, team: Teamwork) -> None:
    for _ in range(3):
        team.door()
    team.door(holder="binh")
    to = f"{team.teams['T1']}.{team.member('cuong')}"
    an = site.as_("an")
    fields = choose(an, {"all": "1", "holder": "none", "to": to})
    team.door()
    before = len(site.world.events())

    refused = an.post("team/assign", {**fields, "reason": "Chia hộ mới"})

    assert refused.status_code == 409
    assert "Lúc mở trang có 3 hộ khớp, bây giờ có 4 hộ." in refused.text
    assert 'value="Chia hộ mới"' in refused.text
    assert 'type="hidden" name="expected" value="4"' in refused.text
    assert len(site.world.events()) == before
    accepted = an.post("team/assign", {**fields, "expected": "4", "reason": "Chia hộ mới"})
    assert accepted.status_code == 303
    assert "holder=none" in accepted.headers["Location"]
    assert holders(team).count(team.member("cuong")) == 4


def test_a_hand_over_is_refused_with_what_was_typed(site: Site, team: Teamwork) -> None:
    door = team.door()
    to = f"{team.teams['T1']}.{team.member('cuong')}"
    an = site.as_("an")
    fields = choose(an, {"door": str(door), "to": to})

    bare, phone = (an.post("team/assign", {**fields, "reason": reason}) for reason in ("", "gọi 0912345678"))

    assert (bare.status_code, phone.status_code) == (422, 422)
    assert "Lý do: chưa ghi" in bare.text
    assert "gọi 0912345678" in phone.text
    other = f"{team.teams['T2']}.{team.member('em')}"
    for changed in ({"to": other}, {"to": "x"}, {"door": [], "all": "0"}, {"all": "1", "team": "T2"}):
        assert an.post("team/assign", {**fields, "reason": "x", **changed}).status_code == 404
    assert an.get("team/assign").status_code == 303
    assert holders(team) == [None]


def test_sending_the_same_hand_over_twice_moves_once(site: Site, team: Teamwork) -> None:
    door = team.door(holder="binh")
    an = site.as_("an")
    fields = choose(an, {"door": str(door), "to": f"{team.teams['T1']}.team"})
    fields["key"] = ["twice"]
    before = len(site.world.events())

    first, second = (an.post("team/assign", {**fields, "reason": "Trả về tổ"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(site.world.events()) == before + 1


def test_covering_and_giving_back(site: Site, team: Teamwork) -> None:
    doors = [team.door(holder="binh") for _ in range(3)]
    done = team.door(holder="binh")
    site.world.go_to("2025-05-16 09:00")
    site.world.visit("binh", done, Finding("took_part", team.cases(done)[0]))
    an, binh, t1 = site.as_("an"), team.member("binh"), team.teams["T1"]
    path = f"team/{t1}/cover/{binh}"

    assert "3, sẽ giao cho người khác" in plain(an.get(path).text)
    assert an.post(path, {"to": "evenly", "until": "hôm qua", "reason": "Nghỉ ốm"}).status_code == 422
    assert an.post(path, {"to": "evenly", "until": "15/5/2025", "reason": "Nghỉ ốm"}).status_code == 422
    assert an.post(path, {"to": str(team.member("em")), "reason": "Nghỉ ốm"}).status_code == 422
    told = an.post(path, {"to": "evenly", "until": "18/5", "reason": "Nghỉ ốm"})

    assert told.status_code == 303
    page = an.get("team").text
    assert "Đã giao 3 hộ còn việc của Trần Thị Bình: Lê Văn Cường 3." in page
    assert "1 hộ không còn việc để nguyên." in page
    assert "Đến hết ngày 18/5/2025." in page
    action = re.search(r'action="([^"]+/covers/[^"]+)"', page)
    assert action is not None
    site.world.go_to("2025-05-19 00:00")
    assert "trả lại hộ" in an.get("team").text
    back = an.post(action.group(1))
    assert back.status_code == 303
    assert "Đã trả lại 3 hộ cho Trần Thị Bình." in an.get("team").text
    assert {d.assignee_id for d in site.world.rows(Door, Door.id.in_(doors))} == {binh}
    assert an.post(action.group(1)).status_code == 409


def test_a_cover_of_somebody_elses_team_is_absent(site: Site, team: Teamwork) -> None:
    team.door(holder="em", area="A2")
    path = f"team/{team.teams['T2']}/cover/{team.member('em')}"

    assert site.as_("an").get(path).status_code == 404
    assert site.as_("an").post(path, {"to": "", "reason": ""}).status_code == 404
    assert site.as_("an").get(f"team/{team.teams['T1']}/cover/{team.member('em')}").status_code == 404
    assert site.as_("an").post(f"team/covers/{uuid.uuid4()}/return").status_code == 404
    assert site.as_("dung").get(path).status_code == 200


def test_what_a_leader_reads_is_the_same_however_a_visit_ended(sites: Callable[..., Site]) -> None:
    """Two worlds, alike but for one outcome: team page and table read the same, letter by letter."""
    read = []
    for outcome in ("took_part", "took_part_not_deducted", "not_taking_part"):
        site = sites()
        team = Teamwork(site.world)
        door = team.door("Nguyễn Văn Một", "Nguyễn Thị Hai", holder="binh")
        site.world.go_to("2025-05-16 17:00")
        site.world.visit("binh", door, Finding(outcome, team.cases(door)[0]))
        an = site.as_("an")
        pages = [an.get(path).text for path in ("team", "team/doors", "team/doors?show=all")]
        pages.append(an.post("team/doors", {"show": "all", "q": "nguyen"}).text)
        read.append([plain(page).replace(site.world.code, "") for page in pages])

    assert read[0] == read[1] == read[2]
    assert "Đã tham gia 0" in read[0][0] or "Chưa qua mốc chốt nào." in read[0][0]


@pytest.fixture
def english(site: Site) -> Iterator[Any]:
    """An's browser, in English; accounts outlive their world, so it is Vietnamese again afterwards."""
    an = site.as_("an")
    an.post("/me/language", {"locale": "en", "back": "/me"})
    yield an
    an.post("/me/language", {"locale": "vi", "back": "/me"})


def test_english_speaks_english(team: Teamwork, english: Any) -> None:
    team.door(holder="binh")

    text = plain(english.get("team").text)

    assert "doors with work that nobody holds" in text
    assert "hộ còn việc" not in text


@pytest.mark.parametrize("path", ["team/doors?show=all", "exits"])
def test_a_page_asks_the_database_little_however_long_the_list(site: Site, team: Teamwork, path: str) -> None:
    def asked() -> int:
        an = site.as_("an")
        with statements(site.world) as seen:
            assert an.get(path).status_code == 200
        return len(seen)

    site.world.go_to("2025-05-16 09:00")
    for _ in range(2):
        ask(team, "died")
    few = asked()
    for _ in range(6):
        ask(team, "died")

    assert asked() == few <= 12


@pytest.mark.parametrize(
    ("path", "items"), [("team", 1), ("team/doors", 1), ("team/assign?door=x&to=", 1), ("exits", 1)]
)
def test_the_menu_says_once_where_somebody_is(site: Site, team: Teamwork, path: str, items: int) -> None:
    page = site.as_("an").get(path).text
    menu = re.search(r'<nav class="menu".*?</nav>', page, re.S)

    assert menu is not None
    assert menu.group().count('aria-current="page"') == items
