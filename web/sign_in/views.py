"""Getting in and out: password, printed card, and the first account of an empty installation."""

import secrets
from typing import Final

from flask import Blueprint, Response, flash, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from web.here import here
from web.i18n import _, ngettext
from web.pages import render
from web.policy import public, signed_in
from web.sign_in.drafts import own_path, read_draft
from web.sign_in.forms import CardCodeForm, CardForm, FirstVisitForm, SignInForm
from web.sign_in.users import load_user
from web.templating import render_template
from workflow.errors import NotFound, WorkflowError
from workflow.signing.attempt import attempt_sign_in
from workflow.signing.cards import card_holder, use_card
from workflow.signing.first_account import administrators, is_first_visit, use_first_code
from workflow.signing.sessions import end_sign_in

bp = Blueprint("sign_in", __name__, template_folder="templates")
DEVICE_COOKIE: Final = "tungnha-device"
DEVICE_DAYS: Final = 180


@bp.get("/login")
@public
def enter() -> ResponseReturnValue:
    if here.account is not None:
        return redirect(own_path(request.args.get("next")), 303)
    with here.store.read() as reading:
        if is_first_visit(reading):
            return redirect(url_for("sign_in.first_visit"), 303)
    form = SignInForm(formdata=None, next=own_path(request.args.get("next")))
    return render("sign_in/enter.html", form=form, ran_out=False)


@bp.post("/login")
@public
def sign_in() -> ResponseReturnValue:
    """Sign in. The answer and its time are the same for a name nobody has and for a wrong password."""
    form = SignInForm()
    if form.validate():
        tried = attempt_sign_in(
            here.store,
            login=form.login.data.strip(),
            password=form.password.data,
            is_shared=form.is_shared.data,
            now=here.real_now,
            ids=here.ids,
            **browser_of_request(),
        )
        if tried.token is not None:
            return welcome(tried.token, own_path(form.next.data), draft=form.draft.data or "")
        if tried.kind == "wait":
            wait = ngettext(
                "Đã thử nhiều lần. Chờ %(n)s phút rồi thử lại, hoặc gọi người quản trị của đơn vị.",
                "Đã thử nhiều lần. Chờ %(n)s phút rồi thử lại, hoặc gọi người quản trị của đơn vị.",
                tried.minutes,
            )
            form.refuse(wait)
            answer = render("sign_in/enter.html", form=form, ran_out=bool(form.draft.data))
            answer.status_code, answer.headers["Retry-After"] = 429, str(tried.minutes * 60)
            return answer
        form.refuse(_("Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra lại, hoặc xin người quản trị một thẻ mới."))
    return render("sign_in/enter.html", form=form, ran_out=bool(form.draft.data))


@bp.post("/logout")
@signed_in
def leave() -> ResponseReturnValue:
    token, now = current_user.get_id(), here.real_now
    here.store.run(lambda writing: end_sign_in(writing, token, because="left", now=now))
    return signed_out(redirect(url_for("sign_in.enter"), 303))


@bp.get("/q")
@public
def card() -> ResponseReturnValue:
    return render("sign_in/card_code.html", form=CardCodeForm(formdata=None))


@bp.post("/q")
@public
def card_code() -> ResponseReturnValue:
    form = CardCodeForm()
    if form.validate():
        return redirect(url_for("sign_in.card_of", code=form.code.data.strip()), 303)
    return render("sign_in/card_code.html", form=form)


@bp.get("/q/<code>")
@public
def card_of(code: str) -> ResponseReturnValue:
    """Show whose card it is. Looking does not use it up: previews of links must not burn a card."""
    with here.store.read() as reading:
        holder = card_holder(reading, code, now=here.real_now)
    if holder is None:
        form = CardCodeForm(formdata=None, code=code)
        form.refuse(_("Thẻ này không dùng được: sai mã, đã dùng, hoặc quá hạn. Kiểm tra mã, hoặc xin một thẻ mới."))
        return render("sign_in/card_code.html", form=form)
    return render("sign_in/card.html", form=CardForm(formdata=None), holder=holder, code=code)


@bp.post("/q/<code>")
@public
def use(code: str) -> ResponseReturnValue:
    form = CardForm()
    with here.store.read() as reading:
        holder = card_holder(reading, code, now=here.real_now)
    if holder is None:
        return card_of(code)
    if form.validate() and _typed_alike(form):
        try:
            token = use_card(
                here.store,
                code,
                form.new_password.data,
                is_shared=form.is_shared.data,
                now=here.real_now,
                ids=here.ids,
                **browser_of_request(),
            ).token
        except WorkflowError as error:
            form.refuse(error)
        else:
            return welcome(token, url_for("home.index"))
    return render("sign_in/card.html", form=form, holder=holder, code=code)


@bp.route("/start", methods=["GET", "POST"])
@public
def first_visit() -> ResponseReturnValue:
    """Set the first administrator's password, with the code that the terminal printed."""
    with here.store.read() as reading:
        if not is_first_visit(reading):
            raise NotFound
        if not administrators(reading, now=here.real_now):
            return render("sign_in/no_unit.html")
    form = FirstVisitForm()
    if form.is_submitted() and form.validate() and _typed_alike(form):
        try:
            use_first_code(
                here.store,
                here.ground.settings.instance,
                form.code.data.strip(),
                login=form.login.data,
                password=form.new_password.data,
                now=here.real_now,
                ids=here.ids,
            )
        except WorkflowError as error:
            form.refuse(error)
        else:
            flash(_("Đã đặt mật khẩu. Đăng nhập để bắt đầu."), "success")
            return redirect(url_for("sign_in.enter"), 303)
    return render("sign_in/first_visit.html", form=form)


def _typed_alike(form: CardForm | FirstVisitForm) -> bool:
    alike: bool = form.new_password.data == form.again.data
    if not alike:
        form.again.errors = [*form.again.errors, _("không giống lần ghi trên; ghi lại cả hai")]
    return alike


def browser_of_request() -> dict[str, str]:
    """Return where a sign-in comes from: the browser's own mark, what it calls itself, and its address."""
    return {
        "device_token": request.cookies.get(DEVICE_COOKIE) or _new_device(),
        "device": device_words(request.user_agent.string),
        "address": request.remote_addr or "",
    }


def _new_device() -> str:
    """Return the mark this browser is going to get; the same one during the request."""
    from flask import g

    if "device" not in g:
        g.device = secrets.token_urlsafe(24)
    return str(g.device)


def device_words(agent: str) -> str:
    """Return a browser's name for the list of devices: what it runs on, and what it is.

    >>> device_words("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/124.0.0.0 Mobile Safari/537.36")
    'Android · Chrome'
    """
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("Chrome", "Chrome"), ("Firefox", "Firefox"))
    system = next((name for name in systems if name in agent), "?")
    browser = next((name for mark, name in browsers if mark in agent), "Safari" if "Safari" in agent else "?")
    return f"{system} · {browser}"


def welcome(token: str | None, target: str, *, draft: str = "") -> ResponseReturnValue:
    locale = session.get("locale")
    session.clear()  # a new session at every sign-in: nothing of the one before is carried over
    if locale:
        session["locale"] = locale
    here.close()  # whatever was looked at before does not know the sign-in that was opened just now
    user = load_user(token)
    if user is None:  # ended in this very moment
        return redirect(url_for("sign_in.enter"), 303)
    login_user(user)
    waiting = read_draft(draft) if draft else None
    if waiting is not None:
        here.account = user.signed_in
        answer = make_response(render_template("sign_in/draft.html", target=own_path(waiting[0]), fields=waiting[1]))
    else:
        answer = make_response(redirect(target, 303))
    if DEVICE_COOKIE not in request.cookies:
        answer.set_cookie(
            DEVICE_COOKIE, _new_device(), max_age=DEVICE_DAYS * 86400, httponly=True, samesite="Lax", secure=here.ground.https
        )  # fmt: skip
    return answer


def signed_out(answer: ResponseReturnValue) -> Response:
    """Make an answer also take everything from the browser that it kept of us."""
    logout_user()
    session.clear()
    made = make_response(answer)
    made.headers["Clear-Site-Data"] = '"cache", "storage"'
    flash(_("Đã đăng xuất."))
    return made
