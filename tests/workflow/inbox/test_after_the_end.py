"""What still waits for an answer when a campaign ends: it stays where it lies, follows the posts, is told, and is answered."""

from rules.time import at
from tests.workflow.inbox.conftest import NOTICED, Silent
from tests.workflow.inbox.ladders import leave, waits_for
from workflow.actions.record_visit import Finding
from workflow.queries.exit_requests import waiting_exits
from workflow.sweeps.tick import anything_due
from workflow.tables import Campaign, Escalation, Notice, Post, Request

ENDED, MONTH_LATER = "2025-05-31 08:00", "2025-06-30 08:00"


def due(silent: Silent) -> bool:
    """Return whether the clock has anything to do now."""
    with silent.world.store.read() as session:
        return anything_due(session, silent.world.unit_id, silent.world.clock.now())


def news(silent: Silent) -> set[tuple[str, str]]:
    """Return what posts were told since the campaign has ended."""
    codes = {post.id: post.code for post in silent.world.rows(Post)}
    ended = at("2025-05-31 00:00")
    return {
        (codes.get(row.post_id, "somebody"), row.kind) for row in silent.world.rows(Notice, Notice.shown_at >= ended)
    }


def test_it_stays_where_it_lies_and_is_answered(silent: Silent) -> None:
    silent.at("2025-05-30 23:45")
    before = waits_for(silent)
    assert before["khanh"] > 0

    silent.at(ENDED)
    silent.at(MONTH_LATER)

    assert waits_for(silent) == before
    assert "granted" not in silent.told("khanh", 0).may
    assert "rested" not in silent.told("khanh", 0).may
    assert silent.answer("khanh", silent.ids(0), "decided", reason="đợt đã xong")["answered"] == 1
    assert silent.findings() == []


def test_a_post_that_falls_vacant_after_the_end_keeps_nothing_unseen(silent: Silent) -> None:
    silent.at(ENDED)
    silent.world.go_to("2025-06-02 09:05")
    leave(silent, "chair")

    silent.at("2025-06-02 09:15")
    assert waits_for(silent) == {"hai": 4}
    silent.at("2025-06-02 10:15")

    assert ("coordinator", "climbed") in news(silent)
    assert silent.findings() == []


def test_what_is_sent_back_after_the_end_is_told(silent: Silent) -> None:
    silent.at(ENDED)
    silent.world.go_to("2025-06-02 09:05")
    silent.answer("khanh", silent.ids(0), "returned", reason="gửi giải trình")

    silent.at("2025-06-02 10:15")

    assert ("duty_leader", "returned") in news(silent)


def test_once_nothing_waits_the_clock_rests(silent: Silent) -> None:
    silent.at(ENDED)
    assert due(silent) is False
    silent.world.go_to("2025-05-31 08:15")
    assert due(silent) is True
    silent.answer(
        "hai", [row.id for row in silent.world.rows(Escalation, Escalation.is_open)], "decided", reason="xong"
    )
    silent.at("2025-05-31 08:30")
    silent.at("2025-05-31 09:30")

    silent.world.go_to(MONTH_LATER)

    assert due(silent) is False


def test_a_request_that_waits_keeps_the_clock_awake_and_its_asker_is_told(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.world.visit("binh", silent.doors[0], Finding("died", silent.cases[0], evidence="giấy chứng tử"))
    (request,) = silent.world.rows(Request)
    silent.at(ENDED)

    assert [one.id for one in silent.read("an", lambda s, a, c, *, now: waiting_exits(s, a, c))] == [request.id]
    silent.answer(
        "hai", [row.id for row in silent.world.rows(Escalation, Escalation.is_open)], "decided", reason="xong"
    )
    silent.at("2025-05-31 08:15")
    silent.at("2025-05-31 08:30")
    (campaign,) = silent.world.rows(Campaign)
    assert campaign.rules_next_at == at("2025-05-31 08:45")


def test_what_a_late_sheet_asks_for_when_nothing_waited_any_more_is_told(silent: Silent) -> None:
    silent.at(ENDED)
    silent.answer(
        "hai", [row.id for row in silent.world.rows(Escalation, Escalation.is_open)], "decided", reason="xong"
    )
    silent.at("2025-05-31 08:15")
    silent.at("2025-05-31 09:15")
    silent.world.go_to("2025-06-02 09:05")
    assert due(silent) is False

    late = Finding("died", silent.cases[0], evidence="giấy chứng tử")
    silent.world.visit("an", silent.doors[0], late, happened="2025-05-30 17:00")
    silent.at("2025-06-02 09:15")
    silent.at("2025-06-02 10:15")

    assert ("team_leader", "to_confirm") in news(silent)
