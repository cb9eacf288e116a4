"""Kinds of values that options take, each refused with a sentence."""

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import click

from rules.time import Instant, at, read_day


class InstantType(click.ParamType[Instant]):
    """A local time, `2025-05-29T22:00` or `2025-05-29 22:00` (Asia/Ho_Chi_Minh)."""

    name = "thời điểm"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        """Return the instant."""
        if isinstance(value, int):
            return value
        try:
            return at(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


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
FILE = click.Path(path_type=Path)
"""A file or folder. Whether it is there is for the command to say, in a sentence."""
