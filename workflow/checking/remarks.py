"""What is to be said beside the equations: people in the wrong line, numbers that are none, units mixed, and how figures are written."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rules.findings import Finding, Severity
from rules.said import Figure, Said, listed
from workflow.checking.claims import Claims, Rate, Sum, as_printed
from workflow.checking.grids import Grid
from workflow.checking.judge import cut_rates
from workflow.checking.model import Entry, Note, Passage
from workflow.checking.quantities import quantities, unit_of_name
from workflow.checking.words import are_opposite, is_cannot, is_lagging
from workflow.numbers import decimal_vi, integer_vi, percent_units

_NUMBERED: Final = re.compile(r"^[IVX]+\.")
MOST_ALONE: Final = 3
"""From so many rows on, a table is expected to add them up."""


def remarks(
    passages: Sequence[Passage],
    wheres: Sequence[str],
    entries: Sequence[Entry],
    grids: Sequence[Grid],
    claims: Claims,
    notes: Sequence[Note],
) -> list[Finding]:
    """Return every finding that is not an equation."""
    return [
        *(Finding(note.check, "error", note.where, note.message, note.numbers) for note in notes),
        *_misplaced(entries, passages),
        *_malformed(passages, wheres, grids),
        *_merged(grids),
        *_without_totals(grids),
        *_units_of_columns(grids),
        *_units_of_sums(claims),
        *_units(entries),
        *_opposite_units(entries),
        *_whole_shares(claims),
        *_without_base(entries, claims),
        *mixed_decimals(claims),
        *_cut(claims),
        *ungrouped(entries),
    ]


def _misplaced(entries: Sequence[Entry], passages: Sequence[Passage]) -> Iterator[Finding]:
    """Yield each line of people who have done it, under a line of those who cannot or have not.

    A line that the document itself counts to the done elsewhere, by its number ("nêu tại mục 3.8"), is only noted.
    """
    for entry in entries:
        above = entry.above
        if (
            above is None
            or entry.count is None
            or not entry.count.number
            or not is_lagging(entry.label)
            or not is_cannot(above.label)
        ):
            continue
        severity: Severity = "info" if _is_explained(entry, passages) else "error"
        yield misplaced(entry.count.number, entry.where, above.where, severity)


def _is_explained(entry: Entry, passages: Sequence[Passage]) -> bool:
    """Whether some line speaks of this one by its number and says that they have done it."""
    named = re.compile(rf"\bmục {re.escape(_NUMBERED.sub('', entry.code))}(?![.\d])")
    return any(named.search(each.text) and is_lagging(each.text) for each in passages)


def misplaced(n: int, where: str, above: str, severity: Severity = "error") -> Finding:
    """Return what is said of people who are done in a line of those who cannot or have not."""
    message = Said(
        "%(n)s người đã làm xong, hệ thống chưa ghi nhận, lại nằm trong số không thể (%(above)s). Chuyển sang số đã làm, chờ đối soát.",
        n=Figure(integer_vi(n)), above=above,
    )  # fmt: skip
    return Finding("misplaced", severity, where, message, {"count": n, "under": above})


def _malformed(passages: Sequence[Passage], wheres: Sequence[str], grids: Sequence[Grid]) -> Iterator[Finding]:
    for passage, where in zip(passages, wheres, strict=True):
        for each in quantities(passage.text):
            if each.kind == "malformed":
                yield _no_number(where, each.written)
    for grid in grids:
        for cell in grid.wrong:
            yield _no_number(cell.name, cell.text)
        for value in grid.broken:
            yield _no_number(value.where, value.written)


def _no_number(where: str, written: str) -> Finding:
    message = Said(
        "“%(written)s” không phải một số viết đúng. Nhóm nghìn có ba chữ số: 4.546; phần thập phân sau dấu phẩy: 87,44.",
        written=written,
    )  # fmt: skip
    return Finding("malformed", "error", where, message, {"written": written})


def _merged(grids: Sequence[Grid]) -> Iterator[Finding]:
    """Yield each merged cell that prints one number for several rows or columns."""
    for grid in grids:
        for value in {id(value): value for value in grid.shared.values()}.values():
            message = Said(
                "ô gộp in “%(written)s” chung cho nhiều dòng hoặc cột, không rõ của dòng, cột nào; phép tính qua ô này không kiểm được, "
                "phần còn lại vẫn kiểm. Bỏ gộp ô rồi ghi số cho từng dòng.",
                written=value.written,
            )  # fmt: skip
            yield Finding("merged", "warning", value.where, message, {"written": value.written})


def _without_totals(grids: Sequence[Grid]) -> Iterator[Finding]:
    """Yield each table of counts without a row that adds them up."""
    for grid in grids:
        columns = [column for column in grid.counted if sum(column in row.numbers for row in grid.rows) >= MOST_ALONE]
        if columns and not grid.has_totals:
            last = [row for row in grid.rows if columns[0] in row.numbers][-1]
            message = Said(
                "bảng không có dòng tổng cộng nên không kiểm được phép cộng theo cột; các phép tính khác vẫn kiểm. Thêm dòng “Tổng cộng” "
                "dưới dòng này.",
            )  # fmt: skip
            yield Finding("no-total", "info", last.numbers[columns[0]].where, message, {"rows": len(grid.rows)})


def _units_of_columns(grids: Sequence[Grid]) -> Iterator[Finding]:
    """Yield each total of a column whose cells print different units."""
    for grid in grids:
        for column, told in grid.units.items():
            units = {unit for _, unit in told if unit in _PEOPLE_OR_OPINIONS}
            totals = [row for row in grid.rows if row.is_total and column in row.numbers]
            if len(units) > 1 and totals:
                yield _mixed(totals[-1].numbers[column].where, units)


def _units_of_sums(claims: Claims) -> Iterator[Finding]:
    """Yield each relation of a table that adds up rows or columns called by different units; one that many rows repeat, once."""
    told: set[tuple[str, ...]] = set()
    for claim in claims.claims:
        if isinstance(claim, Sum) and claim.why in ("columns", "total row") and claim.names not in told:
            units = {unit for name in claim.names if (unit := unit_of_name(name)) in _PEOPLE_OR_OPINIONS}
            if len(units) > 1:
                told.add(claim.names)
                yield _mixed(claim.where, units)


def _units(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield each total whose numbered parts are counted in another unit than it is."""
    below: dict[int, list[Entry]] = {}
    for part in entries:
        if part.above is not None and part.first and part.node != part.above.node and part.unit:
            below.setdefault(id(part.above), []).append(part)
    for entry in entries:
        parts = below.get(id(entry), [])
        other = [part for part in parts if part.unit != entry.unit]
        if not entry.lead or entry.lead == ":" or not entry.unit or len(parts) < 2 or not other:
            continue
        added = sum(part.count.number for part in parts)
        if added == entry.count.number and {entry.unit, *(part.unit for part in other)} <= _PEOPLE_OR_OPINIONS:
            yield _mixed(entry.where, {entry.unit, *(part.unit for part in other)})


def _opposite_units(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield each two neighbours, one the other denied, that come to a printed total in one unit though they have two."""
    totals = {(entry.count.number, entry.unit) for entry in entries}
    for one, other in itertools.pairwise(entries):
        units = {one.unit, other.unit}
        added = one.count.number + other.count.number
        if (
            one.passage == other.passage
            and len(units) == 2
            and units <= _PEOPLE_OR_OPINIONS
            and any((added, unit) in totals for unit in units)
            and are_opposite(one.label, other.label)
        ):
            yield _mixed(one.where, units)


def _mixed(where: str, units: Iterable[str]) -> Finding:
    message = Said(
        "cộng lẫn đơn vị (%(units)s); một người có thể có nhiều ý kiến, một hộ có nhiều người. Ghi rõ và tách riêng.",
        units=listed(Said(_UNIT_VI[unit]) for unit in sorted(units)),
    )
    return Finding("unit", "warning", where, message, {"units": sorted(units)})


_UNIT_VI = {"person": "người", "household": "hộ", "opinion": "ý kiến", "account": "tài khoản", "ballot": "phiếu"}
_PEOPLE_OR_OPINIONS = frozenset(_UNIT_VI)


def _whole_shares(claims: Claims) -> Iterator[Finding]:
    """Yield each 100 % or 0 % that is only rounded to it."""
    for claim in claims.claims:
        if not isinstance(claim, Rate) or not claim.holds(as_printed):
            continue
        count, base, scale = claim.count.number, claim.base.number, 100 * 10**claim.rate.decimals
        if claim.rate.number in (0, scale) and count not in (0, base):
            message = Said(
                "in %(printed)s nhưng là %(count)s trên %(base)s; in thêm chữ số lẻ để không đọc thành trọn vẹn.",
                printed=Figure(claim.rate.written), count=Figure(integer_vi(count)), base=Figure(integer_vi(base)),
            )  # fmt: skip
            yield Finding("whole", "warning", claim.where, message, {"count": count, "base": base})


def _without_base(entries: Sequence[Entry], claims: Claims) -> Iterator[Finding]:
    """Yield the percentages whose base the document does not print, all in one note."""
    found = {id(claim.entry) for claim in claims.claims if isinstance(claim, Rate)}
    lost = [entry for entry in entries if entry.rate is not None and id(entry) not in found]
    if lost:
        message = Said(
            "%(n)s tỷ lệ không in mẫu số nên không kiểm được: %(where)s.",
            n=len(lost), where=", ".join(entry.where for entry in lost[:8]) + ("…" if len(lost) > 8 else ""),
        )  # fmt: skip
        yield Finding("base-unknown", "info", lost[0].where, message, {"rates": len(lost)})


def mixed_decimals(claims: Claims) -> Iterator[Finding]:
    """Yield each percentage with more decimals than the others."""
    rates = {
        id(claim.rate): claim for claim in claims.claims if isinstance(claim, Rate) and claim.entry.source == "text"
    }
    told = [claim.rate.decimals for claim in rates.values() if claim.rate.decimals]
    if len(told) < 3:
        return
    usual = Counter(told).most_common(1)[0][0]
    for claim in rates.values():
        if claim.rate.decimals > usual:
            message = Said(
                "%(printed)s có %(n)s chữ số lẻ, các tỷ lệ khác có %(usual)s.",
                printed=Figure(claim.rate.written), n=claim.rate.decimals, usual=usual,
            )  # fmt: skip
            yield Finding("decimals", "info", claim.where, message, {"decimals": claim.rate.decimals, "usual": usual})


def _cut(claims: Claims) -> Iterator[Finding]:
    for claim in cut_rates(claims):
        exact = percent_units(claim.count.number, claim.base.number, claim.rate.decimals)
        message = Said(
            "%(printed)s là cắt bỏ; làm tròn thì là %(right)s.",
            printed=Figure(claim.rate.written), right=Figure(decimal_vi(exact, claim.rate.decimals) + "%"),
        )  # fmt: skip
        yield Finding("cut", "info", claim.where, message, {"printed": claim.rate.written})


def ungrouped(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield a note if a document writes some thousands with a dot and some without."""
    written = [
        value for entry in entries for value in (entry.count, entry.over) if value is not None and value.number > 999
    ]
    bare = [value for value in written if value.written.isdigit()]
    if bare and len(bare) < len(written):
        message = Said(
            "Số viết không thống nhất: “%(bare)s” (%(n)s chỗ, đầu tiên ở %(where)s); viết là “%(right)s”.",
            bare=bare[0].written, n=len(bare), where=bare[0].where, right=Figure(integer_vi(bare[0].number)),
        )  # fmt: skip
        yield Finding("written", "info", bare[0].where, message, {"written": bare[0].written, "places": len(bare)})
