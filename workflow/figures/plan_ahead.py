"""What the plan brings: what is due today, and what may be missed tomorrow. Rows of the board, in the order of time left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from rules.said import At, Said, listed
from rules.time import Instant
from workflow.access import Actor
from workflow.days import day_start, local_day
from workflow.figures.task_forecast import forecasts_of_rows
from workflow.plan.forecast import Forecast
from workflow.plan.life import STATE_LABELS
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import BoardRow, plan_board
from workflow.queries.plan_items import is_numbered
from workflow.queries.plan_links import Key, pairs_of_plan

MOST: Final = 500
"""Rows that are looked at: many times what the plan of a commune has open at once."""

_OVER: Final[Mapping[str, str]] = {"overdue": "đã quá hạn", "missing": "đã hết giờ"}
"""What is said of a row whose last moment has passed."""


@dataclass(frozen=True, slots=True)
class Risk:
    """A row that is due tomorrow, or is expected to be finished after its deadline (`forecast`)."""

    row: BoardRow
    forecast: Forecast[Key] | None
    is_due_tomorrow: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """Tomorrow's risks, how many tasks are overdue already, and how many open rows were not looked at (0 but for huge plans)."""

    risks: tuple[Risk, ...]
    overdue: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Today:
    """The rows whose last moment lies today and that are not finished, and how many tasks were overdue before today."""

    rows: tuple[BoardRow, ...]
    overdue_before: int


def risks_of_tomorrow(
    session: Session, actor: Actor, context: CampaignContext, *, now: Instant, only_own: bool = False
) -> Ahead:
    """Return what is not finished and due tomorrow, or forecast after its deadline; what is overdue or missing has its own place."""
    board = plan_board(session, actor, context, now=now, view="open", only_own=only_own, limit=MOST)
    found = forecasts_of_rows(session, actor, context, board.rows, pairs_of_plan(session, actor, context), now=now)
    tomorrow = local_day(now) + 1
    risks = []
    for row in board.rows:
        if row.due_at is None or row.standing in ("overdue", "missing"):
            continue
        forecast, is_due = found.get((row.item, row.occurrence)), local_day(row.due_at - 1) == tomorrow
        is_late = forecast is not None and forecast.is_told and forecast.late > 0
        if is_due or is_late:
            risks.append(Risk(row, forecast, is_due))
    risks.sort(key=lambda risk: risk.row.due_at or 0)
    return Ahead(tuple(risks), board.count("overdue"), max(board.total - MOST, 0))


def due_today(
    session: Session, actor: Actor, context: CampaignContext, *, now: Instant, only_own: bool = False
) -> Today:
    """Return what has its last moment today and is not finished, also where that moment has passed."""
    start = day_start(local_day(now))
    today = (start, day_start(local_day(now) + 1))
    board = plan_board(session, actor, context, now=now, view="open", only_own=only_own, due=today, limit=MOST)
    late_today = sum(row.overdue or 1 for row in board.rows if row.standing == "overdue")
    rows = sorted(board.rows, key=lambda row: (row.due_at or 0, row.item))
    return Today(tuple(rows), max(board.count("overdue") - late_today, 0))


def today_text(
    today: Today, *, unit: str, campaign: str, now: Instant, due: Callable[[BoardRow], str] = lambda row: row.due_words
) -> list[str]:
    """Return what is due today as the lines of a message, each to be said in the reader's language.

    `due` says a deadline there: in Vietnamese the plan's words with their last moment.
    """
    lines: list[str] = [
        Said("%(unit)s – nhiệm vụ đến hạn hôm nay, lập lúc %(at)s", unit=unit, at=At(now)),
        Said("Kế hoạch: %(name)s", name=campaign),
    ]
    if not today.rows:
        lines.append(Said("Hôm nay không có nhiệm vụ nào đến hạn."))
    lines += [_line(number, row, due(row)) for number, row in enumerate(today.rows, 1)]
    if today.overdue_before:
        lines.append(Said("Còn %(n)s việc quá hạn từ các ngày trước.", n=today.overdue_before))
    late = sum(row.standing in _OVER for row in today.rows)
    if late and late == len(today.rows):
        lines.append(Said("Đề nghị các đơn vị chủ trì hoàn thành và báo cáo ngay."))
    elif late:
        lines.append(
            Said("Đề nghị các đơn vị chủ trì báo cáo ngay việc đã hết giờ, các việc còn lại đúng hạn nêu trên.")
        )
    elif today.rows:
        lines.append(Said("Đề nghị các đơn vị chủ trì hoàn thành và báo cáo đúng hạn nêu trên."))
    return lines


def _line(number: int, row: BoardRow, due: str) -> str:
    owner: str = Said("chưa giao") if row.owner is None else row.owner.said
    if row.holders:
        owner = Said("%(post)s (%(names)s)", post=owner, names=listed(row.holders))
    return Said(
        "%(n)s. %(label)s (%(clause)s). Chủ trì: %(owner)s. Hạn: %(words)s. %(state)s.",
        n=number, label=row.label.said, clause=_clause(row.clause), owner=owner, words=due, state=_with_time(row),
    )  # fmt: skip


def _with_time(row: BoardRow) -> str:
    """Return how a row stands, and whether its hour is over: for a report that is forwarded that is no lateness yet."""
    over = _OVER.get(row.standing)
    return _state(row) if over is None else Said("%(state)s, %(over)s", state=_state(row), over=Said(over))


def _clause(clause: str) -> str:
    return Said("mục %(code)s", code=clause) if is_numbered(clause) else clause


def _state(row: BoardRow) -> str:
    if row.task_id is None:
        return Said("Còn %(n)s/%(all)s nơi chưa gửi", n=row.total - row.delivered, all=row.total)
    place: str = "" if row.place is None else f" ({row.place})"
    return Said("Tình trạng: %(state)s%(place)s", state=Said(STATE_LABELS[row.state or ""]), place=place)


def text_of(lines: Sequence[str]) -> str:
    """Return the lines as one text."""
    return "\n".join(lines)
