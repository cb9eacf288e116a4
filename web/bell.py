"""What the head of every page of a unit shows: how many digests are unread, and an alarm while the clock stands still."""

from typing import Any, Final, NamedTuple

from flask import g

from web.here import arrived
from web.navigation import unit_shown
from workflow.queries.clock_watch import Silence, silence_of
from workflow.queries.notices import bell_of

ALARMED: Final = frozenset({"chair", "duty_leader", "coordinator", "administrator", "team_leader", "plan_owner"})
"""Roles that depend on the clock, or can set it going."""


class Head(NamedTuple):
    """The bell and the alarm of a page."""

    unread: int
    silence: Silence | None


def head() -> Head | None:
    """Return what the head of this page shows to whoever is signed in; None outside a unit. One statement inside a campaign."""
    if unit_shown() is None or g.get("is_broken"):
        return None
    here: Any = arrived()
    bell = bell_of(here.session, here.actor, now=here.now)
    if not here.actor.roles & ALARMED:
        return Head(bell.unread, None)
    campaigns = [here.context] if here.campaign_code is not None else here.campaigns
    return Head(bell.unread, silence_of(bell.tick_at, campaigns, now=here.now))
