"""Which lines of a text make up which total: those under it, beside it, in the bracket behind it, before a closing "cộng".

A list of parts is not always a list of all parts: "trong đó có 120 hộ nghèo" promises nothing about the rest. Lines are taken for all
parts only where something says so: they add up, the printed shares come to the whole, the words do ("gồm", "còn lại"), one part is
the other one denied, or they miss by no more than a slip of the pen.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workflow.checking.claims import Sum
from workflow.checking.model import Entry
from workflow.checking.slips import is_a_slip
from workflow.checking.words import (
    WHOLE_LEADS,
    are_opposite,
    is_cannot,
    is_closing_total,
    is_done,
    is_rest,
    is_total,
    is_trait,
)

MIXABLE = frozenset({"", "case"})
"""Units that may stand for any other: nothing printed, and "trường hợp"."""
How = Literal["under", "beside", "bracket", "before", "pair"]


@dataclass(eq=False)
class Group:
    """A total and lines that may be its parts, in one unit of measure. `how` says where they stand to each other."""

    total: Entry
    parts: list[Entry]
    how: How


MOST_PARTS = 200
"""How many lines of one list are looked at together; a longer list of parts is not read by anybody."""
MOST_RUN = 60
NEAR = 12
"""How many counts before two opposite ones may be their whole."""


class Lists:
    """The entries of a document by the passage and the list of lines that they stand in."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.of_passage: dict[int, list[Entry]] = defaultdict(list)
        self.beside: dict[tuple[int, int], list[Entry]] = defaultdict(list)
        self.below: dict[int, list[Entry]] = defaultdict(list)
        self.bracketed: dict[int, list[Entry]] = defaultdict(list)
        self.printed: set[int] = set()
        for entry in entries:
            self.of_passage[entry.passage].append(entry)
            self.printed.add(entry.count.number)
            if entry.first:
                self.beside[row_of(entry)].append(entry)
            if entry.above is not None:
                self.below[id(entry.above)].append(entry)
            if entry.aside is not None:
                self.bracketed[id(entry.aside)].append(entry)

    def runs(self) -> Iterator[list[Entry]]:
        """Yield every run of entries beside one another: each passage, each list of lines."""
        yield from self.of_passage.values()
        yield from (rows for rows in self.beside.values() if len(rows) > 1)

    def groups(self) -> list[Group]:
        """Return every total with what may be its parts."""
        found = list(self._told())
        held = {(id(group.total), id(part)) for group in found for part in group.parts}
        pairs = [pair for pair in self._pairs() if any((id(pair.total), id(part)) not in held for part in pair.parts)]
        return [*found, *pairs]

    def _told(self) -> Iterator[Group]:
        yield from self._under()
        yield from self._beside()
        yield from self._bracketed()
        yield from self._before()

    def _under(self) -> Iterator[Group]:
        """Yield each entry with those directly below it, by unit of measure: from each passage the first of that unit."""
        for entry in self.entries:
            parts = [part for part in self.below.get(id(entry), ()) if same_unit(entry, part) and not part.bound]
            yield from (Group(entry, chosen, "under") for chosen in _levels(entry, parts))

    def _beside(self) -> Iterator[Group]:
        """Yield each line that names a whole with the lines of the same level that follow it."""
        for siblings in self.beside.values():
            for at, total in enumerate(siblings):
                if not is_total(total.label) or total.bound:
                    continue
                following = []
                for each in siblings[at + 1 :]:
                    if is_total(each.label) and each.over is None and each.rate is None:
                        break
                    if same_unit(total, each) and not each.bound and _section(each) == _section(total):
                        following.append(each)
                    if len(following) == MOST_PARTS:
                        break
                if following:
                    yield Group(total, following, "beside")

    def _bracketed(self) -> Iterator[Group]:
        """Yield each count with what the bracket or the sentence behind it lists."""
        for entry in self.entries:
            parts = [part for part in self.bracketed.get(id(entry), ()) if same_unit(entry, part)]
            if len(parts) > 1 and not entry.bound:
                yield Group(entry, parts, "bracket")

    def _before(self) -> Iterator[Group]:
        """Yield each closing "cộng" with what stands before it in its passage or list."""
        for run in self.runs():
            begin = 0
            for at, total in enumerate(run):
                if at and is_closing_total(total.label) and not total.bound:
                    parts = [
                        part
                        for part in run[max(begin, at - MOST_PARTS) : at]
                        if same_unit(total, part) and not part.bound and (part.over is None) == (total.over is None)
                    ]
                    if len(parts) > 1:
                        yield Group(total, parts, "before")
                    begin = at + 1

    def _pairs(self) -> Iterator[Group]:
        """Yield two neighbours of which one denies the other, with the count before them that they nearly come to."""
        for run in self.runs():
            for at in range(1, len(run) - 1):
                one, other = run[at], run[at + 1]
                if are_opposite(one.label, other.label) and same_unit(one, other) and not (one.bound or other.bound):
                    whole = next(
                        (each for each in reversed(run[max(0, at - NEAR) : at]) if _may_hold(each, one, other)), None
                    )
                    if whole is not None and self._is_nearly(whole, one, other, run):
                        yield Group(whole, [one, other], "pair")

    def _is_nearly(self, whole: Entry, one: Entry, other: Entry, run: Sequence[Entry]) -> bool:
        """Whether two counts come to a whole but for a slip: to nothing else that is printed, nor with a third one beside them."""
        added = number(one) + number(other)
        third = abs(added - number(whole))
        return not third or (
            _is_near(whole, [one, other])
            and added not in self.printed
            and not any(number(each) == third for each in run[:MOST_PARTS])
        )


def _may_hold(whole: Entry, *parts: Entry) -> bool:
    return not whole.bound and all(
        same_unit(whole, part) and number(part) <= number(whole) and part.above is not whole for part in parts
    )


def _is_near(total: Entry, parts: Sequence[Entry]) -> bool:
    """Whether parts miss a total by a fiftieth at most, and by a slip of the pen."""
    difference = added_up(parts) - number(total)
    return abs(difference) * 50 <= number(total) and is_a_slip([number(total), *map(number, parts)], difference)


def comes_to(total: Entry, parts: Sequence[Entry]) -> bool:
    """Whether parts add up to a total, within what rounding can do to measured numbers."""
    difference = abs(added_up(parts) - number(total))
    return not difference or 2 * difference <= sum(each.count.blur for each in (total, *parts))


def all_parts(group: Group) -> tuple[list[Entry], str, bool] | None:
    """Return the lines that are claimed to make up the total, what says so, and whether that is sure; None if nothing does."""
    total, parts = group.total, group.parts
    if group.how == "pair":
        return parts, "opposite", True
    for kept in _runs(group):
        if len(kept) > 1 and comes_to(total, kept):
            return kept, "adds up", True
    for kept in _runs(group):
        if len(kept) > 1 and shares_add_up(total, kept):
            return kept, "shares", True
    if _are_told_to_be_all(group):
        return parts, "words", True
    if group.how in ("under", "beside") and _is_copied(total, parts):
        return parts, "copy", True
    if _is_done_and_not(total, parts) or (len(parts) == 2 and are_opposite(parts[0].label, parts[1].label)):
        return parts, "opposite", True
    return _all_but_a_slip(group)


def _are_told_to_be_all(group: Group) -> bool:
    """Whether words say that the parts are all parts: a rest among them, or a lead such as "gồm"."""
    if group.how == "bracket":
        return is_rest(group.parts[-1].label)
    return group.how in ("under", "beside") and bool(
        any(is_rest(part.label) for part in group.parts) or WHOLE_LEADS.search(group.total.lead)
    )


def _all_but_a_slip(group: Group) -> tuple[list[Entry], str, bool] | None:
    """Return the lines that miss the total by no more than a slip of the pen, if any do."""
    for kept in _runs(group):
        if len(kept) > 1 and _is_near(group.total, kept):
            return kept, "close", len(kept) > 2 or abs(added_up(kept) - number(group.total)) <= 10
    return None


def are_apart(total: Entry, parts: Sequence[Entry]) -> bool | None:
    """Whether nobody can be in two of the parts that a "trong đó" names: surely, likely, or (None) not at all.

    A trait (women, party members, the old) overlaps with any other part, and so does what says so ("đồng thời").
    """
    if any(is_trait(part.label) for part in parts) or any(part.unit != parts[0].unit for part in parts):
        return None
    told = all(part.node != total.node for part in parts)
    return total.unit == parts[0].unit and (told or all(is_cannot(part.label) for part in parts))


def _is_done_and_not(total: Entry, parts: Sequence[Entry]) -> bool:
    """Whether the parts are those who did and those who did not, each with its share, and come to more than there are."""
    cannot = [part for part in parts if is_cannot(part.label) and part.rate is not None]
    done = [part for part in parts if part.rate is not None and part not in cannot and is_done(part.label)]
    return len(parts) == 2 and len(done) == len(cannot) == 1 and number(total) < added_up(parts) <= 1.1 * number(total)


def _is_copied(total: Entry, parts: Sequence[Entry]) -> bool:
    """Whether the parts come to more than the total, and two of them print the very same count and percentage."""
    over = added_up(parts) - number(total)
    seen: set[tuple[int, str]] = set()
    for part in parts:
        key = (number(part), part.rate.written if part.rate is not None else "")
        if key[1] and key in seen and 0 < over <= key[0] and len(parts) > 2:
            return True
        seen.add(key)
    return False


def _runs(group: Group) -> Iterator[list[Entry]]:
    """Yield the lists that may be all parts: all of them; of those that follow a total also the first few, before one the last."""
    yield group.parts
    lengths = range(min(len(group.parts) - 1, MOST_RUN), 1, -1)
    if group.how == "beside":
        yield from (group.parts[:length] for length in lengths)
    elif group.how == "before":
        yield from (group.parts[-length:] for length in lengths)


def shares_add_up(total: Entry, parts: Sequence[Entry]) -> bool:
    """Whether the printed percentages of the parts come to 100, or to that of the total, within what rounding can do."""
    rates = [part.rate for part in parts]
    if any(rate is None for rate in rates):
        return False
    kept = [rate for rate in rates if rate is not None]
    most = max(rate.decimals for rate in kept)
    scale = 10**most
    added = sum(rate.number * 10 ** (most - rate.decimals) for rate in kept)
    tolerance = sum(10 ** (most - rate.decimals) for rate in kept) / 2
    if abs(added - 100 * scale) <= tolerance:
        return True
    whole = total.rate
    return (
        whole is not None
        and abs(added * 10**whole.decimals - whole.number * scale) <= tolerance * 10**whole.decimals + scale / 2
    )


def _levels(total: Entry, parts: list[Entry]) -> Iterator[list[Entry]]:
    """Yield lists of parts: those of the same passage, and those of the lines below (the first of each line)."""
    inside = [part for part in parts if part.node == total.node]
    below: dict[int, Entry] = {}
    for part in parts:
        if part.node != total.node:
            below.setdefault(part.node, part)
    if inside:
        yield inside
    if below:
        yield list(below.values())


def same_unit(first: Entry, second: Entry) -> bool:
    """Whether two entries count the same kind of thing, as far as is printed."""
    return first.unit == second.unit or first.unit in MIXABLE or second.unit in MIXABLE


def row_of(entry: Entry) -> tuple[int, int]:
    """Return which list of lines an entry belongs to."""
    return id(entry.above), len(entry.code.split(" "))


def number(entry: Entry) -> int:
    """Return an entry's count."""
    return entry.count.number


def added_up(parts: Iterable[Entry]) -> int:
    """Return what the counts of some entries come to."""
    return sum(map(number, parts))


def _section(entry: Entry) -> str:
    return entry.code.split(".")[0] if entry.code[:1] in "IVX" else ""


def is_numbered(entry: Entry) -> bool:
    """Whether a line carries a number or letter of its own."""
    return bool(entry.code) and not entry.code.rpartition(" ")[2].startswith(("-", "+", "•", "*"))


def sum_of(total: Entry, parts: Sequence[Entry], why: str, *, sure: bool, whole: bool) -> Sum:
    """Return the claim that parts add up to a total: of a whole beside them, or of the line above them."""
    return Sum(
        check="partition" if whole else "children",
        where=total.where,
        total=total.count,
        parts=tuple(part.count for part in parts),
        sure=sure,
        why=why,
        names=tuple(part.code for part in parts),
        total_name=total.code,
    )
