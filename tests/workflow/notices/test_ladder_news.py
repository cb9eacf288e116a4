"""What posts are told of decisions about what they have, and of what reached nobody: each once, in the digest of its hour."""

import multiprocessing
from typing import Any

import pytest
from sqlalchemy import update

from rules.time import MINUTE, at, show
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent, silent_world
from tests.workflow.notices.test_announce import listed, look, told
from workflow.queries.notice_items import Items, items_of
from workflow.queries.notices import Digest
from workflow.tables import Notice, PostHolding, table_of

pytestmark = pytest.mark.slow

LATER = at("2025-05-20 12:00")


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town's world at the moment before anybody notices."""
    return silent_world(worlds)


def decided(silent: Silent) -> None:
    """Let the morning of 18/5 pass in which every post decides something; nobody has been told of it yet."""
    silent.at(CLIMBED)
    silent.world.go_to("2025-05-18 08:20")
    silent.answer("khanh", silent.ids(0), "granted", reason="mưa lớn", until=LATER)
    silent.answer("khanh", silent.ids(1), "taken_over", reason="tôi gọi trực tiếp")
    silent.answer("giang", silent.ids(2), "raised")
    silent.world.go_to("2025-05-18 08:25")
    silent.answer("khanh", silent.ids(1), "returned", reason="tổ đi lại tối nay")


def since(silent: Silent, before: set[Any]) -> set[Any]:
    """Return what was told since, as post and place, hour, kind and how many."""
    return told(silent.world) - before


def opened(silent: Silent, login: str, kind: str) -> tuple[Digest, Items]:
    """Return somebody's newest digest with such news, and what it lists."""
    digest = next(one for one in listed(silent, login) if kind in one.counts)
    with silent.world.store.read() as session:
        actor, context = silent.world.actor(login), silent.world.context()
        return digest, items_of(session, actor, context, digest, now=silent.world.clock.now())


def test_each_decision_is_told_once_to_whom_it_concerns(silent: Silent) -> None:
    silent.at(CLIMBED)
    before = told(silent.world)
    decided(silent)
    assert since(silent, before) == set()  # the bell is rung by the clock, not by who decides

    silent.at("2025-05-18 08:30")

    assert since(silent, before) == {
        ("duty_leader A1", "2025-05-18 08:00", "granted", 1),
        ("duty_leader A1", "2025-05-18 08:00", "taken_over", 1),
        ("duty_leader A1", "2025-05-18 08:00", "returned", 1),
        ("chair unit", "2025-05-18 08:00", "climbed", 1),
    }
    after = told(silent.world)
    for moment in ("2025-05-18 08:31", "2025-05-18 08:45"):
        silent.at(moment)
    assert told(silent.world) == after


def test_each_leads_to_its_episode_with_who_decided_and_why(silent: Silent) -> None:
    decided(silent)
    silent.at("2025-05-18 08:30")

    digest, items = opened(silent, "giang", "granted")
    assert {kind: digest.counts[kind] for kind in ("granted", "taken_over", "returned")} == {
        "granted": 1, "taken_over": 1, "returned": 1,
    }  # fmt: skip
    [granted], [back] = items.decided("granted"), items.decided("returned")
    assert (granted.escalation_id, granted.until, granted.reason) == (silent.ids(0)[0], LATER, "mưa lớn")
    assert (back.escalation_id, back.by, back.reason) == (silent.ids(1)[0], "Ngô Thị Khánh", "tổ đi lại tối nay")
    assert [one.escalation_id for one in items.decided("taken_over")] == silent.ids(1)
    assert items.rest == 0
    _, climbed = opened(silent, "khanh", "climbed")
    assert ("silent-registered", silent.key("A1"), 1) in {
        (row.rule_id, row.group_key, row.n) for row in climbed.climbed
    }


def test_two_workers_tell_it_once(worlds: NewWorld) -> None:
    alone, together = silent_world(worlds), silent_world(worlds)
    for town in (alone, together):
        decided(town)
    alone.at("2025-05-18 08:30")
    now, url = together.world.go_to("2025-05-18 08:30"), together.world.store.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=look, args=(url, together.world.code, now, 90 + n)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(240)

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert told(together.world) == told(alone.world)


def test_who_was_given_it_hears_that_a_post_above_took_it(silent: Silent) -> None:
    silent.at(NOTICED)
    binh = silent.world.actor("binh").membership_id
    silent.world.go_to("2025-05-17 08:05")
    silent.answer("an", silent.ids(0), "handed_on", to=binh)
    silent.answer("an", silent.ids(1), "handed_on", to="team")
    silent.world.go_to("2025-05-17 08:10")
    silent.answer("giang", silent.ids(0, 1), "taken_over")
    silent.at("2025-05-17 08:15")

    lines = {line for line in told(silent.world) if line[1] == "2025-05-17 08:00"}
    assert ("team_leader T1", "2025-05-17 08:00", "taken_over", 2) in lines
    mine = silent.world.rows(Notice, Notice.membership_id == binh)
    assert {(row.kind, row.arrived) for row in mine} == {("returned", 1), ("taken_over", 1)}
    _, items = opened(silent, "binh", "taken_over")
    assert items.decided("taken_over") == ()  # no longer theirs to open: the number alone is told


def test_what_reaches_nobody_is_told_to_who_gets_it_and_to_the_coordinator(silent: Silent) -> None:
    silent.at(CLIMBED)  # nobody is above the team of the second area but the chair
    climbed = {line for line in told(silent.world) if line[2] == "climbed" and line[1] == "2025-05-18 06:00"}
    assert ("chair unit", "2025-05-18 06:00", "climbed", 1) in climbed
    assert any(line[0] == "coordinator unit" for line in climbed)
    assert ("duty_leader A1", "2025-05-18 06:00", "climbed", 3) in climbed
    _, items = opened(silent, "khanh", "climbed")
    assert (silent.key("A2"), 1) in {
        (row.group_key, row.n) for row in items.climbed if row.rule_id == "silent-registered"
    }


@pytest.mark.parametrize("looks", [["2025-05-18 09:15", "2025-05-18 09:30", "2025-05-18 10:00"], ["2025-05-18 12:00"]])
def test_a_post_that_falls_vacant_gives_what_it_has_to_the_next_which_is_told_once(
    silent: Silent, looks: list[str]
) -> None:
    silent.at(CLIMBED)
    before = told(silent.world)
    giang = silent.world.actor("giang").membership_id
    mine = (table_of(PostHolding).c.unit_id == silent.world.unit_id, table_of(PostHolding).c.membership_id == giang)
    with silent.world.store.write() as session:
        session.execute(update(table_of(PostHolding)).where(*mine).values(to_at=at("2025-05-18 09:05")))
    for moment in looks:
        silent.at(moment)

    news = {line for line in since(silent, before) if line[0] == "chair unit" and line[2] == "climbed"}
    assert ("chair unit", "2025-05-18 09:00", "climbed", 3) in {line for line in news if line[1] == "2025-05-18 09:00"}
    assert silent.told("khanh", 0).with_whom.vi == "Chủ tịch UBND thị trấn, Trưởng Ban Chỉ đạo"
    after = told(silent.world)
    silent.world.clock.instant += 15 * MINUTE
    silent.world.tick()
    assert {line for line in told(silent.world) - after if line[2] == "climbed"} == set()


def test_quiet_hours_hold_it_back(silent: Silent) -> None:
    silent.at(CLIMBED)
    silent.world.go_to("2025-05-18 21:30")
    silent.world.tick()
    silent.world.go_to("2025-05-18 22:00")
    silent.answer("khanh", silent.ids(0), "granted", reason="mưa lớn", until=LATER)
    silent.at("2025-05-18 22:15")

    [row] = silent.world.rows(Notice, Notice.kind == "granted")
    assert show(row.shown_at) == "2025-05-19 06:00"
    assert [digest for digest in listed(silent, "giang") if "granted" in digest.counts] == []
    silent.world.go_to("2025-05-19 06:00")
    assert [digest.counts["granted"] for digest in listed(silent, "giang") if "granted" in digest.counts] == [1]
