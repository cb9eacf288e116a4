"""What is taken and yet looked at first: a deadline that has passed, one task that becomes many, a number twice, states that are not read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rules.deadlines import DeadlineError, due_at, parse, parse_every
from rules.pack import Pack
from rules.pack.model import Duty
from rules.said import Said, Until, listed
from rules.time import Instant
from workflow.plan.schedule import slot_of_task
from workflow.plan.scopes import Organisation
from workflow.planfile.export import Stand, stand_texts
from workflow.planfile.headers import quoted_shown
from workflow.planfile.match import Item
from workflow.planfile.read import PlanRow
from workflow.planfile.words import per_words
from workflow.roster.findings import Finding, rows_named

_TOLD: Final = 3
_FIRST: Final = ("state", "progress", "evidence_count", "standing", "last_moment")
"""Columns in the order in which they are told: what a person changes before what time changes."""
_NOTHING: Final = stand_texts(Stand())


@dataclass(frozen=True)
class Present:
    """The campaign at the instant of judging: who is who, and how each item stands, as the columns of an export say it."""

    now: Instant
    organisation: Organisation = field(default_factory=Organisation)
    stands: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def doubts_of(
    row: PlanRow,
    item: Item,
    *,
    is_new: bool,
    changes: Sequence[str],
    alike: Sequence[int],
    pack: Pack,
    present: Present,
) -> Iterator[str]:
    """Yield what there is to look at before a row is written; `alike` are the other rows that bear its number."""
    if is_new or "due" in changes:
        last = _last_instant(item, pack)
        if last is not None and last <= present.now:
            yield Said("hạn đã qua (%(until)s), nên việc quá hạn ngay khi được ghi", until=Until(last))
    post = pack.posts[item.owner]
    if is_new and item.per != "unit" and post.per == "unit":
        n = len(present.organisation.scopes_for(item.per, item.owner))
        yield Said(
            "một chức danh nhận %(n)s việc, vì ghi “%(per)s”; nếu chỉ là một việc thì ghi “cả đơn vị”", n=n, per=per_words(item.per)
        )  # fmt: skip
    if alike and (is_new or changes):
        yield Said("số “%(no)s” còn ở %(rows)s", no=row.cells["no"], rows=rows_named(alike))


def _last_instant(item: Item, pack: Pack) -> Instant | None:
    """Return the last deadline of an item as far as the pack alone knows it; of what recurs, the end of its phase."""
    if isinstance(item, Duty):
        every = parse_every(item.every)
        if every.kind == "once":
            return due_at(parse(item.due), pack.calendar)
        return (pack.windows[every.window].span if every.window else pack.span).closes_at
    try:
        return slot_of_task(item, pack).due_at
    except (DeadlineError, ValueError):
        return None


def not_read(rows: Sequence[PlanRow], items: Mapping[int, Item], present: Present) -> Iterator[Finding]:
    """Yield one finding if columns that only show how tasks stand say something else than stands now."""
    wrong: list[tuple[int, str, str, str]] = []
    for row in rows:
        item = items.get(row.number)
        stands = present.stands.get(item.id, _NOTHING) if item is not None else {}
        wrong += [(row.number, name, text, stands.get(name, "")) for name, text in row.shown.items() if text and text != stands.get(name, "")]  # fmt: skip
    if wrong:
        wrong.sort(key=lambda each: _FIRST.index(each[1]))
        headers = listed(quoted_shown(name) for name in dict.fromkeys(name for _, name, _, _ in wrong))
        first = listed(_difference(*each) for each in wrong[:_TOLD])
        more = " …" if len(wrong) > _TOLD else ""
        numbers = sorted({number for number, *_ in wrong})
        message = Said(
            "Cột %(headers)s chỉ để xem, không được nhập; %(n)s dòng ghi khác hiện nay: %(first)s%(more)s. Việc nào đã làm thì báo ở trang của việc ấy.",
            headers=headers, n=len(numbers), first=first, more=more,
        )  # fmt: skip
        yield Finding("shown_only", "warning", rows_named(numbers), message, {"rows": len(numbers)})


def _difference(number: int, name: str, text: str, now: str) -> str:
    return Said("dòng %(row)s “%(text)s” (nay: “%(now)s”)", row=number, text=text[:40], now=now or "–")
