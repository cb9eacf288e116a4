"""Everything that a coordinator needs before the cut-off on one page: figures by team or area, and all work that waits.

The columns are the report's own main sum ("1 = 2 + 3 + 4"), so a row says what the report of that team says. Below unit level those
who ended contact stand only in one number with those not yet met, which is what is left of the whole after the others; and people
are told as the last cut-off left them, for a number that moved with each visit would tell how that very visit ended. What is live
below the unit are doors, requests and escalations. The unit itself is told as it stands now.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from sqlalchemy.orm import Session

from rules.findings import Finding
from rules.pack import Pack
from rules.pack.model import Label, Partition
from rules.said import Figure, Said, added_up
from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.errors import NotFound
from workflow.figures.checks import UNBALANCED, check_partitions
from workflow.figures.counts import CellCount, count_at
from workflow.figures.lines import ReportLine, is_done_line, lines_of
from workflow.figures.replay import Cut
from workflow.figures.targets import TargetStatus, target_statuses
from workflow.figures.values import Figures, cells_of, figure_of
from workflow.ledger.book import ledger_no_at
from workflow.numbers import integer_vi
from workflow.plan.periods import periods_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import (
    Clockwork,
    DutyReport,
    Files,
    Period,
    Place,
    Waiting,
    clockwork,
    files_in_hand,
    period_of_reports,
    places_of,
    waiting_by_place,
)
from workflow.tables import NOBODY

By: TypeAlias = Literal["team", "area"]
READERS = ("coordinator", "administrator")


@dataclass(frozen=True, slots=True)
class Column:
    """A line of the report's main sum: its code, and the short name of the figure it prints."""

    code: str
    label: Label
    is_total: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A team or area (`place` None: what belongs to none), or the unit. `counts` stand in the order of the columns.

    They are empty as long as there was no cut-off yet. `percent` is the share of those who took part, as the report divides it.
    `listed_now` counts the people of today, `doors` the doors that are still open. `report` is the team's own of this period,
    `missing` those of earlier periods that have not come.
    """

    place: Place | None
    counts: tuple[int, ...]
    percent: str | None
    base: int | None
    listed_now: int
    doors: int = 0
    exits_waiting: int = 0
    escalations: int = 0
    report: DutyReport | None = None
    missing: tuple[DutyReport, ...] = ()

    @property
    def balances(self) -> bool:
        """Whether the parts add up to the whole, and none is below nothing."""
        return not self.counts or (self.counts[0] == sum(self.counts[1:]) and min(self.counts) >= 0)

    @property
    def is_told(self) -> bool:
        """Whether there are figures of people yet."""
        return bool(self.counts)


@dataclass(frozen=True)
class Overview:
    """The page's data. `unit` is the unit as it stands at `as_of`; `rows` and `total` are people at `cut_off` (None: none passed yet).

    The rows add up to the total, or `findings` say that they do not.
    """

    by: By
    as_of: Instant
    cut_off: Instant | None
    columns: tuple[Column, ...]
    rate_label: str | None
    rows: tuple[Row, ...]
    total: Row
    unit: Row
    unnamed: int
    findings: tuple[Finding, ...]
    targets: tuple[TargetStatus, ...]
    period: Period
    exits: Waiting | None
    escalations: Waiting | None
    files: Files
    clock: Clockwork

    @property
    def balanced(self) -> bool:
        """Whether every sum holds."""
        return not any(finding.severity == "error" for finding in self.findings)


def campaign_overview(
    session: Session, actor: Actor, context: CampaignContext, *, now: Instant, by: By = "team"
) -> Overview:
    """Return the campaign as it stands at `now`, by team or by area; NotFound for whoever does not coordinate the unit.

    Cases are counted once, from roll-ups; a dozen statements at most, however many people and teams there are.
    """
    if not any(of_the_unit(post) for post in actor.holds(*READERS)):
        raise NotFound
    clock = clockwork(session, context.unit_id)
    live = _figures(session, context, Cut(now, clock.ledger_no), by, newest=clock.ledger_no)
    cut_off = last_cut_off(context, now)
    then = None if cut_off is None else ledger_no_at(session, context.unit_id, cut_off)
    closed = (
        None
        if cut_off is None or then is None
        else _figures(session, context, Cut(cut_off, then), by, newest=clock.ledger_no, then=then)
    )
    columns = columns_of(context.pack)
    waiting = waiting_by_place(session, context)
    period = period_of_reports(session, context, now=now)
    table = _Table(columns, by, live, closed, waiting, period if by == "team" else Period())
    rows, total, unit = table.rows(places_of(session, context.unit_id, by)), table.total(), table.unit()
    return Overview(
        by=by,
        as_of=now,
        cut_off=cut_off,
        columns=columns,
        rate_label=table.rate_label,
        rows=rows,
        total=total,
        unit=unit,
        unnamed=live.unnamed,
        findings=(*check_partitions(live), *_unbalanced(columns, rows, total)),
        targets=tuple(target_statuses(live, only=_of_people(context.pack))),
        period=period,
        exits=_all_of(waiting["exits"]),
        escalations=_all_of(waiting["escalations"]),
        files=files_in_hand(session, context),
        clock=clock,
    )


def last_cut_off(context: CampaignContext, now: Instant) -> Instant | None:
    """Return the last instant up to `now` at which a period of the campaign was cut; None before the first."""
    cut_offs = (period.cut_off for period in periods_of(context.pack))
    return max((instant for instant in cut_offs if context.starts_at < instant <= now), default=None)


def _figures(
    session: Session, context: CampaignContext, cut: Cut, by: By, *, newest: int, then: int | None = None
) -> Figures:
    dimensions = ("track", "state", "stage", "unnamed", by)
    cells = count_at(session, context.unit_id, context.id, cut, newest=newest, then=then, by=dimensions)
    return Figures(session, context, context.pack, cut, cells)


def _of_people(pack: Pack) -> frozenset[str]:
    """Return the targets that speak of the people of the main track; those of documents and staff have pages of their own."""
    main = pack.main_track.id
    return frozenset(
        target.id
        for target in pack.model.figures.targets
        if any(track == main for track, _ in cells_of(pack, target.monitor or target.count))
    )


def main_partition(pack: Pack) -> Partition | None:
    """Return the sum whose total is everybody on the main track: "1 = 2 + 3 + 4". None if the pack prints none."""
    by_code = {line.code: line for line in pack.model.figures.lines}
    for partition in pack.model.figures.partitions:
        figure = figure_of(pack, by_code[partition.total].figure)
        if figure.all and (figure.track or pack.main_track.id) == pack.main_track.id:
            return partition
    return None


def columns_of(pack: Pack) -> tuple[Column, ...]:
    """Return the columns of the report's main sum; none if the pack prints none."""
    partition = main_partition(pack)
    if partition is None:
        return ()
    by_code = {line.code: line for line in pack.model.figures.lines}
    codes = (partition.total, *partition.parts)
    return tuple(
        Column(
            code,
            figure_of(pack, by_code[code].figure).label,
            code == partition.total,
            is_done_line(pack, by_code[code]),
        )
        for code in codes
    )


class _Table:
    """Turns counted cases into rows; what waits is laid beside them. `closed` are the figures of the last cut-off."""

    def __init__(
        self,
        columns: tuple[Column, ...],
        by: By,
        live: Figures,
        closed: Figures | None,
        waiting: dict[str, list[Waiting]],
        period: Period,
    ) -> None:
        self._columns, self._by, self._live, self._closed = columns, by, live, closed
        self._waiting, self._period = waiting, period
        self._now = _by_place(live, by)
        self._then = _by_place(closed, by) if closed else {}
        self.rate_label = next(
            (
                line.base_label
                for line in self._lines(live).values()
                if line.code in self._done_codes and line.base_label
            ),
            None,
        )

    @property
    def _done_codes(self) -> frozenset[str]:
        return frozenset(column.code for column in self._columns if column.is_done)

    def rows(self, places: list[Place]) -> tuple[Row, ...]:
        """Return a row for each place, and one for what belongs to none of them, if there is anything."""
        known = {place.id for place in places}
        lost = sorted({*self._now, *self._then} - known, key=str)
        return (*(self._row(place, place.id) for place in places), *(self._row(None, key) for key in lost))

    def total(self) -> Row:
        """Return the whole unit at the last cut-off."""
        return self._made(None, self._closed, self._live.total, None)

    def unit(self) -> Row:
        """Return the whole unit as it stands now."""
        return self._made(None, self._live, self._live.total, None)

    def _row(self, place: Place | None, key: uuid.UUID | None) -> Row:
        closed = None if self._closed is None else _within(self._closed, self._by, key, self._then.get(key, []))
        listed = _within(self._live, self._by, key, self._now.get(key, [])).total
        row = self._made(place, closed, listed, key, everywhere=False)
        if key is None:
            return row
        return replace(
            row,
            report=next((each for each in self._period.reports if each.team_id == key), None),
            missing=tuple(each for each in self._period.earlier if each.team_id == key),
        )

    def _made(
        self,
        place: Place | None,
        figures: Figures | None,
        listed: int,
        key: uuid.UUID | None,
        *,
        everywhere: bool = True,
    ) -> Row:
        lines = {} if figures is None else self._lines(figures)
        done = next((lines[code] for code in lines if code in self._done_codes), None)
        exits, escalations, doors = (
            sum(each.n for each in self._waiting[kind] if everywhere or self._place_of(each) == key)
            for kind in ("exits", "escalations", "doors")
        )
        return Row(
            place=place,
            counts=self._counts(lines) if figures is not None else (),
            percent=done.percent if done else None,
            base=done.base if done else None,
            listed_now=listed,
            doors=doors,
            exits_waiting=exits,
            escalations=escalations,
        )

    def _place_of(self, waiting: Waiting) -> uuid.UUID | None:
        return waiting.team_id if self._by == "team" else waiting.area_id

    def _lines(self, figures: Figures) -> dict[str, ReportLine]:
        codes = {column.code for column in self._columns}
        return {line.code: line for line in lines_of(figures, codes)}

    def _counts(self, lines: dict[str, ReportLine]) -> tuple[int, ...]:
        """Return a count for each column; a line that is printed only when not zero, and is not printed, is zero."""
        return tuple((lines[column.code].count or 0) if column.code in lines else 0 for column in self._columns)


def _by_place(figures: Figures, by: By) -> dict[uuid.UUID | None, list[CellCount]]:
    cells: dict[uuid.UUID | None, list[CellCount]] = {}
    for cell in figures.cells:
        cells.setdefault(cell.team if by == "team" else cell.area, []).append(cell)
    return cells


def _within(figures: Figures, by: By, key: uuid.UUID | None, cells: list[CellCount]) -> Figures:
    """Return the figures of one place, which tell no more than may be told below the unit."""
    area_id, team_id = (key or NOBODY, None) if by == "area" else (None, key or NOBODY)
    return replace(figures, cells=cells, area_id=area_id, team_id=team_id, _known={}, _imported={})


def _unbalanced(columns: Sequence[Column], rows: Sequence[Row], total: Row) -> Iterator[Finding]:
    """Yield an error for each row whose parts do not add up, and for each column whose rows do not."""
    advice = Said(UNBALANCED)
    for row in rows:
        if not row.balances:
            name = row.place.name if row.place else Said("Chưa giao")
            message = Said(
                "%(name)s: %(sum)s, không bằng %(total)s. %(advice)s",
                name=name,
                sum=_added(row.counts[1:]),
                total=Figure(integer_vi(row.counts[0])),
                advice=advice,
            )
            yield Finding("row-sum", "error", name, message, {"total": row.counts[0], "sum": sum(row.counts[1:])})
    for at, column in enumerate(columns if total.is_told else ()):
        added = sum(row.counts[at] for row in rows)
        if added != total.counts[at]:
            message = Said(
                "Mục %(code)s: cộng các dòng được %(added)s, cả đơn vị là %(total)s. %(advice)s",
                code=column.code,
                added=Figure(integer_vi(added)),
                total=Figure(integer_vi(total.counts[at])),
                advice=advice,
            )
            yield Finding("column-sum", "error", column.code, message, {"total": total.counts[at], "sum": added})


def _added(counts: Sequence[int]) -> str:
    added = added_up(Figure(integer_vi(n)) for n in counts)
    return Said("%(added)s = %(sum)s", added=added, sum=Figure(integer_vi(sum(counts))))


def _all_of(things: Sequence[Waiting]) -> Waiting | None:
    """Return all of them as one; None if nothing waits."""
    if not things:
        return None
    since, level = min(each.since for each in things), max(each.level for each in things)
    return Waiting(None, None, sum(each.n for each in things), since, level)


__all__ = ["By", "Column", "Overview", "Row", "campaign_overview", "columns_of", "last_cut_off", "main_partition"]
