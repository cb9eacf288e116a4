"""The check catalogue over a close of ours: the very checks that other people's reports are judged by, before anybody may send it.

A close claims more than a document can: its lines, its teams and areas, the period before and what changed since. All of it must hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.findings import Finding
from rules.pack import Pack
from rules.said import Said
from workflow.checking.claims import Claim, Claims, Numbers, Rate, Sum
from workflow.checking.declared import declared_sums, line_place, value_at, zero_lines
from workflow.checking.judge import judge
from workflow.checking.model import Entry, Value
from workflow.closing.frozen import Frozen, FrozenLine, FrozenPlace
from workflow.numbers import own_units, read_percent


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
    values = {line.code: value_at(line.count, line_place(line.code)) for line in frozen.lines if line.count is not None}
    yield from declared_sums(pack, values)
    for line in frozen.lines:
        yield from _rate(line, values)
    counts = dict.fromkeys(zero_lines(pack), 0) | {code: value.number for code, value in values.items()}
    yield from _places(frozen.teams, counts, frozen.total, "team")
    yield from _places(frozen.areas, counts, frozen.total, "area")


def _rate(line: FrozenLine, values: dict[str, Value]) -> Iterator[Claim]:
    if line.percent is None or line.base is None or line.code not in values:
        return
    where = line_place(line.code)
    units, decimals = read_percent(line.percent)
    rate, base = Value(line.percent, units, decimals, where), value_at(line.base, where)
    entry = Entry(line.code, line.label, values[line.code], line.unit, where, over=base, rate=rate)
    yield OwnRate(where, values[line.code], base, rate, entry)


def _places(places: tuple[FrozenPlace, ...], counts: Mapping[str, int], total: int, kind: str) -> Iterator[Claim]:
    """Yield that each place's parts add up to its whole, and the places to the unit's `counts` by line and its `total`."""
    rows = [{code: value_at(n, _place(place)) for code, n in place.columns.items()} for place in places]
    for place, row in zip(places, rows, strict=True):
        whole, *parts = row.values()
        if parts:
            yield Sum("cross-foot", _place(place), whole, tuple(parts), why="columns", total_name=place.name)
    for code in rows[0] if rows else ():
        of_unit = total if code == next(iter(rows[0])) else counts.get(code)
        if of_unit is not None:
            where = Said("mục %(code)s theo tổ công tác" if kind == "team" else "mục %(code)s theo địa bàn", code=code)
            parts = [row[code] for row in rows if code in row]
            yield Sum("cross-foot", where, value_at(of_unit, where), tuple(parts), why="places", total_name=code)


def _place(place: FrozenPlace) -> str:
    return f"{place.code} {place.name}"
