"""Goals under every base: who is left, how far it can come, what a day has to bring, and when nothing sensible can be asked."""

import pytest
from sqlalchemy import insert

from rules.pack import load_files, load_pack, shipped_packs
from rules.time import at
from tests.workflow.figures.small_pack import files
from tests.workflow.figures.test_an_lac import fill
from tests.workflow.figures.world import World
from workflow.days import days_left
from workflow.figures.ceiling import Reach, required_pace
from workflow.figures.standings import Judged, judged_targets
from workflow.figures.targets import is_reachable, to_win
from workflow.figures.values import read_figures
from workflow.tables import ImportedAggregate

FOUR_DAYS_LEFT = at("2025-05-26 08:00")
AS_THE_PAPER_READS_IT = {
    "submitted": 3051, "submitted_unreconciled": 6, "dead": 4, "army": 185, "prison": 5, "abroad": 207, "no_phone": 111,
    "card_expired": 36, "sim_pending": 17, "declined": 3, "activated": 921,
}  # fmt: skip


def judged(world: World, pack: object, as_of: int) -> tuple[Judged, ...]:
    """Return every target with its standings."""
    with world.store.read() as session:
        return judged_targets(read_figures(session, world.campaign, pack, as_of=as_of))  # type: ignore[arg-type]


def test_an_lac_four_days_before_the_end_cannot_reach_its_goal_and_nobody_is_sent_for_it(world: World) -> None:
    pack = load_pack(shipped_packs()["an-lac-2025"])
    fill(world, pack, AS_THE_PAPER_READS_IT)

    [one] = judged(world, pack, FOUR_DAYS_LEFT)

    status = one.status
    assert (status.count, status.base, status.needed, status.missing) == (3057, 4546, 4319, 1262)
    assert (status.left, status.recoverable, status.days_left) == (924, 164, 4)
    assert [(r.n, r.percent, r.short) for r in status.readings] == [
        (3975, "87,44 %", 344), (3981, "87,57 %", 338), (4145, "91,18 %", 174),
    ]  # fmt: skip
    assert [r.words for r in status.readings] == [
        "chưa tính mục 3.8 (6)",
        "tính cả mục 3.8",
        "và khắc phục hết vướng mắc của 164 (mục 3.5, 3.6, 3.7)",
    ]
    assert (status.is_met, status.is_reachable, status.pace, status.order()) == (False, False, None, None)
    said = status.verdict()
    assert said == (
        "Chỉ tiêu không thể đạt: còn 924 chưa gặp hoặc đã kết thúc liên hệ; 164 còn vướng mắc khắc phục được, thiếu 1.262."
    )
    told = f"{status.sentence()} {said} {status.to_json()}"
    assert "317" not in told
    assert "316" not in told
    assert "67,25 %, tính trên tổng số có trong danh sách" in status.sentence()


def test_the_same_people_meet_or_miss_the_goal_by_the_base_alone(world: World) -> None:
    pack = load_pack(shipped_packs()["an-lac-2025"])
    people = {**AS_THE_PAPER_READS_IT, "submitted": 3975, "activated": 0, "declined": 0}
    fill(world, pack, people)

    [one] = judged(world, pack, at("2025-05-29 22:00"))

    rows = {
        s.policy: (s.base, s.needed, s.count, s.percent, s.missing, s.is_met, s.is_reachable) for s in one.standings
    }
    assert rows == {
        "all_listed": (4546, 4319, 3981, "87,57 %", 338, False, False),
        "minus_ineligible": (4542, 4315, 3981, "87,65 %", 334, False, False),
        "minus_ineligible_unavailable": (4145, 3938, 3981, "96,04 %", 0, True, True),
    }
    assert [s.is_declared for s in one.standings] == [True, False, False]
    assert one.depends_on_the_base


def test_day_one_tells_the_ceiling_and_a_pace_that_people_can_do(world: World) -> None:
    pack = load_pack(shipped_packs()["an-lac-2025"])
    fill(world, pack, {"activated": 20, "submitted": 80})

    [one] = judged(world, pack, FOUR_DAYS_LEFT)

    status = one.status
    assert (status.needed, status.missing, status.highest, status.pace) == (96, 16, 100, 4)
    assert status.order() == "mỗi ngày cần 4 trong 4 ngày còn lại"
    assert "còn thiếu 16; mỗi ngày cần 4 trong 4 ngày còn lại" in status.sentence()
    [late] = judged(world, pack, at("2025-05-30 00:00"))
    assert (late.status.days_left, late.status.pace) == (0, None)


@pytest.mark.parametrize(
    ("missing", "days", "left", "pace"),
    [(1262, 4, 1088, None), (338, 4, 924, 85), (3, 30, 3, 1), (0, 4, 924, None), (9, 0, 9, None), (1, 1, 0, None)],
)
def test_no_day_is_asked_for_more_than_are_left(missing: int, days: int, left: int, pace: int | None) -> None:
    assert required_pace(missing, days, left) == pace
    assert pace is None or pace <= left


def test_a_base_that_grows_with_whoever_is_won_is_taken_as_large_as_it_then_is() -> None:
    def goal(base: int) -> int:
        return 95 * base // 100 + 1

    # 100 accounts, 10 of them abroad; 60 took part, 30 may still; 50 more have no account yet and enter the base with it.
    reach = Reach(seen=60, awaiting=0, left=80, recoverable=0, growth=50)
    assert not is_reachable(reach, 100, goal)
    # Without anybody abroad it goes, and those who do not enlarge the base come first.
    reach = Reach(seen=60, awaiting=0, left=90, recoverable=0, growth=50)
    assert is_reachable(reach, 100, goal)
    assert to_win(reach, 100, goal) == 36
    reach = Reach(seen=60, awaiting=0, left=84, recoverable=0, growth=50)
    won = to_win(reach, 100, goal) or 0
    assert 60 + won >= goal(100 + won - 34)
    assert 60 + won - 1 < goal(100 + won - 1 - 34)


def test_days_left_are_local_days_with_today() -> None:
    until = at("2025-05-30 00:00")
    assert [days_left(at(f"2025-05-{day}"), until) for day in ("26 00:00", "26 23:59", "29 23:59", "30 00:00")] == [
        4, 4, 1, 0,
    ]  # fmt: skip
    assert days_left(at("2025-05-26 17:00"), at("2025-05-27 16:00")) == 2


def test_somebody_elses_figure_is_told_with_its_document_and_read_both_ways(world: World) -> None:
    text = files()["figures.yaml"].replace(
        "count: took_part, policy: all_listed", "count: answers, policy: all_listed, monitor: took_part"
    )
    pack = load_files({**files(), "figures.yaml": text})
    for case in world.enter(*["activated"] * 40)[:32]:
        world.move(case, "submit")
    world.later(2)

    [before, _] = judged(world, pack, world.now)

    assert "chưa có số liệu của cơ quan chủ quản" in before.status.sentence()
    assert (before.status.count, before.status.missing, before.status.highest, before.status.told) == (
        None,
        7,
        40,
        None,
    )
    assert [(s.policy, s.count, s.is_met) for s in before.standings] == [("all_listed", 32, None)]
    with world.book() as book:
        number = book.append("note", campaign_id=world.campaign_id, data={"what": "aggregate"})
        row = {
            "unit_id": world.unit_id,
            "id": world.ids.new(world.now),
            "campaign_id": world.campaign_id,
            "figure": "answers",
        }
        row |= {"item": "", "n": 31, "source": "Công văn 12/CV", "as_of": world.now, "ledger_no": number}
        book.session.execute(insert(ImportedAggregate), [row])

    [after, _] = judged(world, pack, world.now + 1)

    told = after.status.told
    assert told is not None
    assert (told.n, told.source, told.as_of, told.owner) == (31, "Công văn 12/CV", world.now, "Cơ quan chủ quản")
    assert (after.status.count, after.status.is_met, after.status.highest) == (31, False, 40)
    readings = [(s.policy, s.base, s.needed, s.count, s.percent, s.is_met) for s in after.standings]
    assert readings == [
        ("all_listed", 40, 39, 31, "77,50 %", False),
        ("participants", 32, 31, 31, "96,88 %", True),
    ]
