"""Tasks of the plan as the command line shows them: lines for people, data for programs."""

from typing import Any

import click

from rules.said import Said
from rules.time import Instant, moment_vi
from workflow.figures.report import iso
from workflow.plan.counted import WAITS
from workflow.plan.life import MOVES, STATE_LABELS
from workflow.plan.standing import Standing, words_of
from workflow.queries.plan_board import BoardRow
from workflow.queries.task_page import TaskPage
from workflow.queries.task_record import HistoryLine


def _standing(standing: Standing, due_at: Instant | None, now: Instant, in_plan: str) -> str:
    if standing == "no_deadline" and isinstance(in_plan, Said):
        return WAITS
    words, values = words_of(standing, due_at, now)
    return words % values if values else words


def task_line(row: BoardRow, now: Instant) -> str:
    """Return a row of the board on one line."""
    period = f", kỳ {row.occurrence}" if row.occurrence else ""
    told = f"{_standing(row.standing, row.due_at, now, row.due_words)}; {row.label.vi} (mục {row.clause}{period})"
    if row.task_id is None:
        return f"{' ' * 36}  {told}; đã gửi {row.delivered}/{row.total}"
    share = f"; {row.progress} %" if row.progress is not None else ""
    place = f"; {row.place}" if row.place else ""
    return f"{row.task_id}  {told}{place}{share}; {row.evidence} minh chứng"


def row_as_data(row: BoardRow) -> dict[str, Any]:
    """Return a row of the board as a program reads it."""
    return {
        "task": None if row.task_id is None else str(row.task_id), "item": row.item, "occurrence": row.occurrence,
        "label": row.label.vi, "clause": row.clause, "owner": None if row.owner is None else row.owner.vi, "holders": row.holders, "place": row.place,
        "standing": row.standing, "state": row.state, "due_at": None if row.due_at is None else iso(row.due_at),
        "progress": row.progress, "evidence": row.evidence, "open_predecessors": row.open_predecessors,
        "total": row.total, "delivered": row.delivered, "overdue": row.overdue, "missing": row.missing,
    }  # fmt: skip


def page_as_data(page: TaskPage) -> dict[str, Any]:
    """Return a task as a program reads it."""
    task = page.task
    return {
        "task": str(task["id"]), "item": task["item"], "label": page.label.vi, "state": task["state"],
        "state_version": task["state_version"], "standing": page.standing, "progress": task["progress"],
        "due_at": None if task["due_at"] is None else iso(task["due_at"]), "due": page.due_words,
        "owner": None if page.owner is None else page.owner.label.vi, "lacking": page.lacking, "may": page.may,
        "evidence": [
            {"evidence": str(e.id), "kind": e.kind, "label": e.label, "count": e.count, "more_than": e.is_lower_bound,
             "file": e.file_name, "withdrawn": e.withdrawn_because is not None}
            for e in page.evidence
        ],
        "history": [{"ledger_no": h.ledger_no, "at": iso(h.happened_at), "what": h.what, "who": h.who, "state": h.state} for h in page.history],
    }  # fmt: skip


def print_page(page: TaskPage, now: Instant) -> None:
    """Print one task for somebody at a terminal."""
    task = page.task
    click.echo(f"{page.label.vi} (mục {task['clause']})")
    click.echo(
        f"  {STATE_LABELS[task['state']]}; {_standing(page.standing, task['due_at'], now, page.due_words)}; hạn: {page.due_words}"
    )
    if page.owner is not None:
        click.echo(f"  chủ trì: {page.owner.label.vi} ({', '.join(page.owner.holders) or 'chưa có ai giữ vị trí này'})")
    for before in page.before:
        click.echo(f"  phải xong trước: {before.label.vi} (còn {before.open_count}/{before.count})")
    for one in page.evidence:
        taken = f" (đã rút: {one.withdrawn_because})" if one.withdrawn_because is not None else ""
        amount = f": {'trên ' if one.is_lower_bound else ''}{one.count}" if one.count is not None else ""
        click.echo(f"  minh chứng {one.id}  {one.label}{amount}{taken}")
    for lack in page.lacking:
        click.echo(f"  còn thiếu: {lack}")
    for line in page.history:
        click.echo(f"  {moment_vi(line.happened_at)}  {_told(line)}")
    click.echo(f"  làm được ngay: {', '.join(MOVES[name].label for name in page.may) or 'không có'}")


def _told(line: HistoryLine) -> str:
    words = {
        "opened": "mở nhiệm vụ", "evidence": f"bổ sung “{line.data.get('label')}”", "due": "đặt lại hạn",
        "withdrawn": f"rút “{line.data.get('label')}”", "progress": f"tiến độ {line.data.get('progress')} %",
    }  # fmt: skip
    what = words.get(line.what) or (MOVES[line.what].label if line.what in MOVES else line.what)
    return f"{line.who or 'hệ thống'}: {what}" + (f" ({line.reason})" if line.reason else "")
