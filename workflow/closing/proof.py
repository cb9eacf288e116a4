"""The check catalogue over a close of ours: the very checks that other people's reports are judged by, before anybody may send it.

A close claims more than a document can: its lines, its teams and areas, the period before and what changed since. All of it must hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.findings import Finding
from rules.pack import Pack
from rules.said import Said
from workflow.checking.claims import Claim, Claims, Numbers, Rate, Sum
from workflow.checking.judge import judge
from workflow.checking.model import Entry, Value
from workflow.closing.frozen import Frozen, FrozenLine, FrozenPlace
from workflow.figures.numbers import integer_vi, own_units, read_percent


@dataclass(frozen=True, eq=False)
class OwnRate(Rate):
    """A percentage of ours: rounded half up, but never to 100 or 0 where the count differs."""

    def holds(self, of: Numbers) -> bool:
        """Whether the percentage is the one that we print for these numbers."""
        base = of(self.base)
        return base > 0 and own_units(of(self.count), base, self.rate.decimals) == of(self.rate)


def prove(frozen: Frozen, pack: Pack) -> list[Finding]:
    """Return an error for whatever in a close does not hold; a close with none hangs together."""
    return judge(Claims(tuple(claims_of(frozen, pack))))


def claims_of(frozen: Frozen, pack: Pack) -> Iterator[Claim]:
    """Yield what a close claims."""
    values = {line.code: _value(line.count, _line(line.code)) for line in frozen.lines if line.count is not None}
    yield from _sums(pack, values)
    for line in frozen.lines:
        yield from _rate(line, values)
    yield from _places(frozen.teams, frozen, "team")
    yield from _places(frozen.areas, frozen, "area")


def _sums(pack: Pack, values: dict[str, Value]) -> Iterator[Claim]:
    """Yield the sums that the pack declares; a line that is printed only when not zero counts nothing where it is missing."""
    optional = {line.code for line in pack.model.figures.lines if line.print == "when_not_zero"}
    tops = {code for partition in pack.model.figures.partitions for code in partition.parts}
    for partition in pack.model.figures.partitions:
        parts = [code for code in partition.parts if code in values]
        whole = partition.total in values and all(code in values or code in optional for code in partition.parts)
        if whole:
            yield Sum(
                "children" if partition.total in tops else "partition", _line(partition.total), values[partition.total],
                tuple(values[code] for code in parts), why="pack", names=tuple(parts), total_name=partition.total,
            )  # fmt: skip


def _rate(line: FrozenLine, values: dict[str, Value]) -> Iterator[Claim]:
    if line.percent is None or line.base is None or line.code not in values:
        return
    where = _line(line.code)
    units, decimals = read_percent(line.percent)
    rate, base = Value(line.percent, units, decimals, where), _value(line.base, where)
    entry = Entry(line.code, line.label, values[line.code], line.unit, where, over=base, rate=rate)
    yield OwnRate(where, values[line.code], base, rate, entry)


def _places(places: tuple[FrozenPlace, ...], frozen: Frozen, kind: str) -> Iterator[Claim]:
    """Yield that each place's parts add up to its whole, and the places to the unit."""
    rows = [{code: _value(n, _place(place)) for code, n in place.columns.items()} for place in places]
    for place, row in zip(places, rows, strict=True):
        total, *parts = row.values()
        if parts:
            yield Sum("cross-foot", _place(place), total, tuple(parts), why="columns", total_name=place.name)
    counts = {line.code: line.count for line in frozen.lines}
    for code in rows[0] if rows else ():
        whole = frozen.total if code == next(iter(rows[0])) else counts.get(code)
        if whole is not None:
            where = Said("mục %(code)s theo tổ công tác" if kind == "team" else "mục %(code)s theo địa bàn", code=code)
            parts = [row[code] for row in rows if code in row]
            yield Sum("cross-foot", where, _value(whole, where), tuple(parts), why="places", total_name=code)


def _line(code: str) -> str:
    return Said("mục %(code)s", code=code)


def _place(place: FrozenPlace) -> str:
    return f"{place.code} {place.name}"


def _value(number: int, where: str) -> Value:
    return Value(integer_vi(number), number, 0, where)
