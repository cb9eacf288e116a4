"""Claims across time: what is cumulative never falls, and today is the cumulative count less yesterday's."""

from collections.abc import Iterator, Sequence

from rules.said import Said
from workflow.checking.claims import Claim, NotLess, Sum
from workflow.checking.grids import Grid, Row
from workflow.checking.model import Entry, Value
from workflow.checking.words import BEFORE, BEGAN, CAME, CUMULATIVE, ENDED, FALLS, GROWS, TODAY, WENT, alike


def changes_of(entries: Sequence[Entry]) -> Iterator[Claim]:
    """Yield that cumulative = before + today, where a document prints the three beside one another."""
    counted = [entry for entry in entries if not entry.bound]
    for entry in counted:
        if not CUMULATIVE.search(entry.label):
            continue
        near = [each for each in counted if _is_beside(each, entry)]
        today = next((each for each in near if TODAY.search(each.label) and not BEFORE.search(each.label)), None)
        before = next((each for each in near if BEFORE.search(each.label)), None)
        if today is not None and before is not None:
            yield Sum(
                "today", entry.where, entry.count, (before.count, today.count),
                why="words", names=(before.label, today.label), total_name=entry.label,
            )  # fmt: skip


def stocks_of(entries: Sequence[Entry]) -> Iterator[Claim]:
    """Yield that what there is at the end is what there was, and what came, less what went, where a list prints all four."""
    lists: dict[tuple[int, str], list[Entry]] = {}
    for entry in entries:
        if entry.first and not entry.bound:
            lists.setdefault((id(entry.above), entry.unit), []).append(entry)
    for rows in lists.values():
        if not any(BEGAN.search(row.label) for row in rows):
            continue
        kinds = [_kind(row.label) for row in rows]
        began, ended, came, went = (
            [row for row, its in zip(rows, kinds, strict=True) if its == kind]
            for kind in ("began", "ended", "came", "went")
        )
        if len(began) == len(ended) == 1 and came and went and len(came) + len(went) + 2 == len(rows):
            yield Sum(
                "stock", ended[0].where, ended[0].count, tuple(row.count for row in (*began, *came, *went)),
                (*(1 for _ in (*began, *came)), *(-1 for _ in went)), why="words",
                names=tuple(row.label for row in (*began, *came, *went)), total_name=ended[0].label,
            )  # fmt: skip


def _kind(label: str) -> str:
    shapes = (("began", BEGAN), ("ended", ENDED), ("went", WENT), ("came", CAME))
    return next((kind for kind, shape in shapes if shape.search(label)), "")


def _is_beside(each: Entry, entry: Entry) -> bool:
    """Whether an entry stands in the same paragraph, or is a line of the same list next to it, and counts the same."""
    if each is entry or each.unit not in (entry.unit, "") or CUMULATIVE.search(each.label):
        return False
    near = abs(each.node - entry.node) <= 2 and each.above is entry.above and each.first and entry.first
    return each.passage == entry.passage or near


def against_previous(
    entries: Sequence[Entry], before: Sequence[Entry], grids: Sequence[Grid], grids_before: Sequence[Grid]
) -> Iterator[Claim]:
    """Yield what must hold between a report and the one of the period before."""
    for entry in entries:
        earlier = _match(entry, before)
        if earlier is None:
            continue
        if GROWS.search(entry.label) and not FALLS.search(entry.label):
            yield NotLess(entry.where, entry.count, _old(earlier.count), label=entry.label)
            today = next(
                (
                    each
                    for each in entries
                    if TODAY.search(each.label) and abs(each.node - entry.node) <= 2
                    and each is not entry and not BEFORE.search(each.label)
                ),
                None,
            )  # fmt: skip
            if today is not None and CUMULATIVE.search(entry.label):
                yield Sum(
                    "today", entry.where, entry.count, (_old(earlier.count), today.count),
                    why="previous", names=("", today.label), total_name=entry.label,
                )  # fmt: skip
    for grid, old in zip(grids, grids_before, strict=False):
        yield from _tables(grid, old)


def _match(entry: Entry, before: Sequence[Entry]) -> Entry | None:
    """Return the entry of the earlier report that says the same: of the same line number, or the likest words."""
    same = [each for each in before if each.code == entry.code and alike(each.label, entry.label) > 0.6]
    if same:
        return max(same, key=lambda each: alike(each.label, entry.label))
    likely = [(alike(each.label, entry.label), each) for each in before]
    best = max(likely, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] > 0.85 else None


def _tables(grid: Grid, old: Grid) -> Iterator[Claim]:
    rows = {row.label: row for row in old.rows}
    columns = {head: column for column, head in old.heads.items()}
    for row in grid.rows:
        earlier = rows.get(row.label)
        if earlier is None:
            continue
        for column, value in row.numbers.items():
            head = grid.heads.get(column, "")
            then = earlier.numbers.get(columns.get(head, -1))
            if then is None or column in grid.shares:
                continue
            if CUMULATIVE.search(head) or (GROWS.search(head) and not FALLS.search(head)):
                yield NotLess(value.where, value, _old(then), label=f"{row.label}, {head}")
            if CUMULATIVE.search(head) and (today := _today(grid, row)) is not None:
                yield Sum(
                    "today",
                    value.where,
                    value,
                    (_old(then), today),
                    why="previous",
                    names=("", today.where),
                    total_name=row.label,
                )


def _today(grid: Grid, row: Row) -> Value | None:
    for column, head in grid.heads.items():
        if TODAY.search(head) and not CUMULATIVE.search(head) and column in row.numbers:
            return row.numbers[column]
    return None


def _old(value: Value) -> Value:
    return Value(value.written, value.number, value.decimals, Said("kỳ trước, %(where)s", where=value.where))
