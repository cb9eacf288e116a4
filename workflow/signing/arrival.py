"""Who comes, and where they stand: all that a request has to know before anything else, in one statement.

Only for the ordinary case, somebody whose browser asked within the hour and who has a place in the unit of the address. Whoever is not
found here may still be signed in, or the unit be there: `signed_in_by`, `unit_by_code` and `actor_of` tell those cases apart.
"""

from typing import Final, NamedTuple

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import ACTOR, ACTOR_ORDER, Actor, actor_from, is_member, with_posts
from workflow.queries.campaigns import (
    UNIT_AND_CAMPAIGN,
    CampaignContext,
    UnitRow,
    unit_and_campaign_from,
    units_with_campaign,
)
from workflow.signing.sessions import SIGNED_IN, SignedIn, by_token
from workflow.signing.tokens import hash_of
from workflow.statements.prepared import Prepared
from workflow.tables import Account, Membership, SignIn, Unit, table_of


class Arrival(NamedTuple):
    """Somebody signed in, in a unit where they have a place. `campaign` is None if the unit has none of that code."""

    signed_in: SignedIn
    unit: UnitRow
    campaign: CampaignContext | None
    actor: Actor


def _values(*values: object) -> tuple[object, ...]:
    return values


_units, _members, _accounts, _sign_ins = (table_of(model) for model in (Unit, Membership, Account, SignIn))
_unit_now = bindparam("now", type_=BigInteger) + _units.c.clock_offset
_signed_in_members = (
    units_with_campaign()
    .join(_members, _members.c.unit_id == _units.c.id)
    .join(_accounts, _accounts.c.id == _members.c.account_id)
    .join(_sign_ins, _sign_ins.c.account_id == _accounts.c.id)
)
_SIGNED_IN_TO, _UNIT_TO = len(SIGNED_IN), len(SIGNED_IN) + len(UNIT_AND_CAMPAIGN)
_ARRIVAL: Final = Prepared(
    select(*SIGNED_IN, *UNIT_AND_CAMPAIGN, *ACTOR)
    .select_from(with_posts(_signed_in_members, _unit_now))
    .where(_units.c.code == bindparam("unit"), *by_token(), *is_member(_unit_now))
    .order_by(*ACTOR_ORDER),
    _values,
)


def arrival(session: Session, token: str, unit: str, campaign: str | None, *, now: Instant) -> Arrival | None:
    """Return who holds a cookie's token and where they stand at `now`, real time; None outside the ordinary case."""
    values = {"token": hash_of("sign-in", token), "unit": unit, "campaign": campaign or "", "now": now}
    rows = _ARRIVAL.all(session, values)
    if not rows:
        return None
    signed_in = SignedIn(*rows[0][:_SIGNED_IN_TO])
    here, found = unit_and_campaign_from(session, rows[0][_SIGNED_IN_TO:_UNIT_TO])
    actor = actor_from(here.id, signed_in.account_id, [row[_UNIT_TO:] for row in rows])
    return Arrival(signed_in, here, found, actor)
