"""Everything that waits for somebody, as one list in the order of the time that is left, with counts that are the list.

Four sorts of rows: what the ladders brought (grouped, `workflow.queries.inbox`), tasks and reports of own posts, reports that others
owe, and requests to confirm an exit (`workflow.queries.waiting_sources`). Pages go on after a row, not after a number of rows: what is
answered meanwhile skips nothing and shows nothing twice.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.queries.actor_reach import ReachFacts, reach_facts, reach_values
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.exit_requests import ExitRequest, as_listed
from workflow.queries.inbox import PAGE
from workflow.queries.inbox_beside import Beside, beside_rows
from workflow.queries.inbox_counts import InboxCounts, counted, told_with
from workflow.queries.inbox_groups import InboxGroup, Tie, group_from, groups_of
from workflow.queries.inbox_parts import Part, moments
from workflow.queries.plan_items import due_words, label_of
from workflow.queries.time_left import Due, stands
from workflow.queries.waiting_sources import (
    Place,
    SourceCounts,
    counts_of,
    missing_reports,
    own_tasks,
    places_of_unit,
    waiting_exits_of,
)

Kind = Literal["reminder", "task", "missing", "exit"]
KINDS: Final[tuple[Kind, ...]] = ("reminder", "task", "missing", "exit")
"""The sorts of rows; of rows with the same time left those come first that stand first here."""


class Mark(NamedTuple):
    """Where a row stands in the list, and where the next page goes on: until when, which sort, and its keys."""

    until: Instant
    rank: int
    first: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list is shown. `part`: what waits, has gone to another post, or lies below; `whole_unit`: a coordinator sees everybody's."""

    due: Due | None = None
    kind: Kind | None = None
    area: uuid.UUID | None = None
    team: uuid.UUID | None = None
    part: Part = "waiting"
    whole_unit: bool = False


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A task or report of an own post, or (`task_id` None) a report that `n` others owe."""

    item: str
    occurrence: str
    label: Label
    due_words: str
    place: str
    is_duty: bool
    n: int
    task_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row of the list: what it is about, how much it stands for, and how its time stands."""

    mark: Mark
    kind: Kind
    due: Due
    n: int
    about: InboxGroup | WaitingTask | ExitRequest

    @property
    def until(self) -> Instant:
        """By when an answer is expected, exclusive."""
        return self.mark.until


class Counts(NamedTuple):
    """How many things wait, and how many of them are overdue or due today. Neither `passed_up`, which lie with another post, wait, nor
    `resting`, which were put aside.
    """

    waiting: int
    overdue: int
    today: int
    passed_up: int = 0
    resting: int = 0


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A page of the list. `counts` are over all pages, under the filter by place alone; `next` is where it goes on (None: nowhere).

    `beside` says how many reminders lie below the reader, under the same filter, and who has those of a row.
    """

    counts: Mapping[Kind, Counts]
    rows: tuple[WaitingRow, ...]
    next: Mark | None
    places: tuple[Place, ...]
    beside: Beside

    def total(self, kind: Kind | None = None) -> Counts:
        """Return the counts of one sort, or of all together: without a filter that is the badge."""
        return total_of(self.counts if kind is None else {kind: self.counts[kind]})


def total_of(counts: Mapping[Kind, Counts]) -> Counts:
    """Return counts of several sorts added up."""
    return Counts(*map(sum, zip(*counts.values(), strict=True)))


def waiting_list(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    now: Instant,
    wanted: Wanted = Wanted(),
    after: Mark | None = None,
    limit: int = PAGE,
) -> WaitingList:
    """Return a page of what waits for the actor, the least time left first. At most twelve statements, however much waits."""
    facts = reach_facts(session, actor, context)
    asked = _asked(actor, facts, wanted, now)
    places = places_of_unit(session, context.unit_id)
    names = {place.id.hex: place.name for place in places}
    counts: dict[Kind, Counts] = {}
    found: list[list[WaitingRow]] = []
    for rank, kind in enumerate(KINDS):
        shown = wanted.kind in (None, kind) and (wanted.part == "waiting" or kind == "reminder")
        page = {**_from(after, rank, kind), "limit": limit + 1}
        rows = _ask(session, actor, context, kind, wanted, asked, page) if shown else []
        counts[kind] = _counted_with(
            session, actor, context, kind, wanted, asked, rows, is_whole=after is None and shown
        )
        make = _MAKE[kind]
        found.append([make(actor, context, row, rank, names, now) for row in rows])
    merged = list(islice(merge(*found, key=lambda row: row.mark[:2]), limit + 1))
    on_page = merged[:limit]
    reached = (place for place in places if place.sort != "post")
    seen = tuple(place for place in reached if facts.keys is None or place.id.hex in facts.keys)
    next_mark = on_page[-1].mark if len(merged) > limit else None
    groups = [(row.about.rule_id, row.about.group_key) for row in on_page if isinstance(row.about, InboxGroup)]
    beside = beside_rows(session, actor, context, groups, asked, whole_unit=wanted.whole_unit, part=wanted.part)
    return WaitingList(counts, tuple(on_page), next_mark, seen, beside)


def count_waiting(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    now: Instant,
    wanted: Wanted = Wanted(),
) -> dict[Kind, Counts]:
    """Return only the counts of `waiting_list`: for a badge. At most six statements."""
    asked = _asked(actor, reach_facts(session, actor, context), wanted, now)
    return {kind: _counted(session, actor, context, kind, wanted, asked) for kind in KINDS}


_BUILD: Final[Mapping[Kind, Any]] = {"task": own_tasks, "missing": missing_reports, "exit": waiting_exits_of}


def _asked(actor: Actor, facts: ReachFacts, wanted: Wanted, now: Instant) -> dict[str, Any]:
    place = {"area": wanted.area, "team": wanted.team}
    return {**reach_values(actor, facts), **moments(now), **place}


def _ask(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    kind: Kind,
    wanted: Wanted,
    asked: dict[str, Any],
    page: dict[str, Any],
) -> Sequence[Any]:
    tie: Tie | None = page.pop("tie")
    told = {**asked, **page}
    if kind == "reminder":
        shape = (wanted.whole_unit, wanted.due, wanted.part, tie)
        return ask_as(session, actor, context, groups_of, *shape, **told, offset=0)
    return ask_as(session, actor, context, _BUILD[kind], wanted.whole_unit, wanted.due, tie, **told)


def _counted(
    session: Session, actor: Actor, context: CampaignContext, kind: Kind, wanted: Wanted, asked: dict[str, Any]
) -> Counts:
    if kind == "reminder":
        return _of_groups(counted(session, actor, context, wanted.whole_unit, asked))
    (row,) = ask_as(session, actor, context, counts_of, _BUILD[kind], wanted.whole_unit, **asked)
    return Counts(*map(int, row))


def _counted_with(
    session: Session, actor: Actor, context: CampaignContext, kind: Kind, wanted: Wanted, asked: dict[str, Any], rows: Sequence[Any], *,
    is_whole: bool,
) -> Counts:  # fmt: skip
    """Return the counts that came with a page's rows; asked for only where a page without rows does not mean that there are none."""
    if not rows or wanted.part == "below":
        none_at_all = is_whole and wanted.due is None and kind != "reminder"
        return Counts(0, 0, 0) if none_at_all else _counted(session, actor, context, kind, wanted, asked)
    if kind == "reminder":
        return _of_groups(told_with(rows[0]))
    return Counts(*(int(getattr(rows[0], f"all_{name}")) for name in SourceCounts._fields))


def _of_groups(counts: InboxCounts) -> Counts:
    return Counts(counts.waiting, counts.waiting_overdue, counts.waiting_today, counts.passed_up, counts.resting)


def _from(after: Mark | None, rank: int, kind: Kind) -> dict[str, Any]:
    """Return where a sort goes on after a row of any sort."""
    if after is None:
        return {"tie": None, "after": None}
    if rank != after.rank:
        return {"tie": "all" if rank > after.rank else "none", "after": after.until}
    if kind in ("task", "exit"):
        return {"tie": "key", "after": after.until, "first": uuid.UUID(after.first)}
    return {"tie": "key", "after": after.until, "first": after.first, "second": after.second}


def _reminder(
    _actor: Actor, context: CampaignContext, row: Any, rank: int, names: Mapping[str, str], now: Instant
) -> WaitingRow:
    group = group_from(context, row, names)
    mark = Mark(row.until, rank, row.rule_id, row.group_key)
    return WaitingRow(mark, "reminder", stands(row.until, now), group.n, group)


def _task(
    _actor: Actor, context: CampaignContext, row: Any, rank: int, _names: Mapping[str, str], now: Instant
) -> WaitingRow:
    words = due_words(context, row.item, row.until)
    task = WaitingTask(
        row.item, row.occurrence, label_of(context, row.item, row.label), words, row.place or "", bool(row.is_duty), 1, row.id
    )  # fmt: skip
    return WaitingRow(Mark(row.until, rank, row.id.hex), "task", stands(row.until, now), 1, task)


def _missing(
    _actor: Actor, context: CampaignContext, row: Any, rank: int, _names: Mapping[str, str], now: Instant
) -> WaitingRow:
    words, n = due_words(context, row.item, row.until), int(row.n)
    task = WaitingTask(row.item, row.occurrence, label_of(context, row.item, row.label), words, "", True, n, None)
    return WaitingRow(Mark(row.until, rank, row.item, row.occurrence), "missing", stands(row.until, now), n, task)


def _exit(
    actor: Actor, context: CampaignContext, row: Any, rank: int, _names: Mapping[str, str], now: Instant
) -> WaitingRow:
    asked_for = as_listed(context, actor, row)
    return WaitingRow(Mark(row.until, rank, row.id.hex), "exit", stands(row.until, now), 1, asked_for)


_MAKE: Final[Mapping[Kind, Callable[..., WaitingRow]]] = {
    "reminder": _reminder, "task": _task, "missing": _missing, "exit": _exit,
}  # fmt: skip


__all__ = [
    "KINDS", "Counts", "Kind", "Mark", "Place", "WaitingList", "WaitingRow", "WaitingTask", "Wanted", "count_waiting", "total_of", "waiting_list",
]  # fmt: skip
