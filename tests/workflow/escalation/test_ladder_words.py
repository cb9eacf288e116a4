"""What a pack may say of a ladder beyond posts and hours: working time, time to answer, the owner of a task, reasons to choose."""

import shutil
from itertools import count
from pathlib import Path

import pytest

from rules.pack import Pack, load_pack
from rules.time import at
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import RULE, Silent
from tests.workflow.world import PACKS, World
from workflow.actions.open_plan import open_plan
from workflow.errors import BadInput
from workflow.queries.inbox_group import episodes_in_group
from workflow.queries.ladder_counts import ladder_counts
from workflow.tables import Escalation, EscalationStep, Post

pytestmark = pytest.mark.slow
_codes = count(1)
_WORKING = """    ladder:
      - {to: team_leader, answer_within: 2 working hours}
      - {after: 4 working hours, to: duty_leader}
      - {after: 1 working day, to: chair}
    reasons: {decided: [Đã hẹn lại, Gia đình đi vắng dài ngày], raised: []}
    source: "Mục 3.1 (chịu trách nhiệm về tiến độ); 48 giờ: assumed, not in the paper"
"""
_HOURS = """    ladder:
      - {to: team_leader}
      - {after: 24 hours, to: duty_leader}
      - {after: 24 hours, to: chair}
    source: "Mục 3.1 (chịu trách nhiệm về tiến độ); 48 giờ: assumed, not in the paper"
"""
_REMINDED = """    group: team
    ladder:
      - {to: team_leader}
    source: "Câu kết (qua Công an thị trấn); 15 giờ 30 và 30 phút: assumed, not in the paper"
"""
_OWNED = """    group: owner
    ladder:
      - {to: owner}
    source: "Câu kết (qua Công an thị trấn); 15 giờ 30 và 30 phút: assumed, not in the paper"
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = Path(tmp_path_factory.mktemp("words") / "cat-thanh-2025")
    shutil.copytree(PACKS / "cat-thanh-2025", folder)
    text = (folder / "escalations.yaml").read_text(encoding="utf-8")
    for before, after in ((_HOURS, _WORKING), (_REMINDED, _OWNED)):
        assert before in text
        text = text.replace(before, after, 1)
    (folder / "escalations.yaml").write_text(text, encoding="utf-8")
    return load_pack(folder)


@pytest.fixture
def silent(worlds: NewWorld, pack: Pack) -> Silent:
    """Two people of one house, silent from Saturday on; the plan is open."""
    number = next(_codes)
    world = World(worlds().store, pack, code=f"loi-{number}", seed=9_000 + number)
    with world.book() as (book, context):
        open_plan(book, context)
    door, cases = world.household([("Nguyễn Văn Một", "registered"), ("Nguyễn Thị Hai", "registered")])
    return Silent(world, [door], cases)


def steps(silent: Silent) -> list[tuple[int, int]]:
    """Return level and due instant of the first person's steps."""
    rows = silent.world.rows(EscalationStep, EscalationStep.escalation_id == silent.ids(0)[0])
    return [(row.level, row.due_at) for row in rows]


@pytest.mark.parametrize("looks", [("2025-05-17 08:00", "2025-05-19 12:00", "2025-05-21 08:00"), ("2025-05-21 08:00",)])
def test_a_ladder_in_working_time_climbs_at_the_same_instants_whenever_somebody_looks(
    silent: Silent, looks: tuple[str, ...]
) -> None:
    for moment in looks:
        silent.at(moment)
    # true on Saturday at 00:00; four open hours end on Monday at 11:30, a working day later is the end of Tuesday
    assert steps(silent) == [(1, at("2025-05-17 00:00")), (2, at("2025-05-19 11:30")), (3, at("2025-05-21 00:00"))]
    assert silent.told("hai", 0).line.answer_by == at("2025-05-22 00:00")
    assert silent.findings() == []


def test_who_has_not_answered_in_time_is_seen_and_counted(silent: Silent) -> None:
    silent.at("2025-05-19 08:00")
    told = silent.told("an", 0)
    assert told.line.answer_by == at("2025-05-19 09:30")
    assert [step.due_at for step in told.ladder] == [
        at("2025-05-17 00:00"),
        at("2025-05-19 11:30"),
        at("2025-05-21 00:00"),
    ]
    silent.answer("an", silent.ids(1), "acknowledged")

    silent.at("2025-05-19 09:30")

    unanswered = {line.title: line.is_unanswered for line in silent.opened("an")[0]}
    assert unanswered == {"Nguyễn Văn Một": True, "Nguyễn Thị Hai": False}
    assert silent.opened("an", due="overdue")[1] == 2
    with silent.world.store.read() as session:
        before = ladder_counts(session, silent.world.context(), now=at("2025-05-19 09:30") - 1).unanswered
        after = ladder_counts(session, silent.world.context(), now=at("2025-05-19 09:30")).unanswered
    assert after == before + 1


def test_raising_early_and_granting_keep_to_working_time(silent: Silent) -> None:
    silent.at("2025-05-17 08:00")
    silent.answer("an", silent.ids(0), "raised", reason="cần lãnh đạo gọi")
    assert [step.due_at for step in silent.told("hai", 0).ladder][2] == at("2025-05-21 00:00")
    silent.answer("giang", silent.ids(1), "granted", reason="mưa lớn", until=at("2025-05-20 09:00"))
    silent.at("2025-05-23 08:00")

    assert steps(silent) == [(1, at("2025-05-17 00:00")), (2, at("2025-05-17 08:00")), (3, at("2025-05-21 00:00"))]
    other = silent.world.rows(EscalationStep, EscalationStep.escalation_id == silent.ids(1)[0])
    assert [row.due_at for row in other] == [at("2025-05-17 00:00"), at("2025-05-20 09:00"), at("2025-05-22 00:00")]
    assert silent.findings() == []


def test_a_decision_gives_one_of_the_packs_reasons(silent: Silent) -> None:
    silent.at("2025-05-17 08:00")
    with pytest.raises(BadInput, match="phải chọn một trong các lý do: Đã hẹn lại; Gia đình đi vắng dài ngày"):
        silent.answer("an", silent.ids(0), "decided", reason="đã gặp")
    with pytest.raises(BadInput, match="yêu cầu ghi lý do"):
        silent.answer("an", silent.ids(0), "raised")
    with pytest.raises(BadInput, match="ý kiến trả lời"):
        silent.answer("an", silent.ids(0), "decided", reason="Đã hẹn lại: không tán thành")
    assert silent.answer("an", silent.ids(0), "decided", reason="Đã hẹn lại: tối 18/5")["answered"] == 1
    assert silent.answer("an", silent.ids(1), "decided", reason="Gia đình đi vắng dài ngày")["answered"] == 1
    assert silent.told("an", 0).reasons_to_choose["decided"][0].vi == "Đã hẹn lại"


def test_a_rung_reaches_the_owner_of_the_task_and_rows_stand_by_owner(silent: Silent) -> None:
    silent.at("2025-05-16 15:10")
    rows = {
        login: [g for g in silent.inbox(login).groups if g.rule_id == "daily-report-due-soon"]
        for login in ("an", "dung", "khanh")
    }
    posts = {post.scope: post for post in silent.world.rows(Post, Post.code == "team_leader")}

    assert [(row.group_key, row.place, row.waiting) for row in rows["an"]] == [
        (posts["T1"].id.hex, posts["T1"].label, rows["an"][0].n)
    ]
    assert [row.group_key for row in rows["dung"]] == [posts["T2"].id.hex]
    assert rows["khanh"] == []
    lines, total = silent.read("an", episodes_in_group, "daily-report-due-soon", posts["T1"].id.hex)
    assert total == len(lines)
    assert silent.answer("an", [line.id for line in lines], "acknowledged")["answered"] == total
    (step,) = silent.world.rows(EscalationStep, EscalationStep.escalation_id == lines[0].id)
    assert step.to_post == "owner"
    assert (
        silent.world.rows(
            Escalation, Escalation.rule_id == "daily-report-due-soon", Escalation.holder_level.is_not(None)
        )
        == []
    )
    assert RULE != "daily-report-due-soon"


def test_a_ladder_in_working_days_calls_a_rung_each_day(pack: Pack) -> None:
    times = next(rule for rule in pack.rules if rule.id == RULE).times
    # counted from a working hour, the day itself is left out; from the midnight at which a day ended, so is that day alone
    assert times.next_at(2, at("2025-05-19 09:00")) == at("2025-05-21 00:00")
    assert times.next_at(2, at("2025-05-21 00:00")) == at("2025-05-22 00:00")
    assert times.next_at(2, at("2025-05-24 00:00")) == at("2025-05-27 00:00")  # the weekend does not count


@pytest.fixture(scope="module")
def four_rungs(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = Path(tmp_path_factory.mktemp("rungs") / "cat-thanh-2025")
    shutil.copytree(PACKS / "cat-thanh-2025", folder)
    file = folder / "escalations.yaml"
    last = "      - {after: 24 hours, to: chair}\n"
    with_one_more = _HOURS.replace(last, last + last.replace("chair", "office"))
    file.write_text(file.read_text(encoding="utf-8").replace(_HOURS, with_one_more, 1), encoding="utf-8")
    return load_pack(folder)


def test_time_granted_on_a_rung_below_the_newest_holds_the_next_one(worlds: NewWorld, four_rungs: Pack) -> None:
    number = next(_codes)
    world = World(worlds().store, four_rungs, code=f"bac-{number}", seed=9_000 + number)
    door, cases = world.household([("Nguyễn Văn Một", "registered")])
    silent = Silent(world, [door], cases)
    silent.at("2025-05-19 08:00")
    assert silent.told("an", 0).line.level == 3
    silent.answer("khanh", silent.ids(0), "returned", reason="tổ đi lại")
    silent.answer("giang", silent.ids(0), "returned", reason="tổ đi lại")

    assert silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-21 12:00"))["answered"]

    assert silent.findings() == []
    silent.at("2025-05-22 08:00")
    assert steps(silent)[-1] == (4, at("2025-05-21 12:00"))
    assert silent.findings() == []
