"""`tungnha exits`: requests to confirm that somebody cannot be asked, and what is decided about them."""

import uuid
from typing import Any

import click
from sqlalchemy.orm import Session

from rules.time import moment_vi
from workflow.access import Actor, case_for, request_for
from workflow.actions.command import Answer
from workflow.actions.decide_exit import decide_exit
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import ID
from workflow.cli.output import print_json, print_json_line, progress
from workflow.cli.shell import FINDINGS, Group
from workflow.cli.words import refusal_sentence
from workflow.errors import NotFound, WorkflowError
from workflow.figures.report import iso
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import UNREACHABLE, UNREACHABLE_LABEL, doors_to_visit, reads_sensitive
from workflow.queries.requests import waiting_requests


@click.group(cls=Group, no_args_is_help=True)
def exits() -> None:
    """Đề nghị xác nhận không thể lấy ý kiến: xem, xác nhận, trả lại. (Requests for an exit.)"""


@exits.command("list")
@campaign_option
@json_option
@pass_instance
def list_exits(instance: Instance, campaign_code: str | None, as_json: bool) -> None:
    """Liệt kê các đề nghị đang chờ mà người ghi ở --as được thấy. (Waiting requests.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        actor = instance.actor(session, now=now)
        campaign = instance.campaign(session, campaign_code)
        waiting = [row for row in waiting_requests(session, instance.unit.id) if _may_see(session, actor, row.id)]
        cases = {row.case_id: case_for(session, actor, row.case_id) for row in waiting}
        names = _names(session, actor, campaign, {case.door_id for case in cases.values()})
    told = [
        {**_as_data(campaign, row, openly=reads_sensitive(actor, cases[row.case_id])), "name": names.get(row.case_id)}
        for row in waiting
    ]
    if as_json:
        print_json(told)
        return
    for one in told:
        evidence = f"; chứng cứ: {one['evidence']}" if one["evidence"] else ""
        click.echo(
            f"{one['request']}  {one['name'] or '(chưa có tên)'}: {one['label']}, tổ {one['team'] or '–'}, {one['when']}{evidence}"
        )
    if not told:
        click.echo("Không có đề nghị nào đang chờ.")


def _names(
    session: Session, actor: Actor, campaign: CampaignContext, doors: set[uuid.UUID]
) -> dict[uuid.UUID, str | None]:
    """Return whom each case behind the doors is about, as far as the actor sees it: who decides must know of whom."""
    found = [each for door in doors for each in doors_to_visit(session, actor, campaign, door_id=door, everything=True)]
    return {person.case_id: person.name for each in found for person in each.people}


def _may_see(session: Session, actor: Actor, request_id: uuid.UUID) -> bool:
    try:
        request_for(session, actor, request_id)
    except NotFound:
        return False
    return True


def _as_data(campaign: CampaignContext, row: Any, *, openly: bool) -> dict[str, Any]:
    """Return a request as it is shown; a sensitive one says neither why nor on what evidence, but to those who handle it."""
    states = {name: state for track in campaign.pack.tracks.values() for name, state in track.states.items()}
    known = states.get(row.target)
    hidden = known is not None and known.sensitive and not openly
    label = row.target if known is None else known.label.vi
    return {
        "request": str(row.id),
        "case": str(row.case_id),
        "target": UNREACHABLE if hidden else row.target,
        "label": UNREACHABLE_LABEL if hidden else label,
        "team": row.team,
        "confirm_by": row.confirm_by,
        "evidence": None if hidden else row.evidence,
        "happened_at": iso(row.happened_at),
        "when": moment_vi(row.happened_at),
    }


@exits.command()
@click.argument("requests", type=ID, nargs=-1, required=True, metavar="MÃ…")
@campaign_option
@json_option
@pass_instance
def confirm(instance: Instance, requests: tuple[uuid.UUID, ...], campaign_code: str | None, as_json: bool) -> int:
    """Xác nhận các đề nghị: người đó chuyển sang diện không thể lấy ý kiến. (Confirm requests.)"""
    return _decide(instance, campaign_code, requests, confirm=True, reason=None, as_json=as_json)


@exits.command("return")
@click.argument("requests", type=ID, nargs=-1, required=True, metavar="MÃ…")
@click.option("--reason", required=True, metavar="CÂU", help="Cần bổ sung gì.")
@campaign_option
@json_option
@pass_instance
def return_exits(
    instance: Instance, requests: tuple[uuid.UUID, ...], reason: str, campaign_code: str | None, as_json: bool
) -> int:
    """Trả lại các đề nghị, kèm lý do. (Return requests with a reason.)"""
    reason = typed_reason(reason, where="--reason", missing="chưa ghi; ghi cần bổ sung gì")
    return _decide(instance, campaign_code, requests, confirm=False, reason=reason, as_json=as_json)


def _decide(
    instance: Instance,
    campaign_code: str | None,
    requests: tuple[uuid.UUID, ...],
    *,
    confirm: bool,
    reason: str | None,
    as_json: bool,
) -> int:
    """Decide each request as a command of its own; say for each what became of it."""
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)
    refused = 0
    with progress(requests, "Đề nghị") as each:
        for request_id in each:

            def work(book: Book, context: CampaignContext, who: Actor, request_id: uuid.UUID = request_id) -> Answer:
                return decide_exit(book, context, who, request_id, confirm=confirm, reason=reason)

            asked = {"what": "decide_exit", "request": str(request_id), "confirm": confirm, "reason": reason}
            told: dict[str, Any]
            try:
                answer = instance.command(campaign, actor, new_key(), asked, work)
            except WorkflowError as refusal:
                refused += 1
                told = {"ok": False, "refused": {"code": refusal.code, "message": str(refusal)}}
                sentence = refusal_sentence(refusal)
            else:
                told = {"ok": True, "status": answer["status"], "ledger_no": answer["ledger_no"]}
                sentence = f"{'đã xác nhận' if confirm else 'đã trả lại'}, số {answer['ledger_no']} của sổ"
            if as_json:
                print_json_line({"request": str(request_id), **told})
            else:
                click.echo(f"{request_id}: {sentence}")
    return FINDINGS if refused else 0
