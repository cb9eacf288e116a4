"""The story of a stretch of time as lines of text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rules.pack.ladder import OWNER
from rules.time import HOUR, Instant, clock_text, day_vi, local_date, minute_of_day, moment_vi, weekday_vi
from workflow.actions.answer_input import ANSWERS
from workflow.closing.said import CHANNEL_LABELS
from workflow.numbers import integer_vi
from workflow.people.names import natural_order
from workflow.plan.happenings import SUPPLEMENT, happening
from workflow.queries.day_story import LATE, Called, DayStory
from workflow.queries.deeds_story import Deed
from workflow.queries.ladder_story import Answered, Lifted, Reopened
from workflow.queries.plan_story import Done

KIND_VI = {"case": "người", "task": "việc", "team": "tổ", "campaign": "chiến dịch"}
"""What the episodes of a rule are counted in."""
NAMED = 3
"""How many holders of a post, teams or periods a line names."""
MOST_PLACES = 8
"""How many places of one call a line names."""
LONGEST_REASON = 120
_SHORT = {"evidence": "bổ sung minh chứng cho", "withdrawn": "rút minh chứng của", "comment": "ghi trao đổi về"}
"""Several pieces of one kind are told together, whatever each is called."""
_COUNTS = ("n", "doors", "items", "tasks", "missing")
_DEEDS = {
    "confirmed": "xác nhận %(n)s đề nghị của tổ",
    "returned": "trả lại %(n)s đề nghị của tổ",
    "withdrawn": "rút lại %(n)s đề nghị của tổ",
    "closed": "chốt số liệu kỳ %(period)s",
    "received": "ghi cấp trên đã nhận số liệu kỳ %(period)s",
    "reopening_asked": "đề nghị mở lại kỳ %(period)s",
    "reopening_agreed": "đồng ý mở lại kỳ %(period)s",
    "reopening_refused": "không đồng ý mở lại kỳ %(period)s",
    "urge": "lập công văn đôn đốc gửi %(to)s: %(tasks)s việc quá hạn, %(items)s việc chưa trả lời",
    "plan_file": "đưa kế hoạch từ bảng tính vào thực hiện",
    "said": "báo %(n)s cho %(to)s (%(channel)s)",
    "shift": "giao ca cho đ/c %(name)s: %(doors)s hộ, %(items)s việc",
    "shift_received": "nhận ca của đ/c %(name)s",
    "cover": "giao người làm thay %(doors)s hộ của đ/c %(name)s",
    "absence": "bắt đầu làm thay đ/c %(name)s",
    "absence_over": "thôi làm thay đ/c %(name)s",
}


def story_lines(told: DayStory, *, unit: str) -> Iterator[str]:
    """Return the story as lines of text, one for each call and each deed, with a heading and what it adds up to."""
    yield f"{unit}, từ {moment_vi(told.since)} đến {moment_vi(told.until)}"
    calls = groupby(sorted(told.called, key=_one_line), key=_one_line)
    entries = [_call_entry(list(same)) for _, same in calls]
    entries += [(done.at, 0, _clock(done.at), _done_line(done)) for done in told.done]
    entries += [(one.at, 2, _clock(one.at), _lifted_line(one)) for one in told.lifted]
    entries += [(one.at, 2, _clock(one.at), _reopened_line(one)) for one in told.reopened]
    entries += [(one.at, 3, _clock(one.at), _answered_line(one)) for one in told.answered]
    entries += [(deed.at, 4, _span(deed.at, deed.until), _other_line(deed)) for deed in told.deeds]
    day = None
    for at, _, clock, line in sorted(entries, key=lambda entry: entry[:2]):
        if local_date(at) != day:
            day = local_date(at)
            yield ""
            yield f"{weekday_vi(day)} {day_vi(day)}"
        yield f"{clock}  {line}"
    yield ""
    yield from _sums(told)


def _one_line(one: Called) -> tuple[Any, ...]:
    """Return what calls share that stand in one line: reports have their instant, people's silences the hour in which they end.

    What a clock opened late stands apart from what it opened in time.
    """
    when = one.at - one.at % HOUR if one.kind == "case" else one.at
    return when, one.rule_id, one.level, one.to_code, one.was_late


def _clock(at: Instant) -> str:
    return clock_text(minute_of_day(at))


def _span(first: Instant, last: Instant) -> str:
    return _clock(first) if _clock(first) == _clock(last) else f"{_clock(first)}–{_clock(last)}"


def _call_entry(same: Sequence[Called]) -> tuple[Instant, int, str, str]:
    """Return where a line of calls stands, its clock (from–to where they came one after the other), and the line."""
    first, last = same[0].at, same[-1].at
    return first, 1, _span(first, last), _call_line(same)


def _call_line(same: Sequence[Called]) -> str:
    """Return the line of one rule and level; many places share a line."""
    one, n = same[0], sum(each.n for each in same)
    what = "Nhắc" if one.is_reminder else f"Chuyển lên bậc {one.level}/{one.levels}"
    opened = max(each.opened_until for each in same)
    late = f" (đồng hồ mở muộn, lúc {_when(opened, one.at)})" if any(each.was_late for each in same) else ""
    count = "" if one.kind == "campaign" else f"{integer_vi(n)} {KIND_VI[one.kind]}, "
    names = tuple(dict.fromkeys(name for each in same for name in each.names))
    return f"{what} → {one.to_post.vi}{_named(names, one.to_code)}: {count}“{one.label.vi}”{_places(same)}{late}"


def _places(same: Sequence[Called]) -> str:
    """Return where it was, in order, with how many of several there; more than a line has room for are counted."""
    counts = Counter[str]()
    for each in same:
        counts[each.place] += each.n
    del counts[""]
    if len(counts) > MOST_PLACES:
        return f" · {len(counts)} nơi"
    told = [
        f"{place} ({integer_vi(n)})" if n > 1 else place
        for place, n in sorted(counts.items(), key=lambda place: natural_order(place[0]))
    ]
    return f" · {', '.join(told)}" if told else ""


def _lifted_line(one: Lifted) -> str:
    return f"Chưa ai giữ vị trí {one.nobody.vi} → {one.to_post.vi}: {integer_vi(one.n)} {KIND_VI[one.kind]}, “{one.label.vi}”"


def _answered_line(one: Answered) -> str:
    words = ANSWERS.get(one.answer, one.answer)  # type: ignore[call-overload]
    return f"đ/c {one.by} – {words[:1].lower()}{words[1:]}: {integer_vi(one.n)} {KIND_VI[one.kind]}, “{one.label.vi}”"


def _named(names: tuple[str, ...], code: str) -> str:
    if not names:
        return "" if code == OWNER else " (chưa ai giữ)"
    if len(names) > NAMED:
        return f" ({len(names)} người)"
    return f" ({', '.join(f'đ/c {name}' for name in names)})"


def _reopened_line(one: Reopened) -> str:
    return f"Lý do trở lại, mở lại: {integer_vi(one.n)} {KIND_VI[one.kind]}, “{one.label.vi}”"


def _done_line(one: Done) -> str:
    where = _few(one.scopes, "nơi")
    own = one.periods == (str(local_date(one.at)),)
    periods = "" if own else _few(one.periods, "kỳ", first="kỳ ")
    who = "" if one.what == "opened" else "Theo quy tắc " if one.by_rule else f"đ/c {one.by} "
    what = "Mở việc" if one.what == "opened" else _SHORT.get(one.what) or happening(one.what, {"progress": one.amount})
    if one.what in ("forward", SUPPLEMENT):
        what = f"{'chuyển' if one.what == 'forward' else 'chuyển bổ sung'} {integer_vi(one.amount)} báo cáo"
    times = f" ({integer_vi(one.n)} lần)" if one.n > max(1, len(one.scopes)) * max(1, len(one.periods)) else ""
    lack = f", còn thiếu {', '.join(one.missing)}" if one.missing else ""
    said = f"{who}{what} “{one.label.vi}”{where}{periods}{times}{lack}"
    return f"{said}{_because(one.reason)}{_written_late(one.at, one.recorded_from, one.by_rule)}"


def _other_line(one: Deed) -> str:
    who = f"đ/c {one.by} " if one.by else "Theo quy tắc "
    return f"{who}{_deed(one)}{_because(one.reason)}{_written_late(one.until, one.recorded_at, not one.by)}"


def _deed(one: Deed) -> str:
    """Return what somebody did, in words."""
    told = {name: integer_vi(value) if name in _COUNTS else value for name, value in one.told.items()}
    if one.told.get("until") is not None:
        told["until"] = moment_vi(one.told["until"])
    if one.what == "said":
        told["channel"] = CHANNEL_LABELS.get(told["channel"], told["channel"])
    more = f", thiếu {told['missing']} tổ" if one.told.get("missing") else ""
    more += f", đến {told['until']}" if one.told.get("until") is not None else ""
    return _DEEDS[one.what] % told + more


def _few(names: Sequence[str], counted_in: str, *, first: str = "") -> str:
    """Return names behind a dot, or how many they are where a line has no room for them."""
    if not names:
        return ""
    return f" · {first}{', '.join(names)}" if len(names) <= NAMED else f" · {integer_vi(len(names))} {counted_in}"


def _because(reason: str) -> str:
    words = " ".join(reason.split())
    short = words if len(words) <= LONGEST_REASON else f"{words[:LONGEST_REASON].rstrip()}…"
    return f" – {short}" if short else ""


def _written_late(at: Instant, recorded: Instant, by_rule: bool) -> str:
    if recorded - at < LATE:
        return ""
    return f" ({'đồng hồ mở muộn, lúc' if by_rule else 'ghi lúc'} {_when(recorded, at)})"


def _when(moment: Instant, beside: Instant) -> str:
    """Return a moment by its hour; with its day if that is another one than that of what stands beside it."""
    return _clock(moment) if local_date(moment) == local_date(beside) else moment_vi(moment)


def _sums(told: DayStory) -> Iterator[str]:
    reminders = sum(one.n for one in told.called if one.is_reminder)
    climbed = sum(one.n for one in told.called if not one.is_reminder)
    yield f"Cộng: nhắc {integer_vi(reminders)} lượt, chuyển cấp {integer_vi(climbed)} lượt, {integer_vi(told.visits)} lượt đến nhà."
    if told.resolved or told.asked:
        yield f"  Tự khép lại vì lý do không còn: {integer_vi(told.resolved)}; đề nghị các tổ gửi: {integer_vi(told.asked)}."
    by_post: dict[str, int] = {}
    for one in told.called:
        by_post[one.to_post.vi] = by_post.get(one.to_post.vi, 0) + one.n
    for post, n in sorted(by_post.items(), key=lambda each: (-each[1], each[0])):
        yield f"  {post}: {integer_vi(n)}"


__all__ = ["story_lines"]
