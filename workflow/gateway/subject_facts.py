"""Facts about a subject, for populations: what the newest personal values say at the moment of entry."""

from collections.abc import Mapping
from datetime import date
from typing import Any

ELIGIBLE_FROM_AGE = 14


def facts_from(values: Mapping[str, Any], *, on: date) -> dict[str, object]:
    """Return the facts that personal values amount to on a day.

    Resident: anybody not listed as away. Eligible: old enough for an account of one's own (14), or of unknown age; a pack that
    means adults says `age >= 18`. Level 2: the account of the newest list is activated.
    """
    age = age_on(values.get("birth_on"), on)
    residence = values.get("residence")
    return {
        "kind": values["kind"],
        "residence": residence,
        "resident": residence != "away",
        "age": age,
        "eligible": age is None or age >= ELIGIBLE_FROM_AGE,
        "account": values.get("account"),
        "level_2": values.get("account") == "activated",
        "has_phone": values.get("phone_index") is not None,
        "unnamed": bool(values.get("unnamed")),
    }


def age_on(birth_on: str | None, day: date) -> int | None:
    """Return completed years on `day`; a date known to the year or month only counts as its first day. None if unknown."""
    if not birth_on:
        return None
    parts = [int(part) for part in birth_on.split("-")] + [1, 1]
    year, month, born = parts[:3]
    return day.year - year - ((day.month, day.day) < (month, born))
