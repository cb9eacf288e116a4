"""Reports that travel through another post: teams are reminded or missing, never late; only the post that forwards them can be."""

import uuid
from typing import Any

import pytest
from sqlalchemy import insert, select

from rules.time import MINUTE, at
from tests.workflow.plan.conftest import Town
from workflow.access import Actor
from workflow.actions.forward_reports import Forwarded, forward_reports
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.waive_duty import waive_duty
from workflow.errors import BadInput, GuardRefused, MoveNotAllowed, NotFound, NotPermitted, OutsideWindow, StaleVersion
from workflow.queries.forwarding import Passed, passed_on
from workflow.queries.tasks import count_duties_by_team, count_tasks_by_timing
from workflow.queries.team_facts import team_facts
from workflow.sweeps.duties import open_duties
from workflow.tables import Team

DAY, ITEM, FORWARD = "2025-05-20", "daily-report", "daily-report-forward"
POLICE = ("deputy_police_chief", "unit")


@pytest.fixture
def day(town: Town) -> Town:
    """Three teams on 20 May; nothing sent yet."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    opens = at("2025-05-19 16:00")
    town.write(opens, lambda book: open_duties(book, town.campaign, opens), by_rule=True)
    town.write(f"{DAY} 00:00", lambda book: open_duties(book, town.campaign, at(f"{DAY} 00:00")), by_rule=True)
    return town


def sent(town: Town, team: int, when: str, recorded: str | None = None, move: str = "submit", **values: Any) -> Any:
    task = town.task(ITEM, f"to-{team}", DAY)
    return town.write(
        recorded or when,
        lambda book: move_task(
            book, town.campaign, task.id, move, actor=town.everybody, state_version=None, happened_at=at(when), **values
        ),
    )


def forwarded(town: Town, recorded: str, happened: str | None = None, *, actor: Actor | None = None) -> Forwarded:
    task, who = town.task(FORWARD, "unit", DAY), actor or town.holding(POLICE)
    return town.write(
        recorded,
        lambda book: forward_reports(
            book,
            town.campaign,
            task.id,
            actor=who,
            state_version=task.state_version,
            happened_at=happened and at(happened),
        ),
    )


def passed(town: Town) -> list[Passed]:
    with town.store.read() as session:
        return passed_on(session, town.unit_id, town.task(FORWARD, "unit", DAY).id)


def stood(town: Town, now: str) -> tuple[Any, ...]:
    with town.store.read() as session:
        counts = count_duties_by_team(session, town.unit_id, town.campaign.id, now=at(now), item=ITEM)
        facts = team_facts(session, town.campaign, now=at(now))
    by_scope = {count.scope: count for count in counts}
    return tuple(
        (count.on_time, count.late, count.supplement, count.missing, facts[town.teams[scope]]["misses_3_days"])
        for scope, count in sorted(by_scope.items())
    )


def test_one_duty_to_forward_a_period_is_opened_beside_the_teams(day: Town) -> None:
    one, forward = day.task(ITEM, "to-1", DAY), day.task(FORWARD, "unit", DAY)

    assert (forward.owner_post_id, forward.state, forward.is_relayed) == (day.posts[POLICE], "assigned", False)
    assert (forward.opens_at, forward.due_at, forward.internal_due_at) == (one.opens_at, at(f"{DAY} 16:00"), None)
    assert (one.is_relayed, one.internal_due_at, one.due_at) == (True, at(f"{DAY} 15:30"), forward.due_at)


@pytest.mark.parametrize(
    ("happened", "timing"),
    [
        ("15:29:59.999999", "on_time"),
        ("15:30", "on_time"),
        ("15:59:59.999999", "on_time"),
        ("16:00", "late"),
        ("16:00:00.000001", "late"),
    ],
)
def test_only_the_forwarding_is_late_and_by_when_it_happened(day: Town, happened: str, timing: str) -> None:
    sent(day, 1, f"{DAY} 15:20")

    done = forwarded(day, f"{DAY} 18:00", f"{DAY} {happened}")

    assert (done.reports, done.missing, done.timing) == (("to-1",), ("to-2", "to-3"), timing)
    with day.store.read() as session:
        counted = count_tasks_by_timing(session, day.unit_id, day.campaign.id, now=at(f"{DAY} 18:00"), duties=True)
    assert counted[timing] == (1 if timing == "late" else 2)
    assert counted["late"] == (timing == "late")


@pytest.mark.parametrize(
    ("happened", "stands"),
    [
        ("15:29:59.999999", (1, 0, 0, 0, 0)),
        ("15:30", (1, 0, 0, 0, 0)),
        ("15:59:59.999999", (1, 0, 0, 0, 0)),
        ("16:00", (0, 0, 1, 0, 0)),
        ("16:00:00.000001", (0, 0, 1, 0, 0)),
    ],
)
def test_a_team_is_in_time_or_its_report_is_a_supplement(day: Town, happened: str, stands: tuple[int, ...]) -> None:
    for team in (2, 3):
        sent(day, team, f"{DAY} 10:00")
    day.write("2025-05-20 11:00", lambda book: excuse_the_19th(day, book))

    sent(day, 1, f"{DAY} {happened}", recorded=f"{DAY} 17:00")

    assert stood(day, f"{DAY} 17:00")[0] == stands


def test_what_was_told_missing_was_not_there_before(day: Town) -> None:
    """Sent while others were passed on without it, it is a supplement: nobody makes it one that was in time by saying so."""
    for team in (2, 3):
        sent(day, team, f"{DAY} 10:00")
    assert forwarded(day, f"{DAY} 15:49").missing == ("to-1",)

    for said in (f"{DAY} 15:20", f"{DAY} 15:49"):
        with pytest.raises(BadInput, match=r"15:49.*chưa có báo cáo này"):
            sent(day, 1, said, recorded=f"{DAY} 16:04")
    sent(day, 1, f"{DAY} 15:49:00.000001", recorded=f"{DAY} 16:04")


def excuse_the_19th(town: Town, book: Any) -> None:
    for occurrence in ("2025-05-15", "2025-05-16", "2025-05-17", "2025-05-18", "2025-05-19"):
        task = town.task(ITEM, "to-1", occurrence)
        move_task(
            book, town.campaign, task.id, "waive", actor=town.everybody, state_version=None, reason="không hỏi đến"
        )


@pytest.mark.parametrize(
    ("now", "missing"), [(f"{DAY} 15:30", 0), (f"{DAY} 15:59:59.999999", 0), (f"{DAY} 16:00", 1), (f"{DAY} 16:00:00.000001", 1)]
)  # fmt: skip
def test_who_has_sent_nothing_is_missing_from_the_receivers_hour_on(day: Town, now: str, missing: int) -> None:
    day.write(f"{DAY} 11:00", lambda book: excuse_the_19th(day, book))

    assert stood(day, now)[0] == (0, 0, 0, missing, missing)


def test_a_supplement_is_no_miss_any_more(day: Town) -> None:
    day.write(f"{DAY} 11:00", lambda book: excuse_the_19th(day, book))
    before = stood(day, f"{DAY} 16:30")[0]

    sent(day, 1, f"{DAY} 16:31")

    assert (before, stood(day, f"{DAY} 16:31")[0]) == ((0, 0, 0, 1, 1), (0, 0, 1, 0, 0))


def test_a_supplement_pays_what_is_owed_and_is_remembered_as_one(day: Town) -> None:
    day.write(f"{DAY} 11:00", lambda book: excuse_the_19th(day, book))
    sent(day, 2, f"{DAY} 15:00")
    forwarded(day, f"{DAY} 15:50")
    sent(day, 1, f"{DAY} 16:20")

    def facts(now: str) -> tuple[object, object]:
        with day.store.read() as session:
            told = team_facts(session, day.campaign, now=at(now))[day.teams["to-1"]]
        return told["misses_3_days"], told["supplements_3_days"]

    assert facts(f"{DAY} 16:20") == (0, 1)
    forwarded(day, f"{DAY} 16:30")
    assert facts("2025-05-23 15:59:59.999999") == (0, 1)
    assert facts("2025-05-23 16:00") == (0, 0)
    first, added = passed(day)
    assert ("to-1" in first.missing, "to-1" in added.reports) == (True, True)  # who lacked at the hour stays told


def test_what_went_along_is_kept_and_what_comes_later_is_a_supplement(day: Town) -> None:
    sent(day, 1, f"{DAY} 15:20")
    sent(day, 2, f"{DAY} 15:45")
    first = forwarded(day, f"{DAY} 15:50")
    sent(day, 3, f"{DAY} 16:20")
    more = forwarded(day, f"{DAY} 16:30")

    task = day.task(FORWARD, "unit", DAY)
    assert (first.is_supplement, first.missing, more.is_supplement, more.missing) == (False, ("to-3",), True, ())
    assert (first.timing, more.timing) == ("on_time", "on_time")
    assert (task.state, task.submitted_at, task.done_at) == ("done", at(f"{DAY} 15:50"), at(f"{DAY} 15:50"))
    assert [(one.reports, one.missing, one.is_supplement, one.who) for one in passed(day)] == [
        ({"to-1": at(f"{DAY} 15:20"), "to-2": at(f"{DAY} 15:45")}, ("to-3",), False, "Đầu Mối"),
        ({"to-3": at(f"{DAY} 16:20")}, (), True, "Đầu Mối"),
    ]
    assert day.events(task.id)[-2].data["revisions"] == {"to-1": 1, "to-2": 1}
    with pytest.raises(GuardRefused, match="đều đã được chuyển"):
        forwarded(day, f"{DAY} 16:40")


def test_a_report_sent_again_goes_along_again(day: Town) -> None:
    sent(day, 1, f"{DAY} 15:20")
    forwarded(day, f"{DAY} 15:50")
    sent(day, 1, f"{DAY} 16:10", move="return", reason="sai số hộ")
    sent(day, 1, f"{DAY} 16:20")

    more = forwarded(day, f"{DAY} 16:30")

    assert (more.reports, more.is_supplement) == (("to-1",), True)
    assert day.events(day.task(FORWARD, "unit", DAY).id)[-1].data["revisions"] == {"to-1": 2}


def test_only_what_had_come_by_then_goes_along(day: Town) -> None:
    sent(day, 1, f"{DAY} 15:20")
    sent(day, 2, f"{DAY} 15:50", recorded=f"{DAY} 16:40")
    sent(day, 3, f"{DAY} 15:50:00.000001", recorded=f"{DAY} 16:40")

    done = forwarded(day, f"{DAY} 16:45", f"{DAY} 15:50")

    assert (done.reports, done.missing, done.timing) == (("to-1", "to-2"), ("to-3",), "on_time")


def test_nothing_is_forwarded_where_nothing_has_come(day: Town) -> None:
    with pytest.raises(GuardRefused, match="chưa có báo cáo nào"):
        forwarded(day, f"{DAY} 15:50")


def test_it_is_forwarded_on_its_own_page_only(day: Town) -> None:
    sent(day, 1, f"{DAY} 15:20")
    task = day.task(FORWARD, "unit", DAY)
    for move, error in (("submit", GuardRefused), ("start", GuardRefused), ("forward", MoveNotAllowed)):
        with pytest.raises(error):
            day.write(
                f"{DAY} 15:40",
                lambda book, move=move: move_task(
                    book, day.campaign, task.id, move, actor=day.holding(POLICE), state_version=None
                ),
            )


@pytest.mark.parametrize(
    ("post", "error"),
    [(("team_leader", "to-1"), NotFound), (("chair", "unit"), NotPermitted), (("office", "unit"), NotPermitted)],
)
def test_only_the_post_it_was_given_to_forwards(day: Town, post: tuple[str, str], error: type[Exception]) -> None:
    sent(day, 1, f"{DAY} 15:20")

    with pytest.raises(error):
        forwarded(day, f"{DAY} 15:50", actor=day.holding(post))


def test_what_forwards_nothing_is_not_there_to_be_forwarded(day: Town) -> None:
    other = day.task(ITEM, "to-1", DAY)
    for task_id in (other.id, uuid.uuid4()):
        with pytest.raises(NotFound):
            day.write(
                f"{DAY} 15:50",
                lambda book, key=task_id: forward_reports(
                    book, day.campaign, key, actor=day.everybody, state_version=None
                ),
            )


def test_stale_future_and_cancelled_are_refused(day: Town) -> None:
    sent(day, 1, f"{DAY} 15:20")
    task = day.task(FORWARD, "unit", DAY)
    opened = task.opens_at

    def forward(version: int | None, happened: int | None) -> Any:
        return day.write(
            f"{DAY} 15:50",
            lambda book: forward_reports(
                book, day.campaign, task.id, actor=day.holding(POLICE), state_version=version, happened_at=happened
            ),
        )

    with pytest.raises(StaleVersion):
        forward(7, None)
    for happened in (at(f"{DAY} 15:50:00.000001"), opened - MINUTE):
        with pytest.raises(OutsideWindow):
            forward(1, happened)
    day.write(
        f"{DAY} 15:45",
        lambda book: move_task(
            book, day.campaign, task.id, "cancel", actor=day.everybody, state_version=None, reason="nghỉ lễ"
        ),
    )
    with pytest.raises(MoveNotAllowed):
        forward(None, None)


def test_reopened_it_can_be_forwarded_anew_with_everything(day: Town) -> None:
    sent(day, 1, f"{DAY} 15:20")
    forwarded(day, f"{DAY} 15:50")
    task = day.task(FORWARD, "unit", DAY)
    day.write(
        f"{DAY} 15:55",
        lambda book: move_task(
            book, day.campaign, task.id, "reopen", actor=day.everybody, state_version=None, reason="gửi nhầm tệp"
        ),
    )

    again = forwarded(day, f"{DAY} 16:05")

    assert (again.reports, again.is_supplement, again.timing) == (("to-1",), False, "late")


def test_a_day_on_which_every_team_is_excused_has_nothing_to_forward(day: Town) -> None:
    for team in (1, 2):
        sent(day, team, f"{DAY} 12:00", move="waive", reason="mất điện cả ngày")
    before = day.task(FORWARD, "unit", DAY).state
    sent(day, 3, f"{DAY} 12:00", move="waive", reason="mất điện cả ngày")

    assert (before, day.task(FORWARD, "unit", DAY).state) == ("assigned", "waived")
    with day.store.read() as session:
        counted = count_tasks_by_timing(session, day.unit_id, day.campaign.id, now=at(f"{DAY} 17:00"), duties=True)
    assert counted["waived"] == 4


@pytest.mark.parametrize(("taken_back", "state"), [("15:59:59.999999", "assigned"), ("16:00", "waived")])
def test_a_waiver_that_is_taken_back_before_the_receivers_hour_is_forwarded_after_all(
    day: Town, taken_back: str, state: str
) -> None:
    for team in (1, 2, 3):
        sent(day, team, f"{DAY} 12:00", move="waive", reason="mất điện cả ngày")

    sent(day, 3, f"{DAY} {taken_back}", move="reopen", reason="đã có điện lại")

    assert day.task(FORWARD, "unit", DAY).state == state
    sent(day, 3, f"{DAY} 16:05")
    done = forwarded(day, f"{DAY} 16:10")
    assert (done.reports, done.is_supplement) == (("to-3",), state == "waived")


def test_what_a_person_excused_from_forwarding_stays_excused(day: Town) -> None:
    task = day.task(FORWARD, "unit", DAY)
    excuse: dict[str, Any] = {"actor": day.everybody, "state_version": None, "reason": "mất mạng cả ngày"}
    for team in (1, 2, 3):
        sent(day, team, f"{DAY} 11:00", move="waive", reason="mất điện cả ngày")
    for move in ("reopen", "waive"):
        day.write(f"{DAY} 12:00", lambda book, move=move: move_task(book, day.campaign, task.id, move, **excuse))

    sent(day, 3, f"{DAY} 13:00", move="reopen", reason="đã có điện lại")

    assert day.task(FORWARD, "unit", DAY).state == "waived"


def test_a_team_formed_after_all_were_excused_makes_the_forwarding_owed_again(day: Town) -> None:
    for team in (1, 2, 3):
        sent(day, team, f"{DAY} 11:00", move="waive", reason="mất điện cả ngày")
    with day.store.write() as session:
        new = session.scalars(select(Team).where(Team.unit_id == day.unit_id, Team.code == "to-1")).one()
        columns = {column.name: getattr(new, column.name) for column in Team.__table__.columns}
        session.execute(insert(Team).values(**{**columns, "id": uuid.uuid4(), "code": "to-9", "name": "Tổ 9"}))

    day.write(f"{DAY} 12:00", lambda book: open_duties(book, day.campaign, at(f"{DAY} 12:00")), by_rule=True)

    assert day.task(ITEM, "to-9", DAY).is_open
    assert day.task(FORWARD, "unit", DAY).state == "assigned"


def test_teams_that_finished_early_leave_nothing_to_forward_on_the_days_after(day: Town) -> None:
    for team in (1, 2, 3):
        day.write(
            f"{DAY} 18:00",
            lambda book, team=team: waive_duty(
                book, day.campaign, ITEM, f"to-{team}", actor=day.everybody, reason="đã hoàn thành trước"
            ),
        )

    day.write("2025-05-22 00:00", lambda book: open_duties(book, day.campaign, at("2025-05-22 00:00")), by_rule=True)

    assert [day.task(FORWARD, "unit", one).state for one in (DAY, "2025-05-21", "2025-05-22")] == [
        "assigned", "assigned", "waived",
    ]  # fmt: skip


def test_the_final_count_is_relayed_too(town: Town) -> None:
    opens = at("2025-05-27 16:00")
    town.write(opens, lambda book: open_duties(book, town.campaign, opens), by_rule=True)
    one, forward = town.task("final-count", "to-1", "once"), town.task("final-count-forward", "unit", "once")

    assert (one.is_relayed, one.internal_due_at, one.due_at) == (True, at("2025-05-28 08:30"), at("2025-05-28 09:00"))
    assert (one.period_from, one.period_to) == (at("2025-05-27 16:00"), at("2025-05-28 00:00"))
    assert (forward.due_at, forward.owner_post_id) == (at("2025-05-28 09:00"), town.posts[POLICE])
