"""How a pack says when people are told what came to their post."""

from typing import Annotated, Literal

from pydantic import Field

from rules.pack.base import Clause, Model

ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):(00|15|30|45)$")]
"""A time of day on a quarter of an hour, such as 21:00."""


DigestHours = Literal[1, 2, 3, 4, 6]
"""So many hours fall into one digest; each divides a half day, so digests begin at the same times every day."""


class UnitNotices(Model):
    """How far a unit may go by itself: quiet from this time at the earliest until that at the latest, digests of at most so many
    hours and lines. Whoever leaves a unit nothing says here what the pack itself says."""

    quiet_from: ClockTime = "18:00"
    quiet_until: ClockTime = "08:00"
    every_hours: DigestHours = 4
    most_listed: int = Field(default=500, ge=1, le=2000)


class Notices(Model):
    """How people are told what came to their post: one digest for so many hours, none in quiet hours, and when a silent clock is an
    alarm. `unit_may` bounds what a unit may say instead."""

    quiet_from: ClockTime = "21:00"
    quiet_until: ClockTime = "06:00"
    every_hours: DigestHours = 1
    most_listed: int = Field(default=200, ge=1, le=2000)
    unit_may: UnitNotices = UnitNotices()
    due_soon_hours: int = Field(default=24, ge=1, le=240)
    clock_silent_minutes: int = Field(default=30, ge=5, le=1440)
    source: Clause | None = None
