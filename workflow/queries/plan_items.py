"""What the plan of a campaign says about one of its items: nothing is read from the database."""

import re
from typing import Final

from rules.deadlines import describe, parse, parse_every
from rules.pack.model import Duty, Label, PlanTask
from rules.time import Instant
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
    """Return a deadline in the plan's words with its last moment: "trước ngày 20/5 (hết Thứ Hai 19/5)"."""
    item = item_of(context, name)
    if item is None:
        return ""
    every = parse_every(item.every) if isinstance(item, Duty) else None
    return describe(parse(item.due), due_at, every=every)


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
