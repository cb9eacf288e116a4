"""One import of a roster in a process of its own, so that its memory is its own: `python -m bench.roster_side SIDE URL KEYS FILE`.

Prints processor and wall seconds (of this process, its children and the server's processes) and the peak memory in MiB.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from bench.by_hand.driver import Driver
from bench.by_hand.roster import HandRoster
from bench.measure import meter_of
from bench.world import PACK, Ground, ground_of
from rules.pack import load_pack
from rules.time import HOUR, at
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.queries.campaigns import campaign_by_id
from workflow.roster.apply import Tools, apply_roster, check_roster
from workflow.roster.declare import Declaration
from workflow.store import Store
from workflow.tables import Area, TeamArea
from workflow.vault import Vault

AS_OF = at("2025-05-14 17:00")
NOW = AS_OF + HOUR
Import = Callable[[Path], int]
"""What imports a file and returns how many people it entered."""


def main(side: str, url: str, keys: str, file: str) -> None:
    """Import `file` once and print what it took."""
    ground, vault = ground_of(Store(url), load_pack(PACK), 0), Vault.open(Path(keys))
    work = _by_hand(ground, vault) if side == "limit" else _ours(ground, vault)
    meter, wall = meter_of(ground.store), time.perf_counter()
    before = meter.seconds()
    people = work(Path(file))
    seconds, wall = meter.seconds() - before, time.perf_counter() - wall
    print(json.dumps({"people": people, "seconds": seconds, "wall": wall, "mib": _peak_mib()}))


def _ours(ground: Ground, vault: Vault) -> Import:
    tools = Tools(ground.store, vault, FixedClock(NOW), IdSource(seed=7))
    with ground.store.read() as session:
        context = campaign_by_id(session, ground.unit.id, ground.campaign_id)

    def work(path: Path) -> int:
        checked = check_roster(tools, context, path, Declaration("all", AS_OF))
        done = apply_roster(tools, context, checked.file_id)
        if done.counts.rejected:
            raise SystemExit(f"rows were handed back: {done.message} {done.rejections[:1]}")
        return done.counts.created

    return work


def _by_hand(ground: Ground, vault: Vault) -> Import:
    with ground.store.read() as session:
        rows = session.execute(
            select(Area.name, Area.id, TeamArea.team_id).join(TeamArea, TeamArea.area_id == Area.id)
        ).all()
    places = {name: (area, team) for name, area, team in rows}
    by_hand = HandRoster(
        Driver(ground.store.url), vault, IdSource(seed=7), unit_id=ground.unit.id, campaign_id=ground.campaign_id,
        pack_hash=ground.pack.hash, places=places,
    )  # fmt: skip
    return lambda path: by_hand.run(path, as_of=AS_OF, now=NOW)


def _peak_mib() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
