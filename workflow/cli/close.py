"""`tungnha close`: the periods of a campaign, what a close holds, closing, opening again by two."""

import json
from typing import Any

import click

from rules.said import At, Said
from rules.time import moment_vi
from workflow.access import Actor
from workflow.actions.close_period import close_period
from workflow.actions.command import Answer
from workflow.actions.reopen_period import STATUSES, answer_reopening, ask_reopening
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.output import print_findings, print_json, print_table
from workflow.cli.shell import FINDINGS, Group
from workflow.closing.board import PeriodLine, close_list, require_reader
from workflow.closing.draft import unit_draft
from workflow.closing.frozen import Frozen, read_frozen
from workflow.closing.kept import bytes_of_close, kept_close, reopenings_of
from workflow.errors import OutsideWindow
from workflow.figures.report import iso
from workflow.ledger import Book
from workflow.numbers import integer_vi
from workflow.plan.periods import period_called
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import clockwork

STATES = {
    "running": "đang chạy", "due": "quá giờ, chưa chốt", "closed": "đã chốt", "skipped": "nằm trong kỳ sau",
}  # fmt: skip
SENDERS = {
    "accepted": "đã nhận", "sent": "đã gửi", "returned": "bị trả lại", "missing": "chưa gửi", "excused": "được miễn",
}  # fmt: skip
_period = click.argument("period", metavar="KỲ")


@click.group(cls=Group, no_args_is_help=True)
def close() -> None:
    """Chốt số liệu từng kỳ: xem, chốt, mở lại. (The daily close.)"""


@close.command("list")
@campaign_option
@json_option
@pass_instance
def list_closes(instance: Instance, campaign_code: str | None, as_json: bool) -> None:
    """Liệt kê các kỳ, mới nhất trước. (The periods, newest first.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        actor, campaign = instance.actor(session, now=now), instance.campaign(session, campaign_code)
        lines = close_list(session, actor, campaign, now=now)
    if as_json:
        print_json([_as_data(line) for line in lines])
        return
    print_table([_row(line) for line in lines])
    if not lines:
        click.echo("Chưa đến kỳ nào của đợt.")


def _row(line: PeriodLine) -> tuple[str, ...]:
    told = STATES[line.state]
    if line.close is not None:
        told += f" lần {line.close.revision}" + (f", thiếu {line.missing} tổ" if line.missing else "")
        told += f", bổ sung {line.late}" if line.late else ""
        told += f", {STATUSES[line.reopening]}" if line.reopening else ""
    as_of = line.period.cut_off if line.close is None else line.close.as_of
    return line.period.key, moment_vi(as_of), told


def _as_data(line: PeriodLine) -> dict[str, Any]:
    kept = line.close
    return {
        "period": line.period.key, "state": line.state, "cut_off": iso(line.period.cut_off),
        "due_at": iso(line.period.due_at), "revision": None if kept is None else kept.revision,
        "as_of": None if kept is None else iso(kept.as_of), "cut_no": None if kept is None else kept.cut_no,
        "sha256": None if kept is None else kept.sha256, "status": None if kept is None else kept.status,
        "missing": [] if line.frozen is None else [team.code for team in line.frozen.missing],
        "late_entries": line.late, "reopening": line.reopening,
    }  # fmt: skip


@close.command()
@_period
@click.option("--revision", type=click.IntRange(1, 10**6), metavar="LẦN", help="Lần chốt nào. Mặc định: lần mới nhất.")
@click.option("--draft", is_flag=True, help="Tính thử nếu chốt bây giờ; không ghi gì.")
@campaign_option
@json_option
@pass_instance
def show(
    instance: Instance, period: str, revision: int | None, draft: bool, campaign_code: str | None, as_json: bool
) -> int:
    """Xem số đã chốt của một kỳ, hoặc tính thử. Với --json in đúng từng byte đã chốt. (What a close holds.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        actor, campaign = instance.actor(session, now=now), instance.campaign(session, campaign_code)
        require_reader(actor)
        chosen = period_called(campaign.pack, period)
        if draft:
            if now <= chosen.opens_at:
                raise OutsideWindow(when=At(now), window=Said("kỳ này (bắt đầu %(at)s)", at=At(chosen.opens_at)))
            made = unit_draft(session, campaign, chosen, now=now, newest=clockwork(session, campaign.unit_id).ledger_no)
            told, findings = made.frozen.to_bytes(), made.findings
        else:
            kept = kept_close(session, campaign, chosen.key, revision=revision)
            told, findings = bytes_of_close(session, campaign.unit_id, kept.id), ()
    if as_json:
        click.echo(told.decode())
    else:
        print_close(read_frozen(told))
        if findings:
            click.echo("\nCần biết trước khi chốt:")
            print_findings(findings)
    return FINDINGS if any(found.severity == "error" for found in findings) else 0


def print_close(frozen: Frozen) -> None:
    """Print a close for people to read: lines with their change, late entries, teams, what was told by telephone."""
    click.echo(f"{frozen.name}, kỳ {frozen.period}, lần {frozen.revision}")
    click.echo(f"Số liệu trước {moment_vi(frozen.as_of)}, theo sổ đến số {integer_vi(frozen.cut_no)}.\n")
    print_table(
        [
            (
                line.code, "–" if line.count is None else integer_vi(line.count), _signed(frozen.since.get(line.figure)),
                line.percent or "", line.label,
            )
            for line in frozen.lines
        ],
        right=frozenset({1, 2, 3}),
    )  # fmt: skip
    for late in frozen.late:
        change = ", ".join(f"{name} {_signed(n)}" for name, n in late.change.items()) or "không số nào đổi"
        click.echo(f"Bổ sung {late.team or 'cả đơn vị'}: {integer_vi(late.entries)} lượt ghi; {change}.")
    if frozen.revises is not None:
        change = ", ".join(f"{name} {_signed(n)}" for name, n in frozen.difference.items()) or "không số nào đổi"
        click.echo(f"Khác lần {frozen.revises.revision}: {change}.")
    if frozen.senders:
        click.echo("")
        print_table([_team(team) for team in frozen.senders])
    for one in frozen.phoned:
        click.echo(
            f"Số báo nhanh, chưa đối chiếu: {one.team} {integer_vi(one.n)} ({one.said_by} báo {one.told_to} lúc {moment_vi(one.said_at)})."
        )


def _team(team: Any) -> tuple[str, ...]:
    status = SENDERS[team.status] + (", trễ" if team.is_late else "")
    heard = (
        "chưa đồng bộ lần nào" if team.last_synced_at is None else f"đồng bộ gần nhất {moment_vi(team.last_synced_at)}"
    )
    return team.code, team.name, status, heard


def _signed(n: int | None) -> str:
    return "" if n is None else f"{'+' if n > 0 else ''}{integer_vi(n)}"


@close.command()
@_period
@click.option("--without", multiple=True, metavar="TỔ", help="Mã tổ chưa gửi mà không chờ nữa; ghi nhiều lần được.")
@click.option("--early", is_flag=True, help="Chốt sớm hơn một giờ trước mốc là đúng ý.")
@campaign_option
@json_option
@pass_instance
def run(
    instance: Instance, period: str, without: tuple[str, ...], early: bool, campaign_code: str | None, as_json: bool
) -> None:
    """Chốt một kỳ, hoặc chốt lại sau khi hai người đã mở. Tổ thiếu không cản: nêu bằng --without. (Close a period.)"""

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        closed = close_period(book, context, period, actor=who, without=without, early=early)
        return {
            "period": closed.period, "revision": closed.revision, "as_of": iso(closed.as_of), "cut_no": closed.cut_no,
            "ledger_no": closed.ledger_no, "sha256": closed.sha256, "missing": list(closed.missing),
        }  # fmt: skip

    told = {"what": "close_period", "period": period, "without": sorted(without), "early": early}
    answer = _command(instance, campaign_code, told, work)
    if as_json:
        print_json(answer)
        return
    missing = f" Chưa xác nhận: {', '.join(answer['missing'])}." if answer["missing"] else ""
    click.echo(f"Đã chốt kỳ {period} lần {answer['revision']}, sổ đến số {integer_vi(answer['cut_no'])}.{missing}")
    click.echo(f"SHA-256 {answer['sha256']}")


@close.command()
@_period
@click.option("--reason", metavar="CÂU", help="Vì sao phải mở lại: người thứ nhất ghi.")
@click.option("--agree", "answer", flag_value="agree", help="Đồng ý: người thứ hai.")
@click.option("--refuse", "answer", flag_value="refuse", help="Không đồng ý.")
@campaign_option
@json_option
@pass_instance
def reopen(
    instance: Instance, period: str, reason: str | None, answer: str | None, campaign_code: str | None, as_json: bool
) -> None:
    """Mở lại một kỳ đã chốt: một người đề nghị (--reason), một người khác đồng ý (--agree). (Open a period again.)"""
    if (reason is None) == (answer is None):
        raise click.UsageError("Ghi --reason để đề nghị, hoặc --agree hay --refuse để trả lời.")

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        if answer is None:
            ask_reopening(book, context, period, actor=who, reason=reason or "")
        else:
            answer_reopening(book, context, period, actor=who, agree=answer == "agree")
        newest = reopenings_of(book.session, context, period)[0]
        return {"period": period, "status": newest.status, "ledger_no": book.last_no}

    told = _command(
        instance, campaign_code, {"what": "reopen", "period": period, "reason": reason, "answer": answer}, work
    )
    if as_json:
        print_json(told)
    else:
        click.echo(f"Kỳ {period}: {STATUSES[told['status']]}.")


def _command(instance: Instance, code: str | None, asked: dict[str, Any], work: Any) -> dict[str, Any]:
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, code), instance.actor(session, now=now)
    return dict(json.loads(json.dumps(instance.command(campaign, actor, new_key(), asked, work))))
