"""A plan that somebody puts in force in a lent post moves nothing that they, or another for whom they stand in, have to answer for."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import Silent
from tests.workflow.planfile.sheets import HEADER, plan_file
from workflow.actions.import_plan import PlanMovedOn, import_plan, judge_plan
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.planfile.model import Judged
from workflow.planfile.read import PlanSheet, read_plan
from workflow.tables import Event, Post, Task, Team

TO, NOW = "2025-05-20 12:00", "2025-05-17 08:00"
GUIDE = "Hằng ngày trực tiếp tuyên truyền, hướng dẫn, hỗ trợ người dân góp ý và tích hợp giấy tờ"
REPORT = "Báo cáo kết quả ngày về UBND thị trấn (qua Công an thị trấn)"
BANNER = "Treo băng rôn"
LEADER, OFFICE = "Tổ trưởng tổ công tác", "Văn phòng"
WHY = "chính mình, hoặc người được làm thay, phải chịu trách nhiệm việc này"


@pytest.fixture
def planned(silent: Silent) -> Silent:
    """The world with its plan open."""
    with silent.world.book() as (book, context):
        open_plan(book, context)
    silent.at(NOW)
    return silent


def file_of(folder: Path, *rows: tuple[str, str, str]) -> PlanSheet:
    lines = [[n, label, owner, "", due, "", ""] for n, (label, owner, due) in enumerate(rows, start=1)]
    return read_plan(plan_file(folder / "kh.xlsx", lines, header=HEADER[:-1]))


def put_in_force(silent: Silent, login: str, sheet: PlanSheet, **options: Any) -> dict[str, Any]:
    return silent.world.command(login, lambda b, c, a: import_plan(b, c, a, sheet, **options))


def shown(silent: Silent, login: str, sheet: PlanSheet) -> Judged:
    with silent.world.store.read() as session:
        return judge_plan(
            session, silent.world.context(), sheet, actor=silent.world.actor(login), now=silent.world.clock.now()
        )


@pytest.mark.parametrize(("label", "due"), [(GUIDE, "đến hết ngày 25/5"), (REPORT, "trước 17h hằng ngày")])
def test_a_row_about_ones_own_work_is_handed_back_and_says_why(
    planned: Silent, silent_away: Away, tmp_path: Path, label: str, due: str
) -> None:
    silent_away.plan("hai", "an", None, TO)
    sheet = file_of(tmp_path, (label, LEADER, due), (BANNER, OFFICE, "trước ngày 20/5"))
    before = {row.id: (row.due_at, row.version) for row in planned.world.rows(Task)}

    own, other = shown(planned, "an", sheet).rows
    told = put_in_force(planned, "an", sheet)

    assert (own.outcome, other.outcome) == ("rejected", "created")
    assert [(str(each.cell), each.value) for each in own.rejections] == [("E2", due)]
    assert WHY in str(own.rejections[0].reason)
    assert (told["created"], told["updated"], told["rejected"], told["tasks_changed"]) == (1, 0, 1, 0)
    after = {row.id: (row.due_at, row.version) for row in planned.world.rows(Task)}
    assert {id_: after[id_] for id_ in before} == before
    assert planned.world.events(Event.kind == "note")[-1].acting_for_id == silent_away.id("hai")
    assert put_in_force(planned, "hai", sheet)["updated"] == 1


def test_nor_about_the_work_of_another_for_whom_they_stand_in(
    planned: Silent, silent_away: Away, tmp_path: Path
) -> None:
    sheet = file_of(tmp_path, (GUIDE, LEADER, "đến hết ngày 25/5"))
    silent_away.plan("hai", "giang", None, TO)
    assert shown(planned, "giang", sheet).counts["updated"] == 1
    silent_away.plan("an", "giang", None, TO)

    assert shown(planned, "giang", sheet).counts["rejected"] == 1


def test_nor_about_work_that_was_given_to_them_since(planned: Silent, silent_away: Away, tmp_path: Path) -> None:
    put_in_force(planned, "hai", file_of(tmp_path, (BANNER, OFFICE, "trước ngày 20/5")))
    (task,) = planned.world.rows(Task, Task.label == BANNER)
    (team,) = planned.world.rows(Team, Team.code == "T1")
    (post,) = planned.world.rows(Post, Post.role == "team_leader", Post.team_id == team.id)
    planned.world.command(
        "hai",
        lambda b, c, a: {"state": move_task(b, c, task.id, "assign", actor=a, state_version=None, owner_post_id=post.id, reason="mưa").state},
    )  # fmt: skip
    silent_away.plan("hai", "an", None, TO)

    assert shown(planned, "an", file_of(tmp_path, (BANNER, OFFICE, "đến hết ngày 25/5"))).counts["rejected"] == 1


def test_what_stays_as_it_is_is_not_handed_back(planned: Silent, silent_away: Away, tmp_path: Path) -> None:
    sheet = file_of(tmp_path, (GUIDE, LEADER, "đến hết ngày 25/5"))
    put_in_force(planned, "hai", sheet)
    silent_away.plan("hai", "an", None, TO)

    assert shown(planned, "an", sheet).counts["unchanged"] == 1


def test_what_one_could_do_when_one_looked_is_asked_anew(planned: Silent, silent_away: Away, tmp_path: Path) -> None:
    sheet = file_of(tmp_path, (GUIDE, LEADER, "đến hết ngày 25/5"))
    silent_away.plan("hai", "an", None, TO)
    seen = shown(planned, "hai", sheet).seen

    with pytest.raises(PlanMovedOn):
        put_in_force(planned, "an", sheet, seen=seen)
