"""Where two persons are needed, who stands in for somebody is still one: neither both of two, nor the second to the one they stand in for."""

import uuid
from dataclasses import replace

import pytest

from tests.workflow.absence.conftest import Away
from tests.workflow.absence.test_own_work_in_a_lent_post import see, take
from tests.workflow.absence.test_where_it_is_read import CUT, PERIOD, TO
from tests.workflow.inbox.conftest import Silent
from tests.workflow.plan.conftest import Town, store, town
from workflow.access import Actor, Held
from workflow.actions.close_period import close_period
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.reopen_period import answer_reopening, ask_reopening
from workflow.closing.board import period_page
from workflow.closing.second_person import second_post
from workflow.errors import NotPermitted
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import occurrences_by_scope
from workflow.tables import CloseReopening, Task, Team

__all__ = ["store", "town"]

ASKER, CHAIR, THIRD = (uuid.UUID(int=number) for number in (1, 2, 3))


def post(role: str, acting_for: uuid.UUID | None = None) -> Held:
    return Held(uuid.uuid4(), role, role, role, None, None, None, acting_for)


def somebody(who: uuid.UUID, *posts: Held) -> Actor:
    return Actor(uuid.UUID(int=9), uuid.UUID(int=9), who, "Ai đó", posts)


@pytest.mark.parametrize(
    ("answers", "first", "counts"),
    [
        (somebody(CHAIR, post("chair")), {ASKER}, True),
        (somebody(ASKER, post("coordinator"), post("chair", CHAIR)), {ASKER}, False),
        (somebody(THIRD, post("coordinator", ASKER)), {ASKER}, False),
        (somebody(THIRD, post("chair", CHAIR)), {ASKER}, True),
        (somebody(THIRD, post("coordinator", ASKER), post("chair", CHAIR)), {ASKER}, False),
        (somebody(THIRD, post("coordinator"), post("chair", ASKER)), {ASKER}, True),
        (somebody(CHAIR, post("chair")), {ASKER, CHAIR}, False),
        (somebody(THIRD, post("chair", CHAIR)), {ASKER, CHAIR}, False),
        (somebody(THIRD, post("coordinator"), post("chair", CHAIR)), {ASKER, CHAIR}, True),
        (somebody(THIRD, post("member")), {ASKER}, False),
    ],
)
def test_who_counts_as_the_second_to_open_a_period_again(answers: Actor, first: set[uuid.UUID], counts: bool) -> None:
    found = second_post(answers, first)

    assert (found is not None) == counts
    assert found is None or found.acting_for not in first


def test_who_answers_only_because_the_one_who_asked_lent_them_the_post_is_no_second(
    silent: Silent, silent_away: Away
) -> None:
    world, away = silent.world, silent_away
    with world.book() as (book, context):
        open_plan(book, context)
    silent.at(CUT)
    world.command("hai", lambda b, c, a: {"id": str(close_period(b, c, PERIOD, actor=a, without=("T1", "T2")).id)})
    world.command("hai", lambda b, c, a: {"id": str(ask_reopening(b, c, PERIOD, actor=a, reason="nhập nhầm"))})

    def agree(book: Book, context: CampaignContext, actor: Actor) -> dict[str, str]:
        return {"id": str(answer_reopening(book, context, PERIOD, actor=actor, agree=True).id)}

    lent = away.plan("khanh", "an", None, TO, by="hai")["absence"]
    assert not silent.read("an", period_page, PERIOD).may_answer
    assert not silent.read("hai", period_page, PERIOD).may_answer
    with pytest.raises(NotPermitted, match="làm thay do chính người đề nghị mở lại giao thì không tính"):
        world.command("an", agree)
    away.end(lent, "khanh")
    away.plan("khanh", "an", None, TO)

    assert silent.read("an", period_page, PERIOD).may_answer
    world.command("an", agree)

    assert [row.status for row in world.rows(CloseReopening)] == ["agreed"]


def test_who_handed_a_task_in_does_not_accept_it_in_somebody_elses_name(town: Town) -> None:
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    task = town.task("mobilise")
    everybody = town.everybody
    lent = replace(everybody, posts=tuple(replace(held, acting_for=CHAIR) for held in everybody.posts))

    def move(name: str, actor: Actor, now: str) -> None:
        version = town.task("mobilise").state_version
        town.write(now, lambda book: move_task(book, town.campaign, task.id, name, actor=actor, state_version=version))

    move("start", everybody, "2025-05-14 09:00")
    move("submit", everybody, "2025-05-14 10:00")
    with pytest.raises(NotPermitted, match="một người khác với người đã nộp"):
        move("accept", lent, "2025-05-14 11:00")
    move("accept", everybody, "2025-05-14 11:00")
    assert town.task("mobilise").state == "done"


def test_the_pages_offer_what_will_be_accepted(silent: Silent, silent_away: Away) -> None:
    with silent.world.book() as (book, context):
        open_plan(book, context)
    silent.at("2025-05-16 15:00")
    for login, team in (("an", "T1"), ("dung", "T2")):
        take(silent, login, report_of(silent, team), "submit")
    silent_away.plan("hai", "an", None, TO)

    own, other = (see(silent, "an", report_of(silent, team).id) for team in ("T1", "T2"))
    assert ("accept" in own.may, "accept" in other.may) == (False, True)
    page = silent.read("an", period_page, "2025-05-16")
    assert {row.sender.team.code: row.may_accept for row in page.open.rows} == {"T1": False, "T2": True}
    lines = silent.read("an", occurrences_by_scope, own.task["item"], "2025-05-16")
    assert {line.scope: line.may_accept for line in lines} == {"T1": False, "T2": True}
    with pytest.raises(NotPermitted, match="một người khác với người đã nộp"):
        take(silent, "an", report_of(silent, "T1"), "accept")
    silent_away.plan("dung", "an", None, TO)
    assert "accept" not in see(silent, "an", other.task["id"]).may
    with pytest.raises(NotPermitted, match="một người khác với người đã nộp"):
        take(silent, "an", report_of(silent, "T2"), "accept")
    take(silent, "hai", report_of(silent, "T2"), "accept")


def report_of(silent: Silent, team: str) -> Task:
    (id_,) = [row.id for row in silent.world.rows(Team) if row.code == team]
    (task,) = silent.world.rows(Task, Task.team_id == id_, Task.is_duty, Task.occurrence == "2025-05-16")
    return task
