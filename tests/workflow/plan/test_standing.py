"""Nguy cơ, quá hạn, còn hạn: one word a task, the same in list, tab and badge."""

from itertools import product

import pytest
from sqlalchemy import insert, select

from rules.time import DAY, HOUR, MINUTE, at
from tests.workflow.plan.conftest import IDS, Town
from workflow.plan.standing import STANDINGS, standing_of, words_of
from workflow.plan.timing import timing_of
from workflow.queries.tasks import TASKS, standing_sql
from workflow.tables import Task
from workflow.tables.plan import TASK_CLOSED

OPENS, DUE = at("2025-05-15 00:00"), at("2025-05-25 00:00")


def row(**values: object) -> dict:
    return {
        "state": "in_progress", "submitted_at": None, "due_at": DUE, "internal_due_at": None, "opens_at": OPENS,
        "progress": None, "is_duty": False, "is_relayed": False, **values,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "now", "standing"),
    [
        ({}, DUE - DAY - 1, "due"),
        ({}, DUE - DAY, "at_risk"),
        ({}, DUE - 1, "at_risk"),
        ({}, DUE, "overdue"),
        ({"progress": 50}, OPENS + 5 * DAY, "due"),
        ({"progress": 50}, OPENS + 5 * DAY + 1, "at_risk"),
        ({"progress": 100}, DUE - DAY - 1, "due"),
        ({"progress": 0}, OPENS, "due"),
        ({"is_duty": True}, DUE - 1, "due"),
        ({"is_duty": True, "internal_due_at": DUE - HOUR}, DUE - HOUR, "at_risk"),
        ({"is_duty": True, "internal_due_at": DUE - HOUR}, DUE - HOUR - 1, "due"),
        ({"is_duty": True, "is_relayed": True, "internal_due_at": DUE - HOUR}, DUE - HOUR - 1, "due"),
        ({"is_duty": True, "is_relayed": True, "internal_due_at": DUE - HOUR}, DUE - HOUR, "at_risk"),
        ({"is_duty": True, "is_relayed": True, "internal_due_at": DUE - HOUR}, DUE - 1, "at_risk"),
        ({"is_duty": True, "is_relayed": True, "internal_due_at": DUE - HOUR}, DUE, "missing"),
        ({"is_duty": True, "is_relayed": True, "submitted_at": DUE - 1, "state": "done"}, DUE, "on_time"),
        ({"is_duty": True, "is_relayed": True, "submitted_at": DUE, "state": "done"}, DUE, "supplement"),
        ({"due_at": None, "progress": 0}, DUE, "no_deadline"),
        ({"submitted_at": DUE - 1, "state": "submitted_for_review"}, DUE - 1, "on_time"),
        ({"submitted_at": DUE, "state": "done"}, DUE + 5, "late"),
        ({"state": "waived"}, DUE - 1, "waived"),
    ],
)
def test_how_a_task_stands(values: dict, now: int, standing: str) -> None:
    assert standing_of(row(**values), now) == standing


def test_the_answer_in_sql_is_the_answer_in_python(town: Town) -> None:
    choices = product(
        ("planned", "in_progress", "submitted_for_review", "returned", "waived", "done"), (None, DUE - 1, DUE), (None, DUE),
        (None, DUE - HOUR), (None, 0, 40, 100), (False, True), (False, True),
    )  # fmt: skip
    names = ("state", "submitted_at", "due_at", "internal_due_at", "progress", "is_duty", "is_relayed")
    rows = [row(**dict(zip(names, one, strict=True))) for one in choices]
    rows = [one for one in rows if (one["submitted_at"] is None) != (one["state"] in ("submitted_for_review", "done"))]
    told = [
        {
            **one, "unit_id": town.unit_id, "id": IDS.new(0), "campaign_id": town.campaign.id, "item": f"x-{n}", "occurrence": "",
            "scope": "unit", "label": "x", "clause": "1", "is_open": one["state"] not in TASK_CLOSED,
            "done_at": DUE if one["state"] == "done" else None, "open_predecessors": 0, "is_conditional": False, "version": 1,
            "state_version": 1, "created_at": 0,
        }
        for n, one in enumerate(rows)
    ]  # fmt: skip
    with town.store.write() as session:
        session.execute(insert(Task), told)

    met = set()
    with town.store.read() as session:
        for now in (
            OPENS,
            OPENS + 4 * DAY,
            OPENS + 4 * DAY + 1,
            DUE - DAY - 1,
            DUE - DAY,
            DUE - HOUR,
            DUE - 1,
            DUE,
            DUE + 1,
        ):
            statement = select(TASKS, standing_sql(now).label("standing")).where(TASKS.c.unit_id == town.unit_id)
            for found in session.execute(statement).mappings():
                assert found["standing"] == standing_of(found, now)
                timing = timing_of(
                    found["state"], found["submitted_at"], found["due_at"], now, is_relayed=found["is_relayed"]
                )
                assert found["standing"] == timing or (found["standing"], timing) == ("at_risk", "due")
                met.add(found["standing"])
    assert met == set(STANDINGS) - {"cancelled"}


@pytest.mark.parametrize(
    ("standing", "away", "words"),
    [
        ("overdue", -4 * DAY - HOUR, "quá hạn 4 ngày"),
        ("overdue", -HOUR - 1, "quá hạn 1 giờ"),
        ("overdue", 0, "quá hạn chưa đầy 1 phút"),
        ("due", MINUTE - 1, "còn chưa đầy 1 phút"),
        ("at_risk", 1, "nguy cơ, còn chưa đầy 1 phút"),
        ("due", 3 * DAY, "còn 3 ngày"),
        ("at_risk", 2 * MINUTE, "nguy cơ, còn 2 phút"),
        ("late", 0, "đã gửi, trễ hạn"),
    ],
)
def test_how_far_a_deadline_is_away_in_words(standing: str, away: int, words: str) -> None:
    template, values = words_of(standing, DUE + away, DUE)  # type: ignore[arg-type]
    assert template % values == words


def test_without_a_deadline_no_days_are_made_up() -> None:
    assert words_of("no_deadline", None, DUE) == ("không có hạn", {})
