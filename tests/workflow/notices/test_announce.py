"""Digests: one for each post and hour, the same however the clock was looked at, none in quiet hours, nothing told twice."""

import multiprocessing
import random
from typing import Any

import pytest

from rules.time import HOUR, MINUTE, at, show
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, TOP, Silent, silent_world
from tests.workflow.world import World
from workflow.actions.open_plan import open_plan
from workflow.actions.read_notices import read_notices, wish_notices
from workflow.clock import FixedClock
from workflow.errors import BadInput
from workflow.ids import IdSource
from workflow.queries.notices import bell_of, digest_of, digests_of
from workflow.store import Store
from workflow.sweeps.tick import tick
from workflow.tables import Campaign, Notice, Post

pytestmark = pytest.mark.slow
START, END = at("2025-05-16 20:00"), at("2025-05-18 17:00")


def told(world: World) -> set[tuple[str, str, str, int]]:
    """Return what posts were told: post and its place, when, what, how much."""
    posts = {post.id: f"{post.code} {post.scope}" for post in world.rows(Post)}
    return {
        (posts.get(row.post_id, "somebody"), show(row.shown_at), row.kind, row.arrived) for row in world.rows(Notice)
    }


def planned(worlds: NewWorld) -> World:
    """A world with silent people and a plan."""
    silent = silent_world(worlds)
    with silent.world.book() as (book, context):
        open_plan(book, context)
    return silent.world


def test_the_same_digests_however_often_and_when_the_clock_looks(worlds: NewWorld) -> None:
    dice, seen = random.Random(20250516), []
    for most in (7 * MINUTE, 3 * HOUR, 60 * HOUR):
        world, now = planned(worlds), START
        while now < END:
            world.clock.move_to(now)
            world.tick()
            now += dice.randint(MINUTE, most)
        world.clock.move_to(END)
        world.tick()
        seen.append(told(world))
        assert world.tick().written == 0
        assert told(world) == seen[-1]

    assert seen[0] == seen[1] == seen[2]
    assert {kind for *_, kind, _ in seen[0]} == {"climbed", "overdue", "missing", "due_soon"}
    hours = {moment[-5:] for _, moment, *_ in seen[0]}
    assert not {hour for hour in hours if hour >= "21:00" or hour < "06:00"}


def look(url: str, code: str, now: int, seed: int) -> None:
    """Tick as another process does."""
    store = Store(url)
    tick(store, FixedClock(now), IdSource(seed=seed), units=[code], worker=f"process-{seed}")
    store.dispose()


def test_a_reminder_of_a_teams_report_is_told_to_its_leader(worlds: NewWorld) -> None:
    world = planned(worlds)
    world.go_to("2025-05-17 15:45")
    world.tick()

    at_three = {(post, n) for post, shown, kind, n in told(world) if (shown, kind) == ("2025-05-17 15:00", "climbed")}

    unheld = {
        ("chair unit", 3),
        ("coordinator unit", 3),
    }  # nobody is the police here: it went up, and the coordinator hears of it
    assert at_three == {("team_leader T1", 2), ("team_leader T2", 2), *unheld}


def test_three_workers_tell_each_thing_once(worlds: NewWorld) -> None:
    alone, together = planned(worlds), planned(worlds)
    alone.go_to("2025-05-19 08:00")
    alone.tick()
    now = together.go_to("2025-05-19 08:00")
    context = multiprocessing.get_context("spawn")
    url = together.store.url.render_as_string(hide_password=False)
    workers = [context.Process(target=look, args=(url, together.code, now, 70 + n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(240)

    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert told(together) == told(alone)
    assert told(alone)


def test_what_comes_at_night_is_told_at_once_in_the_morning(worlds: NewWorld) -> None:
    silent = silent_world(worlds)
    silent.at(NOTICED)

    climbed = {line for line in told(silent.world) if line[2] == "climbed"}

    assert ("team_leader T1", "2025-05-17 06:00", "climbed", 3) in climbed
    assert ("team_leader T2", "2025-05-17 06:00", "climbed", 1) in climbed


def bell(silent: Silent, login: str) -> int:
    """Return somebody's unread digests."""
    with silent.world.store.read() as session:
        return bell_of(session, silent.world.actor(login), now=silent.world.clock.now()).unread


def listed(silent: Silent, login: str) -> list[Any]:
    with silent.world.store.read() as session:
        return digests_of(session, silent.world.actor(login), now=silent.world.clock.now())[0]


def test_the_bell_counts_what_the_list_shows_and_others_digests_are_absent(worlds: NewWorld) -> None:
    silent = silent_world(worlds)
    silent.at(NOTICED)
    mine, foreign = listed(silent, "an"), listed(silent, "dung")
    assert bell(silent, "an") == sum(digest.is_unread for digest in mine) > 0

    an, now = silent.world.actor("an"), silent.world.clock.now()
    with silent.world.store.read() as session:
        assert digest_of(session, an, foreign[0].id, now=now) is None
        assert digest_of(session, an, mine[0].id, now=now) == mine[0]
    with silent.world.store.write() as session:
        read_notices(session, an, now=now, digest_id=foreign[0].id)
        read_notices(session, an, now=now, digest_id=mine[0].id)
    assert bell(silent, "dung") == len(foreign)
    assert bell(silent, "an") == len(mine) - 1
    with silent.world.store.write() as session:
        read_notices(session, an, now=now)
    assert bell(silent, "an") == 0
    assert not any(digest.is_unread for digest in listed(silent, "an"))


def test_what_comes_later_in_an_hour_that_was_read_is_news_again(worlds: NewWorld) -> None:
    silent = silent_world(worlds)
    silent.at(TOP)
    an, now = silent.world.actor("an"), silent.world.clock.now()
    with silent.world.store.write() as session:
        read_notices(session, an, now=now)
        row = session.query(Notice).filter(Notice.id == silent.world.rows(Notice, Notice.kind == "climbed")[0].id).one()
        row.arrived += 1
        holder = next(
            login
            for login in ("an", "dung", "giang", "hai", "khanh")
            if row.post_id in {p.post_id for p in silent.world.actor(login).posts}
        )
        session.flush()
        read_notices(session, silent.world.actor(holder), now=now)
        session.refresh(row)
        row.arrived += 1

    assert bell(silent, holder) == 1


def test_somebody_may_do_without_some_news_but_not_without_what_a_post_must_close(worlds: NewWorld) -> None:
    world = planned(worlds)
    silent = Silent(world, [], [])
    silent.at("2025-05-19 08:00")
    hai = world.actor("hai")
    before = {kind for digest in listed(silent, "hai") for kind in digest.counts}
    assert "due_soon" in before

    with world.store.write() as session:
        wish_notices(session, hai, now=world.clock.now(), muted=["due_soon"], quiet=None)
        with pytest.raises(BadInput):
            wish_notices(session, hai, now=world.clock.now(), muted=["overdue"], quiet=None)
        with pytest.raises(BadInput):
            wish_notices(session, hai, now=world.clock.now(), muted=[], quiet=(9 * 60, 17 * 60))
    assert {kind for digest in listed(silent, "hai") for kind in digest.counts} == before - {"due_soon"}


def test_own_quiet_hours_hold_back_what_came_in_them(worlds: NewWorld) -> None:
    silent = silent_world(worlds)
    silent.at("2025-05-17 07:30")
    with silent.world.store.write() as session:
        read_notices(session, silent.world.actor("an"), now=at("2025-05-17 05:59"))
    assert bell(silent, "an") > 0

    with silent.world.store.write() as session:
        wish_notices(
            session, silent.world.actor("an"), now=silent.world.clock.now(), muted=[], quiet=(20 * 60, 7 * 60 + 45)
        )
    assert bell(silent, "an") == 0
    silent.world.go_to("2025-05-17 07:45")
    assert bell(silent, "an") > 0


def test_the_next_deadline_wakes_the_clock_and_nothing_due_asks_nothing(worlds: NewWorld) -> None:
    world = planned(worlds)
    world.go_to("2025-05-19 08:00")
    world.tick()
    campaign = world.rows(Campaign)[0]

    assert campaign.notices_seen_at == world.clock.now()
    assert campaign.notices_seen_no == world.events()[-1].ledger_no
    assert campaign.rules_next_at <= at("2025-05-19 08:15")
