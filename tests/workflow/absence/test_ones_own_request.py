"""Nobody decides in a lent post on what they asked for, nor on what another for whom they stand in asked for."""

import uuid
from typing import Any

import pytest

from rules.time import at
from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent
from tests.workflow.officials import appoint
from workflow.actions.decide_exit import decide_exit
from workflow.actions.report_movement import report_movement
from workflow.errors import NotPermitted
from workflow.queries.exit_requests import exit_request
from workflow.queries.waiting import count_waiting, waiting_list
from workflow.tables import Area, Event

TO, LATER = "2025-05-20 12:00", at("2025-05-19 12:00")
DECIDING: dict[str, dict[str, Any]] = {
    "acknowledged": {},
    "handed_on": {"to": "team"},
    "taken_over": {},
    "returned": {"reason": "gọi lại"},
    "granted": {"reason": "mưa lớn", "until": LATER},
    "decided": {"reason": "đã gặp"},
}


@pytest.mark.parametrize("answer", DECIDING)
def test_who_handed_it_up_does_not_answer_it_in_a_lent_post(silent: Silent, silent_away: Away, answer: str) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "raised")
    silent_away.plan("hai", "an", None, TO)
    before = len(silent.world.events(Event.kind == "escalate"))

    assert answer not in silent.told("an", 0).may
    with pytest.raises(NotPermitted, match="không phải người đã chuyển việc này lên"):
        silent.answer("an", silent.ids(0), answer, **DECIDING[answer])

    assert len(silent.world.events(Event.kind == "escalate")) == before
    assert silent.answer("hai", silent.ids(0), answer, **DECIDING[answer])["answered"] == 1


def test_of_several_it_is_left_out_and_told(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "raised")
    silent_away.plan("hai", "an", None, TO)

    done = silent.answer("an", silent.group("A1"), "decided", reason="đã gặp")

    assert (done["answered"], done["skipped"]["own_request"], done["skipped"]["not_held"]) == (2, 1, 0)
    assert silent.findings() == []


def test_handing_it_further_up_and_adding_a_word_decides_nothing(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "raised")
    silent_away.plan("hai", "an", None, TO)

    assert set(silent.told("an", 0).may) == {"raised", "rested", "noted"}
    silent.answer("an", silent.ids(0), "noted", reason="đang chờ")
    assert silent.answer("an", silent.ids(0), "raised")["answered"] == 1


def test_nor_does_who_stands_in_for_the_one_who_handed_it_up(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "raised")
    silent_away.plan("hai", "dung", None, TO)
    assert "decided" in silent.told("dung", 0).may
    silent_away.plan("an", "dung", None, TO)

    assert "decided" not in silent.told("dung", 0).may
    with pytest.raises(NotPermitted):
        silent.answer("dung", silent.ids(0), "decided", reason="đã gặp")


def test_in_the_own_name_everybody_does_what_they_may(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent_away.plan("an", "giang", None, TO)
    silent.answer("giang", silent.ids(1), "noted", reason="đã xem")
    silent.answer("an", silent.ids(0), "raised")

    silent.answer("giang", silent.ids(0), "decided", reason="đã gặp")

    assert silent.world.events(Event.kind == "escalate", Event.cause == "person")[-1].acting_for_id is None


def test_what_somebody_else_handed_on_since_is_taken(silent: Silent, silent_away: Away) -> None:
    silent.at(CLIMBED)
    silent.answer("giang", silent.ids(0), "raised")
    silent.answer("khanh", silent.ids(0), "handed_on", to=silent_away.id("giang"))
    silent_away.plan("hai", "giang", None, TO)

    assert "acknowledged" in silent.told("giang", 0).may
    assert silent.answer("giang", silent.ids(0), "acknowledged")["answered"] == 1


def test_an_exit_is_not_confirmed_by_who_stands_in_for_the_one_who_asked(silent: Silent, silent_away: Away) -> None:
    world = silent.world
    head = appoint(world, "area_head", area_id=next(area.id for area in world.rows(Area) if area.code == "A1"))
    silent.at(NOTICED)
    told = world.command(
        head, lambda b, c, a: report_movement(b, c, a, silent.cases[0], outcome="moved_out", evidence="giấy chuyển đi")
    )
    request = uuid.UUID(told["request"])
    silent_away.plan("hai", "dung", None, TO)
    assert silent.read("dung", _shown, request)
    silent_away.plan(head, "dung", None, TO)

    assert not silent.read("dung", _shown, request)
    with pytest.raises(NotPermitted, match="không phải người đã đề nghị"):
        world.command("dung", lambda b, c, a: decide_exit(b, c, a, request, confirm=True))
    assert world.command("hai", lambda b, c, a: decide_exit(b, c, a, request, confirm=True))["status"] == "confirmed"


def test_nor_does_it_stand_in_their_list(silent: Silent, silent_away: Away) -> None:
    world = silent.world
    head = appoint(world, "area_head", area_id=next(area.id for area in world.rows(Area) if area.code == "A1"))
    silent.at(NOTICED)
    told = world.command(
        head, lambda b, c, a: report_movement(b, c, a, silent.cases[0], outcome="moved_out", evidence="giấy chuyển đi")
    )
    silent_away.plan("an", "dung", None, TO)
    assert [row.kind for row in silent.read("dung", waiting_list).rows].count("exit") == 1
    silent_away.plan(head, "dung", None, TO)

    assert silent.read("dung", count_waiting)["exit"].waiting == 0
    assert "exit" not in [row.kind for row in silent.read("dung", waiting_list).rows]
    assert silent.read("an", count_waiting)["exit"].waiting == 1
    with pytest.raises(NotPermitted, match="không phải người đã đề nghị"):
        world.command("dung", lambda b, c, a: decide_exit(b, c, a, uuid.UUID(told["request"]), confirm=True))


def _shown(session: Any, actor: Any, context: Any, request: uuid.UUID, *, now: int) -> bool:
    return exit_request(session, actor, context, request).may_decide
