"""A campaign's pack and plan on other days, for the next campaign: what falls where is shown, the texts are taken away. Nothing is written."""

import io
import zipfile
from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from rules.pack.rebase import Rebased, RebaseRefused, anchors_of
from rules.pack.rebase import rebase as rebase_pack
from rules.time import day_start
from rules.typed_time import typed_day
from web.attachments import ZIP, attachment
from web.format import day, label, weekday
from web.here import here
from web.i18n import _, current_locale
from web.pages import render
from web.plan.blueprint import bp
from web.plan.forms import RebaseForm
from web.policy import for_roles
from web.sayings import in_words
from workflow.actions.import_plan import ROLES
from workflow.errors import NotFound


@bp.get("/<unit>/<campaign>/plan/rebase")
@for_roles(*ROLES)
def rebase() -> ResponseReturnValue:
    form = RebaseForm(request.args if "day" in request.args else None)
    pack = here.context.pack
    labels = {"starts": _("Ngày đầu đợt"), "ends": _("Ngày cuối đợt")}
    for name, window in pack.model.pack.windows.items():
        title = label(window.label)
        labels |= {
            f"{name}_from": _("%(window)s: từ ngày", window=title),
            f"{name}_until": _("%(window)s: đến hết ngày", window=title),
        }
    form.anchor.choices = [(name, f"{labels[name]} ({day:%d/%m/%Y})") for name, day in anchors_of(pack).items()]
    done = None
    if "day" in request.args and form.validate():
        try:
            done = _done(str(form.anchor.data), str(form.day.data), str(form.pack_id.data))
        except RebaseRefused as refused:
            form.refuse(in_words(refused.args[0]))
        except ValueError:
            hint = _("ghi ngày như 24/5/2025")
            form.day.errors = [_("“%(text)s” không đọc được; %(hint)s", text=form.day.data, hint=hint)]
    return render("plan/rebase.html", form=form, done=done, day_words=_day_words)


@bp.get("/<unit>/<campaign>/plan/rebase/pack")
@for_roles(*ROLES)
def rebased() -> ResponseReturnValue:
    """Hand out the texts of the pack on its new days. Raises NotFound for days that the page has not shown."""
    try:
        done = _done(*(request.args.get(name, "") for name in ("anchor", "day", "pack_id")))
    except (RebaseRefused, ValueError):
        raise NotFound from None
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(done.files.items()):
            archive.writestr(zipfile.ZipInfo(f"{done.pack_id}/{name}"), text.encode())
    return attachment(content.getvalue(), f"{done.pack_id}.zip", ZIP)


def _done(anchor: str, on: str, pack_id: str) -> Rebased:
    since = day_start(date(_next_year(), 1, 1))
    return rebase_pack(here.context.pack, {anchor: typed_day(on, since=since)}, pack_id=pack_id)


def _day_words(words: str, on: date) -> str:
    """Return a day of the plan in its own words; in English, the day: the last one in time."""
    return words if current_locale() == "vi" else f"{weekday(on)}, {day(on)}"


def _next_year() -> int:
    """Return the year after the campaign's: a day without one is of the next time."""
    return here.context.pack.model.pack.starts.year + 1
