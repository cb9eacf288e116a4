"""In a lent post nobody eases what they, or somebody else for whom they stand in, have to answer for."""

import uuid

import pytest

from rules.time import DAY, at
from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent
from tests.workflow.inbox.test_settling import settle
from workflow.access import Actor
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.settle_chosen import Shown, ShownGroup
from workflow.actions.waive_duty import waive_duty
from workflow.errors import NotPermitted
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import occurrences_by_scope
from workflow.queries.task_page import TaskPage, task_page
from workflow.tables import Event, Task, Team

TO, LATER, DAY_AFTER = "2025-05-20 12:00", at("2025-05-19 12:00"), "2025-05-19 08:00"


def test_nobody_grants_themselves_time_in_a_lent_post(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent_away.plan("giang", "an", None, TO)

    told = silent.told("an", 0)
    assert "granted" not in told.may
    assert "taken_over" in told.may
    with pytest.raises(NotPermitted, match=r"cấp trên của .*, không phải người đang phải xử lý việc này"):
        silent.answer("an", silent.ids(0), "granted", reason="mưa lớn", until=LATER)
    done = silent.answer("an", silent.group("A1"), "granted", reason="mưa lớn", until=LATER)
    assert (done["answered"], done["skipped"]["own_work"], done["skipped"]["not_held"]) == (0, 3, 0)
    assert silent.world.events(Event.kind == "escalate", Event.cause == "person") == []
    assert silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=LATER)["answered"] == 1


def test_a_chosen_group_accounts_for_what_is_ones_own(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent_away.plan("hai", "an", None, TO)
    rows = tuple(ShownGroup(RULE, silent.key(area), n) for area, n in (("A1", 3), ("A2", 1)))
    shown = Shown(silent.world.clock.now(), rows, whole_unit=True)

    told = settle(silent, "an", shown, answer="granted", reason="mưa lớn", until=LATER)

    assert [n for sentence, n in told["refused"] if "chính mình đang phải xử lý" in sentence] == [3]
    assert told["decided"] == 1  # area 2 is another leader's


def test_nor_to_what_was_handed_to_them(silent: Silent, silent_away: Away) -> None:
    silent.at(CLIMBED)
    silent.answer("giang", silent.ids(0), "handed_on", to=silent_away.id("an"))
    silent_away.plan("hai", "an", None, TO)

    done = silent.answer("an", silent.ids(0, 1), "granted", reason="mưa lớn", until=at("2025-05-20 10:00"))

    assert (done["answered"], done["skipped"]["own_work"]) == (1, 1)
    said = silent.world.events(Event.kind == "escalate", Event.cause == "person")[-1]
    assert (said.case_id, said.acting_for_id) == (silent.cases[1], silent_away.id("hai"))


def test_nor_to_what_another_has_for_whom_they_stand_in(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent_away.plan("giang", "dung", None, TO)
    assert silent.answer("dung", silent.ids(0), "granted", reason="mưa lớn", until=LATER)["answered"] == 1
    silent_away.plan("an", "dung", None, TO)

    done = silent.answer("dung", silent.ids(0, 1, 2), "granted", reason="mưa lớn", until=LATER + DAY)

    assert (done["answered"], done["skipped"]["own_work"]) == (0, 3)


def test_a_superior_grants_in_their_own_name_whomever_they_stand_in_for(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent_away.plan("an", "giang", None, TO)

    assert "granted" in silent.told("giang", 0).may
    silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=LATER)

    (said,) = silent.world.events(Event.kind == "escalate", Event.cause == "person")
    assert (said.actor_id, said.acting_for_id) == (silent_away.id("giang"), None)


@pytest.mark.parametrize("move", ["waive", "cancel", "assign"])
def test_nobody_changes_the_plan_of_their_own_work_in_a_lent_post(silent: Silent, silent_away: Away, move: str) -> None:
    own, other = reports(silent)
    silent_away.plan("hai", "an", None, TO)

    assert move not in see(silent, "an", own.id).may
    assert any("không phải người chịu trách nhiệm" in who for _, who in see(silent, "an", own.id).others)
    with pytest.raises(NotPermitted, match="không phải người chịu trách nhiệm việc này"):
        take(silent, "an", own, move)
    assert move in see(silent, "an", other.id).may
    take(silent, "an", other, move)
    assert silent.world.events(Event.kind == "task")[-1].acting_for_id == silent_away.id("hai")
    take(silent, "hai", own, move)


def test_nor_opens_it_again(silent: Silent, silent_away: Away) -> None:
    own, _ = reports(silent)
    take(silent, "hai", own, "waive")
    silent_away.plan("hai", "an", None, TO)
    (own,) = silent.world.rows(Task, Task.id == own.id)

    assert "reopen" not in see(silent, "an", own.id).may
    with pytest.raises(NotPermitted):
        take(silent, "an", own, "reopen")


def test_nor_of_the_work_of_another_whom_they_stand_in_for(silent: Silent, silent_away: Away) -> None:
    own, _ = reports(silent)
    silent_away.plan("hai", "dung", None, TO)
    silent_away.plan("an", "dung", None, TO)

    with pytest.raises(NotPermitted):
        take(silent, "dung", own, "waive")


def test_nobody_excuses_their_own_team_from_what_is_left_of_a_duty(silent: Silent, silent_away: Away) -> None:
    own, other = reports(silent)
    silent_away.plan("hai", "an", None, TO)
    before = [(row.id, row.state) for row in silent.world.rows(Task)]

    lines = silent.read("an", occurrences_by_scope, own.item, own.occurrence)
    assert {line.scope: line.may_waive for line in lines} == {line.scope: line.scope != own.scope for line in lines}
    with pytest.raises(NotPermitted, match="không phải người chịu trách nhiệm việc này"):
        _excuse(silent, "an", own)
    assert [(row.id, row.state) for row in silent.world.rows(Task)] == before
    assert _excuse(silent, "an", other)["waived"] > 0
    assert _excuse(silent, "hai", own)["waived"] > 0


def reports(silent: Silent) -> tuple[Task, Task]:
    """Open the plan, and return an open report of An's team and the same of another."""
    with silent.world.book() as (book, context):
        open_plan(book, context)
    silent.at(DAY_AFTER)
    teams = {row.code: row.id for row in silent.world.rows(Team)}
    rows = [row for row in silent.world.rows(Task, Task.is_open) if row.is_duty and row.team_id is not None]
    own = next(row for row in rows if row.team_id == teams["T1"])
    other = next(
        row for row in rows if row.team_id == teams["T2"] and (row.item, row.occurrence) == (own.item, own.occurrence)
    )
    return own, other


def take(silent: Silent, login: str, task: Task, move: str) -> None:
    (seen,) = silent.world.rows(Task, Task.id == task.id)
    silent.world.command(
        login,
        lambda book, context, actor: {
            "state": move_task(
                book, context, task.id, move, actor=actor, state_version=seen.state_version, reason="mưa lớn"
            ).state
        },
    )


def see(silent: Silent, login: str, task_id: uuid.UUID) -> TaskPage:
    shown: TaskPage = silent.read(login, task_page, task_id)
    return shown


def _excuse(silent: Silent, login: str, task: Task) -> dict[str, int]:
    def work(book: Book, context: CampaignContext, actor: Actor) -> dict[str, int]:
        done = waive_duty(book, context, task.item, task.scope, actor=actor, reason="mưa lớn")
        return {"waived": done.waived}

    done: dict[str, int] = silent.world.command(login, work)
    return done
