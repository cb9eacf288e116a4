"""Every wording of a deadline becomes one exclusive instant, and is compared in one way."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import CalendarGap
from rules.deadlines import (
    ByDay,
    DailyTime,
    DeadlineError,
    Every,
    Moment,
    NoDeadline,
    Window,
    describe,
    due_at,
    follow_up_at,
    is_on_time,
    is_overdue,
    outside,
    parse,
    wording,
)
from rules.time import DAY, HOUR, at, day_end, local_date, show
from tests.wordings import FIXED, RECURRING, RELATIVE, VN, every_wording

COLLECT = Window.of_days("collect", date(2025, 5, 15), date(2025, 5, 27))
US = 1  # one microsecond


@pytest.mark.parametrize(("text", "expected"), FIXED)
def test_fixed_deadlines(text, expected):
    assert show(due_at(parse(text), VN)) == expected
    assert due_at(parse(text), VN, since=at("2026-07-01 00:00"), on=date(2026, 7, 1)) == at(expected)


@pytest.mark.parametrize(("text", "since", "expected"), RELATIVE)
def test_relative_deadlines(text, since, expected):
    assert show(due_at(parse(text), VN, since=at(since))) == expected


@pytest.mark.parametrize(("text", "day", "expected"), RECURRING)
def test_recurring_deadlines_on_a_day(text, day, expected):
    assert show(due_at(parse(text), VN, on=date.fromisoformat(day))) == expected


@pytest.mark.parametrize(
    ("moment", "in_time"),
    [("2025-05-24 15:59:59.999999", True), ("2025-05-24 16:00", False), ("2025-05-24 16:00:00.000001", False)],
)
def test_sixteen_hours_sharp_is_late(moment, in_time):
    due = due_at(parse("before 16:00"), VN, on=date(2025, 5, 24))

    assert is_on_time(at(moment), due) is in_time
    assert is_overdue(due, at(moment), is_open=True) is not in_time


@pytest.mark.parametrize(("text", "due"), every_wording())
def test_the_last_microsecond_is_in_time_and_the_next_is_not(text, due):
    assert is_on_time(due - US, due)
    assert not is_overdue(due, due - US, is_open=True)
    assert not is_on_time(due, due)
    assert is_overdue(due, due, is_open=True)


@given(st.integers(-(2**60), 2**60), st.none() | st.integers(-(2**60), 2**60))
def test_overdue_is_open_and_not_on_time(now, due):
    assert is_overdue(due, now, is_open=True) == (not is_on_time(now, due))
    assert not is_overdue(due, now, is_open=False)


def test_no_deadline_and_an_event_that_has_not_happened_give_no_instant():
    assert due_at(NoDeadline("kế hoạch ghi kịp thời"), VN, since=0, on=date(2025, 5, 15)) is None
    for text in ("within 5 days of received", "48 hours", "end of session + 30 minutes", "this evening"):
        assert due_at(parse(text), VN) is None
    assert is_on_time(2**60, None)
    assert not is_overdue(None, 2**60, is_open=True)


@given(st.integers(at("2025-01-01 00:00"), at("2027-06-01 00:00")), st.integers(1, 60))
def test_a_relative_period_ends_at_midnight_of_a_working_day_after_its_days_have_passed(since, count):
    due = due_at(parse(f"within {count} days of received"), VN, since=since)
    last = local_date(due - US)

    assert due == day_end(last)
    assert VN.is_working(last)
    assert due > since + count * DAY
    assert not any(VN.is_working(day) for day in _days_between(since, count, last))


def _days_between(since, count, last):
    wanted = date.fromordinal(local_date(since).toordinal() + count)
    return [date.fromordinal(number) for number in range(wanted.toordinal(), last.toordinal())]


@given(st.integers(at("2025-01-01 00:00"), at("2026-12-01 00:00")), st.sampled_from([t for t, _, _ in RELATIVE]))
def test_a_later_event_never_gives_an_earlier_deadline(since, text):
    spec = parse(text)

    assert due_at(spec, VN, since=since) <= due_at(spec, VN, since=since + 7 * HOUR)


def test_what_cannot_be_computed_is_said():
    with pytest.raises(DeadlineError, match=r"Thứ Bảy 17/5/2025 là ngày nghỉ, không có giờ đóng cửa"):
        due_at(ByDay(date(2025, 5, 17), close_of_business=True), VN)
    with pytest.raises(DeadlineError, match="cần “every”"):
        due_at(DailyTime(960), VN)
    with pytest.raises(CalendarGap, match="năm 2028"):
        due_at(parse("within 5 working days of x"), VN, since=at("2027-12-30 08:00"))
    with pytest.raises(CalendarGap, match="năm 2024"):
        due_at(parse("by 2024-05-30 close of business"), VN)


@pytest.mark.parametrize(
    ("text", "since", "expected"),
    [
        ("this evening", "2025-05-24 15:38", "2025-05-24 18:00"),
        ("this evening", "2025-05-24 17:30", "2025-05-24 18:30"),  # an hour's pause
        ("this evening", "2025-05-24 20:30", "2025-05-25 18:00"),
        ("this afternoon", "2025-05-24 13:00", "2025-05-24 14:00"),
        ("tomorrow", "2025-05-24 15:38", "2025-05-25 07:30"),
        ("tomorrow morning", "2025-05-24 23:59", "2025-05-25 07:30"),
        ("tomorrow evening", "2025-05-24 00:00", "2025-05-25 18:00"),
        ("2 working days", "2025-05-23 10:00", "2025-05-27 07:30"),
        ("3 days", "2025-05-21 10:00", "2025-05-26 07:30"),  # Saturday rolls
        ("48 hours", "2025-05-15 08:00", "2025-05-17 08:00"),
        ("30 minutes", "2025-05-15 08:00", "2025-05-15 08:30"),
        ("at 2025-05-24 18:00", "2025-05-15 08:00", "2025-05-24 18:00"),
    ],
)
def test_a_follow_up_brings_the_door_back_at_a_stated_hour(text, since, expected):
    back = follow_up_at(parse(text), VN, since=at(since))

    assert show(back) == expected
    assert at(since) < back <= due_at(parse(text), VN, since=at(since))


@given(st.integers(at("2025-01-01 00:00"), at("2027-06-01 00:00")))
def test_an_appointment_is_never_sooner_than_an_hour_and_never_empty(since):
    for name in ("this afternoon", "this evening", "tomorrow", "tomorrow morning", "tomorrow evening"):
        back, ends = follow_up_at(parse(name), VN, since=since), due_at(parse(name), VN, since=since)

        assert since + HOUR <= back < ends <= since + 3 * DAY


@pytest.mark.parametrize("text", ["before 2025-05-20", "before 16:00", "none because kịp thời", "before day 5"])
def test_what_is_no_appointment_is_refused(text):
    with pytest.raises(DeadlineError, match="không phải là hẹn quay lại"):
        follow_up_at(parse(text), VN, since=0)


def test_a_deadline_outside_its_window_is_told_in_a_sentence():
    assert outside(at("2025-05-20 00:00"), COLLECT) is None
    assert outside(COLLECT.closes_at, COLLECT) is None
    assert outside(COLLECT.opens_at + US, COLLECT) is None
    assert outside(COLLECT.closes_at + US, COLLECT) is not None
    assert outside(COLLECT.opens_at, COLLECT) == (
        "Hạn hết Thứ Tư 14/5/2025 nằm ngoài đợt “collect” (từ ngày 15/5/2025 đến hết Thứ Ba 27/5/2025)."
    )


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(DeadlineError, match="không sau lúc bắt đầu"):
        Window.of_days("collect", date(2025, 5, 27), date(2025, 5, 15))
    with pytest.raises(DeadlineError, match="không sau lúc bắt đầu"):
        Window("collect", 5, 5)
    assert Window("x", at("2025-05-15 08:00"), at("2025-05-15 17:00")).describe() == (
        "từ 08:00 ngày 15/5/2025 đến trước 17:00 Thứ Năm 15/5/2025"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("before 2025-05-20", "trước ngày 20/5 (hết Thứ Hai 19/5)"),
        ("through 2025-05-27", "đến hết ngày 27/5 (hết Thứ Ba 27/5)"),
        ("by 2025-05-30", "chậm nhất ngày 30/5 (hết Thứ Sáu 30/5)"),
        ("by 2025-05-30 close of business", "chậm nhất ngày 30/5, trong giờ làm việc (trước 17:00 Thứ Sáu 30/5)"),
        ("at 2025-05-28 09:00", "trước 09:00 ngày 28/5 (trước 09:00 Thứ Tư 28/5)"),
        ("before 16:00", "trước 16:00 hằng ngày (trước 16:00 Thứ Năm 15/5)"),
        ("before day 25", "trước ngày 25 hằng tháng (hết Thứ Bảy 24/5)"),
        ("through day 25", "đến hết ngày 25 hằng tháng (hết Chủ Nhật 25/5)"),
        ("before 16:00 on last day", "trước 16:00 ngày cuối tháng (trước 16:00 Thứ Bảy 31/5)"),
        ("within 5 working days of x", "trong 5 ngày làm việc (hết Thứ Năm 22/5)"),
        ("48 hours", "trong 48 giờ (trước 08:00 Thứ Bảy 17/5)"),
        ("end of session + 30 minutes", "trong 30 phút sau khi kết thúc phiên làm việc (trước 08:30 Thứ Năm 15/5)"),
        ("this evening", "tối nay (18:00–21:00) (trước 21:00 Thứ Năm 15/5)"),
        ("none because kế hoạch ghi “kịp thời”", "không có hạn tính được: kế hoạch ghi “kịp thời”"),
    ],
)
def test_a_deadline_is_shown_in_the_plans_words_with_its_last_moment(text, words):
    due = due_at(parse(text), VN, since=at("2025-05-15 08:00"), on=date(2025, 5, 15))

    assert describe(parse(text), due) == words


def test_the_recurrence_and_the_year_are_worded_when_asked_for():
    assert wording(DailyTime(960), every=Every("week", 0)) == "trước 16:00 Thứ Hai hằng tuần"
    assert wording(DailyTime(960), every=Every("working day")) == "trước 16:00 mỗi ngày làm việc"
    assert wording(DailyTime(960), every=Every("month")) == "trước 16:00 ngày cuối tháng"
    assert describe(Moment(at("2025-05-24 16:00")), None, with_year=True) == "trước 16:00 ngày 24/5/2025"
    assert wording(parse("before 2025-05-27 23:59:30")) == "trước 23:59:30 ngày 27/5"
    due = at("2026-01-01 00:00")
    assert describe(parse("before 2026-01-01"), due, with_year=True) == "trước ngày 1/1/2026 (hết Thứ Tư 31/12/2025)"
