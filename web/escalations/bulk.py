"""Several rows of the list decided at once, with one reason; the answer accounts for every one that was chosen."""

import uuid
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue

from rules.said import revived
from rules.time import Instant
from web.escalations.blueprint import ROLES, bp
from web.escalations.forms import SettleForm, receiver_of
from web.escalations.giving import ask_to_whom, given_words, rows_of
from web.escalations.listing import address_of, list_values, tab_values, wanted_of
from web.escalations.words import done_words
from web.format import label
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from web.sayings import in_words as said_in_words
from workflow.actions.answer_escalation import FROM_ABOVE
from workflow.actions.answer_input import checked_text
from workflow.actions.settle_chosen import Shown, ShownGroup, settle_chosen
from workflow.errors import WorkflowError
from workflow.queries.ladder_labels import label_of_rule, label_of_rung
from workflow.queries.ladder_rows import rule_of

MOST: Final = 200
"""Rows of one answer at most; a page shows fewer."""


@bp.post("/<unit>/<campaign>/escalations")
@for_roles(*ROLES)
def settle() -> ResponseReturnValue:
    """Answer the chosen rows. Closing asks once more, for it cannot be undone; giving asks to whom."""
    form, shown = SettleForm(), _shown()
    if not form.validate():
        return _list_again(form)

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        to, to_post = receiver_of(form.to)
        values: Any = {"reason": form.reason.data, "until": form.until.data, "to": to, "to_post": to_post}
        return settle_chosen(book, context, actor, shown, answer=form.answer, **values)

    asked = {
        "settle": sorted(value for _name, value in _as_sent()), "seen": shown.seen, "answer": form.answer, "reason": form.reason.data,
        "until": form.until.data, **({"to": form.to} if form.to else {}), **address_of(_wanted()),
    }  # fmt: skip
    gives = form.answer == "handed_on" and bool(shown.groups)
    if gives and not form.to:
        return ask_to_whom(form, shown, _as_sent())
    try:
        if form.answer == "decided" and shown.groups and not form.is_confirmed:
            rules = {group.rule_id: rule_of(here.context, group.rule_id) for group in shown.groups}
            checked_text(form.answer, form.reason.data, filter(None, rules.values()))
            return _ask_again(form, shown)
        told = here.command(work, asked, form.sent_key)
    except WorkflowError as refusal:
        form.refuse(refusal)
        return ask_to_whom(form, shown, _as_sent()) if gives else _list_again(form)
    return render(
        "escalations/settled.html",
        told=told,
        sentence=given_words(shown, form.to, told["decided"]) if gives else done_words(told["answer"], told["decided"]),
        left_over=list(_left_over(told)),
        **tab_values(_wanted()),
    )


def _ask_again(form: SettleForm, shown: Shown) -> ResponseReturnValue:
    """Show how many would be closed, and what they are."""
    return render(
        "escalations/settle.html", form=form, shown=shown, chosen=_as_sent(), seen=shown.seen, rows=rows_of(shown), **tab_values(_wanted())
    )  # fmt: skip


def _list_again(form: SettleForm) -> ResponseReturnValue:
    """Show the list with what was typed and ticked, and what is wrong with it."""
    ticked = {value for _name, value in _as_sent()}
    return render("escalations/inbox.html", form=form, ticked=ticked, decisions=[], **list_values(first_page=True))


def _wanted() -> Any:
    return wanted_of(request.args)


def _shown() -> Shown:
    """Return what was chosen, as the page stood when it was made."""
    wanted = _wanted()
    groups = tuple(filter(None, map(_group, request.form.getlist("group")[:MOST])))
    exits = tuple(filter(None, map(_uuid, request.form.getlist("request")[:MOST])))
    return Shown(_seen(), groups, exits, wanted.due, wanted.area, wanted.team, wanted.whole_unit, wanted.part)


def _as_sent() -> list[tuple[str, str]]:
    """Return the chosen rows as the form says them."""
    return [(name, value) for name in ("group", "request") for value in request.form.getlist(name)[:MOST]]


def _seen() -> Instant:
    """Return when the page was made: never later than now."""
    text = request.form.get("seen", "")
    return min(int(text), here.now) if text.isascii() and text.isdigit() and len(text) < 19 else here.now


def _group(text: str) -> ShownGroup | None:
    rule_id, key, n = (*text.split("~"), "", "", "")[:3]
    if not rule_id or not (n.isascii() and n.isdigit() and len(n) < 9) or (key and _uuid(key) is None):
        return None
    return ShownGroup(rule_id[:100], key, int(n))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _left_over(told: dict[str, Any]) -> Any:
    """Yield a sentence for each reason why something was not decided now, with how many."""
    for name, n in told["settled"]:
        if name is None:
            yield n, _("không còn căn cứ nhắc: việc đã được làm")
        else:
            yield n, _("đã xử lý trước đó, người xử lý: %(name)s", name=name)
    for name, n in told["changed"]:
        yield n, _("%(name)s vừa trả lời sau khi mở trang này: để nguyên, xem lại rồi quyết định", name=name)
    for rule_id, level, n in told["above"]:
        post = label_of_rung(here.context, rule_of(here.context, rule_id), level)
        what = label_of_rule(here.context, rule_id)
        yield n, _not_theirs(told["answer"], label(what), label(post))
    for sentence, n in told["refused"]:
        yield n, said_in_words(revived(sentence))
    words = {
        "not_permitted": _("không có quyền: thuộc người xác nhận khác"),
        "at_top": _("đã ở cấp cao nhất: hãy quyết định"),
        "outside": _("không thuộc nơi người nhận phụ trách"),
        "gone": _("không còn ở nhóm này: đã chuyển nơi khác"),
        "unsuited": _(
            "không hợp với cách xử lý này: đề nghị thì xác nhận hoặc trả lại đề nghị; việc nhắc thì dùng các nút còn lại"
        ),
    }
    for name, sentence in words.items():
        if told[name]:
            yield told[name], sentence


def _not_theirs(answer: str, what: str, post: str) -> str:
    if answer in FROM_ABOVE:
        return _(
            "không có quyền: “%(what)s” đang ở %(post)s, chỉ cấp trên của vị trí ấy làm được", what=what, post=post
        )
    return _("không có quyền: “%(what)s” đang ở %(post)s", what=what, post=post)
