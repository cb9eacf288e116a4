"""`tungnha roster`: check a list, import it, take an import back."""

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from rules.findings import Finding
from rules.time import Instant
from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.actions.import_roster import import_roster
from workflow.actions.undo_import import undo_import
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import BEHIND, FILE, ID
from workflow.cli.output import explain, print_findings, print_json, status
from workflow.cli.shell import FINDINGS, Group
from workflow.clock import Clock
from workflow.errors import BadInput
from workflow.ledger.book import Book
from workflow.numbers import integer_vi
from workflow.operations.errors import CannotWrite
from workflow.operations.errors import reason as reason_of
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.roster.apply import Import, Tools, check_roster, discard_roster
from workflow.roster.declare import Declaration
from workflow.roster.reject import write_rejects


@click.group(cls=Group, no_args_is_help=True)
def roster() -> None:
    """Danh sách người dân (XLSX): kiểm tra, nhập vào sổ, hủy một lần nhập. (Lists of people.)"""


def declared_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what a file is."""
    options = (
        click.argument("file", type=FILE, metavar="TỆP.xlsx"),
        click.option(
            "--list", "list_code", required=True, metavar="MÃ", help="Danh sách nào của gói, như L1; all: toàn bộ."
        ),
        click.option("--area", metavar="MÃ", help="Cả tệp của một địa bàn. Không ghi: mỗi dòng tự nói địa bàn."),
        click.option("--as-of", type=BEHIND, help="Danh sách chốt lúc nào. Mặc định: bây giờ."),
        click.option(
            "--complete/--partial", "complete", default=False, help="Danh sách đầy đủ, hay chỉ một phần (mặc định)."
        ),
        click.option("--sheet", metavar="TÊN", help="Trang tính nào. Mặc định: trang đầu tiên có dữ liệu."),
        click.option(
            "--rejects", type=FILE, metavar="TỆP.xlsx", help="Ghi các dòng bị trả lại, kèm lý do, ra tệp này."
        ),
        campaign_option,
        json_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@roster.command()
@declared_options
@pass_instance
def check(instance: Instance, /, campaign_code: str | None, as_json: bool, **declared: Any) -> int:
    """Đọc và xét từng dòng của một tệp, chưa ghi gì vào sổ.

    Mã thoát 1 nếu có dòng bị trả lại hoặc tệp có lỗi. (Judge every row; nothing is written.)
    """
    clock = instance.clock_of(instance.unit)
    with instance.store.read() as session:
        campaign = instance.campaign(session, campaign_code)
        actor = instance.actor(session, now=clock.now())
    done = _check(instance, campaign, actor, clock, **declared)
    return _tell(done, declared["rejects"], as_json=as_json)


def _check(
    instance: Instance,
    campaign: CampaignContext,
    actor: Actor,
    clock: Clock,
    *,
    file: Path,
    sheet: str | None,
    rejects: Path | None,
    **declared: Any,
) -> Import:
    tools = Tools(instance.store, instance.vault, clock, instance.ids)
    with status() as say:
        done = check_roster(
            tools,
            campaign,
            file,
            _declaration(clock, **declared),
            actor=actor,
            sheet=sheet,
            on_progress=lambda rows: say(f"Đã xét {integer_vi(rows)} dòng"),
        )
    if done.status in ("judged", "refused"):
        discard_roster(instance.store, campaign.unit_id, done.file_id)
    if rejects is not None and (done.rejections or done.doubts):
        _writable(rejects)
        write_rejects(rejects, done.rejections, done.doubts, as_sent=done.as_sent)
    return done


@roster.command("import")
@declared_options
@pass_instance
def import_(instance: Instance, /, campaign_code: str | None, as_json: bool, **declared: Any) -> int:
    """Nhập một tệp vào sổ: mọi dòng nhận được vào cùng lúc, dòng trả lại kèm lý do. Cùng tệp nhập hai lần không đổi gì.

    Mã thoát 1 nếu tệp chưa nhập được. (Import a file; the same file twice changes nothing.)
    """
    clock = instance.writing_clock(instance.unit)
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=clock.now())
    file, sheet, rejects = declared.pop("file"), declared.pop("sheet"), declared.pop("rejects")
    if rejects is not None:
        _writable(rejects)
    tools = Tools(instance.store, instance.vault, clock, instance.ids)
    with status() as say:
        done = import_roster(
            tools, campaign, actor, file, _declaration(clock, **declared),
            rejects_to=rejects, sheet=sheet, on_progress=lambda rows: say(f"Đã xét {integer_vi(rows)} dòng"),
        )  # fmt: skip
    _tell(done, rejects, as_json=as_json)
    return 0 if done.applied else FINDINGS


def _declaration(
    clock: Clock, *, list_code: str, area: str | None, as_of: Instant | None, complete: bool
) -> Declaration:
    return Declaration(list_code, clock.now() if as_of is None else as_of, area, complete)


def _writable(path: Path) -> None:
    """Refuse early a file for rejects that could not be written once the work is done; nobody else may read it."""
    if path.suffix.lower() != ".xlsx":
        raise BadInput(where="--rejects", what=f"“{path.name}” phải có đuôi .xlsx")
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.fchmod(file, 0o600)
        finally:
            os.close(file)
    except OSError as error:
        raise CannotWrite(path=path, why=reason_of(error)) from None


def _tell(done: Import, rejects: Path | None, *, as_json: bool) -> int:
    """Print what became of a file; return the exit code of a check."""
    wanting = bool(done.rejections) or done.status == "refused" or done.counts.rejected > 0
    if as_json:
        print_json(
            {
                "file": str(done.file_id),
                "status": done.status,
                "counts": done.counts.as_dict(),
                "ledger_no": done.ledger_no,
                "findings": [finding.as_dict() for finding in done.findings],
                "rejections": [
                    {
                        "row": each.row,
                        "column": each.column,
                        "value": each.value,
                        "reason": each.reason,
                        "todo": each.todo,
                    }
                    for each in done.rejections
                ],
            }
        )
        return FINDINGS if wanting else 0
    print_findings(Finding(each.check, each.severity, each.where, each.message) for each in done.findings)
    click.echo(done.message)
    if done.applied:
        click.echo(f"Mã lần nhập: {done.file_id}")
    if rejects is not None and (done.rejections or done.doubts):
        explain(f"Các dòng cần xem lại nằm ở {rejects}.")
    return FINDINGS if wanting else 0


@roster.command()
@click.argument("file_id", type=ID, metavar="MÃ")
@click.option("--reason", required=True, metavar="CÂU", help="Vì sao hủy: một câu ngắn.")
@campaign_option
@click.option("--key", metavar="MÃ", help="Mã gửi: cùng mã thì chỉ làm một lần. Mặc định: mã mới.")
@json_option
@pass_instance
def undo(
    instance: Instance, file_id: uuid.UUID, reason: str, campaign_code: str | None, key: str | None, as_json: bool
) -> int:
    """Hủy một lần nhập theo mã của nó: đưa về như trước, trừ ai đã có việc ghi sau đó (nêu từng trường hợp).

    Mã thoát 1 nếu có trường hợp không hủy được. (Take an import back; whoever was acted on since stays, and is named.)
    """
    reason = typed_reason(reason, where="--reason", missing="chưa ghi lý do hủy; ghi một câu ngắn")
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        return undo_import(book, context, who, instance.vault, file_id, reason=reason)

    request = {"what": "undo_import", "file": str(file_id), "reason": reason}
    answer = instance.command(campaign, actor, key or new_key(), request, work)
    if as_json:
        print_json(answer)
        return FINDINGS if answer["kept"] else 0
    for kept in answer["kept"]:
        click.echo(f"  {kept.get('case') or kept.get('subject')}: giữ nguyên, {kept['why']}")
    click.echo(f"Đã hủy {answer['voided']} dòng sổ, giữ lại {len(answer['kept'])} trường hợp.")
    return FINDINGS if answer["kept"] else 0
