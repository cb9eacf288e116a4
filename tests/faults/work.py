"""What a victim does: real commands, ticks and imports on a real store.

Every item brings its own instant and its own seed for ids. Done in two databases it writes the same bytes, so that one in which
processes were killed can be compared, row by row, with one in which nothing happened. Items are plain JSON: they cross a pipe.
"""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workflow.access import Actor, actor_of
from workflow.actions.command import Sender, run_command
from workflow.actions.import_roster import import_roster
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.void_event import void_event
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.ledger.book import Book
from workflow.queries.campaigns import campaign_by_id
from workflow.roster.apply import Tools
from workflow.roster.declare import Declaration
from workflow.store import Store
from workflow.sweeps.tick import tick
from workflow.vault import Vault

Item = dict[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Where:
    """The unit and campaign that items are for."""

    unit: str
    code: str
    campaign: str
    keys: str = ""

    @property
    def unit_id(self) -> uuid.UUID:
        """The unit's id."""
        return uuid.UUID(self.unit)

    @property
    def campaign_id(self) -> uuid.UUID:
        """The campaign's id."""
        return uuid.UUID(self.campaign)

    def as_json(self) -> dict[str, str]:
        """Return it as data for a pipe."""
        return asdict(self)


def visit_item(
    account: uuid.UUID, door: uuid.UUID, findings: list[tuple[str, uuid.UUID | None]], *, at: int, seed: int
) -> Item:
    """Return a visit: outcomes for the whole door (no case) or for people."""
    told = [[outcome, case.hex if case else None] for outcome, case in findings]
    return {"do": "visit", "by": account.hex, "door": door.hex, "findings": told, "at": at, "seed": seed}


def void_item(account: uuid.UUID, ledger_no: int, *, at: int, seed: int) -> Item:
    """Return the voiding of an event."""
    return {"do": "void", "by": account.hex, "ledger_no": ledger_no, "at": at, "seed": seed}


def tick_item(*, at: int, seed: int) -> Item:
    """Return one tick of the unit."""
    return {"do": "tick", "at": at, "seed": seed}


def import_item(account: uuid.UUID, path: Path, *, at: int, seed: int, list_code: str = "all") -> Item:
    """Return the import of a file that lists people of any area as of `at`."""
    return {"do": "import", "by": account.hex, "path": str(path), "list": list_code, "at": at, "seed": seed}


def do(store: Store, where: Where, item: Item) -> Answer:
    """Do one item and return its answer after the commit; refusals are raised as they are."""
    return _DOING[item["do"]](store, where, item)


def key_of(item: Item) -> str:
    """Return the key under which a command is sent: the same item is the same command."""
    return f"{item['do']}-{item['seed']}"


def _command(store: Store, where: Where, item: Item, work: Callable[..., Answer]) -> Answer:
    sender = Sender(where.unit_id, uuid.UUID(item["by"]), key_of(item))

    def in_book(book: Book, actor: Actor) -> Answer:
        context = campaign_by_id(book.session, where.unit_id, where.campaign_id)
        book.pack_hash = context.pack.hash
        return work(book, context, actor)

    return run_command(store, FixedClock(item["at"]), IdSource(seed=item["seed"]), sender, item, in_book)


def _visit(store: Store, where: Where, item: Item) -> Answer:
    findings = tuple(
        Finding(outcome, uuid.UUID(case) if case else None, evidence="Tổ trưởng tổ dân phố xác nhận")
        for outcome, case in item["findings"]
    )
    report = VisitReport(door_id=uuid.UUID(item["door"]), happened_at=item["at"], findings=findings)
    return _command(store, where, item, lambda book, context, actor: record_visit(book, context, actor, report))


def _void(store: Store, where: Where, item: Item) -> Answer:
    def work(book: Book, context: Any, actor: Actor) -> Answer:
        return void_event(book, context, actor, item["ledger_no"], reason="Bấm nhầm hộ bên cạnh")

    return _command(store, where, item, work)


def _tick(store: Store, where: Where, item: Item) -> Answer:
    report = tick(store, FixedClock(item["at"]), IdSource(seed=item["seed"]), units=[where.code], worker="nạn nhân")[0]
    return {"written": report.written, **report.lines()}


def _import(store: Store, where: Where, item: Item) -> Answer:
    clock = FixedClock(item["at"])
    tools = Tools(store, Vault.open(Path(where.keys)), clock, IdSource(seed=item["seed"]))
    with store.read() as session:
        context = campaign_by_id(session, where.unit_id, where.campaign_id)
        actor = actor_of(session, where.unit_id, uuid.UUID(item["by"]), now=clock.now())
    done = import_roster(tools, context, actor, Path(item["path"]), Declaration(item["list"], as_of=item["at"]))
    return {"status": done.status, "ledger_no": done.ledger_no, **done.counts.as_dict()}


_DOING = {"visit": _visit, "void": _void, "tick": _tick, "import": _import}
