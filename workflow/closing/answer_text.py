"""The quick answer in a few lines to read out or to paste: what a Vietnamese office sends, in Vietnamese."""

from collections.abc import Iterator

from rules.time import clock_text, day_vi, local_date, minute_of_day, moment_vi
from workflow.closing.quick_answer import QuickAnswer, SystemNumber
from workflow.closing.said import signed_figure
from workflow.numbers import integer_vi


def answer_text(answer: QuickAnswer, *, unit: str) -> str:
    """Return the numbers as lines of text, with the instant and ledger number they hold for, and no name of a person."""
    return "\n".join(_lines(answer, unit)) + "\n"


def _lines(answer: QuickAnswer, unit: str) -> Iterator[str]:
    yield f"{unit} – {answer.campaign}"
    yield f"Tính đến {moment_vi(answer.as_of)}, chưa chốt (sổ ghi đến số {integer_vi(answer.ledger_no)})."
    rate = f", đạt {answer.percent}" if answer.percent else ""
    base = ""
    if answer.base is not None and answer.base_label is not None:
        base = f" ({answer.base_label.vi}: {integer_vi(answer.base)})"
    yield f"{answer.label.vi}: {integer_vi(answer.n)} người{rate}{base}."
    if answer.since is not None and answer.since.change is not None:
        yield f"Từ lần chốt {moment_vi(answer.since.as_of)}: {signed_figure(answer.since.change)}."
    yield f"Chưa gặp hoặc đã kết thúc liên hệ: {integer_vi(answer.left)} người; còn {integer_vi(answer.doors)} hộ phải đến."
    yield _goal(answer)
    if answer.system is not None:
        yield _system(answer.system, answer)
    if answer.reports.missing and answer.reports.due_at is not None:
        names = ", ".join(team.name for team in answer.reports.missing)
        asked = f" ({len(answer.reports.missing)}/{answer.reports.asked})" if answer.reports.asked else ""
        yield f"Kỳ {moment_vi(answer.reports.due_at)} còn thiếu báo cáo{asked}: {names}."
    if answer.synced_at is not None:
        yield f"Số liệu về sổ gần nhất lúc {moment_vi(answer.synced_at)}."


def _goal(answer: QuickAnswer) -> str:
    share = f" ({answer.highest_percent})" if answer.highest_percent else ""
    highest = f"Cao nhất còn có thể đạt: {integer_vi(answer.highest)}{share}"
    if answer.needed is None:
        return f"{highest}; chưa có con số chỉ tiêu."
    needed = f"cần {integer_vi(answer.needed)}"
    if not answer.missing_people:
        return f"{highest}; {needed}, đã đủ."
    if answer.is_reachable:
        then = f" (khi ấy mẫu số là {integer_vi(answer.base_then)})" if answer.base_then is not None else ""
        return f"{highest}{then}; {needed}, còn thiếu {integer_vi(answer.missing_people)}."
    short = f"không thể đạt, thiếu {integer_vi(answer.at_best.short or 0)}"
    if answer.base_then is not None and answer.needed_then is not None:
        grown = f"khi ấy mẫu số là {integer_vi(answer.base_then)}, cần {integer_vi(answer.needed_then)}"
        return f"{highest}; {needed}, {short} ({grown})."
    return f"{highest}; {needed}, {short}."


def _system(system: SystemNumber, answer: QuickAnswer) -> str:
    counted, difference = system
    clock, on = clock_text(minute_of_day(counted.as_of)), local_date(counted.as_of)
    when = clock if on == local_date(answer.as_of) else f"{clock} {day_vi(on)}"
    text = f"Số trên hệ thống lúc {when}: {integer_vi(counted.n)} ({counted.source})"
    if not difference.difference:
        return f"{text}, khớp với sổ cùng lúc."
    parts = [f"{integer_vi(difference.waiting)} đã làm nhưng hệ thống chưa trừ"] if difference.waiting else []
    if difference.unexplained:
        parts.append(f"chưa rõ {signed_figure(difference.unexplained)}")
    return f"{text}, chênh {signed_figure(difference.difference)} so với sổ cùng lúc: {'; '.join(parts)}."
