"""Building the demonstration: both campaigns, from empty tables, through the importer, the commands and the tick."""

import random
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from rules.pack import Pack, load_pack, shipped_packs
from rules.time import HOUR, Duration, Instant, at
from workflow.access import actor_of
from workflow.actions.assign_doors import assign_doors
from workflow.actions.found_unit import found_unit
from workflow.actions.import_roster import import_roster
from workflow.actions.open_campaign import open_campaign
from workflow.actions.open_plan import open_plan
from workflow.clock import FixedClock
from workflow.demo import an_lac, cat_thanh
from workflow.demo.director import Director, Progress
from workflow.demo.people import Account, make_population
from workflow.demo.rosters import RosterList, write_roster
from workflow.demo.units import plan_unit
from workflow.ids import IdSource
from workflow.ledger.book import open_book
from workflow.ledger.seals import seal_unit
from workflow.queries.campaigns import campaign_by_id
from workflow.roster.apply import Tools
from workflow.roster.declare import Declaration
from workflow.store import Store
from workflow.tables import Notice, NoticeRead, PostHolding, Unit, table_of
from workflow.vault import Vault


@dataclass(frozen=True)
class Play:
    """One demonstration: which pack, in which unit, from when, ending when."""

    pack: str
    unit: str
    kind: str
    starts: str
    ends: str
    people: int
    accounts: dict[Account, float]
    lists: tuple[RosterList, ...]
    listed_on: str
    play: Callable[[Director], None]


PLAYS = (
    Play("an-lac-2025", "an-lac", "phường", an_lac.STARTS, an_lac.ENDS, an_lac.PEOPLE, {"activated": 1}, ("L1",), "2025-05-06 08:00", an_lac.play_an_lac),
    Play("cat-thanh-2025", "cat-thanh", "thị trấn", cat_thanh.STARTS, cat_thanh.ENDS, cat_thanh.PEOPLE, dict(cat_thanh.ACCOUNTS), ("L1", "L2", "L3"), "2025-05-14 15:00", cat_thanh.play_cat_thanh),
)  # fmt: skip


UNREAD: Final[Duration] = 12 * HOUR
"""How long the bell has rung unheard when a play ends."""


@dataclass(frozen=True)
class DemoBuilt:
    """What was built: the unit, its campaign, and the instant at which its own clock stands now."""

    unit: str
    campaign: str
    people: int
    stands_at: Instant


def build_demo(
    store: Store,
    vault: Vault,
    *,
    now: Instant,
    seed: int = 2025,
    only: tuple[str, ...] = (),
    progress: Progress = lambda text: None,
) -> list[DemoBuilt]:
    """Build the demonstration units in an empty database (tables made already); return what was built.

    `now` is the real instant: each unit gets the clock offset that puts it at the end of its history. The same seed builds the
    same people and the same history.
    """
    return [_build(play, store, vault, now, seed, progress) for play in PLAYS if not only or play.unit in only]


def _build(play: Play, store: Store, vault: Vault, now: Instant, seed: int, progress: Progress) -> DemoBuilt:
    with tempfile.TemporaryDirectory(prefix="tungnha-demo-") as folder:
        director = open_unit(play, store, vault, Path(folder), seed=seed, progress=progress)
        play.play(director)
    _finish(store, director.unit_id, director.clock, offset=at(play.ends) - now)
    return DemoBuilt(play.unit, play.pack, play.people, at(play.ends))


def open_unit(
    play: Play, store: Store, vault: Vault, folder: Path, *, seed: int, progress: Progress = lambda text: None
) -> Director:
    """Found the unit of a play, open its campaign and plan, hand in its lists and deal out the doors; return who plays it."""
    pack = load_pack(shipped_packs()[play.pack])
    clock, ids = FixedClock(at(play.starts)), IdSource(seed=seed)
    plan = plan_unit(pack, play.unit, kind=play.kind)
    with store.write() as session:
        unit_id = found_unit(session, plan, now=clock.now(), ids=ids)
        context = open_campaign(session, unit_id, pack, now=clock.now())
    director = Director(
        store, unit_id, play.unit, context.id, clock, ids, random.Random(f"{seed} {play.unit}"), folder, progress
    )
    _open(play, pack, director, vault, seed)
    return director


def _open(play: Play, pack: Pack, director: Director, vault: Vault, seed: int) -> None:
    """Open the plan, hand in the lists, deal out the doors."""
    with director.store.write() as session:
        book = open_book(session, director.unit_id, director.clock.now(), ids=director.ids, pack_hash=pack.hash)
        open_plan(book, campaign_by_id(session, director.unit_id, director.campaign_id))
        book.close()
    tools = Tools(director.store, vault, director.clock, director.ids)
    listed_at = director.go_to(play.listed_on)
    seed_areas = pack.model.pack.areas
    areas = [seed_areas.label.format(n=n) for n in range(1, seed_areas.count + 1)] if seed_areas else []
    households = make_population(seed, areas, play.people, accounts=play.accounts)
    coordinator = "deputy-police-chief" if play.unit == "cat-thanh" else "coordinator"
    for code in play.lists:
        director.progress(f"{pack.model.pack.unit_name}: danh sách {code}")
        path = director.folder / f"{code}.xlsx"
        write_roster(
            path,
            households,
            unit_name=pack.model.pack.unit_name,
            as_of=date.fromisoformat(play.listed_on[:10]),
            roster_list=code,
        )
        with director.store.read() as session:
            context = campaign_by_id(session, director.unit_id, director.campaign_id)
            actor = actor_of(session, director.unit_id, director.account(coordinator), now=listed_at)
        declaration = Declaration(code, listed_at, complete=True)
        done = import_roster(tools, context, actor, path, declaration)
        if done.counts.rejected:
            raise AssertionError(
                f"{done.counts.rejected} rows of a made-up list were handed back: {done.rejections[:3]}"
            )

    def deal(book, context, actor):  # type: ignore[no-untyped-def]
        return assign_doors(book, context, actor)

    director.command(coordinator, deal)


def _let_read(session: Session, unit_id: uuid.UUID, *, until: Instant) -> None:
    """Let everybody have read what the bell said until then, so that it rings for this day and not for all of them."""
    n, held = table_of(Notice).c, table_of(PostHolding).c
    theirs = select(n.unit_id, n.id, held.membership_id, func.max(n.arrived)).where(
        n.unit_id == unit_id, n.shown_at < until, held.unit_id == n.unit_id, held.post_id == n.post_id
    )
    columns = ["unit_id", "notice_id", "membership_id", "seen"]
    session.execute(insert(NoticeRead).from_select(columns, theirs.group_by(n.unit_id, n.id, held.membership_id)))


def _finish(store: Store, unit_id: uuid.UUID, clock: FixedClock, *, offset: int) -> None:
    with store.write() as session:
        seal_unit(session, unit_id, now=clock.now())
        _let_read(session, unit_id, until=clock.now() - UNREAD)
        session.execute(update(Unit).where(Unit.id == unit_id).values(clock_offset=offset))
