"""`tungnha answer`: the numbers for the telephone, and noting that they were said."""

from typing import Any

import click

from rules.time import Instant
from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.actions.say_figures import say_figures
from workflow.cli.counter import difference_json
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import BEHIND
from workflow.cli.output import print_json
from workflow.cli.shell import Command
from workflow.closing.answer_text import answer_text
from workflow.closing.quick_answer import QuickAnswer, quick_answer
from workflow.closing.said import CHANNEL_LABELS, SaidAgainst, SaidRow
from workflow.errors import BadInput
from workflow.figures.report import iso
from workflow.ledger.book import Book
from workflow.numbers import integer_vi
from workflow.queries.campaigns import CampaignContext


@click.command(cls=Command)
@click.option("--said-to", metavar="NƠI", help="Ghi luôn là đã báo các số này cho ai, như “UBND huyện”.")
@click.option(
    "--by", "channel", metavar="|".join(CHANNEL_LABELS), default="phone", help="Báo bằng cách nào; mặc định: phone."
)
@click.option("--said-at", type=BEHIND, help="Báo lúc nào. Mặc định: bây giờ.")
@campaign_option
@click.option("--key", metavar="MÃ", help="Mã gửi: cùng mã thì chỉ ghi một lần. Mặc định: mã mới.")
@json_option
@pass_instance
def answer(
    instance: Instance,
    said_to: str | None,
    channel: str,
    said_at: Instant | None,
    campaign_code: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Trả lời nhanh: lũy kế, còn lại, mức cao nhất, số trên hệ thống, tổ còn thiếu, cùng một thời điểm.

    Có --said-to thì ghi thêm một lần đã báo. (The numbers for the telephone; --said-to notes that they were said.)
    """
    if said_to is None and (said_at is not None or key is not None):
        raise click.UsageError("Ghi --said-at hoặc --key thì phải có --said-to.")
    clock = instance.clock_of(instance.unit) if said_to is None else instance.writing_clock(instance.unit)
    now = clock.now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)
        page = quick_answer(session, actor, campaign, now=now)
    noted = None if said_to is None else _note(instance, campaign, actor, page, said_to, channel, said_at, key)
    if as_json:
        print_json(answer_json(page) | ({} if noted is None else {"noted": noted}))
        return
    click.echo(answer_text(page, unit=instance.unit.name), nl=False)
    for one in page.said:
        click.echo(_said(one))
    for compared in page.compared:
        click.echo(compared.sentence())
    if noted is not None:
        click.echo(f"Đã ghi: báo {integer_vi(noted['n'])} cho {noted['recipient']}, số sổ {noted['ledger_no']}.")


def answer_json(page: QuickAnswer) -> dict[str, Any]:
    """Return the numbers as JSON-ready data; instants are local time with its offset."""
    since, reports = page.since, page.reports
    return {
        "as_of": iso(page.as_of),
        "ledger_no": page.ledger_no,
        "figure": page.headline.figure,
        "label": page.label.vi,
        "n": page.n,
        "base": page.base,
        "base_label": page.base_label.vi if page.base_label else None,
        "percent": page.percent,
        "total": page.total,
        "left": page.left,
        "doors": page.doors,
        "needed": page.needed,
        "highest": page.highest,
        "is_reachable": page.is_reachable,
        "since": None
        if since is None
        else {
            "period": since.period,
            "revision": since.revision,
            "as_of": iso(since.as_of),
            "n": since.n,
            "change": since.change,
        },
        "system": difference_json(page.system),
        "reports_due_at": None if reports.due_at is None else iso(reports.due_at),
        "missing_teams": [
            {"name": team.name, "synced_at": None if team.synced_at is None else iso(team.synced_at)}
            for team in reports.missing
        ],
        "synced_at": None if page.synced_at is None else iso(page.synced_at),
        "said": [_said_json(one) for one in page.said],
        "compared": [_compared_json(one) for one in page.compared],
        "figures": page.figures,
    }


def _note(
    instance: Instance,
    campaign: CampaignContext,
    actor: Actor,
    page: QuickAnswer,
    to: str,
    channel: str,
    said_at: Instant | None,
    key: str | None,
) -> Answer:
    if channel not in CHANNEL_LABELS:
        raise BadInput(where="--by", what=f"“{channel}” không có; chọn một trong: {', '.join(CHANNEL_LABELS)}")

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        return say_figures(
            book,
            context,
            who,
            recipient=to,
            channel=channel,
            as_of=page.as_of,
            known_no=page.ledger_no,
            said_at=said_at,
        )

    request = {"what": "said", "to": to, "channel": channel, "said_at": said_at}
    return instance.command(campaign, actor, key or new_key(), request, work)


def _said(one: SaidRow) -> str:
    at = iso(one.said_at)[11:16]
    note = "" if one.because is None else f" (đã gỡ: {one.because})"
    return f"{at} đã báo {integer_vi(one.n)} ({CHANNEL_LABELS[one.channel]}, {one.recipient}), {one.who}{note}"


def _said_json(one: SaidRow) -> dict[str, Any]:
    instants = ("said_at", "as_of")
    told = {name: getattr(one, name) for name in SaidRow._fields if name not in ("id", "because", *instants)}
    return {
        "id": str(one.id),
        **told,
        **{name: iso(getattr(one, name)) for name in instants},
        "withdrawn_because": one.because,
    }


def _compared_json(one: SaidAgainst) -> dict[str, Any]:
    return {
        "id": str(one.said.id),
        "closed_at": iso(one.closed_at),
        "said": one.said.n,
        "closed": one.closed,
        "difference": one.difference,
        "reasons": dict(one.reasons),
        "sentence": one.sentence(),
    }
