"""`tungnha story`: a stretch of time told from the ledger."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import click

from rules.pack.ladder import OWNER
from rules.time import HOUR, Instant, clock_text, day_start, day_vi, local_date, minute_of_day, moment_vi, weekday_vi
from workflow.actions.answer_input import ANSWERS
from workflow.cli.instance import Instance, campaign_option, json_option, pass_instance
from workflow.cli.kinds import INSTANT
from workflow.cli.output import print_json
from workflow.cli.shell import Command
from workflow.errors import BadInput
from workflow.figures.report import iso
from workflow.numbers import integer_vi
from workflow.queries.day_story import Called, DayStory, Done, day_story
from workflow.queries.ladder_story import Answered, Lifted

KIND_VI = {"case": "người", "task": "việc", "team": "tổ", "campaign": "chiến dịch"}
"""What the episodes of a rule are counted in."""
NAMED = 3
"""How many holders of a post, or teams, a line names."""
MOST_PLACES = 8
"""How many places of one call a line names."""


@click.command(cls=Command)
@click.option("--since", type=INSTANT, help="Kể từ lúc này, như “2025-05-22 06:00”. Mặc định: 0 giờ hôm nay.")
@click.option("--until", type=INSTANT, help="Kể đến lúc này (không kể chính lúc đó). Mặc định: bây giờ.")
@campaign_option
@json_option
@pass_instance
def story(
    instance: Instance, since: Instant | None, until: Instant | None, campaign_code: str | None, as_json: bool
) -> None:
    """Kể lại một khoảng thời gian: đồng hồ đã nhắc ai, chuyển lên ai; việc nào được gửi, duyệt, miễn lúc nào.

    (A stretch of time told from the ledger: who was reminded, to whom it was escalated, what was sent, accepted, waived.)
    """
    now = instance.clock_of(instance.unit).now()
    last = now + 1 if until is None else min(until, now + 1)
    first = day_start(local_date(last - 1)) if since is None else since
    if last <= first:
        raise BadInput(where="--until", what=f"{moment_vi(last)} không ở sau {moment_vi(first)}")
    with instance.store.read() as session:
        context = instance.campaign(session, campaign_code)
        told = day_story(session, context, since=first, until=last)
    if as_json:
        print_json(story_json(told))
        return
    for line in story_lines(told, unit=instance.unit.name):
        click.echo(line)


def story_lines(told: DayStory, *, unit: str) -> Iterator[str]:
    """Return the story as lines of text, one for each call and each deed, with a heading and what it adds up to."""
    yield f"{unit}, từ {moment_vi(told.since)} đến {moment_vi(told.until)}"
    calls = groupby(sorted(told.called, key=_one_line), key=_one_line)
    entries = [_call_entry(list(same)) for _, same in calls]
    entries += [(deed.at, 0, _clock(deed.at), _deed_line(deed)) for deed in told.done]
    entries += [(one.at, 2, _clock(one.at), _lifted_line(one)) for one in told.lifted]
    entries += [(one.at, 3, _clock(one.at), _answered_line(one)) for one in told.answered]
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
    """Return what calls share that stand in one line: reports have their instant, people's silences the hour in which they end."""
    when = one.at - one.at % HOUR if one.kind == "case" else one.at
    return when, one.rule_id, one.level, one.to_code


def _clock(at: Instant) -> str:
    return clock_text(minute_of_day(at))


def _call_entry(same: Sequence[Called]) -> tuple[Instant, int, str, str]:
    """Return where a line of calls stands, its clock (from–to where they came one after the other), and the line."""
    first, last = same[0].at, same[-1].at
    return first, 1, _clock(first) if first == last else f"{_clock(first)}–{_clock(last)}", _call_line(same)


def _call_line(same: Sequence[Called]) -> str:
    """Return the line of one rule and level; many places share a line."""
    one, n = same[0], sum(each.n for each in same)
    what = "Nhắc" if one.is_reminder else f"Chuyển lên bậc {one.level}/{one.levels}"
    opened = max(each.opened_until for each in same)
    late = f" (đồng hồ mở muộn, lúc {_clock(opened)})" if any(each.was_late for each in same) else ""
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
    told = [f"{place} ({integer_vi(n)})" if n > 1 else place for place, n in sorted(counts.items(), key=_by_number)]
    return f" · {', '.join(told)}" if told else ""


def _by_number(place: tuple[str, int]) -> list[tuple[int, str]]:
    """Return what puts places in the order of their numbers.

    >>> sorted([("Tổ 10", 1), ("Tổ 2", 1)], key=_by_number)
    [('Tổ 2', 1), ('Tổ 10', 1)]
    """
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", place[0])]


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


def _deed_line(one: Done) -> str:
    where = (
        ""
        if not one.scopes
        else f" · {', '.join(one.scopes)}"
        if len(one.scopes) <= NAMED
        else f" · {len(one.scopes)} nơi"
    )
    if one.what == "opened":
        return f"Mở việc “{one.label.vi}”{where}"
    who = "Theo quy tắc" if one.by_rule else f"đ/c {one.by}"
    late = (
        f" (ghi lúc {clock_text(minute_of_day(one.recorded_from))})" if one.recorded_from - one.at >= 60_000_000 else ""
    )
    return f"{who} {one.move} “{one.label.vi}”{where}{late}"


def _sums(told: DayStory) -> Iterator[str]:
    reminders = sum(one.n for one in told.called if one.is_reminder)
    climbed = sum(one.n for one in told.called if not one.is_reminder)
    yield f"Cộng: nhắc {integer_vi(reminders)} lượt, chuyển cấp {integer_vi(climbed)} lượt, {integer_vi(told.visits)} lượt đến nhà được ghi."
    by_post: dict[str, int] = {}
    for one in told.called:
        by_post[one.to_post.vi] = by_post.get(one.to_post.vi, 0) + one.n
    for post, n in sorted(by_post.items(), key=lambda each: (-each[1], each[0])):
        yield f"  {post}: {integer_vi(n)}"


def story_json(told: DayStory) -> dict[str, Any]:
    """Return the story as JSON-ready data; instants are local time with its offset."""
    return {
        "since": iso(told.since),
        "until": iso(told.until),
        "visits": told.visits,
        "called": [
            {
                "at": iso(one.at), "rule": one.rule_id, "level": one.level, "levels": one.levels, "kind": one.kind, "place": one.place,
                "n": one.n, "to": one.to_code, "names": list(one.names), "opened_from": iso(one.opened_from),
                "opened_until": iso(one.opened_until), "closed": one.resolved,
            }
            for one in told.called
        ],
        "lifted": [
            {"at": iso(one.at), "rule": one.rule_id, "kind": one.kind, "n": one.n, "nobody": one.nobody.vi, "to": one.to_post.vi}
            for one in told.lifted
        ],
        "answered": [
            {"at": iso(one.at), "rule": one.rule_id, "kind": one.kind, "n": one.n, "answer": one.answer, "by": one.by}
            for one in told.answered
        ],
        "done": [
            {
                "at": iso(one.at), "recorded_from": iso(one.recorded_from), "item": one.item, "move": one.move, "by_rule": one.by_rule,
                "by": one.by or None, "scopes": list(one.scopes),
            }
            for one in told.done
        ],
    }  # fmt: skip
