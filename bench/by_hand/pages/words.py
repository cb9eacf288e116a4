"""How moments, numbers and ids read."""

import uuid
from typing import Any

from rules.time import DAY, HOUR, MINUTE, Instant, local_date, local_datetime


def short(at: Instant, now: Instant) -> str:
    """15:38 today, 15:38 24/5 on another day."""
    when = local_datetime(at)
    return f"{when:%H:%M}" if when.date() == local_date(now) else f"{when:%H:%M} {when.day}/{when.month}"


def number(value: int) -> str:
    """4546 → 4.546."""
    return f"{value:,}".replace(",", ".")


def as_uuid(value: Any) -> uuid.UUID:
    """Return an id as a UUID, however the driver gives it."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=value)


def distance(due_at: Instant, now: Instant) -> str:
    """Return how far a moment is away: 4 ngày, 18 giờ, 5 phút."""
    away = abs(due_at - now)
    for size, word in ((DAY, "ngày"), (HOUR, "giờ")):
        if away >= size:
            return f"{away // size} {word}"
    return f"{max(away // MINUTE, 1)} phút"
