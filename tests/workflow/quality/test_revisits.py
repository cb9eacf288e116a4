"""Re-visits: drawn by a seal that nobody can choose, asked by another team, and only whether somebody came."""

import hashlib
import json
import uuid
from typing import Any

import pytest
from sqlalchemy import update

from rules.time import MINUTE, at
from tests.workflow.world import World
from workflow.actions.answer_revisit import answer_revisit
from workflow.actions.draw_revisits import draw_revisits
from workflow.actions.record_visit import Finding
from workflow.days import local_day
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.figures.revisit_sample import draw, how_many
from workflow.ledger.seals import seal_unit
from workflow.queries.revisits import answers_by_team, days_of_revisits, revisits_to_ask
from workflow.tables import Event, Revisit, RevisitDraw, Seal, Team
from workflow.verify import verify

DAY = local_day(at("2025-05-16 08:00"))


@pytest.fixture
def town(world: World) -> World:
    """On 16/5 team 1 met 35 households and found nobody at one; team 2 met two, one of them by telephone; then the night passed."""
    world.go_to("2025-05-16 08:00")
    for number in range(36):
        door, (case,) = world.household(["Nguyễn Văn Một"], house=f"{number:02}")
        world.clock.move_to(world.clock.now() + 4 * MINUTE)
        findings = ["nobody_home"] if number == 35 else [Finding("took_part", case)]
        world.visit("binh", door, *findings)
    for mode in ("door", "phone"):
        door, (case,) = world.household(["Trần Thị Hai"], area="A2", house=mode)
        world.visit("em", door, Finding("promised", case, promised_at=at("2025-05-18 19:00")), mode=mode)
    world.go_to("2025-05-17 08:00")
    return world


def drawn(world: World, login: str = "hai", day: int = DAY) -> dict[str, Any]:
    return world.command(login, lambda book, context, actor: draw_revisits(book, context, actor, day))


def answer(world: World, login: str, revisit: uuid.UUID, said: str) -> dict[str, Any]:
    return world.command(login, lambda book, context, actor: answer_revisit(book, context, actor, revisit, said))


def to_ask(world: World, login: str) -> list[Any]:
    with world.store.read() as session:
        return revisits_to_ask(session, world.actor(login), world.context())


def test_the_seal_alone_draws_and_whoever_holds_it_draws_the_same(town: World) -> None:
    refused = (
        ("hai", DAY + 1, BadInput),
        ("hai", DAY - 1, BadInput),
        ("an", DAY, NotPermitted),
        ("khanh", DAY, NotPermitted),
    )
    for login, day, refusal in refused:
        with pytest.raises(refusal):
            drawn(town, login, day)
    assert not town.rows(RevisitDraw)

    told = drawn(town)

    assert (told["frame"], told["drawn"]) == (36, 2 + 1)
    (made,), rows, seals = town.rows(RevisitDraw), town.rows(Revisit), town.rows(Seal)
    assert made.seal_no == seals[-1].seal_no
    assert seals[-1].last_no < made.ledger_no, "the seal covers the visits, not the drawing"
    teams = {team.code: team.id for team in town.rows(Team)}
    mine = [row for row in rows if row.team_id == teams["T1"]]
    met = {
        event.door_id
        for event in town.events(Event.kind == "visit")
        if event.data["contact"] and event.data["mode"] == "door"
    }
    by_hand = sorted(
        (hashlib.sha256(f"{seals[-1].seal}:{teams['T1'].hex}:{door.hex}".encode()).hexdigest(), door)
        for door in met - {row.door_id for row in rows if row.team_id == teams["T2"]}
    )
    assert {row.door_id for row in mine} == {door for _, door in by_hand[:2]}
    assert {row.by_team_id for row in mine} == {teams["T2"]}, "never the team that went"
    with pytest.raises(AlreadyDecided):
        drawn(town, "giang")
    with town.store.read() as session:
        (first_day,) = days_of_revisits(session, town.actor("hai"), town.context(), now=town.clock.now())
    assert (first_day.day, first_day.visits, first_day.frame, first_day.drawn, first_day.answered, first_day.seal) == (
        DAY,
        37,
        36,
        3,
        0,
        seals[-1].seal,
    )


def test_a_later_seal_cannot_be_waited_for(town: World) -> None:
    with town.store.write() as session:
        first = seal_unit(session, town.unit_id, town.clock.now())
    town.go_to("2025-05-18 08:00")
    door, (case,) = town.household(["Lê Văn Ba"], house="99")
    town.visit("binh", door, Finding("took_part", case))
    with town.store.write() as session:
        seal_unit(session, town.unit_id, town.clock.now())

    assert first is not None
    assert drawn(town)["seal_no"] == first.seal_no


def test_another_team_asks_only_whether_somebody_came(town: World) -> None:
    drawn(town)
    one, two = to_ask(town, "em")
    assert (one.lane, one.area, one.answer) == ("Ngõ 1", "Tổ dân phố 1", None)
    assert "Nguyễn" not in json.dumps([str(each) for each in (one, two)], ensure_ascii=False), (
        "an address, never a person"
    )
    assert len(to_ask(town, "binh")) == 1, "team 1 asks at the door of team 2"
    assert len(to_ask(town, "hai")) == 3
    assert len(to_ask(town, "giang")) == 2, "the duty leader of area 1"

    answer(town, "em", one.id, "nobody_there")
    answer(town, "dung", one.id, "came")
    answer(town, "em", two.id, "not_came")

    for login, said, refusal in (
        ("binh", "came", NotFound),
        ("em", "took_part", BadInput),
        ("khanh", "came", NotFound),
    ):
        with pytest.raises(refusal):
            answer(town, login, one.id, said)
    assert [each.answer for each in to_ask(town, "em")].count("came") == 1
    told = [event.data for event in town.events(Event.kind == "note") if event.about_id == one.id]
    assert told == [{"what": "revisit", "answer": "nobody_there"}, {"what": "revisit", "answer": "came"}]
    with town.store.read() as session:
        first, second = answers_by_team(session, town.actor("hai"), town.context())
        assert [row.code for row in answers_by_team(session, town.actor("giang"), town.context())] == ["T1"]
    assert (first.drawn, first.came, first.not_came, first.nobody, first.asked) == (2, 1, 1, 0, 2)
    assert (second.drawn, second.asked) == (1, 0)


def test_the_proof_draws_again_and_knows_every_answer(town: World) -> None:
    drawn(town)
    one, two = to_ask(town, "em")
    answer(town, "em", one.id, "came")

    def wrong() -> set[str]:
        with town.store.read() as session:
            return {each.check for each in verify(session, [town.unit_id]).violations if each.check != "I5-personal"}

    assert wrong() == set()
    for row, values in (
        (one, {"answer": "not_came"}),
        (two, {"door_id": one_not_drawn(town)}),
    ):
        with town.store.write() as session:
            session.execute(
                update(Revisit).where(Revisit.unit_id == town.unit_id, Revisit.id == row.id).values(**values)
            )
        assert "P-revisit" in wrong()
        with town.store.write() as session:
            back = {"answer": "came"} if "answer" in values else {"door_id": door_of[row.id]}
            session.execute(update(Revisit).where(Revisit.unit_id == town.unit_id, Revisit.id == row.id).values(**back))
        assert wrong() == set()


door_of: dict[uuid.UUID, uuid.UUID] = {}


def one_not_drawn(town: World) -> uuid.UUID:
    """Return a door that was visited and not drawn; remember where the drawn ones are."""
    rows = town.rows(Revisit)
    door_of.update({row.id: row.door_id for row in rows})
    visited = {event.door_id for event in town.events(Event.kind == "visit")}
    return min(visited - {row.door_id for row in rows})


def test_the_drawing_favours_no_door() -> None:
    from workflow.figures.revisit_sample import Visited

    team, doors = uuid.UUID(int=1), [uuid.UUID(int=number) for number in range(100, 133)]
    frame = [Visited(team, door) for door in doors]
    hits = dict.fromkeys(doors, 0)
    for number in range(3300):
        seal = hashlib.sha256(str(number).encode()).hexdigest()
        (one,) = draw(seal, frame)
        hits[one.door_id] += 1

    assert how_many(33) == 1
    assert all(60 <= n <= 145 for n in hits.values()), hits  # 100 expected, 4.5 standard deviations
