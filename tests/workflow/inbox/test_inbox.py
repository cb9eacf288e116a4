"""The inbox shows whoever holds a post what its ladder brought, one row for each rule and group."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select, text

from rules.time import DAY, HOUR, at
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, TOP, Silent, silent_world
from workflow.access import Actor, Held
from workflow.actions.assign_doors import reassign
from workflow.actions.record_visit import Finding
from workflow.days import tomorrow_of
from workflow.queries.actor_reach import reach_of
from workflow.queries.episode import episode
from workflow.queries.inbox import count_inbox, inbox_of
from workflow.queries.inbox_group import episodes_in_group, receivers_in_rows
from workflow.queries.inbox_parts import open_episodes
from workflow.queries.time_left import due_of, due_sql
from workflow.tables import Area, Escalation, Team


def rows(silent: Silent, login: str) -> list[tuple[str, str, int, int]]:
    """Return rule, place, how many and how many of them wait."""
    return [(g.rule_id, g.place, g.n, g.waiting) for g in silent.groups(login)]


def test_each_rung_is_asked_in_turn_and_those_below_still_see_it(silent: Silent) -> None:
    assert rows(silent, "an") == []

    silent.at(NOTICED)
    assert rows(silent, "an") == [(RULE, "Tổ dân phố 1", 3, 3)]
    assert rows(silent, "dung") == [(RULE, "Tổ dân phố 2", 1, 1)]
    assert rows(silent, "giang") == rows(silent, "khanh") == rows(silent, "binh") == []

    silent.at(CLIMBED)
    assert rows(silent, "an") == [(RULE, "Tổ dân phố 1", 3, 0)]
    assert rows(silent, "giang") == [(RULE, "Tổ dân phố 1", 3, 3)]
    (group,) = silent.groups("an")
    assert (group.passed_up, group.level, group.levels, group.to_post.vi) == (3, 2, 3, "Lãnh đạo phụ trách địa bàn")
    assert group.oldest_due_at == at("2025-05-17 00:00")

    silent.at(TOP)
    assert {place for _, place, _, _ in rows(silent, "khanh")} == {"Tổ dân phố 1", "Tổ dân phố 2"}
    assert sum(group.waiting for group in silent.groups("khanh")) == 4


def test_whom_nobody_was_named_for_the_coordinator_sees_in_the_whole_unit(silent: Silent) -> None:
    silent.at(CLIMBED)

    assert rows(silent, "hai") == []
    assert sum(group.waiting for group in silent.groups("hai", whole_unit=True)) == 4
    whole = silent.inbox("hai", whole_unit=True).counts
    assert whole.all == whole.waiting > 4
    assert silent.inbox("an", whole_unit=True).counts.all == 0
    assert silent.inbox("khanh", whole_unit=True).groups == ()


def test_work_done_takes_people_out_whichever_way_it_ended(silent: Silent) -> None:
    silent.at(NOTICED)
    first, second = silent.cases[:2]

    silent.world.visit("an", silent.doors[0], Finding("activated_now", first), Finding("not_taking_part", second))

    assert [line.title for line in silent.opened("an")[0]] == ["Trần Văn Ba"]
    assert [group.n for group in silent.groups("an")] == [1]
    told = [silent.told("an", number) for number in (0, 1)]
    assert [one.is_open for one in told] == [False, False]
    assert {one.closed_because for one in told} == {"resolved"}
    assert [one.reasons for one in told] == [(), ()]
    assert "declined" not in repr(told)
    assert "not_taking_part" not in repr(told)


def test_a_door_given_to_another_team_takes_its_episode_along(silent: Silent) -> None:
    silent.at(NOTICED)
    teams = {team.code: team.id for team in silent.world.rows(Team)}

    silent.world.command(
        "hai",
        lambda book, context, actor: reassign(
            book, context, actor, [silent.doors[1]], team_id=teams["T2"], assignee_id=None, reason="tổ 1 quá tải"
        ),
    )

    assert rows(silent, "an") == [(RULE, "Tổ dân phố 1", 2, 2)]
    assert sorted(rows(silent, "dung")) == [(RULE, "Tổ dân phố 1", 1, 1), (RULE, "Tổ dân phố 2", 1, 1)]
    assert [line.title for line in silent.opened("dung")[0]] == ["Trần Văn Ba"]
    assert silent.findings() == []


def test_names_stand_only_where_the_door_may_be_seen(silent: Silent) -> None:
    silent.at(TOP)

    leader, total = silent.opened("an")
    names = [
        "Phạm Văn Năm",
        "Nguyễn Thị Hai",
        "Nguyễn Văn Một",
        "Trần Văn Ba",
    ]  # the first one still waits for the leader
    assert [line.passed_up for line in leader] == [False, True, True, True]
    assert (total, [line.title for line in leader]) == (4, names)
    assert {line.door_id for line in leader} == set(silent.doors) - {silent.doors[2]}
    chair, total = silent.opened("khanh")
    assert (total, {line.title for line in chair}, {line.door_id for line in chair}) == (3, {None}, {None})
    assert {(line.place, line.lane) for line in chair} == {("Tổ dân phố 1", "Ngõ 1")}
    assert "Nguyễn" not in repr(chair)
    assert silent.opened("dung") == ([], 0)
    assert silent.opened("binh") == ([], 0)


def test_pages(silent: Silent) -> None:
    silent.at(NOTICED)

    first, _ = silent.opened("an", limit=2)
    second, total = silent.opened("an", limit=2, offset=2)
    assert (len(first), len(second), total) == (2, 1, 3)
    assert {line.id for line in (*first, *second)} == set(silent.ids(0, 1, 2))
    whole = silent.inbox("hai", whole_unit=True)
    assert not whole.has_more
    assert silent.inbox("hai", whole_unit=True, limit=1) == replace(whole, groups=whole.groups[:1], has_more=True)
    last = len(whole.groups) - 1
    assert not silent.inbox("hai", whole_unit=True, limit=1, offset=last).has_more


@pytest.mark.parametrize(
    "moment", ["2025-05-17 00:00", "2025-05-17 23:59", "2025-05-18 00:00", TOP, "2025-05-20 00:00"]
)
def test_how_an_answer_stands_with_its_time_is_one_function_in_two_places(silent: Silent, moment: str) -> None:
    silent.at(moment)
    world, now = silent.world, silent.world.clock.now()

    for login in ("an", "giang", "khanh", "hai"):
        with world.store.read() as session:
            reach = reach_of(session, world.actor(login), world.context())
            open_ones = open_episodes(reach, whole_unit=login == "hai")
            due = due_sql(open_ones.c, now, tomorrow_of(now))
            found = session.execute(select(open_ones.c.answer_by, open_ones.c.rest_until, due)).all()
        for until, rests, told in found:
            assert told == due_of(until, rests, now)
        counts = silent.inbox(login, whole_unit=login == "hai").counts
        assert counts.overdue == sum(told == "overdue" for *_, told in found)
        assert counts.today == sum(told == "today" for *_, told in found)
        assert counts.all == len(found)


def test_an_answer_is_expected_before_the_next_is_called_and_on_the_last_rung_the_same_day(silent: Silent) -> None:
    until = {}
    for moment in (NOTICED, CLIMBED, TOP):
        silent.at(moment)
        until[moment] = silent.told("hai", 0).line.answer_by
    assert until == {
        NOTICED: at("2025-05-18 00:00"), CLIMBED: at("2025-05-19 00:00"), TOP: at("2025-05-20 00:00"),
    }  # fmt: skip
    due = at("2025-05-17 09:00")
    assert due_of(due + DAY, None, due + DAY - 1) == "today"
    assert due_of(due + DAY, None, due + DAY) == "overdue"
    assert due_of(due + DAY, None, due) == "later"
    assert due_of(due, due + 2, due + 1) == "resting"
    assert due_of(due, due + 2, due + 2) == "overdue"
    assert due_of(None, None, due) == "later"


def test_overdue_comes_first_and_tabs_filter_lists_and_rows_alike(silent: Silent) -> None:
    silent.at(NOTICED)
    assert [group.overdue for group in silent.groups("an")] == [0]
    assert silent.opened("an", due="today")[1] == 3

    silent.at("2025-05-18 00:00")

    first, *others = silent.inbox("an").groups
    assert others
    assert any(group.overdue for group in silent.inbox("an").groups)
    late = [group.overdue > 0 for group in (first, *others) if group.waiting]
    assert late == sorted(late, reverse=True)
    assert first.waiting
    assert silent.groups("an", due="overdue") == []  # the post above has it now, and until the end of the day
    assert [group.n for group in silent.groups("an", due="today")] == [3]
    assert silent.opened("an", due="later") == ([], 0)

    silent.at("2025-05-20 00:00")
    assert [group.n for group in silent.groups("an", due="overdue")] == [3]
    assert silent.opened("khanh", due="overdue")[1] == 3
    assert [line.is_unanswered for line in silent.opened("khanh", due="overdue")[0]] == [True] * 3


def test_rows_that_have_wholly_gone_up_stand_last(silent: Silent) -> None:
    silent.at(CLIMBED)
    rows = [group for login in ("an", "dung", "giang", "hai") for group in [silent.inbox(login).groups]]

    assert any(group.waiting == 0 for groups in rows for group in groups)
    for groups in rows:
        gone = [group.waiting == 0 for group in groups]
        assert gone == sorted(gone)


def test_the_badge_is_the_inbox(silent: Silent) -> None:
    silent.at(CLIMBED)
    for login in ("an", "dung", "giang", "hai", "khanh", "binh"):
        assert silent.read(login, count_inbox) == silent.inbox(login).counts


def test_a_page_costs_the_same_however_much_is_on_it(silent: Silent) -> None:
    silent.at(NOTICED)
    group = (RULE, silent.key("A1"))
    pages: list[Any] = [
        (inbox_of, ()),
        (episodes_in_group, group),
        (receivers_in_rows, ([group],)),
        (episode, silent.ids(0)),
        (count_inbox, ()),
    ]
    small = [len(silent.statements("an", query, *args)) for query, args in pages]
    for number in range(4, 24):
        silent.world.household([(f"Ngô Văn {number}", "registered")], house=str(number))
    silent.at("2025-05-19 12:00")

    large = [len(silent.statements("an", query, *args)) for query, args in pages]
    assert large == small
    assert max(small) <= 12
    assert silent.opened("an")[1] == 24


def test_the_list_of_open_episodes_is_found_by_its_index(silent: Silent) -> None:
    silent.at(NOTICED)
    if silent.world.store.reader.dialect.name != "sqlite":
        return  # a planner with statistics reads three rows as they come; the shape of the question is the same
    world = silent.world
    with world.store.read() as session:
        open_ones = open_episodes(reach_of(session, world.actor("an"), world.context()))
        asked: list[Any] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *seen: asked.append(seen[2:4]))
        session.execute(select(open_ones.c.id)).all()
        plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + asked[0][0], asked[0][1]).all()
    told = " | ".join(str(line[-1]) for line in plan)
    assert "escalations_inbox (unit_id=? AND is_open=? AND rule_id=? AND group_key=?)" in told
    assert "SCAN escalations" not in told


def test_who_may_know_of_an_episode_is_the_same_list_by_list_and_row_by_row(silent: Silent) -> None:
    silent.at(TOP)
    world, only = silent.world, Escalation.rule_id == RULE
    places: dict[str, list[Any]] = {
        "team": [(row.id, None, None) for row in world.rows(Team)],
        "area": [(None, row.id, None) for row in world.rows(Area)],
        "unit": [(None, None, None)],
        "body": [(None, None, uuid.uuid4())],
    }
    seen = {}
    for scope, ways in places.items():
        for code in ("team_leader", "duty_leader", "chair", "member", "coordinator"):
            for way in ways:
                actor = Actor(
                    world.unit_id,
                    uuid.uuid4(),
                    uuid.uuid4(),
                    "Ai",
                    (Held(uuid.uuid4(), code, code, code, way[0], way[1], way[2], None),),
                )
                with world.store.read() as session:
                    reach = reach_of(session, actor, world.context())
                    listed = set(session.scalars(select(Escalation.id).where(reach.listed, only)))
                    visible = set(session.scalars(select(Escalation.id).where(reach.visible, only)))
                assert listed <= visible
                seen[scope, code, way] = len(listed)
    assert {n for (scope, code, _), n in seen.items() if scope == "body" or code == "member"} == {0}
    assert sorted(n for (scope, code, _), n in seen.items() if (scope, code) == ("team", "team_leader")) == [1, 4]
    assert seen["unit", "chair", (None, None, None)] == 4


def test_another_units_episodes_are_absent(worlds: NewWorld) -> None:
    here, there = silent_world(worlds), silent_world(worlds)
    for silent in (here, there):
        silent.at(NOTICED)
    stranger, context = there.world.actor("an"), here.world.context()
    with here.world.store.read() as session:
        inbox = inbox_of(session, stranger, context, now=here.world.clock.now())
    assert inbox.counts.all == 0
    assert inbox.groups == ()


def test_a_rule_over_finished_people_lists_nobody(silent: Silent, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shipped rule is one; where a pack has one, its matches are nobody's to list or count."""
    from workflow.queries import finished_rules
    from workflow.statements import asking

    monkeypatch.setattr(asking, "_made", {})  # statements are kept for a pack, which never changes but in this test
    silent.at(NOTICED)
    world = silent.world
    assert not any(finished_rules.may_hold_when_finished(world.pack, rule) for rule in world.pack.rules)
    monkeypatch.setitem(finished_rules._known_rules, world.pack.hash, frozenset({RULE}))
    assert [group.n for group in silent.groups("an")] == [3]
    with world.store.write() as session:
        session.execute(
            text("UPDATE cases SET state = 'submitted' WHERE id = :case AND unit_id = :unit").bindparams(
                case=_raw(world, silent.cases[0]), unit=_raw(world, world.unit_id)
            )
        )
    assert [group.n for group in silent.groups("an")] == [2]
    assert silent.opened("an")[1] == 2


def _raw(world: object, key: uuid.UUID) -> object:
    return key if world.store.reader.dialect.name == "postgresql" else key.bytes  # type: ignore[attr-defined]


def test_hours_are_the_packs(silent: Silent) -> None:
    rule = next(rule for rule in silent.world.pack.rules if rule.id == RULE)
    assert [rule.times.called_at(level, 0) for level in (1, 2, 3)] == [0, 24 * HOUR, 48 * HOUR]
