"""A signed paper that a pack keeps as data, judged like anybody's report; its sums and bases are the ones that the pack declares.

The system proposes; a person decides.
"""

from collections.abc import Iterator, Mapping

from rules.findings import Finding
from rules.pack import Pack
from rules.pack.model import Printed, PrintedLine
from workflow.checking.claims import Claim, Claims, Rate, Same, Together
from workflow.checking.declared import declared_sums, line_place, value_at
from workflow.checking.judge import judge
from workflow.checking.model import Entry, Value
from workflow.checking.quantities import Quantity, quantities
from workflow.checking.remarks import mixed_decimals, ungrouped
from workflow.numbers import read_percent


def check_printed(pack: Pack, printed: Printed) -> list[Finding]:
    """Return the sums and rates of a paper that fail, with the readings that mend them, then how its numbers are written."""
    entries = {line.code: _entry(pack, line) for line in printed.lines}
    claims = _claims(pack, entries)
    return [*judge(claims), *mixed_decimals(claims), *ungrouped(list(entries.values()))]


def _entry(pack: Pack, line: PrintedLine) -> Entry:
    where = line_place(line.code)
    label = next((each.label.vi for each in pack.model.figures.lines if each.code == line.code), line.code)
    read = _count_written(line)
    count = value_at(line.count, where) if read is None else Value(read.written, read.value, 0, where)
    over = None if read is None or read.over is None else Value(read.over_written, read.over, 0, where)
    rate = None if line.percent is None else Value(f"{line.percent}%", *read_percent(line.percent), where)
    return Entry(line.code, label, count, "", where, over=over, rate=rate)


def _count_written(line: PrintedLine) -> Quantity | None:
    """Return the count of a line as its own words print it; None where the pack keeps no words, or they say another number."""
    read = quantities(line.written or "")
    return next((each for each in read if each.kind == "count" and each.value == line.count), None)


def _claims(pack: Pack, entries: Mapping[str, Entry]) -> Claims:
    together = Together()
    claims: list[Claim] = [*declared_sums(pack, {code: entry.count for code, entry in entries.items()})]
    for code, base in _base_lines(pack).items():
        if code in entries and base in entries:
            claims += _of_rate(entries[code], entries[base], together)
    return Claims(tuple(claims), together.places)


def _of_rate(entry: Entry, base: Entry, together: Together) -> Iterator[Claim]:
    """Yield what a line and its base claim; the base behind a slash and a count that repeats the base are one number with it."""
    if entry.over is not None and entry.over.number != base.count.number:
        yield Same(entry.where, entry.over, base.count)
    elif entry.over is not None:
        together.bind(base.count, entry.over)
    if entry.count.number == base.count.number:
        together.bind(base.count, entry.count)
    if entry.rate is not None:
        yield Rate(entry.where, entry.count, base.count, entry.rate, entry)


def _base_lines(pack: Pack) -> dict[str, str]:
    """Return for each line the line that prints what it is divided by."""
    policies = {policy.id: policy.base for policy in pack.model.figures.policies}
    printing = {line.figure: line.code for line in reversed(pack.model.figures.lines)}
    return {
        line.code: printing[policies[line.policy]]
        for line in pack.model.figures.lines
        if line.policy in policies and policies[line.policy] in printing
    }
