"""Who stands in for somebody keeps their own queue, hears from the beginning of the absence on, and is not asked for their own wishes."""

import pytest

from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, TOP, Silent
from tests.workflow.shift.test_hand_over_shift import give
from workflow.actions.read_notices import read_notices
from workflow.actions.record_visit import Finding
from workflow.queries.exit_requests import waiting_exits
from workflow.queries.member_progress import count_done_today
from workflow.queries.notices import bell_of, digest_of, digests_of
from workflow.queries.queue import queue_of
from workflow.queries.waiting import count_waiting, waiting_list

pytestmark = pytest.mark.slow
TO = "2025-05-21 12:00"


def unread(silent: Silent, login: str) -> int:
    """Return what somebody's bell shows."""
    with silent.world.store.read() as session:
        return bell_of(session, silent.world.actor(login), now=silent.world.clock.now()).unread


def test_a_member_keeps_their_own_queue_while_they_stand_in_for_the_leader(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    give(silent.world, silent.doors[0], "T1", "cuong")
    own = silent.read("binh", queue_of, filter="all")
    assert silent.doors[0] not in {door.id for door in own.doors}

    silent_away.plan("an", "binh", None, TO)

    now = silent.read("binh", queue_of, filter="all")
    assert ({door.id for door in now.doors}, now.counts) == ({door.id for door in own.doors}, own.counts)
    assert silent.read("binh", count_done_today) == 0


def test_who_goes_to_no_doors_finds_those_of_the_team_they_lead_for_somebody(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent_away.plan("an", "giang", None, TO, by="hai")
    assert silent.read("giang", queue_of, filter="all").counts == silent.read("an", queue_of, filter="all").counts


def test_the_bell_rings_from_the_beginning_of_the_absence_on(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent.at("2025-05-17 09:10")
    assert unread(silent, "an") > 0
    before = unread(silent, "binh")

    silent_away.plan("an", "binh", None, TO)

    assert unread(silent, "binh") == before
    world, now = silent.world, silent.world.clock.now()
    with world.store.read() as session:
        old, _ = digests_of(session, world.actor("an"), now=now)
        assert [digest_of(session, world.actor("binh"), one.id, now=now) for one in old if one.post_id] == [None] * len(
            old
        )
    silent.at(CLIMBED)
    silent.at("2025-05-18 16:10")
    assert unread(silent, "binh") > before
    with world.store.write() as session:
        read_notices(session, world.actor("binh"), now=world.clock.now())
    assert unread(silent, "binh") == 0


def test_what_one_asked_for_oneself_is_not_asked_of_one(silent: Silent, silent_away: Away) -> None:
    silent.world.visit("binh", silent.doors[1], Finding("died", silent.cases[2], evidence="giấy báo"))
    silent.at(TOP)
    silent_away.plan("an", "binh", None, TO)
    asked = [row.about for row in silent.read("binh", waiting_list).rows if row.kind == "exit"]
    assert asked == []
    assert silent.read("binh", count_waiting)["exit"].waiting == 0
    (seen,) = silent.read("binh", lambda s, a, c, now: waiting_exits(s, a, c))
    assert (seen.may_decide, seen.is_own_wish) == (False, True)
    (theirs,) = silent.read("an", lambda s, a, c, now: waiting_exits(s, a, c))
    assert (theirs.may_decide, theirs.is_own_wish) == (True, False)
    assert [row.kind for row in silent.read("an", waiting_list).rows].count("exit") == 1
