"""What a paper of ours claims beyond its words: the sums that its pack declares, over the lines that are printed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules.findings import Finding
from rules.pack import Pack
from rules.said import Said
from workflow.checking.claims import Sum
from workflow.checking.model import Value
from workflow.numbers import integer_vi


def declared_sums(pack: Pack, values: Mapping[str, Value]) -> Iterator[Sum]:
    """Yield the sums that the pack declares over `values` (by line code), those that can be added.

    A line that is printed only when not zero counts nothing where it is missing; a sum with somebody else's figure waits for it.
    """
    figures, optional = pack.model.figures, zero_lines(pack)
    below = {code for partition in figures.partitions for code in partition.parts}
    for partition in figures.partitions:
        parts = [code for code in partition.parts if code in values]
        if partition.total in values and all(code in values or code in optional for code in partition.parts):
            yield Sum(
                "children" if partition.total in below else "partition", line_place(partition.total), values[partition.total],
                tuple(values[code] for code in parts), why="pack", names=tuple(parts), total_name=partition.total,
            )  # fmt: skip


def zero_lines(pack: Pack) -> frozenset[str]:
    """Return the codes of the lines that are zero where they are not printed."""
    figures = pack.model.figures
    others = {figure.id for figure in figures.figures if figure.external}
    return frozenset(line.code for line in figures.lines if line.print == "when_not_zero" and line.figure not in others)


def line_place(code: str) -> Said:
    """Return how a line of a paper is called as a place."""
    return Said("mục %(code)s", code=code)


def value_at(number: int, where: str) -> Value:
    """Return a count of ours as the checks take it."""
    return Value(integer_vi(number), number, 0, where)


def told_of(finding: Finding, whose: str) -> Finding:
    """Return a finding whose message says by itself whose it is and where: for pages that show several papers at once."""
    message = Said("%(whose)s, %(where)s: %(found)s", whose=whose, where=finding.where, found=finding.message)
    return replace(finding, message=message)


def told_in_place(finding: Finding) -> Finding:
    """Return a finding whose message says by itself where it is."""
    return replace(finding, message=Said("%(where)s: %(found)s", where=finding.where, found=finding.message))
