"""How official papers write numbers, days and hours. Text in, marked text out; nothing is computed."""

import re

from rules.time import Instant, local_datetime
from workflow.closing.frozen import FrozenLine, FrozenTarget
from workflow.documents.marked import figure, plain
from workflow.numbers import integer_vi

NOT_TOLD = "số liệu chưa công bố"


def hour_and_day(instant: Instant) -> str:
    """Return an instant as papers write it.

    >>> from rules.time import at
    >>> hour_and_day(at("2025-05-29 22:00")), hour_and_day(at("2025-02-05 15:58"))
    ('22 giờ ngày 29/5/2025', '15 giờ 58 phút ngày 05/02/2025')
    """
    local = local_datetime(instant)
    minute = f" {local.minute:02d} phút" if local.minute else ""
    return f"{local.hour} giờ{minute} ngày {day(instant)}"


def day(instant: Instant) -> str:
    """Return a day with a zero before days 1–9 and months 1 and 2.

    >>> from rules.time import at
    >>> day(at("2025-05-05 08:00"))
    '05/5/2025'
    """
    local = local_datetime(instant)
    return f"{local.day:02d}/{month(instant)}/{local.year}"


def month(instant: Instant) -> str:
    """Return the month; only January and February have a zero in front."""
    number = local_datetime(instant).month
    return f"{number:02d}" if number < 3 else str(number)


def number_of(line: FrozenLine, name: str | None = None) -> str:
    """Return the count of a line under its name; a line that has none says whose it is."""
    if line.count is None:
        return f"chưa có số liệu của cơ quan chủ quản ({NOT_TOLD})"
    return figure(name or f"so_{line.code}_n", integer_vi(line.count))


def percent_of(line: FrozenLine) -> str:
    """Return the rate of a line under its name, without a space before the sign; empty if it has none."""
    return figure(f"so_{line.code}_p", in_text(line.percent)) if line.percent else ""


def in_text(percent: str) -> str:
    """Return a percentage as it stands within a sentence.

    >>> in_text("87,44 %")
    '87,44%'
    """
    return percent.replace(" ", "")


def base_of(line: FrozenLine) -> str:
    """Return the number that a line is divided by, under its name; empty if it is divided by nothing."""
    return figure(f"so_{line.code}_m", integer_vi(line.base)) if line.base is not None else ""


def amount(line: FrozenLine, parent: FrozenLine | None) -> str:
    """Return the count of a line with its rate and what that is divided by.

    A part of a line with the same base is written as papers do, "185/4.546 người"; any other says what its base is.
    """
    if line.count is None:
        return number_of(line)
    unit = plain(line.unit)
    if line.base is None:
        return f"{number_of(line)} {unit}"
    verb = "đạt" if line.is_done else "chiếm"
    rate = f"{verb} tỷ lệ {percent_of(line)}" if line.percent else "chưa tính được tỷ lệ vì mẫu số bằng 0"
    if parent is not None and parent.policy == line.policy and parent.base == line.base:
        return f"{number_of(line)}/{base_of(line)} {unit}, {rate}"
    return f"{number_of(line)} {unit}, {rate} ({plain(line.base_label or 'trên')}: {base_of(line)})"


def target_sentence(target: FrozenTarget) -> str:
    """Return the sentence of a target with each of its numbers under its name."""
    names = {
        integer_vi(value): f"ct_{target.id}_{name}"
        for name in ("highest", "missing", "needed", "base", "monitor", "count")
        if (value := getattr(target, name)) is not None
    }
    tokens = re.split(r"(\d+(?:\.\d{3})*(?:,\d+)?)", in_sentence(plain(target.sentence)))
    return "".join(figure(names[token], token) if token in names else token for token in tokens)


def in_sentence(text: str) -> str:
    """Return a text with its percentages as papers write them."""
    return re.sub(r"(\d) %", r"\1%", text)


def change(number: int) -> str:
    """Return a change in words.

    >>> change(3), change(-1), change(0)
    ('tăng 3', 'giảm 1', 'không đổi')
    """
    return f"tăng {integer_vi(number)}" if number > 0 else f"giảm {integer_vi(-number)}" if number else "không đổi"
