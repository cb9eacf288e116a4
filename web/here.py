"""What every view starts from: who is signed in, in which unit and campaign, at what time, and how to read and write.

`here` belongs to the request. Reading happens in one snapshot, opened when first asked for; writing goes through `command`, once,
under the key that came with the form.
"""

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, cast

from flask import Flask, request
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from rules.time import Instant
from workflow.access import Actor, actor_of
from workflow.actions.command import Answer, Sender, run_command
from workflow.clock import Clock, OffsetClock
from workflow.errors import NotFound
from workflow.ids import IdSource
from workflow.ledger.book import Book
from workflow.queries.campaigns import (
    CampaignContext,
    UnitRow,
    campaign_by_id,
    campaigns_of,
    unit_and_campaign,
    unit_by_code,
)
from workflow.settings import Settings
from workflow.signing.arrival import arrival
from workflow.signing.pace import SHIPPED, Paces, Use, keep_pace
from workflow.signing.sessions import SignedIn, signed_in_by
from workflow.store import Store
from workflow.vault import Vault


@dataclass(frozen=True)
class Ground:
    """What all requests of one server share. `clock` is real time; a demonstration unit shifts it."""

    settings: Settings
    store: Store
    vault: Vault
    clock: Clock
    ids: IdSource
    https: bool = False
    paces: Paces = SHIPPED


@dataclass(frozen=True)
class UnitHere:
    """The unit that the address names."""

    id: uuid.UUID
    code: str
    name: str
    is_demo: bool
    clock_offset: int


Work = Callable[[Book, CampaignContext, Actor], Answer]


@dataclass
class Here:
    """One request. What cannot be found raises NotFound, so that absent and foreign read the same."""

    ground: Ground
    unit_code: str | None = None
    campaign_code: str | None = None
    root: str = ""
    """Where the application is mounted, in front of every address."""
    account: SignedIn | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def store(self) -> Store:
        """The database."""
        return self.ground.store

    @property
    def vault(self) -> Vault:
        """The keys of personal columns."""
        return self.ground.vault

    @property
    def ids(self) -> IdSource:
        """Where new ids come from."""
        return self.ground.ids

    @cached_property
    def session(self) -> Session:
        """A session for looking: one snapshot for the whole request, or for what is left of it after a command."""
        return self._open.enter_context(self.store.read())

    @property
    def me(self) -> SignedIn:
        """Who is signed in; NotFound for nobody."""
        if self.account is None:
            raise NotFound
        return self.account

    @property
    def real_now(self) -> Instant:
        """What the machine's clock says: for sign-ins and throttles."""
        return self.ground.clock.now()

    @cached_property
    def unit(self) -> UnitHere:
        """The unit in the address; NotFound if there is none."""
        row, _ = self._found
        return UnitHere(row.id, row.code, row.name, row.is_demo, row.clock_offset)

    @cached_property
    def _found(self) -> tuple[UnitRow, CampaignContext | None]:
        """What the address names."""
        if self.unit_code is None:
            raise NotFound
        if self.campaign_code is None:
            return unit_by_code(self.session, self.unit_code), None
        return unit_and_campaign(self.session, self.unit_code, self.campaign_code)

    def arrive(self, token: str) -> SignedIn | None:
        """Return whom a cookie's token stands for, None if for nobody; where they stand is known with it, in the ordinary case."""
        now = self.real_now
        if self.unit_code is not None:
            came = arrival(self.session, token, self.unit_code, self.campaign_code, now=now)
            if came is not None:
                vars(self).update(_found=(came.unit, came.campaign), actor=came.actor)
                return came.signed_in
        return signed_in_by(self.session, token, now=now)

    @cached_property
    def clock(self) -> Clock:
        """The clock that the unit lives by."""
        offset = self.unit.clock_offset
        return OffsetClock(self.ground.clock, offset) if offset else self.ground.clock

    @cached_property
    def now(self) -> Instant:
        """The unit's present instant, the same during the whole request."""
        return self.clock.now()

    @cached_property
    def actor(self) -> Actor:
        """Who is signed in, with the posts held in this unit now; NotFound for somebody without a place here."""
        return actor_of(self.session, self.unit.id, self.me.account_id, now=self.now)

    @cached_property
    def context(self) -> CampaignContext:
        """The campaign in the address; NotFound if the unit has none of that code."""
        _, found = self._found
        if found is None:
            raise NotFound
        return found

    @cached_property
    def campaigns(self) -> list[CampaignContext]:
        """The campaigns of the unit, the newest first."""
        return sorted(campaigns_of(self.session, self.unit.id), key=lambda each: (-each.starts_at, each.code))

    def keep_pace(self, use: Use) -> None:
        """Count that whoever is signed in writes or searches once more; TooFast if that is too often."""
        keep_pace(self.store, self.ground.paces, use, self.me.account_id, now=self.real_now)

    def command(self, work: Work, request: dict[str, Any], key: str) -> Answer:
        """Carry out `work` in the campaign once, as whoever is signed in; a repeat under the same key gets the same answer.

        `request` is what was asked for, in plain values: it tells a repeat from another command under the same key.
        """
        campaign = self.context

        def in_book(book: Book, actor: Actor) -> Answer:
            context = campaign_by_id(book.session, campaign.unit_id, campaign.id)
            book.pack_hash = context.pack.hash
            return work(book, context, actor)

        return self.unit_command(in_book, {"campaign": campaign.code, **request}, key)

    def unit_command(self, work: Callable[[Book, Actor], Answer], request: dict[str, Any], key: str) -> Answer:
        """Carry out `work` in the unit once: for what belongs to no campaign."""
        sender = Sender(self.unit.id, self.me.account_id, key)
        answer = run_command(self.store, self.clock, self.ids, sender, request, work)
        self.close()  # what is looked at from now on was there after the command
        return answer

    def close(self) -> None:
        """Give the snapshot back; whoever looks again gets a new one."""
        self._open.close()
        self.__dict__.pop("session", None)


_arrived: Final[ContextVar[Here]] = ContextVar("here")
here = cast(Here, LocalProxy(_arrived, unbound_message="Nobody has arrived: this is no request."))


def open_here(app: Flask, values: dict[str, Any] | None) -> Here:
    """Start a request: take unit and campaign out of the address's values."""
    values = values if values is not None else {}
    arrived = Here(
        app.extensions["ground"], values.pop("unit", None), values.pop("campaign", None), request.script_root
    )
    _arrived.set(arrived)
    return arrived


def arrived() -> Here:
    """Return what `here` stands for: the same, but quicker to ask again and again."""
    return _arrived.get()
