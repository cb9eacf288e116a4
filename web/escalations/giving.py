"""Rows of the list given to somebody: to whom is asked on a page of its own, with a button for everybody who could get some of them."""

import re
from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from rules.pack.model import Label
from web.escalations.forms import TEAM, SettleForm, receiver_words
from web.escalations.listing import tab_values, wanted_of
from web.escalations.words import done_words
from web.here import here
from web.i18n import _
from web.pages import render
from workflow.actions.settle_chosen import Shown
from workflow.queries.colleagues import Colleague
from workflow.queries.inbox import places_seen
from workflow.queries.inbox_group import receivers_in_rows
from workflow.queries.ladder_labels import label_of_rule, names_of_places


def ask_to_whom(form: SettleForm, shown: Shown, chosen: Sequence[tuple[str, str]]) -> ResponseReturnValue:
    """Ask who gets the chosen rows; what is typed besides goes to them. People stand by team where the rows lie with several."""
    found = _receivers(shown)
    people, posts = receiver_words(found)
    near, _of_near = receiver_words([one for one in found if one.team_id])
    others, teams = {value: words for value, words in people.items() if value not in near}, _by_team(found)
    whole = {TEAM: _("Tổ công tác của từng nơi") if len(teams) > 1 else _("Cả tổ công tác")} if near else {}
    return render(
        "escalations/give.html",
        form=form,
        shown=shown,
        chosen=chosen,
        rows=rows_of(shown),
        teams=teams if len(teams) > 1 else [],
        receivers=[*(near.items() if len(teams) < 2 else ()), *whole.items()] or [*others.items(), *posts.items()],
        further=[*others.items(), *posts.items()] if near else [],
        **tab_values(wanted_of(request.args)),
    )


def _by_team(found: Sequence[Colleague]) -> list[tuple[str, dict[str, str]]]:
    """Return the people of each team that could get some, as a form says them, under the team's name; teams in the order of their names."""
    ids = list(dict.fromkeys(one.team_id for one in found if one.team_id))
    names = names_of_places(here.session, here.unit.id, [team.hex for team in ids])
    told = [(names.get(team.hex, ""), receiver_words([one for one in found if one.team_id == team])[0]) for team in ids]
    return sorted(
        told, key=lambda each: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", each[0])]
    )


def given_words(shown: Shown, to: str, n: int) -> str:
    """Return how many were given, and to whom, as the button called them."""
    people, posts = receiver_words(_receivers(shown))
    who = {TEAM: _("cả tổ công tác"), **people, **posts}.get(to)
    return _("Đã giao %(n)s việc cho: %(who)s.", n=n, who=who) if who and n else done_words("handed_on", n)


def rows_of(shown: Shown) -> list[tuple[int, Label, str]]:
    """Return what the chosen rows of reminders are: how many, which, where; the greatest number first."""
    places = places_seen(here.session, here.actor, here.context, [group.group_key for group in shown.groups])
    rows = [
        (group.n, label_of_rule(here.context, group.rule_id), places.get(group.group_key, "")) for group in shown.groups
    ]
    return sorted(rows, key=lambda row: -row[0])


def _receivers(shown: Shown) -> list[Colleague]:
    rows = [(group.rule_id, group.group_key) for group in shown.groups]
    return receivers_in_rows(
        here.session, here.actor, here.context, rows, now=here.now, whole_unit=shown.whole_unit, part=shown.part
    )


__all__ = ["ask_to_whom", "given_words", "rows_of"]
