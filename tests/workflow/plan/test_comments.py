"""Words about a task: who may say them, under which post, what is refused, and what supporting posts may do besides."""

import pytest

from rules.time import at
from tests.workflow.plan.conftest import Town
from workflow.actions.add_evidence import add_evidence
from workflow.actions.comment_on_task import comment_on_task
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.set_progress import set_progress
from workflow.actions.withdraw_evidence import withdraw_evidence
from workflow.errors import BadInput, NotFound, NotPermitted
from workflow.queries.plan_board import plan_board
from workflow.queries.task_page import TaskPage, task_page

NOW = "2025-05-16 09:00"
OFFICE, DESK, CHAIR, COORDINATOR = (
    ("office", "unit"),
    ("support_desk", "unit"),
    ("chair", "unit"),
    ("deputy_police_chief", "unit"),
)
LEADER, OTHER, MEMBER, AUDITOR = (
    ("team_leader", "to-1"),
    ("team_leader", "to-2"),
    ("member", "to-1"),
    ("auditor", "unit"),
)
ADMINISTRATOR = ("administrator", "unit")


@pytest.fixture
def plan(town: Town) -> Town:
    """The town with its plan open: the office sets up a support point, supported by the desk."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    return town


def say(town: Town, post: tuple[str, str], item: str = "support-point", scope: str = "unit", text: str | None = "Đã có máy tính.") -> None:  # fmt: skip
    task = town.task(item, scope)
    town.write(NOW, lambda book: comment_on_task(book, town.campaign, town.holding(post), task.id, text))


def page(town: Town, post: tuple[str, str], item: str = "support-point", scope: str = "unit") -> TaskPage:
    with town.store.read() as session:
        return task_page(session, town.holding(post), town.campaign, town.task(item, scope).id, now=at(NOW))


@pytest.mark.parametrize("post", [OFFICE, DESK, CHAIR, COORDINATOR])
def test_owner_supporters_and_who_stands_above_speak_under_their_post(plan: Town, post: tuple[str, str]) -> None:
    before = plan.task("support-point")
    say(plan, post)

    told = [line for line in page(plan, OFFICE).history if line.what == "comment"]
    after = plan.task("support-point")
    assert [(line.said, line.who, line.acting_for) for line in told] == [("Đã có máy tính.", "Đầu Mối", None)]
    assert told[0].data["under"]
    assert (after.state, after.state_version, after.progress) == (before.state, before.state_version, before.progress)
    assert page(plan, post).may_comment


@pytest.mark.parametrize(("post", "refusal"), [(ADMINISTRATOR, NotPermitted), (AUDITOR, NotFound), (LEADER, NotFound)])
def test_nobody_else_does(plan: Town, post: tuple[str, str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        say(plan, post)


def test_a_member_speaks_to_the_tasks_of_their_own_team_only(plan: Town) -> None:
    say(plan, MEMBER, "team-finishes", "to-1")
    with pytest.raises(NotFound):
        say(plan, MEMBER, "team-finishes", "to-2")
    with pytest.raises(NotFound):
        say(plan, OTHER, "team-finishes", "to-1")


@pytest.mark.parametrize(
    "text", ["", "   ", None, "Số 001085012345", "hộ ấy không tán thành", "gọi 0912 345 678", "x" * 501]
)
def test_what_must_not_be_kept_is_refused(plan: Town, text: str | None) -> None:
    with pytest.raises(BadInput):
        say(plan, OFFICE, text=text)
    assert [line for line in page(plan, OFFICE).history if line.what == "comment"] == []


def test_a_supporting_post_adds_and_tells_but_finishes_nothing(plan: Town) -> None:
    task, desk = plan.task("support-point"), plan.holding(DESK)
    added = plan.write(
        NOW,
        lambda book: add_evidence(
            book, plan.campaign, task.id, actor=desk, kind="link", label="https://catthanh.example/diem-ho-tro"
        ),
    )
    plan.write(NOW, lambda book: set_progress(book, plan.campaign, desk, task.id, 50))

    seen = page(plan, DESK)
    assert (seen.may, seen.may_add, seen.may_report_progress, seen.may_withdraw) == ((), True, True, False)
    for move in ("start", "submit", "accept", "assign"):
        with pytest.raises(NotPermitted):
            plan.write(NOW, lambda book, move=move: move_task(book, plan.campaign, task.id, move, actor=desk, state_version=None))  # fmt: skip
    with pytest.raises(NotPermitted):
        plan.write(NOW, lambda book: withdraw_evidence(book, plan.campaign, desk, task.id, added, reason="nhầm"))
    assert plan.task("support-point").progress == 50


def test_a_supporting_post_sees_what_it_supports_on_the_board(plan: Town) -> None:
    with plan.store.read() as session:
        rows = plan_board(session, plan.holding(DESK), plan.campaign, now=at(NOW), view="all").rows

    supported = {name for name, codes in plan.campaign.pack.supports.items() if "support_desk" in codes}
    assert {row.item for row in rows} == supported
    assert "support-point" in supported


def test_whoever_stands_in_for_somebody_says_so(plan: Town) -> None:
    actor = plan.holding(OFFICE)
    held = tuple(type(post)(*post[:-1], plan.member_id) if isinstance(post, tuple) else _acting(post, plan) for post in actor.posts)  # fmt: skip
    stand_in = type(actor)(actor.unit_id, actor.account_id, actor.membership_id, actor.name, held)
    task = plan.task("support-point")
    plan.write(NOW, lambda book: comment_on_task(book, plan.campaign, stand_in, task.id, "Đã nhận việc."))

    assert [line.acting_for for line in page(plan, OFFICE).history if line.what == "comment"] == ["Đầu Mối"]


def _acting(post, plan: Town):
    from dataclasses import replace

    return replace(post, acting_for=plan.member_id)
