"""The table of doors, and what handing some of them over would do."""

from typing import Any, Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.here import here
from web.i18n import _
from web.pages import render
from web.team.asked import NOBODY, SHOWS, SORT_LABELS, Asked, Places, asked_of, ids_of, in_words, uuid_of
from web.team.forms import HandOverForm, Receivers, receiver_choices, receiver_of
from workflow.errors import NotFound
from workflow.queries.door_filter import Chosen
from workflow.queries.door_table import areas_with_doors, door_table, preview_hand_over
from workflow.queries.team_load import gives_doors_of, holder_named, people_of_teams

IDS_AT_MOST: Final = 500
"""Doors that may be ticked in one hand-over; more than that is "all that match"."""


def doors_page(values: Any) -> ResponseReturnValue:
    """Return the table that an address or a form asks for. A form without a search is led to its address."""
    places, giving = places_of(values)
    asked = asked_of(values, places)
    is_form = values is not request.args
    if is_form and not asked.wanted.search:
        shown = {name: values[name] for name in ("page", "tick") if values.get(name)}
        return redirect(url_for("team.doors", **asked.params, **shown), 303)
    if asked.wanted.search and not is_form:
        raise NotFound
    found = None
    if not asked.wrong:
        found = door_table(
            here.session, here.actor, here.context, asked.wanted, now=here.now, sort=asked.sort, page=asked.page
        )
    answer = render(
        "team/doors.html",
        found=found,
        asked=asked,
        places=places,
        receivers=receiver_choices(giving),
        shows=SHOWS,
        sorts=SORT_LABELS,
        nobody=NOBODY,
        all_ticked=values.get("tick") == "page",
    )
    if asked.wrong:
        answer.status_code = 422
    return answer


def assign_page(form: HandOverForm, values: Any) -> ResponseReturnValue:
    """Return what giving the chosen doors to the chosen receiver would do, with the form that does it."""
    places, giving = places_of(values)
    if values.get("all") != "1" and not values.getlist("door"):
        flash(_("Chưa chọn hộ nào. Đánh dấu các hộ cần chuyển, hoặc chuyển cả những hộ khớp bộ lọc."), "warning")
        return redirect(back_to_doors(asked_of(values, places)), 303)
    chosen, asked = chosen_of(values, places)
    if asked and asked.wanted.search and values is request.args:
        raise NotFound
    to = receiver_of(values.get("to", ""), giving)
    team_id, member_id = to or (None, None)
    preview = preview_hand_over(
        here.session, here.actor, here.context, chosen, team_id=team_id, assignee_id=member_id, now=here.now
    )
    form.expected.data = preview.matched
    form.expected.raw_data = None
    return render(
        "team/assign.html",
        form=form,
        preview=preview,
        to=to and values["to"],
        to_name=_name_of(values.get("to", ""), giving),
        receivers=receiver_choices(giving),
        words=in_words(asked, places) if asked else [],
        kept=[("all", "1"), *asked.params.items()] if asked else [("door", str(each)) for each in chosen],  # type: ignore[union-attr]
        back=back_to_doors(asked),
    )


def back_to_doors(asked: Asked | None) -> str:
    """Return the address of the table as it was asked for, but for what was searched: that stands in no address."""
    params = {name: value for name, value in asked.params.items() if name != "q"} if asked else {}
    return url_for("team.doors", **params)


def places_of(values: Any) -> tuple[Places, Receivers]:
    """Return where and whom the table may be asked for, and who may be given doors."""
    teams = people_of_teams(here.session, here.actor, now=here.now)
    people = {member: name for _team, several in teams for member, name in several}
    holder = uuid_of(values.get("holder", ""))
    if holder is not None and holder not in people:  # somebody who left the team, with doors still
        people[holder] = holder_named(here.session, here.actor, here.context, holder)
    areas = areas_with_doors(here.session, here.actor, here.context)
    giving = [each for each in teams if gives_doors_of(here.actor, each[0].id)]
    return Places(areas, [team for team, _people in teams], people), giving


def chosen_of(values: Any, places: Places) -> tuple[Chosen, Asked | None]:
    """Return the doors that are meant: all that match what was asked for, or those ticked. NotFound if it is neither."""
    if values.get("all") == "1":
        asked = asked_of(values, places)
        if asked.wrong:  # no page of ours offers it
            raise NotFound
        return asked.wanted, asked
    ids = ids_of(values.getlist("door"))
    if not ids or len(ids) > IDS_AT_MOST:
        raise NotFound
    return ids, None


def _name_of(value: str, giving: Receivers) -> tuple[str, str] | None:
    for team, choices in receiver_choices(giving):
        for choice, name in choices:
            if choice == value:
                return team, name
    return None
