"""In which way the posts of a unit are told, as far as the pack leaves it to the unit."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from rules.time import clock_text
from web.format import moment
from web.here import here
from web.i18n import _
from web.notices.blueprint import bp
from web.notices.forms import UnitForm
from web.notices.words import way_words
from web.pages import render
from web.policy import for_roles
from web.refusing import told_in
from workflow.actions.set_notices import SETTERS, set_notices
from workflow.notices.ways import EVERY_HOURS, Way, longest, most_lines, widest
from workflow.queries.notice_ways import way_to_come, ways_of


@bp.get("/<unit>/<campaign>/notices/unit")
@for_roles(*SETTERS)
def unit_settings() -> ResponseReturnValue:
    """What the pack says, what the unit says instead, and from when."""
    return _page(None)


@bp.post("/<unit>/<campaign>/notices/unit")
@for_roles(*SETTERS)
def change_unit_settings() -> ResponseReturnValue:
    """Say it; it begins where a digest ends anyway."""
    form = _form(sent=True)
    valid = form.validate()
    quiet = None
    with told_in(form):
        quiet = form.quiet
    if not valid or form.is_wrong:
        return _page(form)
    said = {"quiet": quiet, "every_hours": form.hours, "most_listed": form.most_listed.data}
    with told_in(form):
        done = here.command(
            lambda book, context, actor: set_notices(book, context, actor, **said), {"set_notices": said}, form.sent_key
        )
        flash(_("Đã lưu cách báo tin của đơn vị; có hiệu lực từ %(at)s.", at=moment(done["from_at"])), "success")
        return redirect(url_for("notices.unit_settings"), 303)
    return _page(form)


def _form(*, sent: bool) -> UnitForm:
    hours = [n for n in EVERY_HOURS if n <= longest(here.context.pack.model.pack.notices)]
    return UnitForm(hours) if sent else UnitForm(hours, formdata=None)


def _page(form: UnitForm | None) -> ResponseReturnValue:
    said, ways = here.context.pack.model.pack.notices, ways_of(here.session, here.context)
    if form is None:
        form = _form(sent=False)
        form.show(next(iter(ways.changes), None))
    outer = widest(said)
    return render(
        "notices/unit.html", form=form, earliest=clock_text(outer.begins), latest=clock_text(outer.ends), most=most_lines(said),
        packs=Way.of(said), way=ways.at(here.now), coming=way_to_come(ways, here.now), words=way_words,
    )  # fmt: skip
