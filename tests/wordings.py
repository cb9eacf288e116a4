"""Deadlines as plans word them, with what each has to become: shared by every test that asks the same of badge, list, count and clock."""

from rules.calendar import load_calendar
from rules.deadlines import due_at, parse
from rules.time import Instant, at, read_day

VN = load_calendar("vn")

FIXED = [
    ("before 2025-05-20", "2025-05-20 00:00"),
    ("before 2025-06-01", "2025-06-01 00:00"),  # last instant on 31/5
    ("before 2025-03-01", "2025-03-01 00:00"),
    ("before 2026-01-01", "2026-01-01 00:00"),
    ("before 2025-05-18", "2025-05-18 00:00"),  # a Sunday: fixed dates never move
    ("through 2025-05-27", "2025-05-28 00:00"),
    ("through 2025-05-30", "2025-05-31 00:00"),
    ("through 2025-05-31", "2025-06-01 00:00"),  # month end
    ("through 2025-02-28", "2025-03-01 00:00"),
    ("through 2024-02-29", "2024-03-01 00:00"),  # leap day
    ("through 2025-12-31", "2026-01-01 00:00"),  # year end
    ("through 2025-05-25", "2025-05-26 00:00"),  # a Sunday
    ("through 2025-01-29", "2025-01-30 00:00"),  # Tết
    ("by 2025-05-30", "2025-05-31 00:00"),
    ("by 2025-05-01", "2025-05-02 00:00"),  # a holiday
    ("by 2025-05-30 close of business", "2025-05-30 17:00"),
    ("by 2025-04-26 close of business", "2025-04-26 17:00"),  # swapped Saturday
    ("before 2025-05-24 16:00", "2025-05-24 16:00"),
    ("at 2025-05-28 09:00", "2025-05-28 09:00"),
    ("before 2025-05-28 09:00", "2025-05-28 09:00"),
    ("before 2025-05-27 24:00", "2025-05-28 00:00"),
    ("before 2025-05-27 23:59:59.999999", "2025-05-27 23:59:59.999999"),
]
RELATIVE = [
    # relative calendar days: first day not counted, 24:00 of the last day, rolled off rest days
    ("within 5 days of received", "2025-05-15 00:00", "2025-05-21 00:00"),
    ("within 5 days of received", "2025-05-15 23:59:59.999999", "2025-05-21 00:00"),
    ("within 1 day of received", "2025-05-15 08:00", "2025-05-17 00:00"),
    ("within 1 day of received", "2025-05-16 08:00", "2025-05-20 00:00"),  # Saturday rolls to Monday
    ("within 2 days of received", "2025-05-16 08:00", "2025-05-20 00:00"),  # Sunday too
    ("within 3 days of received", "2025-05-16 08:00", "2025-05-20 00:00"),  # Monday stays
    ("within 1 day of received", "2025-04-25 08:00", "2025-04-27 00:00"),  # swapped Saturday is worked: no roll
    ("within 2 days of received", "2025-04-25 08:00", "2025-04-29 00:00"),
    ("within 10 days of received", "2025-04-20 08:00", "2025-05-06 00:00"),  # 30/4 rolls over the whole holiday
    ("within 10 days of received", "2025-01-17 08:00", "2025-02-04 00:00"),  # 27/1 is Tết: Monday 3/2
    ("within 10 days of received", "2025-12-22 08:00", "2026-01-06 00:00"),  # 1/1 holiday, 2/1 swapped, weekend
    ("within 16 days of received", "2025-05-15 08:00", "2025-06-03 00:00"),  # 31/5 is a Saturday
    ("within 1 day of received", "2026-11-23 08:00", "2026-11-25 00:00"),  # pending holiday does not count
    # working days
    ("within 1 working day of received", "2025-04-29 15:00", "2025-05-06 00:00"),  # the example of the style guide
    ("within 5 working days of received", "2025-05-15 08:00", "2025-05-23 00:00"),
    ("within 5 working days of received", "2025-05-17 08:00", "2025-05-24 00:00"),  # from a Saturday
    ("within 5 working days of received", "2025-05-18 23:59:59.999999", "2025-05-24 00:00"),
    ("within 5 working days of received", "2025-05-19 00:00", "2025-05-27 00:00"),
    ("within 1 working day of received", "2025-04-25 08:00", "2025-04-27 00:00"),  # swapped Saturday
    ("within 5 working days of received", "2025-01-24 08:00", "2025-02-08 00:00"),  # across Tết 2025
    ("within 5 working days of received", "2026-02-13 08:00", "2026-02-28 00:00"),  # across Tết 2026
    ("within 1 working day of received", "2026-01-09 08:00", "2026-01-11 00:00"),  # swapped Saturday 10/1
    ("within 3 working days of received", "2025-12-30 08:00", "2026-01-07 00:00"),
    ("within 1 working day of received", "2026-08-21 08:00", "2026-08-23 00:00"),
    ("within 1 working day of received", "2026-08-28 08:00", "2026-09-04 00:00"),
    ("2 working days", "2025-05-22 10:00", "2025-05-27 00:00"),
    # weeks and months
    ("within 1 week of received", "2025-05-15 08:00", "2025-05-23 00:00"),
    ("within 2 weeks of received", "2025-04-16 08:00", "2025-05-06 00:00"),
    ("within 1 month of received", "2025-01-31 08:00", "2025-03-01 00:00"),  # 28/2, a Friday
    ("within 1 month of received", "2025-05-31 08:00", "2025-07-01 00:00"),  # 30/6, a Monday
    ("within 1 month of received", "2025-12-15 08:00", "2026-01-16 00:00"),
    ("within 12 months of received", "2025-05-15 08:00", "2026-05-16 00:00"),
    ("within 2 months of received", "2025-02-28 08:00", "2025-04-29 00:00"),
    # the clock: never rolled
    ("48 hours", "2025-05-15 08:00", "2025-05-17 08:00"),
    ("within 24 hours of received", "2025-04-29 15:00", "2025-04-30 15:00"),
    ("30 minutes", "2025-05-15 23:45", "2025-05-16 00:15"),
    ("end of session + 30 minutes", "2025-05-17 21:10", "2025-05-17 21:40"),
    ("end of session + 2 hours", "2025-05-17 23:00", "2025-05-18 01:00"),
    # parts of a day
    ("this afternoon", "2025-05-24 09:00", "2025-05-24 17:00"),
    ("this evening", "2025-05-24 15:38", "2025-05-24 21:00"),
    ("this evening", "2025-05-24 19:59:59.999999", "2025-05-24 21:00"),
    ("this evening", "2025-05-24 20:00", "2025-05-25 21:00"),  # less than an hour left: the next evening
    ("this evening", "2025-05-31 22:00", "2025-06-01 21:00"),
    ("tomorrow", "2025-05-31 22:00", "2025-06-01 21:00"),
    ("tomorrow morning", "2025-05-24 15:38", "2025-05-25 11:30"),
    ("tomorrow evening", "2025-12-31 23:59", "2026-01-01 21:00"),
]
RECURRING = [
    ("before 16:00", "2025-05-15", "2025-05-15 16:00"),
    ("before 16:00", "2025-05-18", "2025-05-18 16:00"),  # Sunday: campaigns do not rest
    ("before 16:00", "2025-04-30", "2025-04-30 16:00"),  # nor on holidays
    ("before 24:00", "2025-05-31", "2025-06-01 00:00"),
    ("before 00:01", "2025-05-15", "2025-05-15 00:01"),
    ("before day 25", "2025-05-01", "2025-05-25 00:00"),
    ("through day 25", "2025-05-31", "2025-05-26 00:00"),
    ("before 16:00 on day 5", "2025-02-28", "2025-02-05 16:00"),
    ("before 16:00 on last day", "2025-02-01", "2025-02-28 16:00"),
    ("before 16:00 on last day", "2024-02-10", "2024-02-29 16:00"),
    ("through last day", "2025-12-01", "2026-01-01 00:00"),
    ("before last day", "2025-04-01", "2025-04-30 00:00"),
]


def every_wording() -> list[tuple[str, Instant]]:
    """Return each wording with the exclusive instant it becomes."""
    found = [(text, due_at(parse(text), VN)) for text, _ in FIXED]
    found += [(f"{text} ({since})", due_at(parse(text), VN, since=at(since))) for text, since, _ in RELATIVE]
    found += [(f"{text} ({day})", due_at(parse(text), VN, on=read_day(day))) for text, day, _ in RECURRING]
    return [(text, due) for text, due in found if due is not None]
