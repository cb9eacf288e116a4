"""The third pack: households, a loop, working days, a weekly report. No line of Python was written for it."""

from datetime import date

import pytest

from rules.deadlines import due_at, follow_up_at, occurrences, parse, parse_every
from rules.machine import GuardRefused, WrongState
from rules.time import at, show

IN_APRIL = {"happened_at": at("2026-04-10 08:00")}
NOW = at("2026-04-10 08:00")


def test_its_subject_is_the_household(sorting):
    assert sorting.main_track.model.subject == "household"
    assert sorting.main_track.belongs({"kind": "household"}, NOW)
    assert not sorting.main_track.belongs({"kind": "person"}, NOW)


def test_the_path_has_a_loop_and_can_go_round_it_many_times(sorting):
    track, state = sorting.main_track, "bin_received"
    stage = track.stage_after(None, state)
    for _ in range(5):
        state = track.fire(state, "fail_inspection", IN_APRIL, NOW)
        stage = track.stage_after(stage, state)
        state = track.fire(state, "receive_bin_again", IN_APRIL, NOW)
        assert track.stage_after(stage, state) == "not_good_yet"  # the furthest stage is kept on the way back

    assert track.fire(state, "pass_inspection", IN_APRIL, NOW) == "good"


def test_a_household_cannot_pass_before_it_has_a_bin_or_outside_the_inspection(sorting):
    with pytest.raises(WrongState):
        sorting.main_track.fire("registered", "pass_inspection", IN_APRIL, NOW)
    with pytest.raises(GuardRefused):
        sorting.main_track.fire("bin_received", "pass_inspection", {"happened_at": at("2026-03-31 23:59")}, NOW)


def test_its_exits_are_none_of_the_other_packs(sorting, an_lac, cat_thanh):
    def exits(pack):
        return {name for track in pack.tracks.values() for name, state in track.states.items() if state.exit}

    assert exits(sorting) == {"merged_household", "vacant_house", "no_space", "bin_on_order"}
    assert not exits(sorting) & (exits(an_lac) | exits(cat_thanh))


def test_a_deadline_counts_working_days(sorting):
    due = {task.id: parse(task.due) for task in sorting.model.plan.tasks}

    meeting = due_at(due["conference"], sorting.calendar, since=sorting.span.opens_at)
    bins = due_at(due["deliver-bins"], sorting.calendar, since=at("2026-04-20 15:00"))

    assert show(meeting) == "2026-03-10 00:00"  # Monday 2/3 is not counted; 3, 4, 5, 6 and 9/3 are
    assert show(bins) == "2026-05-08 00:00"  # 27/4, 30/4 and 1/5 are days off
    assert show(due_at(due["order-bins"], sorting.calendar)) == "2026-03-20 17:00"


def test_a_follow_up_counts_working_days(sorting):
    spec = parse(sorting.main_track.states["not_good_yet"].next.follow_up)

    assert show(follow_up_at(spec, sorting.calendar, since=at("2026-04-24 16:00"))) == "2026-05-04 07:30"


def test_the_report_is_weekly_and_a_holiday_does_not_move_it(sorting):
    (model,) = sorting.model.plan.duties
    every = parse_every(model.every)
    found = occurrences(sorting.windows["mobilise"].span, every, parse(model.due), sorting.calendar)

    assert len(found) == 9
    assert {one.day.weekday() for one in found} == {0}
    assert found[-1].day == date(2026, 4, 27)
    assert not sorting.calendar.is_working(date(2026, 4, 27))
    assert {show(one.due_at)[11:] for one in found} == {"10:00"}


def test_a_rule_may_move_a_household_by_itself(sorting):
    rule = next(rule for rule in sorting.rules if rule.id == "order-forgotten")
    facts = {"state": "bin_on_order", "entered_at": at("2026-03-05 09:00")}

    assert rule.model.effect.move == "order_lapsed"
    assert rule.when_py(facts, at("2026-03-20 09:00"))
    assert rule.earliest_py(facts) == at("2026-03-20 09:00")
    assert sorting.main_track.fire("bin_on_order", "order_lapsed", {}, NOW) == "registered"
