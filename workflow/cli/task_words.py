"""Tasks of the plan as the command line shows them: lines for people, data for programs."""

from collections.abc import Sequence
from typing import Any

import click

from rules.said import Said
from rules.time import Instant, moment_vi
from workflow.figures.report import iso
from workflow.plan.counted import WAITS
from workflow.plan.happenings import happening
from workflow.plan.life import MOVES, STATE_LABELS
from workflow.plan.standing import Standing, words_of
from workflow.queries.plan_board import BoardRow, OccurrenceLine
from workflow.queries.task_page import TaskPage
from workflow.queries.task_record import HistoryLine


def _standing(standing: Standing, due_at: Instant | None, now: Instant, in_plan: str) -> str:
    if standing == "no_deadline" and isinstance(in_plan, Said):
        return WAITS
    words, values = words_of(standing, due_at, now)
    return words % values if values else words


def task_line(row: BoardRow, now: Instant) -> str:
    """Return a row of the board on one line: what names the task, or the item of many tasks, stands first."""
    period = f", kỳ {row.occurrence}" if row.occurrence else ""
    told = f"{_standing(row.standing, row.due_at, now, row.due_words)}; {row.label.vi} (mục {row.clause}{period})"
    if row.task_id is None:
        return f"{row.item:<36}  {told}; đã gửi {row.delivered}/{row.total}"
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
        "history": [{"ledger_no": h.ledger_no, "at": iso(h.happened_at), "what": h.what, "who": h.who, "state": h.state, "told": happening(h.what, h.data), "reason": h.reason, "said": h.said} for h in page.history],
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


def print_tasks(label: str, lines: Sequence[OccurrenceLine], now: Instant, *, limit: int) -> None:
    """Print the tasks of one item for somebody at a terminal, with the id that names each."""
    click.echo(label)
    for line in lines[:limit]:
        named = [f"kỳ {line.occurrence}" if line.occurrence else "", line.place or ""]
        told = "; ".join(
            [*filter(None, named), _standing(line.standing, line.due_at, now, ""), STATE_LABELS[line.state]]
        )
        click.echo(f"  {line.id}  {told}")
    if len(lines) > limit:
        click.echo(
            f"  … và {len(lines) - limit} dòng nữa; ghi --period (kỳ), như {lines[-1].occurrence or lines[0].occurrence}."
        )


def line_as_data(line: OccurrenceLine) -> dict[str, Any]:
    """Return one task of an item as a program reads it."""
    return {
        "task": str(line.id), "occurrence": line.occurrence, "scope": line.scope, "place": line.place, "state": line.state,
        "standing": line.standing, "due_at": None if line.due_at is None else iso(line.due_at),
    }  # fmt: skip


def _told(line: HistoryLine) -> str:
    """Return who did what and why; what was said stands below, as it was typed."""
    told = f"{line.who_did or 'hệ thống'}: {happening(line.what, line.data)}" + (
        f" ({line.reason})" if line.reason else ""
    )
    return "\n      ".join([told, *(line.said or "").splitlines()])
