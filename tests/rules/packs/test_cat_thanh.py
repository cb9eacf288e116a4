"""The town's pack against the town's plan: who, what, until when, and what a clock makes of it."""

from datetime import date
from itertools import pairwise

import pytest

from rules.deadlines import Occurrence, due_at, occurrences, parse, parse_every
from rules.machine import GuardRefused, WrongState
from rules.pack import Pack
from rules.pack.model import Duty
from rules.time import at, show

CLAUSES = {
    "1.2-2": {"team_leader"}, "1.3-1": {"team_leader"}, "1.3-2": {"deputy_police_chief"},
    "3.1-1": {"police_chief"}, "3.1-2": {"police_chief"}, "3.1-3": {"police_chief"}, "3.1-4": {"team_leader"},
    "3.1-5": {"deputy_police_chief"},
    "3.2-1": {"office"}, "3.2-2": {"office"}, "3.2-3": {"office"}, "3.2-4": {"office"},
    "3.3": {"culture"}, "3.4": {"finance"}, "3.5": {"area_head"}, "3.6": {"front"},
    "4-1": {"police_chief"}, "4-2": {"team_leader"}, "4-3": {"team_leader"}, "4-4": {"team_leader"},
}  # fmt: skip
"""Every paragraph of the plan that gives work to somebody, and to whom."""

DATED = {
    "staff-first": "2025-05-20 00:00", "lead-campaign": "2025-05-28 00:00", "team-finishes": "2025-05-28 00:00",
    "consolidate": "2025-05-31 00:00",
}  # fmt: skip
"""The only tasks for which the plan names a day, with the exclusive instant."""

GOOD_DAY = {"stage": "activated", "happened_at": at("2025-05-20 08:00")}
NOW = at("2025-05-20 08:00")


def duty(pack: Pack, name: str) -> tuple[Duty, list[Occurrence]]:
    """Return a duty and its occurrences for one team."""
    model = next(one for one in pack.model.plan.duties if one.id == name)
    every = parse_every(model.every)
    assert every.window is not None
    return model, occurrences(pack.windows[every.window].span, every, parse(model.due), pack.calendar)


def test_15_areas_with_both_names_the_plan_uses(cat_thanh):
    areas = cat_thanh.model.pack.areas

    assert areas.count == 15
    assert areas.label.format(n=7) == "Tổ dân phố 7"
    assert "Khu phố 7" in [alias.format(n=7) for alias in areas.aliases]


def test_the_windows_are_whole_days(cat_thanh):
    spans = {name: (show(one.from_at), show(one.until_at)) for name, one in cat_thanh.windows.items()}

    assert spans == {
        "collect": ("2025-05-15 00:00", "2025-05-28 00:00"),
        "consolidate": ("2025-05-28 00:00", "2025-05-31 00:00"),
    }


def test_every_paragraph_has_a_task_and_every_task_a_paragraph(cat_thanh):
    found: dict[str, set[str]] = {}
    for task in cat_thanh.model.plan.tasks:
        found.setdefault(task.clause, set()).add(task.owner)

    assert found == CLAUSES


def test_every_actor_of_section_3_holds_a_post_and_every_post_of_work_has_work(cat_thanh):
    owners = {owner for named in CLAUSES.values() for owner in named}
    helpers = {post for task in cat_thanh.model.plan.tasks for post in task.support}

    assert owners <= set(cat_thanh.posts)
    assert {"chair", "vice_chair", "women", "youth", "member", "mobile_member", "support_desk"} <= helpers
    assert {post.role for post in cat_thanh.posts.values()} >= {
        "chair", "plan_owner", "coordinator", "duty_leader", "team_leader", "member", "area_head", "support_desk",
        "superior", "auditor", "administrator",
    }  # fmt: skip


def test_only_days_that_the_plan_names_are_deadlines(cat_thanh):
    dated = {}
    for task in cat_thanh.model.plan.tasks:
        due = due_at(parse(task.due), cat_thanh.calendar)
        if due is not None:
            dated[task.id] = show(due)

    assert dated == DATED


def test_predecessors_start_with_the_proposal_and_end_with_the_report(cat_thanh):
    after = {task.id: task.after for task in cat_thanh.model.plan.tasks}
    chain, step = [], "team-finishes"
    while after[step]:
        step = after[step][0]
        chain.append(step)

    assert chain == ["hand-over-lists", "print-lists", "form-teams", "issue-decision", "propose-steering"]


def test_each_team_reports_on_13_days_and_all_of_them_195_times(cat_thanh):
    model, found = duty(cat_thanh, "daily-report")

    assert model.per == "team"
    assert len(found) * cat_thanh.model.pack.areas.count == 195
    assert [one.day for one in found] == [date(2025, 5, day) for day in range(15, 28)]
    assert {show(one.due_at)[11:] for one in found} == {"16:00"}
    assert show(found[0].period_from) == "2025-05-15 00:00"
    assert all(before.period_to == later.period_from for before, later in pairwise(found))


def test_the_last_hours_of_the_27th_are_counted_once_more_by_each_team(cat_thanh):
    model, found = duty(cat_thanh, "final-count")
    _, daily = duty(cat_thanh, "daily-report")

    assert len(found) * cat_thanh.model.pack.areas.count == 15
    assert show(found[0].due_at) == "2025-05-28 09:00"
    assert show(found[0].period_to) == "2025-05-28 00:00"
    assert due_at(parse(model.opens), cat_thanh.calendar) == daily[-1].period_to
    assert "assumed, not in the paper" in (model.source or "")


def test_reports_reach_the_committee_through_the_police(cat_thanh):
    for name in ("daily-report", "final-count"):
        model, _ = duty(cat_thanh, name)
        assert (model.relay.via, model.relay.to) == ("deputy_police_chief", "office")
    assert duty(cat_thanh, "daily-report")[0].internal_due == "before 15:30"


def test_recipients_are_those_of_the_plan_with_their_relay(cat_thanh):
    told = [(one.to, one.via) for one in cat_thanh.model.pack.reporting.recipients]

    assert told == [
        ("Công an tỉnh", "PC06"), ("UBND huyện", None), ("Phòng Tư pháp", None), ("Thường trực Đảng ủy", None),
        ("Thường trực HĐND-UBND", None), ("Lưu: VT, CA", None),
    ]  # fmt: skip


def test_the_five_targets(cat_thanh):
    targets = {target.id: target for target in cat_thanh.model.figures.targets}
    figures = {figure.id: figure for figure in cat_thanh.model.figures.figures}

    assert sorted(targets) == ["T1", "T2", "T3", "T4", "T5"]
    assert (targets["T1"].more_than, targets["T1"].policy, targets["T1"].monitor) == (
        "95 percent",
        "active_level_2",
        "took_part",
    )
    assert figures[targets["T1"].count].external
    assert (targets["T2"].per, targets["T2"].at_least) == ("team", "100 percent")
    assert (targets["T3"].count, targets["T3"].at_least) == ("active_level_2", "100 percent")
    assert figures["active_level_2"].stage_at_least == "activated"
    assert targets["T4"].at_least == "parameter documents_target"
    assert isinstance(cat_thanh.parameters["documents_target"], str)  # the plan gives no number
    assert (targets["T5"].count, targets["T5"].due) == ("staff_finished", "before 2025-05-20")


def test_staff_are_counts_per_office_and_finishing_is_a_condition(cat_thanh):
    task = next(task for task in cat_thanh.model.plan.tasks if task.id == "staff-first")
    _, holds = cat_thanh.done_when["staff-first"]

    assert task.done_when
    assert holds({"figure:staff_declared": 410, "figure:staff_open": 0}, NOW)
    assert not holds({"figure:staff_declared": 410, "figure:staff_open": 1}, NOW)
    assert not holds({"figure:staff_declared": 0, "figure:staff_open": 0}, NOW)
    assert [body.id for body in cat_thanh.model.pack.bodies if body.counts_staff] == [
        "ubnd", "police", "office", "one_stop", "culture", "finance", "front", "women", "youth",
    ]  # fmt: skip


def test_a_team_has_finished_when_nothing_is_left_to_do(cat_thanh):
    _, holds = cat_thanh.done_when["team-finishes"]
    listed, left = "figure:listed[team=@team]", "figure:open_people[team=@team]"

    assert holds({listed: 380, left: 0, "team": "t1"}, NOW)
    assert not holds({listed: 380, left: 1, "team": "t1"}, NOW)
    assert not holds({listed: 0, left: 0, "team": "t1"}, NOW)
    open_people = next(figure for figure in cat_thanh.model.figures.figures if figure.id == "open_people")
    assert set(open_people.states or ()) == set(cat_thanh.main_track.open_states)


@pytest.mark.parametrize(
    ("account", "state"),
    [("activated", "activated"), ("registered", "registered"), ("none", "no_account"), (None, "no_account")],
)
def test_a_person_starts_where_their_list_says(cat_thanh, account, state):
    assert cat_thanh.main_track.entry_state({"account": account}) == state


def test_the_three_lists_say_what_standing_on_them_means(cat_thanh):
    lists = {item.id: item.sets.get("account") for item in cat_thanh.model.pack.lists}

    assert lists == {"L1": "activated", "L2": "registered", "L3": "none", "TC": None}


def test_the_path_is_walked_step_by_step(cat_thanh):
    path = cat_thanh.main_track

    assert path.line == ("no_account", "registered", "activated", "submitted")
    assert path.fire("no_account", "register", {"stage": "no_account"}, NOW) == "registered"
    assert path.fire("registered", "activate", {"stage": "registered"}, NOW) == "activated"
    assert path.fire("activated", "submit", GOOD_DAY, NOW) == "submitted"
    for state in ("no_account", "registered", "submitted", "dead", "declined", "moved_out"):
        with pytest.raises(WrongState):
            path.fire(state, "submit", GOOD_DAY, NOW)


def test_taking_part_counts_from_the_15th_to_the_end_of_the_27th(cat_thanh):
    def fire(happened: str) -> str:
        return cat_thanh.main_track.fire(
            "activated", "submit", {"stage": "activated", "happened_at": at(happened)}, NOW
        )

    assert fire("2025-05-15 00:00") == fire("2025-05-27 23:59:59.999999") == "submitted"
    for outside in ("2025-05-14 23:59:59.999999", "2025-05-28 00:00"):
        with pytest.raises(GuardRefused):
            fire(outside)


@pytest.mark.parametrize("stage", ["no_account", "registered", "activated"])
def test_whoever_comes_back_goes_on_from_where_they_stood(cat_thanh, stage):
    path = cat_thanh.main_track
    for state in ("abroad", "no_phone", "card_expired", "sim_pending", "moved_out", "army", "prison"):
        assert path.fire(state, f"resume_{stage}", {"stage": stage}, NOW) == stage
        for other in {"no_account", "registered", "activated"} - {stage}:
            with pytest.raises(GuardRefused):
                path.fire(state, f"resume_{other}", {"stage": stage}, NOW)


def test_nobody_takes_part_out_of_a_side_state_without_having_had_an_account(cat_thanh):
    facts = {"stage": "registered", "happened_at": at("2025-05-20 08:00")}

    with pytest.raises(GuardRefused):
        cat_thanh.main_track.fire("no_phone", "submit", facts, NOW)
    assert cat_thanh.main_track.fire("no_phone", "submit", GOOD_DAY, NOW) == "submitted"


def rules_that_hold(pack: Pack, now: str, **facts: object) -> set[str]:
    """Return the rules about people that hold for these facts."""
    default = {"attempts": 0, "last_contact": None, "follow_up_at": None, "is_open": True, "exit_class": None}
    return {rule.id for rule in pack.case_rules("path") if rule.when_py({**default, **facts}, at(now))}


@pytest.mark.parametrize("state", ["no_account", "registered", "activated"])
def test_on_the_first_morning_nobody_has_been_silent(cat_thanh, state):
    for entered in ("2025-05-13 00:00", "2025-05-14 17:00", "2025-05-15 07:00"):
        assert rules_that_hold(cat_thanh, "2025-05-15 08:00", state=state, entered_at=at(entered)) == set()


def test_on_the_third_morning_the_right_ones_are(cat_thanh):
    def silent(state: str, **more: object) -> set[str]:
        return rules_that_hold(cat_thanh, "2025-05-17 08:00", state=state, entered_at=at("2025-05-15 08:00"), **more)

    assert silent("registered") == {"silent-registered"}
    assert silent("activated") == {"silent-activated"}
    assert silent("no_account") == set()
    assert silent("activated", last_contact=at("2025-05-15 08:01")) == set()
    assert silent("activated", attempts=3) == {"not-home-three-times"}
    assert silent("submitted", is_open=False) == set()


def test_silence_climbs_by_the_clock(cat_thanh):
    rule = next(rule for rule in cat_thanh.rules if rule.id == "silent-registered")
    due = at("2025-05-17 09:00")
    hours = [(rule.times.called_at(level, due) - due) // 3_600_000_000 for level in (1, 2, 3)]

    assert [(rung.to, delay) for rung, delay in zip(rule.ladder, hours, strict=True)] == [
        ("team_leader", 0), ("duty_leader", 24), ("chair", 48),
    ]  # fmt: skip
    assert rule.model.group == "area"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-05-24 14:59:59", set()),
        ("2025-05-24 15:00", {"daily-report-due-soon"}),
        ("2025-05-24 15:30", {"daily-report-due-soon", "daily-report-internal"}),
        ("2025-05-24 16:00", {"daily-report-due-soon", "daily-report-internal", "daily-report-missing"}),
    ],
)
def test_a_report_that_is_not_there_is_reminded_then_missing(cat_thanh, now, expected):
    facts = {"task_state": "assigned", "due_at": at("2025-05-24 16:00"), "internal_due_at": at("2025-05-24 15:30")}
    rules = [rule for rule in cat_thanh.rules if rule.model.task == "daily-report"]

    assert {rule.id for rule in rules if rule.when_py(facts, at(now))} == expected
    assert not [rule.id for rule in rules if rule.when_py({**facts, "task_state": "done"}, at(now))]


@pytest.mark.parametrize(
    ("rule_id", "first"),
    [("daily-report-missing", "deputy_police_chief"), ("daily-report-forward-late", "police_chief")],
)
def test_what_is_not_there_at_16_reaches_the_chair_after_two_hours(cat_thanh, rule_id, first):
    rule = next(rule for rule in cat_thanh.rules if rule.id == rule_id)
    due = at("2025-05-24 16:00")
    minutes = [(rule.times.called_at(level, due) - due) // 60_000_000 for level in (1, 2, 3)]

    assert [(rung.to, at_) for rung, at_ in zip(rule.ladder, minutes, strict=True)] == [
        (first, 0), ("office", 30), ("chair", 120),
    ]  # fmt: skip


def test_the_relay_has_a_duty_of_its_own_each_day(cat_thanh):
    daily, forward = cat_thanh.plan_items["daily-report"], cat_thanh.plan_items["daily-report-forward"]

    assert (forward.owner, forward.per, forward.due, forward.every) == (
        "deputy_police_chief",
        "unit",
        "before 16:00",
        daily.every,
    )
    assert (forward.internal_due, forward.relay, forward.waive_when) == (None, None, None)
    assert dict(cat_thanh.forwarded) == {"daily-report-forward": "daily-report", "final-count-forward": "final-count"}
    assert [duty.id for duty in cat_thanh.duties] == ["daily-report", "final-count", *cat_thanh.forwarded]


def test_documents_have_a_track_each_and_hold_no_door_open(cat_thanh):
    tracks = cat_thanh.tracks
    documents = ("driving_licence", "vehicle_registration", "health_insurance")

    assert set(tracks) == {"path", *documents, "organisation_id"}
    for name in documents:
        assert tracks[name].open_states == ()
    assert tracks["organisation_id"].model.subject == "organisation"
    for track in (tracks[name] for name in (*documents, "organisation_id")):
        assert track.line == ("not_linked", "linked")
        assert track.exit_class("not_applicable") == "ineligible"
        assert track.fire("not_linked", "link", {}, NOW) == "linked"


def test_people_of_other_populations_do_not_enter(cat_thanh):
    facts = {"resident": True, "eligible": True, "level_2": True, "age": 40, "kind": "person"}

    assert cat_thanh.tracks["path"].belongs(facts, NOW)
    assert not cat_thanh.tracks["path"].belongs({**facts, "resident": False}, NOW)
    assert cat_thanh.tracks["driving_licence"].belongs(facts, NOW)
    assert not cat_thanh.tracks["driving_licence"].belongs({**facts, "age": None}, NOW)
    assert not cat_thanh.tracks["organisation_id"].belongs(facts, NOW)


def test_the_guidance_follows_section_2_and_looks_away_at_step_3(cat_thanh):
    steps = {item.step: item.text.vi for item in cat_thanh.model.path.guidance}

    for number in ("1", "2.1", "2.2", "3", "4"):
        assert number in steps
    assert "không hỏi, không nhìn, không ghi" in steps["3"]
    for article in (
        "Điều 9",
        "Điều 10",
        "khoản 1 Điều 84",
        "Điều 110",
        "khoản 2 Điều 111",
        "khoản 2 Điều 112",
        "khoản 1 Điều 114",
        "khoản 2 Điều 115",
    ):
        assert article in steps["2.2"]


def test_activating_and_taking_part_is_one_outcome_of_one_visit(cat_thanh):
    moves = [effect.move for effect in cat_thanh.outcomes["activated_and_took_part"].effects if effect.move]

    assert moves == ["activate", "submit"]
