"""The signed papers that a pack keeps, beside our figures of the same instant: what the catalogue says of them, and where we differ."""

from collections.abc import Iterator

from rules.findings import Finding
from rules.pack.model import Printed
from rules.time import at
from workflow.checking.compare import differs
from workflow.checking.declared import line_place, told_of
from workflow.checking.printed import check_printed
from workflow.checking.remarks import misplaced
from workflow.figures.checks import lines_of_done
from workflow.figures.values import Figures


def check_signed_papers(figures: Figures) -> list[Finding]:
    """Return what is to be said about the papers that speak of exactly this instant; none below unit level."""
    if not figures.is_whole_unit:
        return []
    papers = [paper for paper in figures.pack.model.examples.printed if at(paper.as_of) == figures.cut.as_of]
    return [told_of(found, paper.document) for paper in papers for found in _check(figures, paper)]


def _check(figures: Figures, paper: Printed) -> Iterator[Finding]:
    """Yield the findings about one paper: sums and rates that fail, its form, and where our figures differ."""
    counts = {line.code: line.count for line in paper.lines}
    yield from check_printed(figures.pack, paper)
    for _, other, total in lines_of_done(figures.pack):
        if counts.get(other.code):
            yield misplaced(counts[other.code], line_place(other.code), line_place(total), "info")
    by_code = {line.code: line for line in figures.pack.model.figures.lines}
    for code, printed in counts.items():
        ours = figures.value(by_code[code].figure) if code in by_code else None
        if ours is not None and ours != printed:
            yield differs(printed, ours, line_place(code))
