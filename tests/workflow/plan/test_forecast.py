"""When a task is likely to be finished: by figures, held up by what comes before, never in circles."""

import pytest

from rules.time import DAY, at
from workflow.days import local_day
from workflow.plan.forecast import ByFigures, Forecast, Open, forecasts

TODAY = local_day(at("2025-05-20 09:00"))


def due(day: int) -> int:
    """The exclusive end of a day counted from today."""
    return at("2025-05-21 00:00") + day * DAY


def test_what_nothing_is_known_of_is_supposed_to_keep_its_deadline_and_not_told():
    found = forecasts({"a": Open(due(3)), "b": Open(None)}, {}, today=TODAY)

    assert found["a"] == Forecast(TODAY + 3, 0, "supposed")
    assert found["b"] == Forecast(None, 0, "supposed")
    assert not found["a"].is_told
    assert not found["b"].is_told


def test_a_pace_says_the_day_and_how_late_that_is():
    found = forecasts({"a": Open(due(1), ByFigures(TODAY + 3, 3))}, {}, today=TODAY)

    assert found["a"] == Forecast(TODAY + 3, 2, "figures", 3)
    assert found["a"].is_told


@pytest.mark.parametrize("lack", ["few_days", "still", "unknown"])
def test_without_a_pace_it_is_said_why(lack):
    found = forecasts({"a": Open(due(1), ByFigures(None, 3, lack, 2, 5))}, {}, today=TODAY)

    assert (found["a"].day, found["a"].lack, found["a"].lacking, found["a"].of) == (None, lack, 2, 5)


def test_a_late_chain_makes_late_what_waits_for_it_and_slack_takes_it_up():
    tasks = {
        "first": Open(due(0), ByFigures(TODAY + 4, 3)), "second": Open(due(2)), "roomy": Open(due(9)), "third": Open(due(2)),
    }  # fmt: skip
    before = {"second": ["first"], "roomy": ["first"], "third": ["second"]}

    found = forecasts(tasks, before, today=TODAY)

    assert found["second"] == Forecast(TODAY + 4, 2, "before", behind="first")
    assert found["third"] == Forecast(TODAY + 4, 2, "before", behind="second")
    assert found["roomy"] == Forecast(TODAY + 9, 0, "supposed")


def test_an_overdue_predecessor_is_not_finished_before_today():
    found = forecasts({"first": Open(due(-5)), "second": Open(due(-2))}, {"second": ["first"]}, today=TODAY)

    assert found["second"] == Forecast(TODAY, 2, "supposed")
    open_end = forecasts({"first": Open(due(-5)), "second": Open(None)}, {"second": ["first"]}, today=TODAY)
    assert open_end["second"] == Forecast(TODAY, 0, "before", behind="first")


def test_what_waits_for_something_that_stands_still_has_none_either():
    tasks = {"first": Open(due(0), ByFigures(None, 3, "still")), "second": Open(due(2)), "third": Open(due(3))}

    found = forecasts(tasks, {"second": ["first"], "third": ["second"]}, today=TODAY)

    assert (found["second"].lack, found["second"].behind) == ("before", "first")
    assert (found["third"].lack, found["third"].behind) == ("before", "second")


def test_closed_predecessors_and_circles_hold_nobody_up():
    tasks = {"a": Open(due(1)), "b": Open(due(2)), "alone": Open(due(1))}

    found = forecasts(tasks, {"a": ["b"], "b": ["a"], "alone": ["closed"]}, today=TODAY)

    assert set(found) == set(tasks)
    assert found["alone"] == Forecast(TODAY + 1, 0, "supposed")


def test_a_chain_of_ten_thousand_is_followed_without_recursion():
    last = 10_000
    tasks = {n: Open(due(0), ByFigures(TODAY + 7, 3) if n == 0 else None) for n in range(last + 1)}

    found = forecasts(tasks, {n: [n - 1] for n in range(1, last + 1)}, today=TODAY)

    assert (found[last].day, found[last].late) == (TODAY + 7, 7)
