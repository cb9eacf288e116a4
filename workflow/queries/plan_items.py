"""What the plan of a campaign says about one of its items: nothing is read from the database."""

import re
from typing import Final

from rules.deadlines import describe, parse, parse_every
from rules.pack.model import Duty, Label, PlanTask
from rules.said import Named, Said
from rules.time import Instant
from workflow.plan.counted import counted_from, quoted_label, since_words
from workflow.queries.campaigns import CampaignContext

_NUMBER: Final = re.compile(r"\d|[IVX]+(?![^\W\d_])")


def is_numbered(clause: str) -> bool:
    """Whether a place in a plan begins with its number, so that “mục” goes before it.

    >>> [is_numbered(each) for each in ("3.2-1", "II.1.3", "V", "Văn bản số 5", "Xây dựng kế hoạch, việc 2", "")]
    [True, True, True, False, False, False]
    """
    return _NUMBER.match(clause) is not None


def item_of(context: CampaignContext, name: str) -> PlanTask | Duty | None:
    """Return the task or duty of the plan called `name`; None if the plan has it no more."""
    return context.pack.plan_items.get(name)


def label_of(context: CampaignContext, name: str, stored: str) -> Label:
    """Return the plan's own label of an item, in both languages; what was stored if the plan has it no more."""
    item = item_of(context, name)
    return Label(vi=stored) if item is None else item.label


def due_words(context: CampaignContext, name: str, due_at: Instant | None) -> str:
    """Return a deadline in the plan's words with its last moment: "trước ngày 20/5 (hết Thứ Hai 19/5)".

    One that counts from a task that is not done is a `Said` with that task, for there is no moment to say.
    """
    item = item_of(context, name)
    if item is None:
        return ""
    every = parse_every(item.every) if isinstance(item, Duty) else None
    name_before = counted_from(item, context.pack)
    before = None if name_before is None else item_of(context, name_before)
    if before is None:
        since = since_words(item, context.pack, {}) if name_before is None else ""
        return describe(parse(item.due), due_at, every=every, since=since)
    if due_at is not None:
        return describe(parse(item.due), due_at, since=since_words(item, context.pack, {before.id: before.label.vi}))
    task = Named(quoted_label(before.label.vi), before.label.en)
    return Said("%(span)s kể từ khi xong việc “%(task)s”", span=describe(parse(item.due), None), task=task)


def per_of(context: CampaignContext, name: str) -> str:
    """Return for whom an item is opened: unit, team, area or body."""
    item = item_of(context, name)
    return "unit" if item is None else item.per


def title_of(context: CampaignContext, code: str | None, stored: str | None = None) -> Label | None:
    """Return the title of a post in both languages; what was stored if the campaign's paper does not name it; None for no post."""
    if code is None:
        return None
    post = context.pack.posts.get(code)
    return Label(vi=stored or code) if post is None else post.label
