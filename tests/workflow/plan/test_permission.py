"""Who may do what to the plan: one table of posts and actions, on what is theirs, what is not, and what is not there."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from rules.time import at
from tests.workflow.plan.conftest import Town
from workflow.access import Actor
from workflow.actions.add_evidence import add_evidence
from workflow.actions.declare_staff import declare_staff
from workflow.actions.import_aggregate import import_aggregate
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.waive_duty import waive_duty
from workflow.errors import BadInput, MoveNotAllowed, NotFound, NotPermitted, WorkflowError
from workflow.sweeps.duties import open_duties

MORNING = "2025-05-15 16:30"
DAY = "2025-05-15"
GOES, REFUSED, HIDDEN = None, NotPermitted, NotFound


@pytest.fixture
def plan(town: Town) -> Town:
    """The town with its plan and the first daily reports open."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    town.write("2025-05-15 16:00", lambda book: open_duties(book, town.campaign, book.now), by_rule=True)
    return town


def told(town: Town, actor: Actor | None, work: Callable[..., Any]) -> type[WorkflowError] | None:
    """Return which permission refusal the actor got; None if permission was given, whatever the work lacked then."""
    try:
        town.write(MORNING, lambda book: work(book, actor))
    except (NotPermitted, NotFound) as refused:
        return type(refused)
    except WorkflowError:
        return None
    return None


LEADER, OTHER, MEMBER = ("team_leader", "to-1"), ("team_leader", "to-2"), ("member", "to-1")
COORDINATOR, CHAIR, OFFICE = ("deputy_police_chief", "unit"), ("chair", "unit"), ("office", "unit")
ADMINISTRATOR, DESK, AUDITOR = ("administrator", "unit"), ("support_desk", "unit"), ("auditor", "unit")
POSTS = (LEADER, OTHER, MEMBER, COORDINATOR, CHAIR, OFFICE, ADMINISTRATOR, DESK, AUDITOR)
WORK, REVIEW, CHANGE = ("start", "submit", "evidence"), ("accept", "return"), ("assign", "cancel", "waive", "reopen")

REPORT = {  # the daily report of team 1, relayed by the deputy chief
    WORK: (GOES, HIDDEN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, HIDDEN, HIDDEN),
    REVIEW: (REFUSED, HIDDEN, REFUSED, GOES, GOES, REFUSED, REFUSED, HIDDEN, HIDDEN),
    CHANGE: (REFUSED, HIDDEN, REFUSED, GOES, GOES, GOES, REFUSED, HIDDEN, HIDDEN),
}
OFFICES = {  # a task of the office that the chair supports: they may add to it, and do not finish it; the office excuses itself from nothing
    ("start", "submit"): (HIDDEN, HIDDEN, HIDDEN, REFUSED, REFUSED, GOES, REFUSED, HIDDEN, HIDDEN),
    ("evidence",): (HIDDEN, HIDDEN, HIDDEN, REFUSED, GOES, GOES, REFUSED, HIDDEN, HIDDEN),
    REVIEW: (HIDDEN, HIDDEN, HIDDEN, GOES, GOES, REFUSED, REFUSED, HIDDEN, HIDDEN),
    ("assign", "reopen"): (HIDDEN, HIDDEN, HIDDEN, GOES, GOES, GOES, REFUSED, HIDDEN, HIDDEN),
    ("cancel", "waive"): (HIDDEN, HIDDEN, HIDDEN, GOES, GOES, REFUSED, REFUSED, HIDDEN, HIDDEN),
}


def moving(town: Town, task_id: uuid.UUID, move: str) -> Callable[..., Any]:
    if move == "evidence":
        return lambda book, actor: add_evidence(
            book, town.campaign, task_id, actor=actor, kind="document", label="QĐ số 5"
        )
    return lambda book, actor: move_task(book, town.campaign, task_id, move, actor=actor, state_version=99)


@pytest.mark.parametrize("table", [REPORT, OFFICES], ids=["report", "office"])
def test_the_table_of_posts_and_moves(plan: Town, table: dict[tuple[str, ...], tuple[Any, ...]]) -> None:
    task = plan.task("daily-report", "to-1", DAY) if table is REPORT else plan.task("issue-decision")
    wanted = {(post, move): row[i] for moves, row in table.items() for move in moves for i, post in enumerate(POSTS)}

    got = {(post, move): told(plan, plan.holding(post), moving(plan, task.id, move)) for post, move in wanted}

    assert got == wanted


@pytest.mark.parametrize("move", [*WORK, *REVIEW, *CHANGE])
def test_absent_is_hidden_from_everybody_as_foreign_is(plan: Town, move: str) -> None:
    assert told(plan, plan.everybody, moving(plan, uuid.uuid4(), move)) is HIDDEN
    assert told(plan, plan.holding(), moving(plan, plan.task("issue-decision").id, move)) is HIDDEN


def test_staff_the_aggregate_and_waiving_at_once(plan: Town) -> None:
    def staff(body: uuid.UUID) -> Callable[..., Any]:
        return lambda book, actor: declare_staff(
            book, plan.campaign, body, "staff", actor=actor, declared=3, finished=1
        )

    def aggregate(book: Any, actor: Actor | None) -> Any:
        values = {"figure": "approved_aggregate", "item": "", "n": 1, "source": "CV 5", "as_of": at(MORNING)}
        return import_aggregate(book, plan.campaign, actor=actor, **values)

    def waive(book: Any, actor: Actor | None) -> Any:
        return waive_duty(book, plan.campaign, "daily-report", "no-such-team", actor=actor, reason="đã xong")

    finance = ("finance", "unit")
    works = (staff(plan.bodies["finance"]), staff(plan.bodies["police"]), staff(uuid.uuid4()), aggregate, waive)
    wanted = {
        MEMBER: (HIDDEN, HIDDEN, HIDDEN, REFUSED, REFUSED),
        LEADER: (HIDDEN, HIDDEN, HIDDEN, REFUSED, REFUSED),
        finance: (GOES, REFUSED, HIDDEN, REFUSED, GOES),
        OFFICE: (GOES, GOES, HIDDEN, REFUSED, GOES),
        COORDINATOR: (GOES, GOES, HIDDEN, GOES, GOES),
        CHAIR: (REFUSED, REFUSED, HIDDEN, REFUSED, GOES),
        ADMINISTRATOR: (REFUSED, REFUSED, HIDDEN, GOES, REFUSED),
    }

    got = {post: tuple(told(plan, plan.holding(post), work) for work in works) for post in wanted}

    assert got == wanted


def test_only_a_rule_writes_without_an_actor_and_nobody_as_somebody_else(plan: Town) -> None:
    task = plan.task("issue-decision")
    stranger = Actor(plan.unit_id, uuid.uuid4(), uuid.uuid4(), "Người Khác", plan.everybody.posts)

    assert told(plan, None, moving(plan, task.id, "cancel")) is REFUSED
    assert told(plan, stranger, moving(plan, task.id, "cancel")) is REFUSED
    with pytest.raises(BadInput, match="phải do một người"):
        plan.write(MORNING, lambda book: moving(plan, task.id, "evidence")(book, None))
    with pytest.raises(MoveNotAllowed):
        plan.write(MORNING, lambda book: moving(plan, task.id, "complete")(book, plan.everybody))
    assert plan.task("issue-decision").state == "assigned"


def test_a_refusal_names_who_may_in_words(plan: Town) -> None:
    task = plan.task("daily-report", "to-1", DAY)

    with pytest.raises(NotPermitted, match=r"“hủy” .* đầu mối tổng hợp hoặc đơn vị chủ trì hoặc trưởng ban chỉ đạo"):
        plan.write(MORNING, lambda book: moving(plan, task.id, "cancel")(book, plan.holding(MEMBER)))
