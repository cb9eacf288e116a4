"""`tungnha story`: a stretch of time told from the ledger."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import click

from rules.time import Instant, clock_text, day_start, day_vi, local_date, minute_of_day, moment_vi, weekday_vi
from workflow.cli.instance import Instance, campaign_option, json_option, pass_instance
from workflow.cli.kinds import INSTANT
from workflow.cli.output import print_json
from workflow.cli.shell import Command
from workflow.errors import BadInput
from workflow.figures.report import iso
from workflow.numbers import integer_vi
from workflow.queries.day_story import Called, DayStory, Done, day_story

KIND_VI = {"case": "người", "task": "việc", "team": "tổ", "campaign": "chiến dịch"}
"""What the episodes of a rule are counted in."""
NAMED = 3
"""How many holders of a post, or teams, a line names."""


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
    calls = groupby(told.called, key=lambda one: (one.at, one.rule_id, one.level, one.to_code))
    entries = [(key[0], 1, _call_line(list(same))) for key, same in calls]
    entries += [(deed.at, 0, _deed_line(deed)) for deed in told.done]
    day = None
    for at, _, line in sorted(entries, key=lambda entry: entry[:2]):
        if local_date(at) != day:
            day = local_date(at)
            yield ""
            yield f"{weekday_vi(day)} {day_vi(day)}"
        yield f"{clock_text(minute_of_day(at))}  {line}"
    yield ""
    yield from _sums(told)


def _call_line(same: Sequence[Called]) -> str:
    """Return the line of one rule and level at one instant; many places share a line."""
    one, n = same[0], sum(each.n for each in same)
    what = "Nhắc" if one.is_reminder else f"Chuyển lên bậc {one.level}/{one.levels}"
    opened = max(each.opened_until for each in same)
    late = f" (đồng hồ mở muộn, lúc {clock_text(minute_of_day(opened))})" if any(each.was_late for each in same) else ""
    count = "" if one.kind == "campaign" else f"{integer_vi(n)} {KIND_VI[one.kind]}, "
    names = tuple(dict.fromkeys(name for each in same for name in each.names))
    places = ", ".join(
        each.place if len(same) == 1 else f"{each.place} ({integer_vi(each.n)})" for each in same if each.place
    )
    return f"{what} → {one.to_post.vi}{_named(names)}: {count}“{one.label.vi}”{f' · {places}' if places else ''}{late}"


def _named(names: tuple[str, ...]) -> str:
    if not names:
        return " (chưa ai giữ, về đầu mối tổng hợp)"
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
        "done": [
            {
                "at": iso(one.at), "recorded_from": iso(one.recorded_from), "item": one.item, "move": one.move, "by_rule": one.by_rule,
                "by": one.by or None, "scopes": list(one.scopes),
            }
            for one in told.done
        ],
    }  # fmt: skip
