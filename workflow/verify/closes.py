"""I6: a closed period keeps the very bytes that were shown, and they are still what the ledger says at their number.

Every kept close, the unit's and the teams', is counted anew at its own cut: figures, lines, rows, late entries and differences. Names and
sentences are as they were; numbers must be as they are. What is known of a close besides its bytes must be what its events tell.
"""

import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from sqlalchemy import select

from rules.findings import Finding
from rules.pack import Pack
from workflow.closing.freeze import (
    all_figures,
    changes,
    check_change,
    count_close,
    difference_of,
    late_changes,
    place_of,
    places_by,
)
from workflow.closing.frozen import Frozen, Previous, read_frozen
from workflow.closing.kept import UNIT
from workflow.closing.senders import TeamPlace, teams_of
from workflow.figures.counts import CellCount, changed_by_happening, changed_by_recording, count_at
from workflow.figures.lines import report_lines
from workflow.figures.replay import Cut, alias_of
from workflow.figures.values import Figures
from workflow.queries.open_work import Place, places_of
from workflow.tables import Close, CloseReopening, Event
from workflow.verify.scope import Scope

CHECK: Final = "I6-close"
TOLD: Final = ("sha256", "period", "revision", "scope", "cut_no")
"""What the event of a close tells about it."""
MADE: Final = ("sent", "closed")
"""What the event says that made a close."""
_Key: TypeAlias = tuple[uuid.UUID, str, int]
MOVED: Final = ("accepted", "returned", "received", "replaced")


@dataclass
class _Story:
    """What the ledger tells of one close: the event that made it, and what became of it since."""

    made: Any | None = None
    status: str | None = None
    answered_by: uuid.UUID | None = None
    reopenings: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    """By request: the events that asked, agreed or refused."""


@dataclass
class _TeamCounts:
    """The teams' cases at one sending after the other: each costs what happened and was recorded since the one before it."""

    scope: Scope
    _at: dict[uuid.UUID, tuple[Cut, Counter[CellCount]]] = field(default_factory=dict)

    def figures(self, campaign: Any, pack: Pack, team_id: uuid.UUID, cut: Cut) -> Figures:
        """Return what a team's people were at a cut."""
        cells = self._moved(campaign, cut) if self._follows(campaign.id, cut) else self._afresh(campaign, cut)
        self._at[campaign.id] = cut, cells
        own = [replace(cell, n=n) for cell, n in cells.items() if cell.team == team_id and n]
        return Figures(self.scope.session, campaign, pack, cut, own, team_id=team_id)

    def _follows(self, campaign_id: uuid.UUID, cut: Cut) -> bool:
        last = self._at.get(campaign_id)
        return last is not None and last[0].as_of <= cut.as_of and last[0].ledger_no <= cut.ledger_no

    def _afresh(self, campaign: Any, cut: Cut) -> Counter[CellCount]:
        newest = self.scope.head.ledger_no
        return _as_counter(
            count_at(self.scope.session, campaign.unit_id, campaign.id, cut, newest=newest, by=_BY_TEAM), Counter()
        )

    def _moved(self, campaign: Any, cut: Cut) -> Counter[CellCount]:
        last, cells = self._at[campaign.id]
        session, unit_id = self.scope.session, campaign.unit_id
        late = changed_by_recording(
            session,
            unit_id,
            campaign.id,
            as_of=last.as_of,
            after_no=last.ledger_no,
            until_no=cut.ledger_no,
            by=_BY_TEAM,
        )
        during = changed_by_happening(
            session, unit_id, campaign.id, since=last.as_of, until=cut.as_of, ledger_no=cut.ledger_no, by=_BY_TEAM
        )
        return _as_counter([*late, *during], cells)


_BY_TEAM: Final = ("track", "state", "stage", "team")


def _as_counter(cells: Iterable[CellCount], into: Counter[CellCount]) -> Counter[CellCount]:
    for cell in cells:
        into[replace(cell, n=0)] += cell.n
    return into


def check_closes(scope: Scope) -> Iterator[Finding]:
    """Yield each close whose bytes, numbers or standing are not what the ledger says, and events whose close is gone."""
    stories = _stories(scope)
    close = alias_of(Close)
    statement = select(*close).where(close.unit_id == scope.unit_id)
    seen: set[uuid.UUID] = set()
    last: dict[tuple[Any, ...], int] = {}
    known: dict[_Key, Frozen] = {}
    counted = _TeamCounts(scope)
    places = teams_of(scope.session, scope.unit_id), places_of(scope.session, scope.unit_id, "area")
    for row in scope.session.execute(statement.order_by(close.campaign_id, close.as_of, close.revision, close.scope)):
        seen.add(row.id)
        key = (row.campaign_id, row.period, row.scope)
        why = _broken(row, stories.get(row.id, _Story())) or _out_of_turn(row, last.get(key, 0))
        last[key] = row.revision
        if why is None:
            frozen = read_frozen(bytes(row.figures))
            why = _counted_otherwise(scope, row, frozen, known, places, counted)
            if row.scope == UNIT:
                known[row.campaign_id, row.period, row.revision] = frozen
        if why is not None:
            message = f"Kỳ {row.period} (lần {row.revision}, {row.scope}): {why}. Số đã gửi không còn chứng minh được; so với bản đã ký."
            yield scope.wrong(CHECK, f"kỳ {row.period}", message, close=row.id, cut_no=row.cut_no)
    for close_id in stories.keys() - seen:
        message = "Sổ ghi một lần chốt mà bản chốt không còn. Khôi phục từ bản sao lưu."
        yield scope.wrong(CHECK, f"lần chốt {close_id.hex}", message, close=close_id)
    yield from check_reopenings(scope, stories)


def _stories(scope: Scope) -> dict[uuid.UUID, _Story]:
    event = alias_of(Event)
    statement = select(event.ledger_no, event.about_id, event.campaign_id, event.actor_id, event.data).where(
        event.unit_id == scope.unit_id, event.kind == "close", event.about_id.is_not(None)
    )
    found: dict[uuid.UUID, _Story] = defaultdict(_Story)
    for row in scope.session.execute(statement.order_by(event.ledger_no)):
        told = row.data if isinstance(row.data, dict) else {}
        story, what = found[row.about_id], told.get("what")
        if what in MADE or "sha256" in told:
            story.made, story.status = row, what
        elif what in MOVED:
            story.status = what
            if what != "replaced":
                story.answered_by = row.actor_id
        elif isinstance(what, str) and what.startswith("reopening_"):
            story.reopenings[told.get("reopening", "")][what.removeprefix("reopening_")] = row
    return found


def _broken(row: Any, story: _Story) -> str | None:
    """Return what is wrong with a close as the ledger tells of it: bytes, number, standing, who answered, who opened it again."""
    if hashlib.sha256(bytes(row.figures)).hexdigest() != row.sha256:
        return "số liệu đã chốt bị sửa"
    made = story.made
    if (
        made is None
        or made.ledger_no != row.ledger_no
        or made.campaign_id != row.campaign_id
        or row.cut_no >= row.ledger_no
    ):
        return "sổ không có sự kiện chốt kỳ này, hoặc chốt ở số sổ chưa có"
    if any(made.data[name] != getattr(row, name) for name in TOLD if name in made.data):
        return "sổ ghi mã băm, kỳ hoặc số sổ chốt khác"
    if (row.closed_by_id, row.status, row.answered_by_id) != (made.actor_id, story.status, story.answered_by):
        return "người chốt, người nhận hoặc tình trạng khác với sổ"
    return None


def _out_of_turn(row: Any, before: int) -> str | None:
    if row.revision != before + 1:
        return f"thiếu lần {before + 1}"
    two = {row.reopened_by_id, row.reopened_with_id}
    needs_two = row.scope == UNIT and row.revision > 1
    if needs_two != (None not in two) or (needs_two and len(two) < 2):
        return "được mở lại bởi một người; phải có hai người khác nhau"
    return None


def _counted_otherwise(
    scope: Scope,
    row: Any,
    frozen: Frozen,
    known: Mapping[_Key, Frozen],
    places: tuple[list[TeamPlace], list[Place]],
    counted: "_TeamCounts",
) -> str | None:
    """Return which number of a close is not what the ledger says at its cut; None if all are."""
    if (frozen.period, frozen.revision, frozen.scope, frozen.as_of, frozen.cut_no) != (
        row.period, row.revision, row.scope, row.as_of, row.cut_no,
    ):  # fmt: skip
        return "kỳ, lần hoặc mốc trong bản chốt khác với dòng lưu"
    pack, campaign = scope.packs(frozen.pack_hash), scope.campaigns.get(row.campaign_id)
    if pack is None or campaign is None:
        return "gói quy tắc của lần chốt không còn, không tính lại được"
    cut = Cut(row.as_of, row.cut_no)
    if row.scope != UNIT:
        figures = counted.figures(campaign, pack, row.team_id, cut)
        return _differs(figures, frozen, {"teams": {frozen.scope: place_of(figures, frozen.scope, "").columns}})
    previous, revised = (_of(known, row.campaign_id, told) for told in (frozen.previous, frozen.revises))
    if (frozen.previous is not None and previous is None) or (frozen.revises is not None and revised is None):
        return "kỳ trước, hoặc lần trước, mà bản chốt nối vào không còn đúng"
    return _unit_differs(scope, campaign, pack, cut, frozen, previous, revised, places)


def _unit_differs(
    scope: Scope, campaign: Any, pack: Pack, cut: Cut, frozen: Frozen, previous: Frozen | None, revised: Frozen | None,
    places: tuple[list[TeamPlace], list[Place]],
) -> str | None:  # fmt: skip
    before = None if frozen.previous is None else Cut(frozen.previous.as_of, frozen.previous.cut_no)
    told = {} if previous is None else previous.figures
    counted = count_close(scope.session, campaign, pack, cut, before, told, newest=scope.head.ledger_no)
    values = all_figures(counted.figures)
    teams, areas = places
    rows: dict[str, Any] = {
        "teams": {
            row.code: row.columns for row in places_by(counted.figures, teams, "team") if any(row.columns.values())
        },
        "areas": {
            row.code: row.columns for row in places_by(counted.figures, areas, "area") if any(row.columns.values())
        },
        "late": late_changes(counted, teams),
        "during": changes(counted.during),
        "since": difference_of(values, told) if previous is not None else {},
        "difference": difference_of(values, revised.figures) if revised is not None else {},
    }
    if counted.late is not None and counted.during is not None:
        late, during = all_figures(counted.late), all_figures(counted.during)
        if any(check_change(values, told, late, during, {})):
            return "kỳ trước cộng bổ sung cộng trong kỳ không thành số của kỳ này"
    return _differs(counted.figures, frozen, rows)


def _differs(figures: Figures, frozen: Frozen, rows: Mapping[str, Any]) -> str | None:
    kept: dict[str, Any] = {
        "figures": frozen.figures,
        "total": frozen.total,
        "lines": {line.code: (line.count, line.base, line.percent) for line in frozen.lines},
        "teams": {row.code: row.columns for row in frozen.teams if row.columns and any(row.columns.values())},
        "areas": {row.code: row.columns for row in frozen.areas if any(row.columns.values())},
        "late": {late.team: late.change for late in frozen.late if late.change},
        "during": frozen.during,
        "since": frozen.since,
        "difference": frozen.difference,
    }
    now: dict[str, Any] = {
        "figures": all_figures(figures),
        "total": figures.total,
        "lines": {line.code: (line.count, line.base, line.percent) for line in report_lines(figures)},
        **rows,
    }
    if frozen.scope != UNIT:
        now["teams"] = {code: columns for code, columns in now["teams"].items() if any(columns.values())}
    wrong = [name for name, value in now.items() if kept[name] != value]
    return f"tính lại ở số sổ {frozen.cut_no} ra số khác ({_first(kept[wrong[0]], now[wrong[0]])})" if wrong else None


def _first(kept: Any, now: Any) -> str:
    """Return the first number that differs, as text."""
    if not isinstance(kept, dict):
        return f"{kept}, nay {now}"
    name = next(key for key in sorted({*kept, *now}) if kept.get(key) != now.get(key))
    return f"“{name}”: {json.dumps(kept.get(name), ensure_ascii=False)}, nay {json.dumps(now.get(name), ensure_ascii=False)}"


def _of(known: Mapping[_Key, Frozen], campaign_id: uuid.UUID, told: Previous | None) -> Frozen | None:
    """Return the close that another one names, if it still has the bytes it was named by."""
    found = None if told is None else known.get((campaign_id, told.period, told.revision))
    if found is None or told is None:
        return None
    return found if hashlib.sha256(found.to_bytes()).hexdigest() == told.sha256 else None


def check_reopenings(scope: Scope, stories: Mapping[uuid.UUID, _Story]) -> Iterator[Finding]:
    """Yield each request to open a period again that is not what its events tell, or was used without two people."""
    row = alias_of(CloseReopening)
    used = {
        story.made.data.get("reopening"): story.made
        for story in stories.values()
        if story.made is not None and story.made.data.get("reopening")
    }
    for each in scope.session.execute(select(*row).where(row.unit_id == scope.unit_id)):
        events = stories.get(each.close_id, _Story()).reopenings.get(str(each.id), {})
        if not _is_told(each, events, used.get(str(each.id))):
            message = "Đề nghị mở lại kỳ đã chốt khác với sổ. Dữ liệu đã bị sửa ngoài sổ; so với bản sao lưu."
            yield scope.wrong(CHECK, f"đề nghị {each.id.hex}", message, reopening=each.id)


def _is_told(row: Any, events: Mapping[str, Any], used: Any | None) -> bool:
    asked, agreed, refused = (events.get(name) for name in ("asked", "agreed", "refused"))
    answer = agreed or refused
    if asked is None or (asked.actor_id, asked.ledger_no, asked.data.get("reason")) != (
        row.asked_by_id, row.ledger_no, row.reason,
    ):  # fmt: skip
        return False
    status = "asked" if answer is None else "refused" if refused else "used" if used is not None else "agreed"
    if (row.status, row.answered_by_id) != (status, None if answer is None else answer.actor_id):
        return False
    return used is None or (agreed is not None and asked.ledger_no < agreed.ledger_no < used.ledger_no)
