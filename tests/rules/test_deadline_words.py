"""Reading deadlines: the short English of packs, the Vietnamese of plans, and everything that is neither."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.deadlines import (
    AfterSession,
    BeforeDay,
    ByDay,
    DailyTime,
    DeadlineError,
    Every,
    Moment,
    MonthlyDay,
    NoDeadline,
    PartOfDay,
    ThroughDay,
    Window,
    Within,
    from_vietnamese,
    parse,
    parse_every,
    to_text,
    wording,
)
from rules.deadlines.parse import PART_NAMES
from rules.deadlines.specs import LONGEST
from rules.time import at
from tests.effort import calls_made, ends

MAY_20, MAY_27, MAY_30 = date(2025, 5, 20), date(2025, 5, 27), date(2025, 5, 30)
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
REASONS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
EVENTS = st.none() | st.from_regex(r"[a-z_][a-z0-9_.-]{0,20}", fullmatch=True)
SPECS = st.one_of(
    st.builds(BeforeDay, DAYS),
    st.builds(ThroughDay, DAYS),
    st.builds(ByDay, DAYS, st.booleans()),
    st.builds(Moment, st.integers(at("1900-01-01 00:00"), at("2200-01-01 00:00")), st.sampled_from(["before", "at"])),
    st.builds(DailyTime, st.integers(1, 1440)),
    st.builds(lambda day, minute: MonthlyDay(day, minute, "clock"), st.integers(0, 28), st.integers(1, 1440)),
    st.builds(lambda day: MonthlyDay(day, 0, "before"), st.integers(0, 28)),
    st.builds(lambda day: MonthlyDay(day, 1440, "through"), st.integers(0, 28)),
    st.sampled_from(list(LONGEST)).flatmap(
        lambda unit: st.builds(Within, st.integers(1, LONGEST[unit]), st.just(unit), EVENTS)
    ),
    st.builds(AfterSession, st.integers(1, 1440)),
    st.builds(PartOfDay, st.sampled_from(PART_NAMES)),
    st.builds(NoDeadline, REASONS),
)


@given(SPECS)
def test_every_deadline_is_read_back_as_it_is_printed(spec):
    assert parse(to_text(spec)) == spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("  Before   2025-05-20 ", BeforeDay(MAY_20)),
        ("BY 2025-05-30 Close Of Business", ByDay(MAY_30, close_of_business=True)),
        ("before 9:00", DailyTime(540)),
        ("before 2025-05-28T09:00", Moment(at("2025-05-28 09:00"))),
        ("before 2025-05-28 9:00", Moment(at("2025-05-28 09:00"))),
        ("within 1 working day of Received", Within(1, "working days", "Received")),
        ("within 5 days", Within(5, "days")),
        ("1 hour", Within(1, "hours")),
        ("end of session+1 hour", AfterSession(60)),
        ("Tomorrow Morning", PartOfDay("tomorrow morning")),
        ("none because  kế hoạch ghi “kịp thời” ", NoDeadline("kế hoạch ghi “kịp thời”")),
    ],
)
def test_spelling_that_is_forgiven(text, spec):
    assert parse(text) == spec


@pytest.mark.parametrize(
    ("text", "offset", "sentence"),
    [
        ("", 0, "Chưa ghi hạn"),
        ("   ", 0, "Chưa ghi hạn"),
        ("befor 2025-05-20", 0, "Có phải “before”?"),
        ("throgh 2025-05-27", 0, "Có phải “through”?"),
        ("within 5 wroking days of x", 9, "Có phải “working”?"),
        ("by 2025-05-30 close of bussiness", 23, "Có phải “business”?"),
        ("this evenning", 5, "Có phải “evening”?"),
        ("after 2025-05-20", 0, "Không hiểu “after”"),
        ("before", 0, "Không hiểu hạn “before”"),
        ("2025-05-20", 0, "Không hiểu hạn"),
        ("before 2025-02-30", 7, "không phải là một ngày có thật"),
        ("before 20/5/2025", 7, "năm-tháng-ngày"),
        ("through 2025-13-01", 8, "không phải là một ngày có thật"),
        ("before 0000-01-01", 7, "không phải là một ngày có thật"),
        ("before 25:00", 7, "từ 00:01 đến 24:00"),
        ("before 16:60", 7, "từ 00:01 đến 24:00"),
        ("before 00:00", 7, "từ 00:01 đến 24:00"),
        ("before 2025-05-28 24:30", 18, "giờ phải từ 00:00 đến 23:59"),
        ("before 2025-05-32 09:00", 7, "không phải là một ngày có thật"),
        ("before 16:00 on day 31", 16, "phải từ 1 đến 28, hoặc “last day”"),
        ("through day 0", 8, "phải từ 1 đến 28"),
        ("within 0 days of x", 7, "phải từ 1 đến 3660"),
        ("within 99999999999999999999 hours of x", 7, "phải từ 1 đến 10000"),
        ("within -5 days of x", 0, "Không hiểu hạn"),
        ("within 1.5 days of x", 0, "Không hiểu hạn"),
        ("within 5 days of", 0, "Không hiểu hạn"),
        ("end of session", 0, "Hãy thêm thời gian để nộp"),
        ("end of session + 0 minutes", 17, "từ 1 phút đến 24 giờ"),
        ("end of session + 25 hours", 17, "từ 1 phút đến 24 giờ"),
        ("none", 0, "phải nói vì sao"),
        ("none because", 0, "phải nói vì sao"),
        ("none because \u00a0 ", 0, "phải nói vì sao"),
        ("48h", 2, "Không hiểu “h”"),
        ("x" * 10_000, 300, "quá 300"),
        ("trước ngày 20/5/2025", 0, "Trong gói quy tắc hãy viết: before 2025-05-20."),
        ("trước 16h hằng ngày", 0, "Trong gói quy tắc hãy viết: before 16:00."),
        ("before 16:00 ; DROP TABLE x", 15, "Không hiểu “DROP”"),
        ("before ２０２５-05-20", 0, "Không hiểu hạn"),
    ],
)
def test_anything_else_is_refused_at_its_place_with_what_to_write(text, offset, sentence):
    with pytest.raises(DeadlineError) as refusal:
        parse(text)

    assert sentence in refusal.value.message
    assert refusal.value.message[-1] in ".?"
    assert refusal.value.offset == offset


def refusal_of(read, text):
    try:
        read(text)
    except DeadlineError as refusal:
        return refusal
    return None


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_readers(text):
    for read in (parse, parse_every, from_vietnamese):
        refusal = refusal_of(read, text)
        assert refusal is None or (refusal.message and 0 <= refusal.offset <= len(text))


@pytest.mark.parametrize("word", ["before ", "within ", "none because ", "trong 5 ngày kể từ ", "chậm nhất ", "trước "])
def test_long_hostile_text_is_refused_at_once(word):
    for filler in (" ", "9", "a ", "\t\u00a0", ". "):
        for read in (parse, from_vietnamese):
            text = (word + filler * 300)[:300]
            with ends():
                refusal_of(read, text)
            assert calls_made(lambda read=read, text=text: refusal_of(read, text)) < 5_000


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("day in collect", Every("day", None, "collect")),
        ("working day in collect", Every("working day", None, "collect")),
        ("Monday in collect", Every("week", 0, "collect")),
        ("sunday", Every("week", 6)),
        ("month", Every("month")),
        ("month in consolidate", Every("month", None, "consolidate")),
        (" Once ", Every("once")),
    ],
)
def test_recurrences(text, every):
    assert parse_every(text) == every
    assert parse_every(str(every)) == every


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Chưa ghi chu kỳ"),
        ("dya in collect", "Có phải “day”?"),
        ("Mondays in collect", "Có phải “Monday”?"),
        ("day in", "Không hiểu chu kỳ"),
        ("2 days", "Không hiểu chu kỳ"),
    ],
)
def test_a_recurrence_that_is_none_is_refused(text, sentence):
    with pytest.raises(DeadlineError, match=sentence.replace("?", r"\?")):
        parse_every(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trước ngày 20/5", BeforeDay(MAY_20)),
        ("trước ngày 20/5/2025", BeforeDay(MAY_20)),
        ("Trước ngày 20 tháng 5 năm 2025.", BeforeDay(MAY_20)),
        ("trước ngày 20-5-2025", BeforeDay(MAY_20)),
        ("đến hết ngày 27/5", ThroughDay(MAY_27)),
        ("hết ngày 27/05/2025", ThroughDay(MAY_27)),
        ("tới hết ngày 27/5", ThroughDay(MAY_27)),
        ("chậm nhất ngày 30/5", ByDay(MAY_30)),
        ("chậm nhất là ngày 30/5/2025", ByDay(MAY_30)),
        ("chậm nhất đến hết ngày 30/5", ByDay(MAY_30)),
        ("chậm nhất ngày 30/5, trong giờ làm việc", ByDay(MAY_30, close_of_business=True)),
        ("trước 16h ngày 24/5", Moment(at("2025-05-24 16:00"))),
        ("trước 16h30 ngày 24/5/2025", Moment(at("2025-05-24 16:30"))),
        ("trước 16 giờ 30 phút, ngày 24 tháng 5", Moment(at("2025-05-24 16:30"))),
        ("trước 0h ngày 28/5", Moment(at("2025-05-28 00:00"))),
        ("trước 24h ngày 27/5", Moment(at("2025-05-28 00:00"))),
        ("trong ngày 27/5", ThroughDay(MAY_27)),
        ("hoàn thành trong ngày 27 tháng 5 năm 2025", ThroughDay(MAY_27)),
        ("xong trước 20/5", BeforeDay(MAY_20)),
        ("phải hoàn thành trước ngày 20/5/2025", BeforeDay(MAY_20)),
        ("hoàn tất chậm nhất ngày 30/5", ByDay(MAY_30)),
        ("làm xong trước 16h ngày 24/5", Moment(at("2025-05-24 16:00"))),
        ("hoàn thành trong 05 ngày làm việc", Within(5, "working days")),
        ("trước 16h hằng ngày", DailyTime(960)),
        ("trước 16h hàng ngày", DailyTime(960)),
        ("trước 15:30 mỗi ngày", DailyTime(930)),
        ("trước ngày 25 hằng tháng", MonthlyDay(25, 0, "before")),
        ("đến hết ngày 5 hàng tháng", MonthlyDay(5, 1440, "through")),
        ("trong 05 ngày làm việc", Within(5, "working days")),
        ("trong vòng 05 (năm) ngày làm việc", Within(5, "working days")),
        ("trong 10 ngày", Within(10, "days")),
        ("trong thời hạn 15 ngày kể từ ngày nhận đủ hồ sơ", Within(15, "days", "ngày nhận đủ hồ sơ")),
        ("trong 24 giờ", Within(24, "hours")),
        ("trong 02 tuần", Within(2, "weeks")),
        ("trong 01 tháng", Within(1, "months")),
        ("trong 30 phút sau khi kết thúc phiên làm việc", AfterSession(30)),
        ("từ ngày 15/5/2025 đến hết ngày 27/5/2025",
         Window.of_days("từ ngày 15/5/2025 đến hết ngày 27/5/2025", date(2025, 5, 15), MAY_27)),
        ("từ ngày 28/5 đến hết ngày 30/5/2025",
         Window.of_days("từ ngày 28/5 đến hết ngày 30/5/2025", date(2025, 5, 28), MAY_30)),
    ],
)  # fmt: skip
def test_the_words_of_plans(text, expected):
    assert from_vietnamese(text, year=2025) == expected
    assert from_vietnamese(unicodedata.normalize("NFD", text), year=2025) == expected


@pytest.mark.parametrize("text", ["kịp thời", "thường xuyên", "Kịp thời."])
def test_words_without_a_number_give_no_deadline_and_say_so(text):
    spec = from_vietnamese(text)

    assert isinstance(spec, NoDeadline)
    assert "không tính được hạn; cần một con số" in spec.reason
    assert parse(str(spec)) == spec


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Không hiểu hạn"),
        ("khi nào xong thì báo", "Không hiểu hạn"),
        ("trước ngày 20/5", "thiếu năm"),
        ("trước ngày 31/4/2025", "không có ngày này"),
        ("trước ngày 29/2/2025", "không có ngày này"),
        ("trước ngày 20/5/25", "Không hiểu hạn"),
        ("trước 25h ngày 24/5/2025", "từ 00:00 đến 24:00"),
        ("trước 0h hằng ngày", "từ 00:01 đến 24:00"),
        ("trong 0 ngày", "phải từ 1 đến 3660 ngày"),
        ("trước ngày 31 hằng tháng", "không có ở mọi tháng"),
        ("từ ngày 27/5/2025 đến hết ngày 15/5/2025", "không sau lúc bắt đầu"),
        ("đến ngày 27/5/2025", "không rõ có tính ngày đó không"),
        ("đến 16h ngày 27/5/2025", "không rõ đúng giờ đó còn kịp không"),
        ("chậm nhất 16h hằng ngày", "không rõ đúng giờ đó còn kịp không"),
        ("17h ngày 26/5/2025", "Không hiểu hạn.*“trước 16h ngày 27/5/2025”"),
        ("không có hạn", "chưa nói vì sao không có hạn"),
        ("không có hạn: ", "chưa nói vì sao không có hạn"),
        ("kết thúc phiên làm việc", "chưa nói nộp trong bao lâu"),
        ("trong 3 ngày sau khi kết thúc phiên", "từ 1 phút đến 24 giờ"),
    ],
)
def test_words_that_are_unknown_or_read_two_ways_are_refused(text, sentence):
    with pytest.raises(DeadlineError, match=sentence):
        from_vietnamese(text)


@given(SPECS)
def test_what_is_shown_to_people_can_be_read_back(spec):
    """The Vietnamese wording of a deadline means the deadline again, where a plan would word it so."""
    if isinstance(spec, PartOfDay | NoDeadline) or (
        isinstance(spec, MonthlyDay) and (not spec.day or spec.word == "clock")
    ):
        return
    if isinstance(spec, Moment) and spec.instant % 60_000_000:
        return
    meant = from_vietnamese(wording(spec, with_year=True))

    if isinstance(spec, Within):
        assert (meant.count, meant.unit) == (spec.count, spec.unit)
    elif isinstance(spec, Moment):
        assert meant.instant == spec.instant
    else:
        assert meant == spec
