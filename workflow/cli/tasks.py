"""`tungnha tasks`: the plan of a campaign: what is late, what one task needs, moving it on, showing that it was done."""

import uuid
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from rules.time import Instant
from workflow.access import Actor
from workflow.actions.add_evidence import KINDS, add_evidence
from workflow.actions.comment_on_task import comment_on_task
from workflow.actions.set_progress import set_progress
from workflow.actions.step_task import step_task
from workflow.actions.withdraw_evidence import withdraw_evidence
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import BEHIND, FILE, ID, task_named
from workflow.cli.output import print_json
from workflow.cli.shell import Group
from workflow.cli.task_words import line_as_data, page_as_data, print_page, print_tasks, row_as_data, task_line
from workflow.errors import BadInput
from workflow.files import LARGEST, FileStore, Upload
from workflow.plan.life import MOVES, STATE_LABELS
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import VIEWS, plan_board, tasks_of_item
from workflow.queries.plan_items import label_of
from workflow.queries.task_page import TaskPage, task_page

MOST_LINES = 60
PERSONS_MOVES = tuple(name for name, move in MOVES.items() if move.is_plain)


@click.group(cls=Group, no_args_is_help=True)
def tasks() -> None:
    """Nhiệm vụ của kế hoạch: xem, chuyển bước, ghi tiến độ, bổ sung minh chứng. (Tasks of the plan.)"""


@tasks.command("list")
@click.option("--view", type=click.Choice(tuple(VIEWS)), default="open", show_default=True, help="Xem những việc nào.")
@click.option("--mine", is_flag=True, help="Chỉ việc giao cho vị trí của người ghi ở --as.")
@click.option(
    "--limit", type=click.IntRange(min=1, max=500), default=50, show_default=True, help="Nhiều nhất mấy dòng."
)
@campaign_option
@json_option
@pass_instance
def list_tasks(instance: Instance, view: Any, mine: bool, limit: int, campaign_code: str | None, as_json: bool) -> None:
    """Liệt kê các nhiệm vụ, quá hạn trước; việc của nhiều tổ là một dòng. (Tasks by deadline.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        actor, campaign = instance.actor(session, now=now), instance.campaign(session, campaign_code)
        board = plan_board(session, actor, campaign, now=now, view=view, only_own=mine, limit=limit)
    if as_json:
        print_json(
            {"counts": {name: board.count(name) for name in VIEWS}, "rows": [row_as_data(row) for row in board.rows]}
        )
        return
    for row in board.rows:
        click.echo(task_line(row, now))
    if not board.rows:
        click.echo("Không có nhiệm vụ nào.")
    elif board.total > len(board.rows):
        click.echo(f"… và {board.total - len(board.rows)} dòng nữa; ghi --limit lớn hơn.")


@tasks.command()
@click.argument("task", metavar="MÃ|VIỆC")
@click.option("--period", metavar="KỲ", help="Với mã việc: chỉ kỳ này, như 2025-05-24.")
@campaign_option
@json_option
@pass_instance
def show(instance: Instance, task: str, period: str | None, campaign_code: str | None, as_json: bool) -> None:
    """Xem một nhiệm vụ: hạn, việc phải xong trước, minh chứng, lịch sử, ai làm được gì. (One task in full.)

    Ghi mã việc, như “daily-report”, thì liệt kê các nhiệm vụ của việc ấy. (The code of an item lists its tasks.)
    """
    now = instance.clock_of(instance.unit).now()
    task_id = task_named(task)
    with instance.store.read() as session:
        actor, campaign = instance.actor(session, now=now), instance.campaign(session, campaign_code)
        if task_id is None:
            found = tasks_of_item(session, actor, campaign, task, now=now)
        else:
            page = task_page(session, actor, campaign, task_id, now=now)
    if task_id is not None:
        print_json(page_as_data(page)) if as_json else print_page(page, now)
        return
    lines = [line for line in found if period is None or line.occurrence == period]
    if not lines:
        raise _no_such_item(campaign, task, [line.occurrence for line in found])
    if as_json:
        print_json({"item": task, "tasks": [line_as_data(line) for line in lines]})
    else:
        print_tasks(label_of(campaign, task, task).vi, lines, now, limit=MOST_LINES)


def _no_such_item(campaign: CampaignContext, item: str, periods: Sequence[str]) -> BadInput:
    if periods:
        return BadInput(where="--period", what=f"không có kỳ này; có: {', '.join(dict.fromkeys(periods))}")
    near = get_close_matches(item, list(campaign.pack.plan_items), n=3, cutoff=0.5)
    hint = f" Có phải: {', '.join(near)}?" if near else ""
    what = f"không phải mã nhiệm vụ hay mã việc nào ở đây; chép mã ở cột đầu của “tungnha tasks list --view all”.{hint}"
    return BadInput(where=f"“{item}”", what=what.rstrip("."))


@tasks.command()
@click.argument("task", type=ID, metavar="MÃ")
@click.argument("name", type=click.Choice(PERSONS_MOVES), metavar="|".join(PERSONS_MOVES))
@click.option("--reason", metavar="CÂU", help="Vì sao; bắt buộc khi trả lại, hủy, miễn, mở lại.")
@click.option("--at", "happened_at", type=BEHIND, help="Xảy ra lúc nào. Mặc định: bây giờ.")
@campaign_option
@json_option
@pass_instance
def move(
    instance: Instance, task: uuid.UUID, name: str, reason: str | None, happened_at: Instant | None,
    campaign_code: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Chuyển bước một nhiệm vụ: bắt đầu, gửi duyệt, duyệt, trả lại… (Move a task.)"""
    campaign, actor, page = _looked_at(instance, task, campaign_code)
    version = int(page.task["state_version"])
    asked = {
        "what": "move_task",
        "task": str(task),
        "move": name,
        "version": version,
        "reason": reason,
        "at": happened_at,
    }
    answer = instance.command(
        campaign, actor, new_key(), asked,
        lambda book, context, who: step_task(book, context, who, task, name, state_version=version, reason=reason, happened_at=happened_at),
    )  # fmt: skip
    _tell(
        answer, f"{page.label.vi}: {STATE_LABELS[answer['state']]}, số {answer['ledger_no']} của sổ.", as_json=as_json
    )


@tasks.command()
@click.argument("task", type=ID, metavar="MÃ")
@click.argument("percent", type=click.IntRange(0, 100), metavar="PHẦN_TRĂM")
@click.option("--note", metavar="CÂU", help="Đã làm được gì.")
@campaign_option
@json_option
@pass_instance
def progress(
    instance: Instance, task: uuid.UUID, percent: int, note: str | None, campaign_code: str | None, as_json: bool
) -> None:
    """Ghi tiến độ một nhiệm vụ, từ 0 đến 100. (Say how far a task is.)"""
    campaign, actor, page = _looked_at(instance, task, campaign_code)
    asked = {"what": "set_progress", "task": str(task), "percent": percent, "note": note}
    answer = instance.command(
        campaign, actor, new_key(), asked,
        lambda book, context, who: set_progress(book, context, who, task, percent, note, seen=page.task["progress"]),
    )  # fmt: skip
    _tell(answer, f"{page.label.vi}: {percent} %, số {answer['ledger_no']} của sổ.", as_json=as_json)


@tasks.command()
@click.argument("task", type=ID, metavar="MÃ")
@click.argument("said", metavar="CÂU")
@campaign_option
@json_option
@pass_instance
def comment(instance: Instance, task: uuid.UUID, said: str, campaign_code: str | None, as_json: bool) -> None:
    """Ghi một câu trao đổi về nhiệm vụ. (Say something about a task.)"""
    campaign, actor, page = _looked_at(instance, task, campaign_code)
    asked = {"what": "comment_on_task", "task": str(task), "text": said}
    answer = instance.command(
        campaign, actor, new_key(), asked, lambda book, context, who: comment_on_task(book, context, who, task, said)
    )
    _tell(answer, f"{page.label.vi}: đã ghi trao đổi, số {answer['ledger_no']} của sổ.", as_json=as_json)


@tasks.command()
@click.argument("task", type=ID, metavar="MÃ")
@click.option("--kind", type=click.Choice(KINDS), help="Loại: văn bản, số lượng, đường dẫn, ảnh.")
@click.option("--label", metavar="CÂU", help="Số văn bản, địa chỉ, hoặc tên số lượng như kế hoạch ghi.")
@click.option("--count", type=click.IntRange(min=0), help="Bao nhiêu, cho loại count.")
@click.option("--more-than", is_flag=True, help="Nhiều hơn số ấy: “trên 30”.")
@click.option("--file", "path", type=FILE, metavar="TỆP", help="PDF, PNG, JPG, DOCX hoặc XLSX, không quá 5 MB.")
@click.option("--withdraw", type=ID, metavar="MÃ", help="Rút một minh chứng đã bổ sung nhầm; cần --reason.")
@click.option("--reason", metavar="CÂU", help="Vì sao rút.")
@campaign_option
@json_option
@pass_instance
def evidence(instance: Instance, /, task: uuid.UUID, campaign_code: str | None, as_json: bool, **typed: Any) -> None:
    """Bổ sung minh chứng cho một nhiệm vụ, hoặc rút minh chứng bổ sung nhầm. (Add or withdraw evidence.)"""
    campaign, actor, page = _looked_at(instance, task, campaign_code)
    if typed["withdraw"] is not None:
        asked = {
            "what": "withdraw_evidence",
            "task": str(task),
            "evidence": str(typed["withdraw"]),
            "reason": typed["reason"],
        }
        answer = instance.command(
            campaign, actor, new_key(), asked,
            lambda book, context, who: withdraw_evidence(book, context, who, task, typed["withdraw"], reason=typed["reason"]),
        )  # fmt: skip
        _tell(answer, f"{page.label.vi}: đã rút minh chứng, số {answer['ledger_no']} của sổ.", as_json=as_json)
        return
    needed = {"kind": "--kind (loại)", "label": "--label (tên minh chứng)"}
    if missing := [words for name, words in needed.items() if typed[name] is None]:
        raise click.UsageError(f"Thiếu {' và '.join(missing)}; hoặc ghi --withdraw để rút.")
    _add(instance, campaign, actor, page, typed, as_json=as_json)


def _add(
    instance: Instance, campaign: CampaignContext, actor: Actor, page: TaskPage, typed: Mapping[str, Any], *, as_json: bool
) -> None:  # fmt: skip
    task, file = page.task["id"], _upload(typed["path"])
    values = {
        "kind": typed["kind"],
        "label": typed["label"],
        "count": typed["count"],
        "is_lower_bound": typed["more_than"],
    }
    asked = {"what": "add_evidence", "task": str(task), **values, "file": file.name if file else None}
    files = FileStore(instance.settings.uploads)

    def work(book: Any, context: CampaignContext, who: Actor) -> dict[str, Any]:
        added = add_evidence(book, context, task, actor=who, file=file, files=files, **values)
        return {"evidence": str(added), "ledger_no": book.last_no}

    answer = instance.command(campaign, actor, new_key(), asked, work)
    _tell(answer, f"{page.label.vi}: đã bổ sung minh chứng, số {answer['ledger_no']} của sổ.", as_json=as_json)


def _upload(path: Path | None) -> Upload | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return Upload(path.name, file.read(LARGEST + 1))
    except OSError:
        raise BadInput(where="--file", what="không đọc được tệp; kiểm tra đường dẫn rồi làm lại") from None


def _looked_at(instance: Instance, task: uuid.UUID, code: str | None) -> tuple[CampaignContext, Actor, TaskPage]:
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, code), instance.actor(session, now=now)
        return campaign, actor, task_page(session, actor, campaign, task, now=now)


def _tell(answer: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        click.echo(sentence)
