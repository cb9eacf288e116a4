"""A missing team, area or member as roll-ups keep it."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, func, literal

from workflow.tables import NOBODY
from workflow.tables.types import Id


def or_nobody(column: Any) -> ColumnElement[uuid.UUID]:
    """Return the column with `NOBODY` in place of a missing value."""
    return func.coalesce(column, literal(NOBODY, Id()), type_=Id())
