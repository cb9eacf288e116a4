"""`python -m bench`: measure, print a table, and end with 1 if anything is over its limit (2: wrong usage)."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.checking import bench_checking
from bench.close import bench_close
from bench.closing_day import TEAMS as CLOSING_TEAMS
from bench.demo import bench_demo
from bench.figures import bench_figures
from bench.guard import bench_guard
from bench.measure import Result
from bench.move import bench_move
from bench.pages import bench_pages
from bench.papers import bench_papers
from bench.report import record, table
from bench.roster import bench_roster
from bench.sweep import bench_sweep
from bench.town import STEP
from bench.world import SMALLEST, Ground, build, discard, settle
from workflow.cli.shell import collect_seldom

DATABASES = ("sqlite", "postgresql")
ON_DATABASES: dict[str, Callable[[Ground], list[Result]]] = {"move": bench_move}
NAMES = ("guard", "checking", "papers", "sweep", *ON_DATABASES, "close", "roster", "pages", "figures", "demo")


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; return 0 if every ratio is within its limit, else 1."""
    asked = _asked(arguments)
    collect_seldom()  # as the program does; it serves both sides
    results = []
    for where, result in _results(asked):
        results.append((where, result))
        print(f"{where or '-'}: {result.what}: {result.note}", file=sys.stderr, flush=True)
    if asked.json:
        print(json.dumps([record(*one) for one in results], indent=2, ensure_ascii=False))
    else:
        print(table(results))
    return 0 if all(result.ok for _, result in results) else 1


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Speed and memory against hand-written code, in one run."
    )
    parser.add_argument(
        "--only", choices=NAMES, action="append", help="measure only this (may be given more than once)"
    )
    parser.add_argument("--database", choices=DATABASES, action="append", help="measure only on this (default: both)")
    parser.add_argument("--size", type=int, default=100_000, help="cases, and rows of the roster (default: 100000)")
    parser.add_argument(
        "--people", type=int, default=1_000_800, help="cases behind the pages that are measured (default: 1000800)"
    )
    parser.add_argument("--json", action="store_true", help="print records instead of a table")
    asked = parser.parse_args(arguments)
    if asked.size < SMALLEST or asked.size % SMALLEST:
        parser.error(f"--size must be a multiple of {SMALLEST}, so that every area has doors of each sort")
    if asked.people < STEP or asked.people % STEP:
        parser.error(f"--people must be a multiple of {STEP}, so that every team has doors of each sort")
    return asked


def _results(asked: argparse.Namespace) -> Iterator[tuple[str, Result]]:
    wanted: Sequence[str] = asked.only or NAMES
    if "guard" in wanted:
        yield from (("", result) for result in bench_guard())
    if "checking" in wanted:
        yield from (("", result) for result in bench_checking())
    if "papers" in wanted:
        yield from (("", result) for result in bench_papers())
    for database in asked.database or DATABASES:
        if "sweep" in wanted:
            with tempfile.TemporaryDirectory() as folder:
                yield from ((database, result) for result in bench_sweep(database, Path(folder), asked.size))
        with tempfile.TemporaryDirectory() as folder:
            yield from ((database, result) for result in _on(database, Path(folder), asked.size, wanted))
        if "pages" in wanted:
            with tempfile.TemporaryDirectory() as folder:
                yield from ((database, result) for result in bench_pages(database, Path(folder), asked.people))
        if "figures" in wanted:
            with tempfile.TemporaryDirectory() as folder:
                yield from ((database, result) for result in bench_figures(database, Path(folder), asked.people))
    if "demo" in wanted:
        yield from (("", result) for result in bench_demo())


def _on(database: str, folder: Path, size: int, wanted: Sequence[str]) -> Iterator[Result]:
    if any(name in wanted for name in ON_DATABASES):
        ground = build(database, folder, size)
        settle(ground)
        try:
            for name, bench in ON_DATABASES.items():
                if name in wanted:
                    yield from bench(ground)
        finally:
            discard(ground)
    if "close" in wanted:
        smallest = 4 * CLOSING_TEAMS
        yield from bench_close(database, folder, max(size // smallest, 1) * smallest)
    if "roster" in wanted:
        yield from bench_roster(database, folder, size)


if __name__ == "__main__":
    sys.exit(main())
