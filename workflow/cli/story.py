"""`tungnha story`: a stretch of time told from the ledger."""

from typing import Any

import click

from rules.time import Instant, day_start, local_date, moment_vi
from workflow.cli.instance import Instance, campaign_option, json_option, pass_instance
from workflow.cli.kinds import BEHIND
from workflow.cli.output import print_json
from workflow.cli.shell import Command
from workflow.cli.story_words import story_lines
from workflow.errors import BadInput
from workflow.figures.report import iso
from workflow.queries.day_story import DayStory, day_story


@click.command(cls=Command)
@click.option("--since", type=BEHIND, help="Kể từ lúc này, như “06:00 22/5/2025”. Mặc định: 0 giờ hôm nay.")
@click.option("--until", type=BEHIND, help="Kể đến lúc này (không kể chính lúc đó). Mặc định: bây giờ.")
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


def story_json(told: DayStory) -> dict[str, Any]:
    """Return the story as JSON-ready data; instants are local time with its offset."""
    return {
        "since": iso(told.since),
        "until": iso(told.until),
        "visits": told.visits,
        "requests": told.asked,
        "resolved": told.resolved,
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
                "at": iso(one.at), "recorded_from": iso(one.recorded_from), "item": one.item, "what": one.what, "amount": one.amount or None,
                "by_rule": one.by_rule, "by": one.by or None, "scopes": list(one.scopes), "periods": list(one.periods), "missing": list(one.missing),
                "reason": one.reason or None, "n": one.n,
            }
            for one in told.done
        ],
        "reopened": [{"at": iso(one.at), "rule": one.rule_id, "kind": one.kind, "n": one.n} for one in told.reopened],
        "deeds": [
            {
                "at": iso(one.at), "last": iso(one.until), "recorded_at": iso(one.recorded_at), "what": one.what, "by": one.by or None,
                "told": dict(one.told), "reason": one.reason or None,
            }
            for one in told.deeds
        ],
    }  # fmt: skip
