"""Kinds of values that options take, each refused with a sentence."""

import re
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import click

from rules.time import Instant, at, read_day
from rules.typed_time import Side, typed_moment
from workflow.clock import SystemClock

_YEAR = re.compile(r"\d{4}", re.ASCII)
_LEAP_DAY = at("2024-02-29 00:00")
"""Of a year in which every day and month is real that any year has."""


class InstantType(click.ParamType[Instant]):
    """A local time (Asia/Ho_Chi_Minh): `2025-05-29T22:00`, or as people type it: `22:00 29/5/2025`, `22:00 29/5`, `22:00` of today.

    `side` says where a day without its year lies; without it, it is of this year.
    """

    name = "thời điểm"

    def __init__(self, side: Side | None = None) -> None:
        self.side: Side | None = side

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        """Return the instant."""
        if isinstance(value, int):
            return value
        try:
            return at(str(value))
        except ValueError:
            return self._typed(str(value), param, ctx)

    def _typed(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        try:
            moment = typed_moment(text, since=_LEAP_DAY, on_day=True)[0]
            return (
                moment if _YEAR.search(text) else typed_moment(text, since=_today(ctx), on_day=True, side=self.side)[0]
            )
        except ValueError:
            self.fail(f"“{text}” không phải là thời điểm. Hãy viết giờ và ngày, ví dụ 15:38 24/5/2025.", param, ctx)


def _today(ctx: click.Context | None) -> Instant:
    """Return now by the clock of the unit, for a typed time that leaves out its day or year; what says both needs no clock."""
    instance = None if ctx is None else ctx.find_root().obj
    return int(SystemClock().now() if instance is None else instance.clock_of(instance.unit).now())


class UuidType(click.ParamType[uuid.UUID]):
    """An id as lists print it."""

    name = "mã"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> uuid.UUID:
        """Return the id."""
        if isinstance(value, uuid.UUID):
            return value
        try:
            return uuid.UUID(str(value))
        except ValueError:
            self.fail(
                f"“{value}” không phải là mã; chép nguyên mã từ danh sách (32 chữ số, có thể có gạch nối).", param, ctx
            )


def task_named(text: str) -> uuid.UUID | None:
    """Return the id of a task that a text is; None if it is the code of an item of the plan."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class KnownType(click.ParamType[str | int]):
    """As whose knowledge a report is made: `now`, `then`, or a ledger number."""

    name = "now|then|SỐ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str | int:
        """Return now, then or the number."""
        text = str(value).strip()
        if text not in ("now", "then") and not (text.isascii() and text.isdecimal()):
            message = f"“{text}” không hiểu được; ghi now (biết đến nay), then (biết lúc đó) hoặc một số của sổ."
            self.fail(message, param, ctx)
        return text if text in ("now", "then") else int(text)


class DayType(click.ParamType[date]):
    """A day, `2026-05-13`."""

    name = "ngày"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value).strip())
        except ValueError as error:
            self.fail(str(error), param, ctx)


INSTANT, ID, KNOWN, DAY = InstantType(), UuidType(), KnownType(), DayType()
BEHIND, AHEAD = InstantType("behind"), InstantType("ahead")
FILE = click.Path(path_type=Path)
"""A file or folder. Whether it is there is for the command to say, in a sentence."""
