"""The occurrences of duties and the periods they report on."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.calendar import load_calendar
from rules.deadlines import DeadlineError, Window, occurrences, parse, parse_every, remainder
from rules.time import DAY, HOUR, MINUTE, at, show

VN = load_calendar("vn")
COLLECT = Window.of_days("collect", date(2025, 5, 15), date(2025, 5, 27))


def found(every, due, window=COLLECT, final=None):
    return occurrences(window, parse_every(every), parse(due), VN, final=parse(final) if final else None)


def shown(occurrence):
    instants = (occurrence.opens_at, occurrence.due_at, occurrence.period_from, occurrence.period_to)
    return occurrence.key, *(show(instant) for instant in instants)


def test_the_daily_report_runs_from_cut_off_to_cut_off_on_every_calendar_day():
    daily = found("day in collect", "before 16:00")

    assert [one.key for one in daily] == [f"2025-05-{day}" for day in range(15, 28)]
    assert shown(daily[0]) == (
        "2025-05-15", "2025-05-15 00:00", "2025-05-15 16:00", "2025-05-15 00:00", "2025-05-15 16:00",
    )  # fmt: skip
    assert shown(daily[1]) == (
        "2025-05-16", "2025-05-16 00:00", "2025-05-16 16:00", "2025-05-15 16:00", "2025-05-16 16:00",
    )  # fmt: skip
    assert len(daily) * 15 == 195


def test_the_last_evening_is_reported_once_more_at_the_instant_the_pack_states():
    *daily, last = found("day in collect", "before 16:00", final="before 2025-05-28 09:00")

    assert len(daily) == 13
    assert shown(last) == (
        "final", "2025-05-27 16:00", "2025-05-28 09:00", "2025-05-27 16:00", "2025-05-28 00:00",
    )  # fmt: skip
    assert remainder(COLLECT, daily) == (at("2025-05-27 16:00"), at("2025-05-28 00:00"))
    assert remainder(COLLECT, [*daily, last]) is None


def test_a_final_count_may_be_relative_to_the_end_of_the_window_and_is_left_out_when_nothing_remains():
    assert show(found("day in collect", "before 16:00", final="9 hours")[-1].due_at) == "2025-05-28 09:00"
    assert [one.key for one in found("day in collect", "before 24:00", final="9 hours")][-1] == "2025-05-27"


@pytest.mark.parametrize("final", ["before 2025-05-27 20:00", "before 2025-05-28", "before 16:00", "none because x"])
def test_a_final_deadline_that_is_not_after_the_window_is_refused(final):
    with pytest.raises(DeadlineError, match="phải có hạn sau khi đợt kết thúc"):
        found("day in collect", "before 16:00", final=final)


def test_working_days_leave_out_weekends_and_holidays_but_not_the_work_done_on_them():
    weekdays = found("working day in collect", "before 16:00")

    assert [one.key[-2:] for one in weekdays] == ["15", "16", "19", "20", "21", "22", "23", "26", "27"]
    assert show(weekdays[2].period_from) == "2025-05-16 16:00"
    assert show(weekdays[2].opens_at) == "2025-05-19 00:00"

    april = Window.of_days("spring", date(2025, 4, 25), date(2025, 5, 5))
    assert [one.key[-5:] for one in found("working day", "before 16:00", april)] == [
        "04-25", "04-26", "04-28", "04-29", "05-05",
    ]  # fmt: skip


def test_a_weekly_duty_reports_on_the_week_since_the_last_one():
    weekly = found("Monday in collect", "before 16:00")

    assert [shown(one) for one in weekly] == [
        ("2025-05-19", "2025-05-15 00:00", "2025-05-19 16:00", "2025-05-15 00:00", "2025-05-19 16:00"),
        ("2025-05-26", "2025-05-19 16:00", "2025-05-26 16:00", "2025-05-19 16:00", "2025-05-26 16:00"),
    ]


def test_months_end_where_they_end():
    half_year = Window.of_days("half", date(2025, 1, 10), date(2025, 6, 28))

    assert [show(one.due_at) for one in found("month", "before 16:00", half_year)] == [
        "2025-01-31 16:00", "2025-02-28 16:00", "2025-03-31 16:00", "2025-04-30 16:00", "2025-05-31 16:00",
    ]  # fmt: skip
    assert [(one.key, show(one.due_at)) for one in found("month", "before day 5", half_year)] == [
        ("2025-02", "2025-02-05 00:00"), ("2025-03", "2025-03-05 00:00"), ("2025-04", "2025-04-05 00:00"),
        ("2025-05", "2025-05-05 00:00"), ("2025-06", "2025-06-05 00:00"),
    ]  # fmt: skip
    assert [one.key for one in found("month", "through day 28", half_year)][-1] == "2025-06"


def test_once_is_one_occurrence_and_its_deadline_may_follow_the_window():
    (inside,) = found("once", "before 2025-05-20")
    (after,) = found("once", "by 2025-05-30")

    assert shown(inside) == ("once", "2025-05-15 00:00", "2025-05-20 00:00", "2025-05-15 00:00", "2025-05-20 00:00")
    assert shown(after) == ("once", "2025-05-15 00:00", "2025-05-31 00:00", "2025-05-15 00:00", "2025-05-28 00:00")
    assert inside.day == date(2025, 5, 19)


def test_a_window_that_opens_after_the_hour_begins_with_the_next_day():
    late = Window("late", at("2025-05-15 16:00"), at("2025-05-17 16:00"))

    assert [shown(one)[:2] for one in found("day", "before 16:00", late)] == [
        ("2025-05-16", "2025-05-16 00:00"), ("2025-05-17", "2025-05-17 00:00"),
    ]  # fmt: skip
    assert found("day", "before 16:00", late)[0].period_from == late.opens_at


@pytest.mark.parametrize(
    ("every", "due", "sentence"),
    [
        ("day in collect", "before 2025-05-20", "không đi với “every: day in collect”"),
        ("day in collect", "before day 5", "Hãy viết, ví dụ “before 16:00”"),
        ("month in collect", "48 hours", "“before day 25”"),
        ("month in collect", "before day 5", "không có lần nào trong đợt “collect”"),
        ("month", "before 16:00", "không có lần nào"),
        ("once", "before 16:00", "cần một hạn có ngày"),
        ("once", "none because x", "cần một hạn có ngày"),
        ("once", "before 2025-05-15", "đến trước khi đợt “collect” bắt đầu"),
    ],
)
def test_what_does_not_fit_together_is_refused(every, due, sentence):
    with pytest.raises(DeadlineError, match=sentence):
        found(every, due)


@given(
    st.integers(at("2025-01-01 00:00") // MINUTE, at("2027-06-01 00:00") // MINUTE),
    st.integers(1, 120 * DAY // MINUTE),
    st.sampled_from(["day", "working day", "Monday", "Sunday", "month"]),
    st.integers(1, 1440),
)
def test_periods_tile_the_window_without_gap_or_overlap(opens, length, every, minute):
    window = Window("any", opens * MINUTE, (opens + length) * MINUTE)
    try:
        series = found(every, f"before {minute // 60:02d}:{minute % 60:02d}", window)
    except DeadlineError:
        assume(False)
    rest = remainder(window, series)
    cuts = [window.opens_at, *(one.period_to for one in series), *([rest[1]] if rest else [])]

    assert [one.period_from for one in series] == cuts[: len(series)]
    assert cuts[-1] == window.closes_at
    assert cuts == sorted(set(cuts))
    assert len({one.key for one in series}) == len(series)
    assert all(one.period_from <= one.opens_at < one.due_at == one.period_to for one in series)
    if every == "day":
        assert all(one.due_at - one.period_from <= DAY for one in series)
        assert rest is None or rest[1] - rest[0] < DAY + HOUR
