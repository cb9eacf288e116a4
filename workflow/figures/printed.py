"""A signed paper, checked against itself and against our figures. The system proposes; a person decides."""

from collections.abc import Iterator, Mapping, Sequence

from rules.findings import Finding, Repair
from rules.pack import Pack
from rules.pack.model import Line, Partition, Printed, PrintedLine
from rules.said import Figure, Said, added_up, in_a_row
from rules.time import at
from workflow.figures.checks import misplaced
from workflow.figures.numbers import decimal_vi, integer_vi, percent_units, read_percent
from workflow.figures.repairs import Paper, Rate, Sum, propose
from workflow.figures.values import Figures


def check_printed(figures: Figures) -> list[Finding]:
    """Return what is to be said about the papers that speak of exactly this instant; none below unit level."""
    if not figures.is_whole_unit:
        return []
    papers = figures.pack.model.examples.printed
    return [
        found for printed in papers if at(printed.as_of) == figures.cut.as_of for found in check_paper(figures, printed)
    ]


def check_paper(figures: Figures, printed: Printed) -> list[Finding]:
    """Return the findings about one paper: sums and rates that fail, its form, and where our figures differ."""
    paper = paper_of(figures.pack, printed)
    return [
        *broken(paper, printed.document),
        *_misplaced(figures.pack, printed),
        *_form(printed),
        *_differences(figures, printed),
    ]


def paper_of(pack: Pack, printed: Printed) -> Paper:
    """Return what the paper asserts: its counts, the sums they must satisfy, and the rates it prints."""
    lines = {line.code: line for line in pack.model.figures.lines}
    counts = {line.code: line.count for line in printed.lines}
    sums = [
        Sum(partition.total, tuple(code for code in partition.parts if code in counts))
        for partition in pack.model.figures.partitions
        if partition.total in counts and _is_whole(partition, counts, lines)
    ]
    base_line = _base_lines(pack)
    rates = []
    for line in printed.lines:
        base = base_line.get(line.code)
        if line.percent is not None and base in counts:
            rates.append(Rate(line.code, base, *read_percent(line.percent)))
    return Paper(counts, tuple(sums), tuple(rates))


def _is_whole(partition: Partition, counts: Mapping[str, int], lines: Mapping[str, Line]) -> bool:
    missing = [code for code in partition.parts if code not in counts]
    return all(code in lines and lines[code].print == "when_not_zero" for code in missing)


def _base_lines(pack: Pack) -> dict[str, str]:
    """Return for each line the line that prints what it is divided by."""
    policies = {policy.id: policy.base for policy in pack.model.figures.policies}
    printing = {line.figure: line.code for line in reversed(pack.model.figures.lines)}
    return {
        line.code: printing[policies[line.policy]]
        for line in pack.model.figures.lines
        if line.policy in policies and policies[line.policy] in printing
    }


def broken(paper: Paper, document: str) -> Iterator[Finding]:
    """Yield an error for each sum and rate of the paper that does not hold, with the readings that would repair it."""
    repairs = propose(paper)
    best = _advice(repairs) if repairs else None
    for check in paper.sums:
        if not check.holds(paper.counts):
            parts = {code: paper.counts[code] for code in check.parts}
            added, total = sum(parts.values()), paper.counts[check.total]
            message = Said(
                "%(document)s: %(sum)s = %(added)s, không bằng %(total)s (mục %(code)s).",
                document=document,
                sum=added_up(Figure(integer_vi(n)) for n in parts.values()),
                added=Figure(integer_vi(added)),
                total=Figure(integer_vi(total)),
                code=check.total,
            )
            mending = tuple(repair for repair in repairs if check.name in repair.mends)
            yield Finding(
                check.name,
                "error",
                check.total,
                _with(message, best),
                {"total": total, "sum": added, "parts": parts},
                mending,
            )
    for rate in paper.rates:
        if not rate.holds(paper.counts):
            n, base = paper.counts[rate.code], paper.counts[rate.base]
            right = decimal_vi(percent_units(n, base, rate.decimals), rate.decimals)
            said = decimal_vi(rate.units, rate.decimals)
            message = Said(
                "%(document)s: mục %(code)s in %(n)s và %(printed)s, hai số này không thể cùng đúng: %(n)s/%(base)s = %(right)s.",
                document=document,
                code=rate.code,
                n=Figure(integer_vi(n)),
                printed=Figure(f"{said} %"),
                base=Figure(integer_vi(base)),
                right=Figure(f"{right} %"),
            )
            mending = tuple(repair for repair in repairs if rate.name in repair.mends)
            numbers = {"count": n, "base": base, "printed": f"{said} %", "computed": f"{right} %"}
            yield Finding(rate.name, "error", rate.code, _with(message, best), numbers, mending)


def _advice(repairs: Sequence[Repair]) -> str:
    first = repairs[0]
    return Said(
        "Cách đọc sửa được nhiều chỗ nhất: mục %(where)s là %(proposed)s thay cho %(printed)s (sửa %(n)s chỗ). "
        "Đây là gợi ý, người có thẩm quyền quyết định.",
        where=first.where,
        proposed=Figure(first.proposed),
        printed=Figure(first.printed),
        n=len(first.mends),
    )


def _with(message: str, advice: str | None) -> str:
    return in_a_row([message] if advice is None else [message, advice])


def _misplaced(pack: Pack, printed: Printed) -> Iterator[Finding]:
    counts = {line.code: line.count for line in printed.lines}
    for done, other, total in misplaced(pack):
        if counts.get(other.code):
            message = Said(
                "%(document)s: mục %(other)s (%(n)s người) là người đã làm xong nhưng được cộng vào mục %(total)s; "
                "đúng nghĩa thì thuộc mục %(done)s, chờ đối soát.",
                document=printed.document,
                other=other.code,
                n=Figure(integer_vi(counts[other.code])),
                total=total,
                done=done.code,
            )
            yield Finding("printed-done-among-others", "info", other.code, message, {"count": counts[other.code]})


def _form(printed: Printed) -> Iterator[Finding]:
    """Yield notes on how the numbers are written: mixed decimals, a number without its thousands dot."""
    decimals = {line.code: read_percent(line.percent)[1] for line in printed.lines if line.percent}
    usual = max({*decimals.values()}, key=lambda d: (list(decimals.values()).count(d), d), default=0)
    for code, n in decimals.items():
        if n > usual:
            message = Said(
                "%(document)s: mục %(code)s in %(n)s chữ số lẻ, các mục khác in %(usual)s.",
                document=printed.document,
                code=code,
                n=n,
                usual=usual,
            )
            yield Finding("printed-decimals", "info", code, message, {"decimals": n, "usual": usual})
    written: dict[str, list[str]] = {}
    for line in printed.lines:
        if bare := _without_dot(line):
            written.setdefault(bare, []).append(line.code)
    for bare, codes in written.items():
        where = ", ".join(codes)
        message = Said(
            "%(document)s: mục %(where)s viết “%(bare)s”; viết thống nhất là “%(usual)s”.",
            document=printed.document,
            where=where,
            bare=bare,
            usual=integer_vi(int(bare)),
        )
        yield Finding("printed-number", "info", where, message, {"written": bare, "lines": len(codes)})


def _without_dot(line: PrintedLine) -> str | None:
    words = "".join(char if char.isdigit() or char in ".," else " " for char in line.written or "").split()
    return next((word for word in words if word.isdigit() and len(word) > 3), None)


def _differences(figures: Figures, printed: Printed) -> Iterator[Finding]:
    by_code = {line.code: line for line in figures.pack.model.figures.lines}
    for line in printed.lines:
        ours = figures.value(by_code[line.code].figure) if line.code in by_code else None
        if ours is not None and ours != line.count:
            message = Said(
                "%(document)s: mục %(code)s in %(printed)s, sổ ghi %(ours)s. Đối chiếu danh sách trước khi dùng số nào.",
                document=printed.document,
                code=line.code,
                printed=Figure(integer_vi(line.count)),
                ours=Figure(integer_vi(ours)),
            )
            yield Finding("printed-difference", "warning", line.code, message, {"printed": line.count, "ours": ours})
