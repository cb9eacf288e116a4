"""A roster of the whole commune, from spreadsheet to ledger: time against the hand-written import, and peak memory."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measure import Result
from bench.rows import must_hold_the_same
from bench.world import AREAS, Ground, build, copy_of, discard, settle
from rules.time import local_date
from workflow.demo.people import make_population
from workflow.demo.rosters import write_roster
from workflow.tables import Assignment, Base, Case, Door, Event, ListEntry, Rollup, Subject
from workflow.vault import Vault

ALLOWED, MIB = 2.5, 300.0
ROUNDS = 2
_OWN = {
    Subject: ("id", "household_id", "id_cipher", "phone_cipher", "mac"),
    Door: ("id", "household_id", "version"),
    Case: ("id", "subject_id", "door_id"),
    Event: ("ledger_no", "case_id", "door_id", "about_id", "batch_id", "data"),
    Assignment: ("id", "door_id", "from_no"),
    Rollup: (),
    ListEntry: ("subject_id", "first_file_id", "last_file_id"),
}  # fmt: skip
"""What the sides must have written alike, and the columns that hold fresh ids and nonces."""


def bench_roster(database: str, folder: Path, size: int, *, rounds: int = ROUNDS) -> Iterator[Result]:
    """Measure the import `rounds` times; SystemExit if the two sides left different rows behind."""
    file, keys = folder / "roster.xlsx", folder / "keys.json"
    write_file(file, size)
    Vault.create(keys)
    empty = build(database, folder, 0)
    settle(empty)
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "limit": []}
    try:
        for number in range(rounds):
            _round(empty, file, keys, found, compared=number == 0)
    finally:
        discard(empty)
    seconds = {side: statistics.median(each["seconds"] for each in runs) for side, runs in found.items()}
    walls = {side: statistics.median(each["wall"] for each in runs) for side, runs in found.items()}
    note = f"processor time with the reader's process and the server; wall {walls['ours']:.1f} against {walls['limit']:.1f} s"
    yield Result(f"roster of {size} rows", seconds["ours"], seconds["limit"], "s", ALLOWED, note)
    peak = max(each["mib"] for each in found["ours"])
    by_hand = max(each["mib"] for each in found["limit"])
    yield Result(
        "peak memory of that import", peak, MIB, "MiB", 1.0, f"against the MiB allowed; by hand it takes {by_hand:.0f}"
    )


def write_file(file: Path, size: int) -> None:
    """Write the spreadsheet: invented people in the areas of the bench's unit."""
    from bench.roster_side import AS_OF

    areas, day = [f"Tổ dân phố {n}" for n in range(AREAS)], local_date(AS_OF)
    write_roster(file, make_population("bench", areas, size, on=day), unit_name="Phường Thử", as_of=day)


def _round(empty: Ground, file: Path, keys: Path, found: dict[str, list[dict[str, Any]]], *, compared: bool) -> None:
    sides = {side: copy_of(empty, side) for side in found}
    try:
        for side, ground in sides.items():
            ground.store.dispose()
            found[side].append(_import(side, ground, keys, file))
        if compared:
            _agree(sides["ours"], sides["limit"])
    finally:
        for ground in sides.values():
            discard(ground)


def _import(side: str, ground: Ground, keys: Path, file: Path) -> dict[str, Any]:
    url = ground.store.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "bench.roster_side", side, url, str(keys), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The import ({side}) did not finish:\n{done.stderr[-2000:]}")
    record: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return record


def _agree(ours: Ground, limit: Ground) -> None:
    model: type[Base]
    for model, without in _OWN.items():
        must_hold_the_same(ours.store, limit.store, model, without=without)
