"""A pack's days moved to another campaign: all by the same number, with what falls on a rest day told before and after."""

from datetime import date

import pytest

from rules.pack import Pack, load_files, load_pack, shipped_packs
from rules.pack.plan_text import plan_text, with_plan
from rules.pack.rebase import RebaseRefused, anchors_of, rebase, shifted_text


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(shipped_packs()["cat-thanh-2025"])


@pytest.mark.parametrize("name", sorted(shipped_packs()))
@pytest.mark.parametrize("day", [date(2026, 5, 13), date(2025, 9, 1), date(2026, 1, 5)])
def test_a_pack_on_other_days_passes_its_own_check_and_every_day_moved_alike(name, day):
    pack = load_pack(shipped_packs()[name])

    done = rebase(pack, {"starts": day}, pack_id="dot-sau")
    moved = load_files(done.files)

    assert done.is_clean
    assert (moved.id, moved.version, moved.model.pack.starts) == ("dot-sau", 1, day)
    assert (day - pack.model.pack.starts).days == done.days
    assert {(anchors_of(moved)[key] - known).days for key, known in anchors_of(pack).items()} == {done.days}
    assert moved.model.pack.source == pack.model.pack.source, "the paper keeps its own date"
    assert moved.model.examples.printed == pack.model.examples.printed


def test_fixed_deadlines_of_the_plan_move_and_what_falls_on_a_rest_day_is_told(pack):
    done = rebase(pack, {"collect_from": date(2026, 5, 15)}, pack_id="cat-thanh-2026")

    plan = {task.id: task.due for task in load_files(done.files).model.plan.tasks}
    assert (plan["staff-first"], plan["team-finishes"]) == ("before 2026-05-20", "through 2026-05-27")
    warned = {each.item: each for each in done.warnings}
    assert (warned["consolidate"].before, warned["consolidate"].after) == (date(2025, 5, 30), date(2026, 5, 30))
    assert "Thứ Bảy 30/5" in warned["consolidate"].warning
    assert "Thứ Sáu" in warned["consolidate"].warning
    assert "team-finishes" not in warned
    assert any("trước ngày 20/5/2025" in text for _, text in done.words), "labels that name a day are told"


def test_a_holiday_is_named(pack):
    done = rebase(pack, {"ends": date(2025, 9, 2)}, pack_id="dot-sau")

    assert any("Quốc khánh" in each.warning for each in done.warnings)


def test_remarks_and_layout_stay(pack):
    done = rebase(pack, {"starts": date(2026, 5, 13)}, pack_id="dot-sau")

    before, after = pack.files["plan.yaml"].splitlines(), done.files["plan.yaml"].splitlines()
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) < 10
    assert shifted_text("a: before 2025-05-20  # vào 2025-05-20\nsource: ngày 2025-05-20\n", 1) == (
        "a: before 2025-05-21  # vào 2025-05-20\nsource: ngày 2025-05-20\n"
    )


def test_a_weekly_report_that_falls_due_another_number_of_times_is_told(pack):
    weekly = pack.model.plan.duties[0].model_copy(
        update={"id": "weekly", "every": "Friday in collect", "internal_due": None}
    )
    plan = pack.model.plan.model_copy(update={"duties": (*pack.model.plan.duties, weekly)})
    changed = load_files(with_plan(pack.files, plan_text(plan), version=2))

    same, other = (
        rebase(changed, {"starts": day}, pack_id="dot-sau") for day in (date(2025, 5, 20), date(2025, 5, 15))
    )

    assert "weekly" not in {each.item for each in same.warnings}
    assert "từ 2 thành 1" in next(each.warning for each in other.warnings if each.item == "weekly")


@pytest.mark.parametrize(
    ("wanted", "name", "said"),
    [
        ({"starts": date(2025, 5, 13)}, "dot-sau", "không có gì để dời"),
        ({"collect": date(2026, 5, 13)}, "dot-sau", "Ghi một trong: starts"),
        ({"starts": date(2026, 5, 13)}, "cat-thanh-2025", "phải có tên khác"),
        ({"starts": date(2026, 5, 13)}, "Đợt sau", "chữ thường không dấu"),
        ({"collect_from": date(2026, 5, 15), "collect_until": date(2026, 5, 30)}, "dot-sau", "không dời cùng số ngày"),
    ],
)
def test_a_move_that_cannot_be_made_says_why(pack, wanted, name, said):
    with pytest.raises(RebaseRefused, match=said):
        rebase(pack, wanted, pack_id=name)


def test_two_anchors_that_agree_are_one_move(pack):
    done = rebase(pack, {"collect_from": date(2026, 5, 15), "collect_until": date(2026, 5, 27)}, pack_id="dot-sau")

    assert done.days == 365


def test_a_year_that_the_calendar_does_not_know_is_told_at_each_day(pack):
    done = rebase(pack, {"starts": date(2040, 5, 13)}, pack_id="dot-sau")

    assert any("2040" in each.warning for each in done.warnings)
