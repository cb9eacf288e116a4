"""The report in words, laid out like the results section of the paper it was written from."""

from collections.abc import Iterable, Iterator

from rules.findings import SEVERITY_VI
from rules.time import moment_vi
from workflow.figures.lines import ReportLine
from workflow.figures.report import Report
from workflow.numbers import integer_vi


def report_text(report: Report) -> str:
    """Return the report as lines of Vietnamese text."""
    return "\n".join([*_head(report), *_sections(report), *_goals(report), *_remarks(report)]) + "\n"


def quick_text(report: Report) -> str:
    """Return the report in a few lines that can be pasted into a message: the same figures, without splits and remarks.

    One that does not balance says so first.
    """
    lines = [] if report.balanced else ["CÁC MỤC KHÔNG KHỚP, chưa được gửi."]
    lines += [
        f"{report.name} – báo cáo nhanh",
        f"Tính đến trước {moment_vi(report.as_of)} (sổ ghi đến số {integer_vi(report.ledger_no)}).",
    ]
    lines += [
        f"{line.code}. {line.label}: {_amount(line)}."
        for line in report.lines
        if "." not in line.code and line.count is not None
    ]
    lines += [target.sentence() for target in report.targets[:1]]
    return "\n".join(lines) + "\n"


def _head(report: Report) -> Iterator[str]:
    known = f"sổ ghi đến số {integer_vi(report.ledger_no)}"
    if report.known_at is not None:
        known += f", lúc {moment_vi(report.known_at)}"
    yield report.name
    yield f"Số liệu tính đến trước {moment_vi(report.as_of)} ({known})."
    yield ""


def _sections(report: Report) -> Iterator[str]:
    """Yield the headings of the outline that have lines, and under each its lines; lines of no heading come last."""
    left = list(report.lines)
    for item in report.pack.model.figures.outline:
        wanted = [line for line in left if _belongs(line, item.lines)]
        if wanted:
            yield f"{item.number}. {item.title}"
            yield from _lines(report, wanted)
            left = [line for line in left if line not in wanted]
    yield from _lines(report, left)


def _belongs(line: ReportLine, codes: Iterable[str]) -> bool:
    return line.code.split(", ")[0] in set(codes)


def _lines(report: Report, lines: list[ReportLine]) -> Iterator[str]:
    remarks = {f.where: f.message for f in report.findings if f.check == "done-among-others"}
    for line in lines:
        has_parts = any(other.code.startswith(f"{line.code}.") for other in report.lines)
        yield f"{line.code}. {line.label}: {_amount(line)}{', trong đó:' if has_parts else '.'}"
        if line.code in remarks:
            yield f"   (Ghi chú: {remarks[line.code]})"


def _amount(line: ReportLine) -> str:
    if line.count is None:
        return line.note or "chưa có số liệu"
    text = f"{integer_vi(line.count)} {line.unit}"
    if line.base is None:
        return text
    if line.percent is None:
        return f"{text} (chưa tính được tỷ lệ vì mẫu số bằng 0)"
    verb = "đạt" if line.is_done else "chiếm"
    return f"{text}, {verb} tỷ lệ {line.percent} ({line.base_label}: {integer_vi(line.base)})"


def _goals(report: Report) -> Iterator[str]:
    if report.targets:
        yield ""
        yield "Chỉ tiêu"
        yield from (target.sentence() for target in report.targets)


def _remarks(report: Report) -> Iterator[str]:
    yield ""
    yield "Kiểm tra: các mục cộng khớp." if report.balanced else "Kiểm tra: CÁC MỤC KHÔNG KHỚP, chưa được gửi."
    told = [finding for finding in report.findings if finding.check not in ("external", "done-among-others")]
    for finding in told:
        yield f"- [{SEVERITY_VI[finding.severity]}] {finding.message}"
        for repair in finding.repairs:
            yield f"    {repair.where}: {repair.printed} → {repair.proposed} (sửa: {', '.join(repair.mends)})"
