"""People of the unit: list, add, rename, give and end posts, let go, lock, take back."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from web.admin.carry_out import carried_out
from web.admin.forms import PersonForm, PostForm, RenameForm, SearchForm
from web.forms import Form
from web.here import here
from web.i18n import _, ngettext
from web.pages import render
from web.policy import for_roles, searches
from workflow.actions.manage_people import (
    add_colleague,
    disable_account,
    end_place,
    rename_colleague,
    reopen_place,
)
from workflow.actions.manage_posts import end_post, give_post
from workflow.queries.organisation import posts_to_give
from workflow.queries.unit_people import Colleague, colleague_of_unit, people_of_unit

bp = Blueprint("admin", __name__, template_folder="templates")


@bp.get("/<unit>/admin")
@for_roles("administrator")
def index() -> ResponseReturnValue:
    """The people who work here, or (`left=1`) who have left."""
    return _list(SearchForm(formdata=None))


@bp.post("/<unit>/admin/search")
@for_roles("administrator")
@searches
def search() -> ResponseReturnValue:
    """The people with something in their name. Changes nothing; sent, so that no address holds a name."""
    form = SearchForm()
    return _list(form, form.search.data or "" if form.validate() else "")


@bp.route("/<unit>/admin/people/new", methods=["GET", "POST"])
@for_roles("administrator")
def add() -> ResponseReturnValue:
    form = PersonForm()
    if form.is_submitted():
        login, name = form.login.data or "", form.name.data or ""
        done = carried_out(
            form,
            lambda book, actor: add_colleague(book, actor, login=login, name=name),
            what="add_colleague",
            login=login,
            name=name,
        )
        if done:
            flash(_("Đã thêm người. Giao vị trí bên dưới, rồi in thẻ đăng nhập."), "success")
            return redirect(url_for("admin.person", person=done["membership"]), 303)
    return render("admin/new_person.html", form=form)


@bp.get("/<unit>/admin/people/<uuid:person>")
@for_roles("administrator")
def person(person: uuid.UUID) -> ResponseReturnValue:
    return _page(_colleague(person))


@bp.post("/<unit>/admin/people/<uuid:person>/name")
@for_roles("administrator")
def rename(person: uuid.UUID) -> ResponseReturnValue:
    colleague, form, real_now = _colleague(person), RenameForm(prefix="name"), here.real_now
    name = form.name.data or ""
    done = carried_out(
        form,
        lambda book, actor: rename_colleague(book, actor, person, name=name, real_now=real_now),
        what="rename_colleague",
        person=str(person),
        name=name,
    )
    return _after(done, colleague, _("Đã đổi tên."), rename_form=form)


@bp.post("/<unit>/admin/people/<uuid:person>/posts")
@for_roles("administrator")
def give(person: uuid.UUID) -> ResponseReturnValue:
    colleague, form = _colleague(person), _post_form()
    code, _bar, scope = (form.post.data or "").partition("|")
    done = carried_out(
        form,
        lambda book, actor: give_post(book, actor, person, code=code, scope=scope),
        what="give_post",
        person=str(person),
        post=form.post.data,
    )
    return _after(done, colleague, _("Đã giao vị trí."), post_form=form)


@bp.post("/<unit>/admin/people/<uuid:person>/posts/<uuid:holding>/end")
@for_roles("administrator")
def take(person: uuid.UUID, holding: uuid.UUID) -> ResponseReturnValue:
    colleague, form = _colleague(person), Form(prefix="sure")
    done = carried_out(form, lambda book, actor: end_post(book, actor, holding), what="end_post", holding=str(holding))
    return _after(done, colleague, _("Đã kết thúc vị trí.") + _doors_back(done), sure_form=form)


@bp.post("/<unit>/admin/people/<uuid:person>/leave")
@for_roles("administrator")
def let_go(person: uuid.UUID) -> ResponseReturnValue:
    colleague, form, real_now = _colleague(person), Form(prefix="sure"), here.real_now
    done = carried_out(
        form,
        lambda book, actor: end_place(book, actor, person, real_now=real_now),
        what="end_place",
        person=str(person),
    )
    return _after(done, colleague, _("Đã cho thôi làm việc ở đơn vị.") + _doors_back(done), sure_form=form)


@bp.post("/<unit>/admin/people/<uuid:person>/lock")
@for_roles("administrator")
def lock(person: uuid.UUID) -> ResponseReturnValue:
    colleague, form, real_now = _colleague(person), Form(prefix="sure"), here.real_now
    done = carried_out(
        form,
        lambda book, actor: disable_account(book, actor, person, real_now=real_now),
        what="disable_account",
        person=str(person),
    )
    return _after(
        done, colleague, _("Đã khóa tài khoản và đăng xuất khỏi mọi máy.") + _doors_back(done), sure_form=form
    )


@bp.post("/<unit>/admin/people/<uuid:person>/return")
@for_roles("administrator")
def take_back(person: uuid.UUID) -> ResponseReturnValue:
    colleague, form, real_now = _colleague(person), Form(prefix="sure"), here.real_now
    done = carried_out(
        form,
        lambda book, actor: reopen_place(book, actor, person, real_now=real_now),
        what="reopen_place",
        person=str(person),
    )
    return _after(done, colleague, _("Đã nhận lại. Giao vị trí và in thẻ đăng nhập mới nếu cần."), sure_form=form)


def _list(form: SearchForm, wanted: str = "") -> ResponseReturnValue:
    left = request.values.get("left") == "1"
    page = request.args.get("page", 1, type=int)
    people = people_of_unit(
        here.session, here.actor, now=here.now, real_now=here.real_now, search=wanted, left=left, page=page
    )
    return render("admin/index.html", form=form, people=people, left=left, wanted=wanted)


def _colleague(person: uuid.UUID) -> Colleague:
    return colleague_of_unit(here.session, here.actor, person, now=here.now, real_now=here.real_now)


def _page(colleague: Colleague, **forms: Form) -> ResponseReturnValue:
    """Show somebody with the forms of what may be done; one of `forms` is the one that was refused."""
    forms.setdefault("rename_form", RenameForm(formdata=None, prefix="name", name=colleague.name))
    forms.setdefault("post_form", _post_form(fresh=True))
    forms.setdefault("sure_form", Form(formdata=None, prefix="sure"))
    wrong = next((form for form in forms.values() if form.is_wrong), forms["sure_form"])
    return render("admin/person.html", person=colleague, wrong=wrong, **forms)


def _post_form(*, fresh: bool = False) -> PostForm:
    form = PostForm(prefix="post", **({"formdata": None} if fresh else {}))
    form.post.choices = [
        SelectChoice("", _("– chọn vị trí –")),
        *(
            SelectChoice(f"{choice.code}|{choice.scope}", choice.label, optgroup=choice.place or here.unit.name)
            for choice in posts_to_give(here.session, here.actor)
        ),
    ]
    return form


def _after(done: Any, colleague: Colleague, said: str, **forms: Form) -> ResponseReturnValue:
    if done is None:
        return _page(colleague, **forms)
    flash(said, "success")
    return redirect(url_for("admin.person", person=colleague.membership_id), 303)


def _doors_back(done: dict[str, Any] | None) -> str:
    doors = int(done["doors"]) if done else 0
    if not doors:
        return ""
    return " " + ngettext("%(n)s hộ đang giữ trở về tổ.", "%(n)s hộ đang giữ trở về tổ.", doors)
