"""The rows that a rule may have work on: those whose pointer has come, as conditions of a statement, with values or with names."""

import uuid
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, BindParameter, ColumnElement, Select, and_, bindparam, func, literal, select

from rules.time import Instant
from workflow.gateway.kinds import Kind
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements.asking import fill, round_length
from workflow.tables.types import Id

Subjects = Sequence[Any] | Select[Any]
"""Ids, or a query that selects them."""
Moment: TypeAlias = Instant | BindParameter[int]
Id_: TypeAlias = uuid.UUID | BindParameter[uuid.UUID]


@dataclass(frozen=True)
class DueRows:
    """The rows to look at: those whose pointer has come by `now`, perhaps only some of them."""

    book: Book
    context: CampaignContext
    kind: Kind
    now: Moment
    only: Subjects | None
    after: Id_ | None
    up_to: Id_ | None
    is_named: bool = False
    """Whether unit and campaign are names too, as in a statement that serves every campaign of a pack."""

    @property
    def unit(self) -> Any:
        """Return the unit, or its name."""
        return bindparam("unit", type_=Id()) if self.is_named else self.book.unit_id

    @property
    def campaign(self) -> Any:
        """Return the campaign, or its name."""
        return bindparam("campaign", type_=Id()) if self.is_named else self.context.id

    @property
    def instant_known(self) -> Instant:
        """Return `now` as a number. TypeError if it is only a name."""
        if not isinstance(self.now, int):
            raise TypeError("the instant of a statement with names is not known")
        return self.now

    @property
    def instant(self) -> ColumnElement[int]:
        """Return `now` as SQL."""
        return literal(self.now, BigInteger) if isinstance(self.now, int) else self.now

    def rows(self) -> ColumnElement[bool]:
        table = self.kind.table
        conditions = [
            table.c.unit_id == self.unit,
            table.c.next_action_at <= self.now,
            table.c.campaign_id == self.campaign,
        ]
        if self.only is not None:
            conditions.append(table.c.id.in_(self.only))
        if self.after is not None:
            conditions.append(table.c.id > self.after)
        if self.up_to is not None:
            conditions.append(table.c.id <= self.up_to)
        return and_(*conditions)

    @property
    def ids(self) -> tuple[Any, ...]:
        """Return the ids that it is restricted to; none if it is not, or if a query selects them."""
        return () if self.only is None or isinstance(self.only, Select) else tuple(self.only)

    @property
    def room(self) -> int:
        """Return how many names a statement has for those ids."""
        return round_length(self.ids)

    @property
    def shape(self) -> Hashable:
        """Return what a statement over these rows depends on, besides its values and the pack."""
        return self.after is None, self.up_to is None, self.room, self.only is None

    def named(self) -> "DueRows":
        """Return the same with names for unit and campaign, the instant, the range and the ids (but not a query that selects them)."""
        id_type = self.kind.table.c.id.type
        after, up_to = (
            None if value is None else bindparam(name, type_=id_type)
            for name, value in (("after", self.after), ("up_to", self.up_to))
        )
        names = [bindparam(f"only_{number}", type_=id_type) for number in range(self.room)]
        only = names if self.room else self.only
        return replace(
            self, now=bindparam("now", type_=BigInteger()), only=only, after=after, up_to=up_to, is_named=True
        )

    def values(self) -> dict[str, Any]:
        """Return what stands behind those names."""
        told: dict[str, Any] = {
            "unit": self.book.unit_id, "campaign": self.context.id, "now": self.now, "after": self.after, "up_to": self.up_to,
        }  # fmt: skip
        fill(told, "only", self.room, self.ids)
        return told

    def any(self) -> bool:
        """Whether there is such a row: asked for the earliest pointer, which an index answers however many rows there are."""
        pointer = self.kind.table.c.next_action_at
        earliest = self.book.connection.execute(select(func.min(pointer)).where(self.rows(), pointer.is_not(None)))
        return earliest.scalar() is not None
