"""The results as a table for people, and as records for programs."""

from collections.abc import Iterable
from typing import Any

from bench.measure import Result

HEADINGS = ("what", "ours", "limit", "", "ratio", "allowed", "ok")


def table(results: Iterable[tuple[str, Result]]) -> str:
    """Return the lines of a table; each result comes with the database it was measured on."""
    rows = [HEADINGS, *(_cells(where, result) for where, result in results)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    return "\n".join(_line(row, widths) for row in rows)


def _cells(where: str, result: Result) -> tuple[str, ...]:
    ratio, allowed = result.ratio, result.allowed
    return (
        f"{where}: {result.what}" if where else result.what,
        f"{result.ours:.3f}",
        f"{result.limit:.3f}" if result.limit else "–",
        result.unit,
        f"{ratio:.2f}×" if ratio is not None else "–",
        f"{allowed:.1f}×" if allowed is not None else "–",
        "ok" if result.ok else "FAILED" if result.failed else "OVER",
    )


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first = row[0].ljust(widths[0])
    return "  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]).rstrip()


def record(where: str, result: Result) -> dict[str, Any]:
    """Return a result as a record that can be written as JSON."""
    return {
        "database": where or None,
        "what": result.what,
        "ours": result.ours,
        "limit": result.limit,
        "unit": result.unit,
        "ratio": result.ratio,
        "allowed": result.allowed,
        "ok": result.ok,
        "note": result.note,
    }
