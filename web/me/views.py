"""One's own page: devices, password, language, light or dark, and the way out."""

import uuid

from flask import Blueprint, flash, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web.here import here
from web.i18n import LOCALES, _, ngettext
from web.me.forms import PasswordForm
from web.pages import render
from web.policy import public, signed_in
from web.sign_in.drafts import own_path
from web.sign_in.views import signed_out
from workflow.errors import NotFound, WorkflowError
from workflow.signing.change_locale import change_locale
from workflow.signing.change_password import change_password
from workflow.signing.places import places_of
from workflow.signing.sessions import end_all, end_device, sign_ins_of

bp = Blueprint("me", __name__, url_prefix="/me", template_folder="templates")
THEMES = ("auto", "light", "dark")


@bp.get("")
@signed_in
def index() -> ResponseReturnValue:
    devices = sign_ins_of(here.session, here.me.account_id, now=here.real_now)
    places = places_of(here.session, here.me.account_id, now=here.real_now)
    return render("me/index.html", devices=devices, places=places, languages=LOCALES, themes=THEMES)


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.is_submitted() and form.validate():
        if form.new_password.data != form.again.data:
            form.again.errors = [*form.again.errors, _("không giống lần ghi trên; ghi lại cả hai")]
        else:
            try:
                change_password(
                    here.store,
                    here.me.account_id,
                    old=form.old_password.data,
                    new=form.new_password.data,
                    now=here.real_now,
                    keep_token=current_user.get_id(),
                    ids=here.ids,
                )
            except WorkflowError as error:
                form.refuse(error)
            else:
                flash(_("Đã đổi mật khẩu. Các máy khác phải đăng nhập lại."), "success")
                return redirect(url_for("home.index"), 303)
    return render("me/password.html", form=form)


@bp.post("/devices/<uuid:device>/end")
@signed_in
def end(device: uuid.UUID) -> ResponseReturnValue:
    account_id, now = here.me.account_id, here.real_now
    if not here.store.run(lambda writing: end_device(writing, account_id, device, now=now)):
        raise NotFound
    flash(_("Đã thu hồi máy ấy; lần mở tới phải đăng nhập lại."), "success")
    return redirect(url_for("me.index"), 303)


@bp.post("/logout-everywhere")
@signed_in
def leave_everywhere() -> ResponseReturnValue:
    account_id, now = here.me.account_id, here.real_now
    ended = here.store.run(lambda writing: end_all(writing, account_id, because="everywhere", now=now))
    answer = signed_out(redirect(url_for("sign_in.enter"), 303))
    flash(ngettext("Đã đăng xuất %(n)s máy.", "Đã đăng xuất %(n)s máy.", ended), "success")
    return answer


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    chosen = request.form.get("locale", "")
    if chosen in LOCALES:
        session["locale"] = chosen
        if here.account is not None:
            account_id = here.me.account_id
            here.store.run(lambda writing: change_locale(writing, account_id, chosen))
    return redirect(own_path(request.form.get("back")), 303)


@bp.post("/theme")
@public
def theme() -> ResponseReturnValue:
    answer = make_response(redirect(own_path(request.form.get("back")), 303))
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=180 * 86400, samesite="Lax", httponly=True, secure=here.ground.https)
    return answer
