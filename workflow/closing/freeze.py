"""Counting what a close would hold, and proving that it hangs together: set-based, the same work for one team and for three hundred.

Three counts make a close: the cases at its own cut; how the cut before looks with what came late; and what happened since. The
first must be the one before plus the other two, figure by figure, or the close is refused.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from sqlalchemy.orm import Session

from rules.findings import Finding
from rules.pack import Pack
from rules.pack.model import Figure
from rules.said import Figure as Number
from rules.said import Said
from rules.time import Instant
from workflow.closing.frozen import (
    Frozen,
    FrozenLate,
    FrozenLine,
    FrozenPhoned,
    FrozenPlace,
    FrozenReopening,
    FrozenTarget,
    FrozenTeam,
)
from workflow.closing.kept import UNIT, KeptClose, Phoned
from workflow.closing.senders import Activity, Sender, TeamPlace
from workflow.figures.campaign_overview import main_partition
from workflow.figures.checks import check_report
from workflow.figures.counts import CellCount, changed_by_happening, changed_by_recording, count_at
from workflow.figures.lines import ReportLine, is_done_line, lines_of, report_lines
from workflow.figures.replay import Cut
from workflow.figures.targets import TargetStatus, target_statuses
from workflow.figures.values import CampaignRow, Figures
from workflow.numbers import integer_vi, percent_vi
from workflow.plan.periods import ClosePeriod
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import Place
from workflow.tables import NOBODY


@dataclass
class Difference(Figures):
    """Figures of the difference between two cuts: counted ones by counting the difference, others by their values at both ends.

    What was unknown at one of the ends has no difference.
    """

    first: Mapping[str, int | None] = field(default_factory=dict)
    last: Mapping[str, int | None] = field(default_factory=dict)

    def _value(self, figure: Figure) -> int | None:
        if figure.external is None and figure.declared is None:
            return super()._value(figure)
        before, after = self.first.get(figure.id), self.last.get(figure.id)
        return None if not self.is_whole_unit or before is None or after is None else after - before


@dataclass(frozen=True)
class Counted:
    """What was counted for a close: the figures at its cut, and the two differences that lead to them (None: it is the first)."""

    figures: Figures
    late: Difference | None
    during: Difference | None


def cells_at(session: Session, context: CampaignRow, cut: Cut, *, newest: int) -> list[CellCount]:
    """Return the cases at a cut, by everything a close tells them apart by."""
    by = ("track", "state", "stage", "unnamed", "area", "team")
    return count_at(session, context.unit_id, context.id, cut, newest=newest, by=by)


def count_close(
    session: Session,
    context: CampaignRow,
    pack: Pack,
    cut: Cut,
    before: Cut | None,
    known: Mapping[str, int | None],
    *,
    newest: int,
) -> Counted:
    """Count a close at `cut` that follows one at `before`, which told `known`; in three statements over cases (one for the first)."""
    figures = Figures(session, context, pack, cut, cells_at(session, context, cut, newest=newest))
    if before is None:
        return Counted(figures, None, None)
    unit_id, campaign_id, between = context.unit_id, context.id, Cut(before.as_of, cut.ledger_no)
    late = changed_by_recording(
        session, unit_id, campaign_id, as_of=before.as_of, after_no=before.ledger_no, until_no=cut.ledger_no,
        by=("track", "state", "stage", "team"),
    )  # fmt: skip
    during = changed_by_happening(
        session, unit_id, campaign_id, since=before.as_of, until=cut.as_of, ledger_no=cut.ledger_no,
        by=("track", "state", "stage"),
    )  # fmt: skip
    middle, end = of_others(replace(figures, cut=between, cells=[], _known={})), of_others(figures)
    return Counted(
        figures,
        Difference(session, context, pack, between, late, first=known, last=middle),
        Difference(session, context, pack, cut, during, first=middle, last=end),
    )


def of_others(figures: Figures) -> dict[str, int | None]:
    """Return the figures that nobody counts here: imported ones, and those that offices declare."""
    known = figures.pack.model.figures.figures
    return {one.id: figures.value(one.id) for one in known if one.external is not None or one.declared is not None}


def count_team(
    session: Session, context: CampaignRow, pack: Pack, team_id: uuid.UUID, cut: Cut, *, newest: int
) -> Figures:
    """Count what a team sends at `cut`."""
    by = ("track", "state", "stage", "unnamed")
    cells = count_at(session, context.unit_id, context.id, cut, newest=newest, by=by, team_id=team_id)
    return Figures(session, context, pack, cut, cells, team_id=team_id)


def all_figures(figures: Figures) -> dict[str, int | None]:
    """Return every figure of the pack that may be told of these people; below the unit without those that may not."""
    names = [figure.id for figure in figures.pack.model.figures.figures]
    told = {name: figures.told(name) for name in names}
    return told if figures.is_whole_unit else {name: n for name, n in told.items() if n is not None}


def changes(difference: Figures | None) -> dict[str, int]:
    """Return the figures that a difference changes, and by how much."""
    if difference is None:
        return {}
    return {name: n for name, n in all_figures(difference).items() if n}


def difference_of(after: Mapping[str, int | None], before: Mapping[str, int | None]) -> dict[str, int]:
    """Return by how much each figure differs; those unknown at one end are left out."""
    found: dict[str, int] = {}
    for name, n in after.items():
        was = before.get(name)
        if n is not None and was is not None and n != was:
            found[name] = n - was
    return found


def check_change(
    now: Mapping[str, int | None],
    before: Mapping[str, int | None],
    late: Mapping[str, int | None],
    during: Mapping[str, int | None],
    labels: Mapping[str, str],
) -> list[Finding]:
    """Return an error for each figure that is not the one before, plus what happened since, plus what came late."""
    found = []
    for name, n in now.items():
        was, came_late, happened = before.get(name), late.get(name, 0), during.get(name, 0)
        if n is None or was is None or came_late is None or happened is None or was + came_late + happened == n:
            continue
        values = {"before": was, "during": happened, "late": came_late, "now": n}
        message = Said(
            "“%(figure)s”: kỳ trước %(before)s, trong kỳ %(during)s, bổ sung %(late)s, không thành %(now)s. "
            "Chạy “tungnha verify” để tìm chỗ lệch; chưa chốt.",
            figure=labels.get(name, name),
            **{key: Number(integer_vi(value)) for key, value in values.items()},
        )
        found.append(Finding("close-change", "error", name, message, values))
    return found


def place_of(figures: Figures, code: str, name: str) -> FrozenPlace:
    """Return a place's row of the main sum. A line that is printed only when not zero, and is not, counts zero."""
    partition = main_partition(figures.pack)
    if partition is None:
        return FrozenPlace(code, name, {}, None, None)
    codes = (partition.total, *partition.parts)
    lines = {line.code: line for line in lines_of(figures, codes)}
    done = next((line for line in lines.values() if line.is_done), None)
    return FrozenPlace(
        code=code,
        name=name,
        columns={each: lines[each].count or 0 for each in codes},
        percent=done.percent if done else None,
        base=done.base if done else None,
    )


def places_by(figures: Figures, places: Iterable[Place | TeamPlace], by: str) -> tuple[FrozenPlace, ...]:
    """Return a row for each team or area, and one without a code for people who belong to none, if there are any.

    What a case adds to a figure depends on its track, state and stage alone, so that is asked once for each of them and not once
    for each place: the same as `place_of`, in one pass.
    """
    row, known = _Row(figures, by), list(places)
    added: dict[uuid.UUID | None, list[int]] = {place.id: row.nothing() for place in known}
    rest = row.nothing()
    for cell in figures.cells:
        sums = added.get(cell.team if by == "team" else cell.area, rest)
        for position, weight in row.weights(cell):
            sums[position] += weight * cell.n
    rows = [row.made(place.code, place.name, added[place.id]) for place in known]
    return (*rows, row.made("", "", rest)) if any(rest) else tuple(rows)


class _Row:
    """What a case of some track, state and stage adds to the columns of the main sum, and to the base of its rate, below the unit."""

    def __init__(self, figures: Figures, by: str) -> None:
        partition = main_partition(figures.pack)
        model = figures.pack.model.figures
        self._figures, self._by = figures, by
        self._codes = () if partition is None else (partition.total, *partition.parts)
        lines = {line.code: line for line in model.lines}
        self._done = next((lines[code] for code in self._codes if is_done_line(figures.pack, lines[code])), None)
        policy = next((one for one in model.policies if self._done is not None and one.id == self._done.policy), None)
        self._names = [lines[code].figure for code in self._codes] + ([policy.base] if policy else [])
        self._has_base = policy is not None
        self._known: dict[tuple[str | None, str | None, str | None], list[tuple[int, int]]] = {}

    def nothing(self) -> list[int]:
        """Return sums before anybody was added."""
        return [0] * len(self._names)

    def weights(self, cell: CellCount) -> list[tuple[int, int]]:
        """Return which sums one case of the cell's track, state and stage adds to, and how much."""
        key = (cell.track, cell.state, cell.stage)
        if key not in self._known:
            one = _within(self._figures, self._by, NOBODY, [replace(cell, n=1)])
            told = [one.told(name) for name in self._names]
            self._known[key] = [(position, n) for position, n in enumerate(told) if n]
        return self._known[key]

    def made(self, code: str, name: str, sums: list[int]) -> FrozenPlace:
        """Return a place's row."""
        columns = dict(zip(self._codes, sums, strict=False))
        if self._done is None or not self._has_base:
            return FrozenPlace(code, name, columns, None, None)
        base = sums[-1]
        return FrozenPlace(code, name, columns, percent_vi(columns[self._done.code], base, self._done.decimals), base)


def _within(figures: Figures, by: str, key: uuid.UUID, cells: list[CellCount]) -> Figures:
    area_id, team_id = (key, None) if by == "area" else (None, key)
    return replace(figures, cells=cells, area_id=area_id, team_id=team_id, _known={})


def frozen_lines(figures: Figures, lines: Iterable[ReportLine]) -> tuple[FrozenLine, ...]:
    """Return report lines as a close keeps them."""
    by_code = {line.code: line.figure for line in figures.pack.model.figures.lines}
    return tuple(
        FrozenLine(
            code=line.code, label=str(line.label), figure=by_code.get(line.code, ""), count=line.count, base=line.base,
            policy=line.policy, base_label=None if line.base_label is None else str(line.base_label), percent=line.percent,
            unit=str(line.unit), is_done=line.is_done, note=line.note,
        )
        for line in lines
    )  # fmt: skip


def frozen_targets(figures: Figures) -> tuple[FrozenTarget, ...]:
    """Return where each target stands as a close keeps it."""
    return tuple(map(frozen_target, target_statuses(figures)))


def frozen_target(status: TargetStatus) -> FrozenTarget:
    """Return where a target stands as a close keeps it."""
    told = {name: getattr(status, name) for name in _KEPT_OF_TARGETS}
    words = {name: None if told[name] is None else str(told[name]) for name in ("label", "policy_label")}
    return FrozenTarget(**{**told, **words}, sentence=str(status.sentence()))


_KEPT_OF_TARGETS = [each.name for each in fields(FrozenTarget) if each.name != "sentence"]


def late_changes(counted: Counted, teams: Sequence[TeamPlace]) -> dict[str, dict[str, int]]:
    """Return what came late by figure: of the unit under "", by every figure; of each team, by the figures of the main sum."""
    late = counted.late
    if late is None:
        return {}
    partition = main_partition(late.pack)
    by_code = {line.code: line.figure for line in late.pack.model.figures.lines}
    main = [] if partition is None else [by_code[code] for code in (partition.total, *partition.parts)]
    cells: dict[uuid.UUID | None, list[CellCount]] = {}
    for cell in late.cells:
        cells.setdefault(cell.team, []).append(cell)
    found = {"": changes(late)}
    for team in teams:
        if team.id in cells:
            own = _within(late, "team", team.id, cells[team.id])
            found[team.code] = {name: n for name in main if (n := own.told(name))}
    return {code: change for code, change in found.items() if change}


def late_entries(
    counted: Counted, teams: Sequence[TeamPlace], activity: Mapping[uuid.UUID | None, Activity]
) -> tuple[FrozenLate, ...]:
    """Return what came late, of the whole unit first, then of each team; empty if nothing did."""
    if counted.late is None:
        return ()
    change = late_changes(counted, teams)
    found = []
    for team in teams:
        entries = activity[team.id].late if team.id in activity else 0
        if entries or team.code in change:
            found.append(FrozenLate(team.code, entries, change.get(team.code, {})))
    entries = sum(one.late for one in activity.values())
    return (FrozenLate("", entries, change.get("", {})), *found) if entries or change else ()


def frozen_senders(
    senders: Sequence[Sender],
    activity: Mapping[uuid.UUID | None, Activity],
    phoned: Sequence[Phoned],
    before: Mapping[str, Instant | None],
) -> tuple[FrozenTeam, ...]:
    """Return how the teams stand. `before` has when each was last heard of at the close before, for those silent since."""
    told = {one.team_id: one.n for one in phoned}
    found = []
    for sender in senders:
        seen = activity.get(sender.team.id)
        last_at = seen.last_at if seen is not None and seen.last_at is not None else before.get(sender.team.code)
        sent = sender.sent if sender.sent is not None and sender.status in ("sent", "accepted") else None
        found.append(
            FrozenTeam(
                code=sender.team.code, name=sender.team.name, status=sender.status, sent_at=sender.sent_at,
                is_late=sender.is_late, last_synced_at=last_at, phoned=told.get(sender.team.id),
                revision=None if sent is None else sent.revision, sha256=None if sent is None else sent.sha256,
                corrections=0 if seen is None else seen.corrections,
            )
        )  # fmt: skip
    return tuple(found)


def findings_of(figures: Figures) -> list[Finding]:
    """Return what the checks say about our figures: errors forbid sending and closing. What a paper got wrong is not ours."""
    return check_report(figures)


def frozen_unit(
    context: CampaignContext,
    unit: tuple[str, str],
    period: ClosePeriod,
    counted: Counted,
    *,
    revision: int,
    teams: Sequence[TeamPlace],
    areas: Sequence[Place],
    senders: Sequence[Sender],
    activity: Mapping[uuid.UUID | None, Activity],
    phoned: Sequence[Phoned],
    previous: Frozen | None,
    previous_close: KeptClose | None,
    revises: Frozen | None,
    revised_close: KeptClose | None,
    reopening: FrozenReopening | None,
) -> tuple[Frozen, list[Finding]]:
    """Return what a close of the unit holds, and what is found in its figures; whether its rows add up to it is proven of what it holds."""
    figures = counted.figures
    values, during = all_figures(figures), changes(counted.during)
    by_team, by_area = places_by(figures, teams, "team"), places_by(figures, areas, "area")
    findings = findings_of(figures)
    before = {} if previous is None else {one.code: one.last_synced_at for one in previous.senders}
    if previous is not None and counted.late is not None and counted.during is not None:
        labels = {one.id: one.label.said for one in context.pack.model.figures.figures}
        findings += check_change(
            values, previous.figures, all_figures(counted.late), all_figures(counted.during), labels
        )
    frozen = Frozen(
        unit=unit[0], unit_name=unit[1], campaign=context.code, name=context.name, pack_hash=context.pack.hash,
        period=period.key, revision=revision,
        period_from=period.opens_at if previous_close is None else previous_close.as_of,
        as_of=figures.cut.as_of, cut_no=figures.cut.ledger_no, total=figures.total, figures=values,
        lines=frozen_lines(figures, report_lines(figures)), targets=frozen_targets(figures), areas=by_area, teams=by_team,
        senders=frozen_senders(senders, activity, phoned, before),
        late=late_entries(counted, teams, activity),
        since={} if previous is None else difference_of(values, previous.figures),
        findings=tuple(found.to_json() for found in findings),
        previous=None if previous_close is None else previous_close.as_previous,
        revises=None if revised_close is None else revised_close.as_previous,
        scope=UNIT, scope_name=unit[1], due_at=period.due_at, during=during,
        difference={} if revises is None else difference_of(values, revises.figures),
        phoned=tuple(FrozenPhoned(one.team, one.n, one.said_by, one.told_to, one.said_at) for one in phoned),
        reopening=reopening,
    )  # fmt: skip
    return frozen, findings


def frozen_team(
    context: CampaignContext, unit: tuple[str, str], period: ClosePeriod, figures: Figures, team: TeamPlace,
    *, revision: int, revises: Frozen | None, revised_close: KeptClose | None,
) -> tuple[Frozen, list[Finding]]:  # fmt: skip
    """Return what a team sends: only what may be told below the unit."""
    values, findings = all_figures(figures), findings_of(figures)
    row = place_of(figures, team.code, team.name)
    frozen = Frozen(
        unit=unit[0], unit_name=unit[1], campaign=context.code, name=context.name, pack_hash=context.pack.hash,
        period=period.key, revision=revision, period_from=period.opens_at, as_of=figures.cut.as_of,
        cut_no=figures.cut.ledger_no, total=figures.total, figures=values,
        lines=frozen_lines(figures, report_lines(figures)), targets=(), areas=(), teams=(row,), senders=(), late=(), since={},
        findings=tuple(found.to_json() for found in findings),
        revises=None if revised_close is None else revised_close.as_previous, scope=team.code, scope_name=team.name,
        due_at=period.due_at, difference={} if revises is None else difference_of(values, revises.figures),
    )  # fmt: skip
    return frozen, findings


__all__ = [
    "Counted", "Difference", "all_figures", "cells_at", "changes", "check_change", "count_close", "count_team", "difference_of",
    "findings_of", "frozen_target", "frozen_team", "frozen_unit", "late_changes", "late_entries", "place_of", "places_by",
]  # fmt: skip
