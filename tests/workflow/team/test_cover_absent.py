"""Somebody is away: their open doors go to the others, and come back."""

import uuid
from collections import Counter
from typing import Any

import pytest

from rules.time import at
from tests.workflow.roster_apply.test_import_roster import check_ledger
from tests.workflow.team.conftest import Teamwork
from workflow.actions.cover_absent import cover_absent, return_cover
from workflow.actions.record_visit import Finding
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.queries.covers import cover_of, live_covers
from workflow.tables import Door, Event, PostHolding, table_of


def cover(team: Teamwork, who: str = "binh", *, by: str = "an", code: str = "T1", **options: Any) -> dict[str, Any]:
    values = {"to": None, "until": None, "reason": "Nghỉ ốm", **options}
    member, team_id = team.member(who), team.teams[code]
    return team.world.command(by, lambda b, c, a: cover_absent(b, c, a, member, team_id=team_id, **values))


def give_back(team: Teamwork, told: dict[str, Any], by: str = "an") -> dict[str, Any]:
    return team.world.command(by, lambda b, c, a: return_cover(b, c, a, uuid.UUID(told["cover"])))


def holders(team: Teamwork) -> Counter[Any]:
    return Counter(door.assignee_id for door in team.world.rows(Door))


@pytest.fixture
def street(team: Teamwork) -> list[uuid.UUID]:
    """Bình holds three open doors and a finished one, Cường one; the other team's are noise."""
    doors = [team.door(holder="binh", house=str(n)) for n in range(4)]
    team.door(holder="cuong")
    team.door(holder="em", area="A2")
    team.world.go_to("2025-05-16 09:00")
    team.world.visit("binh", doors[3], Finding("took_part", team.cases(doors[3])[0]))
    return doors


def test_open_doors_go_to_one_other_and_finished_ones_stay(team: Teamwork, street: list[uuid.UUID]) -> None:
    told = cover(team, to=team.member("cuong"), until=at("2025-05-18 00:00"))

    assert (told["moved"], told["left"], told["by_member"]) == (3, 1, {str(team.member("cuong")): 3})
    assert holders(team) == {team.member("cuong"): 4, team.member("binh"): 1, team.member("em"): 1}
    [live] = team.read("an", lambda s, a, c: live_covers(s, a, c, team.teams["T1"]))
    assert (live.member, live.doors, live.still, live.until) == ("Trần Thị Bình", 3, 3, at("2025-05-18 00:00"))
    assert (live.is_over(at("2025-05-17 23:59")), live.is_over(at("2025-05-18 00:00"))) == (False, True)
    assert live.reason == "Nghỉ ốm"
    check_ledger(team.world)


def test_evenly_means_that_open_doors_end_level(team: Teamwork, street: list[uuid.UUID]) -> None:
    for _ in range(2):
        team.door(holder="an")

    told = cover(team, "an")  # Bình holds 3 open ones and one finished, Cường 1

    assert told["by_member"] == {str(team.member("cuong")): 2}
    again = cover(team, "cuong")
    assert again["by_member"] == {str(team.member("binh")): 3}
    check_ledger(team.world)


def test_given_back_but_for_those_handed_on_meanwhile(team: Teamwork, street: list[uuid.UUID]) -> None:
    told = cover(team, to=team.member("cuong"))
    team.world.go_to("2025-05-17 09:00")
    team.world.visit("cuong", street[0], Finding("not_taking_part", team.cases(street[0])[0]))
    team.give([street[1]], "an")
    other = cover(team, "an", to=team.member("cuong"))

    back = give_back(team, told)

    assert (back["moved"], back["kept"]) == (2, 1)
    assert {d.id for d in team.world.rows(Door, Door.assignee_id == team.member("binh"))} == {
        street[0],
        street[2],
        street[3],
    }
    left = team.read("an", lambda s, a, c: live_covers(s, a, c, team.teams["T1"]))
    assert [str(live.id) for live in left] == [other["cover"]]
    with pytest.raises(AlreadyDecided, match="đã được trả lại hoặc chuyển tiếp"):
        give_back(team, told)
    assert team.read("an", lambda s, a, c: cover_of(s, a, c, uuid.UUID(told["cover"]))).still == 0
    check_ledger(team.world)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"reason": " "}, "Lý do: chưa ghi lý do vắng"),
        ({"reason": "Gọi 0912345678"}, "Lý do"),
        ({"until": at("2025-05-16 09:00")}, "Đến hết ngày: đã qua"),
        ({"until": at("2099-01-02 00:00")}, "Đến hết ngày: sau khi đợt kết thúc; chọn muộn nhất là ngày 30/5/2025"),
        ({"to": "binh"}, "chính là người vắng"),
        ({"to": "em"}, "không phải thành viên của tổ này"),
        ({"who": "an"}, "không giữ hộ nào còn việc"),
        ({"who": "em", "code": "T2", "by": "dung"}, "không còn thành viên nào khác"),
    ],
)
def test_refused_with_a_sentence_and_nothing_written(
    team: Teamwork, street: list[uuid.UUID], options: dict[str, Any], sentence: str
) -> None:
    before = len(team.world.events())
    if isinstance(options.get("to"), str):
        options = {**options, "to": team.member(options["to"])}

    with pytest.raises(BadInput, match=sentence):
        cover(team, **options)

    assert len(team.world.events()) == before


def test_only_who_assigns_the_teams_doors(team: Teamwork, street: list[uuid.UUID]) -> None:
    told = cover(team, by="hai", to=team.member("cuong"))

    for login in ("dung", "binh", "khanh", "em"):
        with pytest.raises(NotFound):
            cover(team, by=login)
        with pytest.raises(NotFound):
            give_back(team, told, by=login)
    with pytest.raises(NotPermitted, match="Liên hệ tổ trưởng tổ công tác"):
        cover(team, by="giang")
    with pytest.raises(NotPermitted):
        give_back(team, told, by="giang")
    for absent in (uuid.uuid4(), team.world.events(Event.kind == "transfer")[0].batch_id):
        with pytest.raises(NotFound):
            give_back(team, {"cover": str(absent)})


def test_whoever_left_the_team_gets_nothing_back(team: Teamwork, street: list[uuid.UUID]) -> None:
    told = cover(team, to=team.member("cuong"))
    world, binh = team.world, team.member("binh")
    with world.store.write() as session:
        holdings = table_of(PostHolding)
        ends = holdings.update().where(holdings.c.unit_id == world.unit_id, holdings.c.membership_id == binh)
        session.execute(ends.values(to_at=world.clock.now()))

    with pytest.raises(BadInput, match="không còn là thành viên của tổ"):
        give_back(team, told)


def test_another_units_cover_is_absent(team: Teamwork, street: list[uuid.UUID], worlds: Any) -> None:
    told = cover(team, to=team.member("cuong"))
    other = Teamwork(worlds())
    other.world.go_to("2025-05-16 10:00")

    with pytest.raises(NotFound):
        give_back(other, told, by="hai")
