"""What one has been told: a list of digests, a digest opened, reading them, and what one wants to be told."""

import uuid
from typing import Any, Final, cast

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.time import clock_text
from web.format import label
from web.here import here
from web.i18n import _
from web.notices.blueprint import bp
from web.notices.forms import WishForm
from web.notices.words import way_words
from web.pages import render
from web.policy import in_unit, policy_of
from web.refusing import told_in
from workflow.actions.read_notices import EARLIEST_QUIET, LATEST_QUIET, read_notices, wish_notices
from workflow.actions.set_notices import SETTERS
from workflow.errors import NotFound, WorkflowError
from workflow.notices.kinds import KINDS
from workflow.queries.campaigns import CampaignContext
from workflow.queries.notice_items import items_of
from workflow.queries.notice_ways import ways_of
from workflow.queries.notices import PAGE, Digest, digest_of, digests_of, wish_of
from workflow.queries.plan_items import title_of

_LEADS: Final = (
    "escalations.group",
    "escalations.show",
    "escalations.inbox",
    "plan.show",
    "exits.inbox",
    "papers.urge_list",
)


@bp.get("/<unit>/notices")
@in_unit
def index() -> ResponseReturnValue:
    """The digests of the last days, the newest first."""
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    digests, has_more = digests_of(here.session, here.actor, now=here.now, offset=(page - 1) * PAGE)
    if page > 1 and not digests:
        raise NotFound
    return render("notices/index.html", digests=digests, has_more=has_more, page=page, **_words())


@bp.get("/<unit>/notices/<uuid:digest_id>")
@in_unit
def show(digest_id: uuid.UUID) -> ResponseReturnValue:
    """A digest opened: what it is about, as it stands now."""
    digest = _digest(digest_id)
    context = _campaign(digest)
    items = items_of(here.session, here.actor, context, digest, now=here.now)
    leads_to = {endpoint: _may_open(endpoint) for endpoint in _LEADS}
    return render("notices/show.html", digest=digest, items=items, campaign=context, leads_to=leads_to, **_words())


@bp.post("/<unit>/notices/<uuid:digest_id>/read")
@in_unit
def read(digest_id: uuid.UUID) -> ResponseReturnValue:
    """Say that a digest was read."""
    _digest(digest_id)
    actor, now = here.actor, here.now
    here.store.run(lambda session: read_notices(session, actor, now=now, digest_id=digest_id))
    return redirect(url_for("notices.index"), 303)


@bp.post("/<unit>/notices/read")
@in_unit
def read_all() -> ResponseReturnValue:
    """Say that everything shown so far was read."""
    actor, now = here.actor, here.now
    here.store.run(lambda session: read_notices(session, actor, now=now))
    flash(_("Đã đánh dấu mọi bản tin là đã đọc. Các việc vẫn ở chỗ của chúng cho đến khi làm xong."), "success")
    return redirect(url_for("notices.index"), 303)


@bp.get("/<unit>/notices/settings")
@in_unit
def settings() -> ResponseReturnValue:
    """What one wants to be told, and when not."""
    form = WishForm(formdata=None)
    form.show(wish_of(here.session, here.actor), clock_text)
    return _settings_page(form)


@bp.post("/<unit>/notices/settings")
@in_unit
def change_settings() -> ResponseReturnValue:
    """Remember it."""
    form = WishForm()
    quiet = None
    with told_in(form):
        quiet = form.quiet if form.validate() else None
    if form.is_wrong:
        return _settings_page(form)
    actor, now, muted = here.actor, here.now, form.muted
    try:
        here.store.run(lambda session: wish_notices(session, actor, now=now, muted=muted, quiet=quiet))
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _settings_page(form)
    flash(_("Đã lưu cách báo tin."), "success")
    return redirect(url_for("notices.index"), 303)


def _settings_page(form: WishForm) -> ResponseReturnValue:
    ways = [(context, ways_of(here.session, context).at(here.now)) for context in here.campaigns]
    return render(
        "notices/settings.html", form=form, ways=ways, words=way_words, may_set=bool(here.actor.roles & set(SETTERS)),
        earliest=clock_text(EARLIEST_QUIET), latest=clock_text(LATEST_QUIET),
    )  # fmt: skip


def _digest(digest_id: uuid.UUID) -> Digest:
    """Return a digest of one's own; NotFound for one that is not there, or somebody else's."""
    found = digest_of(here.session, here.actor, digest_id, now=here.now)
    if found is None:
        raise NotFound
    return found


def _campaign(digest: Digest) -> CampaignContext:
    return next(context for context in here.campaigns if context.id == digest.campaign_id)


def _words() -> dict[str, Any]:
    named = {context.id: context for context in here.campaigns}
    held = {post.post_id: post for post in here.actor.posts}

    def post_words(digest: Digest) -> str:
        post = held[cast(uuid.UUID, digest.post_id)]
        return label(title_of(named[digest.campaign_id], post.code, post.label))

    return {"kinds": KINDS, "post_words": post_words, "kind_words": kind_words}


def kind_words(kind: str) -> str:
    """Return how news of a kind is called."""
    return {
        "climbed": _("mới leo thang"),
        "overdue": _("quá hạn"),
        "missing": _("chưa gửi"),
        "to_confirm": _("đề nghị chờ xác nhận"),
        "returned": _("được trả lại hoặc giao kèm chỉ đạo"),
        "taken_over": _("cấp trên nhận xử lý thay"),
        "granted": _("được cho thêm thời gian"),
        "due_soon": _("sắp đến hạn"),
    }[kind]


def _may_open(endpoint: str) -> bool:
    policy = policy_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    return policy is not None and policy.admits(here.actor.roles)
