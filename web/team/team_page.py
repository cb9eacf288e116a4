"""The page of a team: its period, its reports, its people, its figures."""

import uuid
from typing import Any, Final

from flask.typing import ResponseReturnValue

from rules.time import Instant
from web.here import here
from web.pages import render
from web.team.forms import ButtonForm
from workflow.closing.team_checks import checks_before_sending, sent_figures
from workflow.figures.campaign_overview import columns_of
from workflow.figures.team_figures import team_figures
from workflow.queries.covers import live_covers
from workflow.queries.exit_requests import count_waiting_exits
from workflow.queries.task_record import last_returns
from workflow.queries.team_load import SeenTeam, gives_doors_of, team_load, teams_seen
from workflow.queries.team_period import DutyOfTeam, done_in_period, duties_of_team, period_at

SENT_SHOWN: Final = 3
"""Reports already sent that the page still shows."""


def team_page(team: SeenTeam, *, refused: Any = None, about: uuid.UUID | None = None) -> ResponseReturnValue:
    """Return the page of a team; `refused` is the form that was refused, `about` the report it was about."""
    session, actor, context, now = here.session, here.actor, here.context, here.now
    duties = duties_of_team(session, actor, context, team.id, now=now)
    running = period_at(duties, now)
    since, until = _from_and_to(running, now)
    before = next((each for each in duties if each.period_to == since), None) if running else None
    owed = [each for each in duties if each.can_submit]
    may_send = any(post.team_id == team.id for post in actor.holds("team_leader"))
    next_one = next((each for each in owed if each.due_at is None or each.due_at > now), owed[-1] if owed else None)
    return render(
        "team/index.html",
        form=refused or ButtonForm(formdata=None),
        about=about,
        team=team,
        teams=teams_seen(session, actor),
        load=team_load(session, actor, context, team.id, now=now),
        running=running,
        done=done_in_period(session, actor, context, team.id, since=since, until=until),
        figures=team_figures(session, actor, context, team.id, cut_off=since) if running else None,
        earlier=_figures_before(team, before),
        owed=owed,
        is_pressing=any(_is_pressing(each, now) for each in owed),
        returned=last_returns(session, actor.unit_id, [each.id for each in owed if each.state == "returned"]),
        checked=next_one,
        checks=checks_before_sending(session, actor, context, team.id, next_one, now=now)
        if next_one is not None and may_send
        else None,
        sent_now=sent_figures(session, actor, context, team.id, running) if running else None,
        columns=columns_of(context.pack),
        sent=[each for each in duties if not each.can_submit][-SENT_SHOWN:],
        covers=live_covers(session, actor, context, team.id),
        waiting=count_waiting_exits(session, actor, context, team_id=team.id),
        may_assign=gives_doors_of(actor, team.id),
        may_send=may_send,
    )


def _is_pressing(duty: DutyOfTeam, now: Instant) -> bool:
    """Return whether a report is late, was sent back, or should have been sent by now for whoever forwards it."""
    if duty.timing in ("overdue", "missing") or duty.state == "returned":
        return True
    return duty.internal_due_at is not None and duty.internal_due_at <= now


def _from_and_to(duty: DutyOfTeam | None, now: Instant) -> tuple[Instant, Instant]:
    """Return where the period that runs now begins and ends: the duty's, or what follows one that has ended until the next is opened."""
    since, until = (duty.period_from, duty.period_to) if duty else (None, None)
    if until is not None and until <= now:
        since, until = until, None
    return since or here.context.starts_at, until or here.context.ends_at


def no_team_page() -> ResponseReturnValue:
    """Return the page of who looks after no team yet: a duty leader whose areas no team works, an office that has no teams."""
    return render("team/none.html")


def _figures_before(team: SeenTeam, before: DutyOfTeam | None) -> Any:
    """Return the team's figures at the cut-off before the last one, for what the last period brought."""
    if before is None or before.period_from is None:
        return None
    return team_figures(here.session, here.actor, here.context, team.id, cut_off=before.period_from)
