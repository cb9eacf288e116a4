"""From the entries of running text to what they claim: which parts make up which total, and what each percentage is of.

A list of parts is not always a list of all parts: "trong đó có 120 hộ nghèo" promises nothing about the rest. A sum is claimed only
where something says so: it holds, the printed shares add up to the whole, the words do ("gồm", "còn lại"), one part is the other one
denied, or it misses by no more than a slip of the pen.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from workflow.checking.claims import Claim, Claims, Rate, Same, Sum, Within, as_printed, gives
from workflow.checking.model import Entry, Value
from workflow.checking.slips import is_a_slip
from workflow.checking.words import (
    SOME,
    WHOLE_LEADS,
    alike,
    are_opposite,
    is_cannot,
    is_done,
    is_lagging,
    is_rest,
    is_total,
)

MIXABLE = frozenset({"", "case"})
"""Units that may stand for any other: nothing printed, and "trường hợp"."""


def claims_of(entries: Sequence[Entry]) -> Claims:
    """Return what the entries of a document claim together."""
    return _Structure(entries).claims()


class Group:
    """A total and the lines that follow it or stand under it, in one unit of measure."""

    def __init__(self, total: Entry, parts: list[Entry], *, beside: bool) -> None:
        self.total, self.parts, self.beside = total, parts, beside


class _Structure:
    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries)
        self._claims: list[Claim] = []
        self._together: dict[int, list[Value]] = {}
        self._total_of: dict[int, Entry] = {}
        self._of_passage: dict[int, list[Entry]] = defaultdict(list)
        self._beside_of: dict[tuple[int, int], list[Entry]] = defaultdict(list)
        for entry in self._entries:
            self._of_passage[entry.passage].append(entry)
            if entry.first:
                self._beside_of[_row(entry)].append(entry)

    def claims(self) -> Claims:
        groups = [*self._under(), *self._beside()]
        for group in groups:
            if group.beside:
                for part in group.parts:
                    if _number(part) <= _number(group.total):
                        self._total_of.setdefault(id(part), group.total)
        self._bases()
        for group in groups:
            self._sums(group)
        self._same_below()
        for entry in self._entries:
            self._rate(entry)
        self._of_a_base_not_printed()
        return Claims(tuple(self._claims), {key: tuple(values) for key, values in self._together.items()})

    def _under(self) -> Iterator[Group]:
        """Yield each entry with those directly below it, by unit of measure: from each passage the first of that unit."""
        below: dict[int, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            if entry.above is not None:
                below[id(entry.above)].append(entry)
        for entry in self._entries:
            parts = [part for part in below[id(entry)] if _same_unit(entry, part) and not part.bound]
            yield from (Group(entry, chosen, beside=False) for chosen in _levels(entry, parts))

    def _beside(self) -> Iterator[Group]:
        """Yield each line that names a whole with the lines of the same level that follow it."""
        for siblings in list(self._beside_of.values()):
            for at, total in enumerate(siblings):
                if not is_total(total.label) or total.bound:
                    continue
                following = []
                for each in siblings[at + 1 :]:
                    if is_total(each.label) and each.over is None and each.rate is None:
                        break
                    if _same_unit(total, each) and not each.bound and _section(each) == _section(total):
                        following.append(each)
                if following:
                    yield Group(total, following, beside=True)

    def _sums(self, group: Group) -> None:
        total, parts = group.total, group.parts
        if len(parts) > 1:
            chosen = _all_parts(group)
            if chosen is not None:
                kept, why, sure = chosen
                self._claims.append(_sum(total, kept, why, sure=sure, whole=group.beside))
                self._completion(total, kept)
        lead = total.lead or ("" if group.beside else SOME if parts and parts[0].node == total.node else "")
        is_nested = not group.beside and (
            lead not in ("", ":") or "." in parts[0].code.rpartition(".")[2] or _numbered(parts)
        )
        if is_nested:
            for part in parts:
                if part.unit == total.unit:
                    self._claims.append(Within(part.where, part.count, total.count))

    def _completion(self, total: Entry, parts: Iterable[Entry]) -> None:
        """Claim that those who took part are not more than all without those who cannot."""
        kept = list(parts)
        cannot = [part for part in kept if is_cannot(part.label)]
        done = [part for part in kept if is_done(part.label) and not is_lagging(part.label) and part not in cannot]
        if len(done) == 1 and cannot:
            apart = tuple(part.count for part in cannot)
            self._claims.append(Within(done[0].where, done[0].count, total.count, apart, "completion"))

    def _bases(self) -> None:
        """Bind every base behind a slash to the total that it stands for."""
        for entry in self._entries:
            if entry.over is None:
                continue
            totals = self._wholes(entry)
            equal = next((each for each in totals if each.count.number == entry.over.number), None)
            if equal is not None:
                self._bind(equal.count, entry.over)
            elif totals and self._others_over(entry, totals[0].count.number):
                self._claims.append(Same(entry.where, entry.over, totals[0].count))

    def _others_over(self, entry: Entry, number: int) -> bool:
        """Whether at least two other lines of the same list are written over `number`."""
        same = [each for each in self._beside_of[_row(entry)] if each is not entry and each.over is not None]
        return sum(each.over is not None and each.over.number == number for each in same) >= 2

    def _same_below(self) -> None:
        """Bind a line to the one line below it that prints the same number: they are one number, copied."""
        for entry in self._entries:
            above = entry.above
            if above is not None and above.count.number == entry.count.number and _same_unit(above, entry):
                self._bind(above.count, entry.count)

    def _bind(self, first: Value, second: Value) -> None:
        joined = self._together.get(id(first), [first])
        for each in self._together.get(id(second), [second]):
            if all(each is not other for other in joined):
                joined.append(each)
        for each in joined:
            self._together[id(each)] = joined

    def _wholes(self, entry: Entry) -> list[Entry]:
        """Return the entries that a share of `entry` may be of, the likeliest first: totals beside and above, then what is above."""
        found: list[Entry] = []
        each: Entry | None = entry
        while each is not None:
            total = self._total_of.get(id(each))
            if total is not None:
                found.append(total)
            each = each.above
            if each is not None:
                found.append(each)
        above = entry.above
        if entry.over is None and above is not None and above in found and not self._total_of.get(id(entry)):
            found.sort(key=lambda one: one is not above)
        return list({id(one): one for one in found}.values())

    def _rate(self, entry: Entry) -> None:
        """Claim an entry's percentage of what it is written over, or of the likeliest base that gives it.

        A base from elsewhere in the document is believed where nothing nearer is due; else it is doubted.
        """
        rate, count = entry.rate, entry.count
        if rate is None or entry.bound:
            return
        if entry.over is not None:
            self._claims.append(Rate(entry.where, count, entry.over, rate, entry))
            return
        base = next((each for each in self._near(entry) if _is_of(entry, each)), None)
        expected, sure = self._expected(entry), True
        if base is None:
            elsewhere = next(
                (each.count for each in self._entries if each is not entry and _is_of(entry, each.count)), None
            )
            if expected is not None:
                base, sure = expected.count, _same_unit(expected, entry) and elsewhere is None
            elif rate.decimals:
                base, sure = elsewhere, False
        if base is not None:
            self._claims.append(Rate(entry.where, count, base, rate, entry, sure=sure))

    def _of_a_base_not_printed(self) -> None:
        """Take back percentages that all fail on their likeliest base and all fit one other: that one is just not printed."""
        rates = [claim for claim in self._claims if isinstance(claim, Rate) and claim.entry.over is None]
        of_base: dict[int, list[Rate]] = defaultdict(list)
        for claim in rates:
            of_base[id(claim.base)].append(claim)
        for told in of_base.values():
            if len(told) > 1 and not any(claim.holds(as_printed) for claim in told) and _have_a_common_base(told):
                self._claims = [claim for claim in self._claims if claim not in told]

    def _near(self, entry: Entry) -> Iterator[Value]:
        """Yield the numbers near an entry that its percentage may be of, the likeliest first."""
        wholes = self._wholes(entry)
        yield from (each.count for each in wholes)
        yield from self._named(entry)
        beside = [*self._of_passage[entry.passage], *self._beside_of[_row(entry)]]
        yield from (each.count for each in beside if each is not entry and each.count.number >= entry.count.number)
        yield from (each.over for each in wholes if each.over is not None)

    def _named(self, entry: Entry) -> list[Value]:
        """Return the counts of the lines that the words behind the percentage name: "… trên tổng số cử tri"."""
        if not entry.of_what:
            return []
        return [each.count for each in self._entries if each is not entry and alike(each.label, entry.of_what) >= 0.4]

    def _expected(self, entry: Entry) -> Entry | None:
        """Return the entry that the percentage must be of if the document is right; None if nothing says so."""
        if entry.of_what and not self._named(entry):
            return None
        wholes = [each for each in self._wholes(entry) if each.unit in (entry.unit, "") or not entry.unit]
        above = entry.above
        is_told = self._total_of.get(id(entry)) is not None or (
            above is not None and (above.lead not in ("", ":") or above.node == entry.node or _numbered([entry]))
        )
        return max(wholes, key=lambda whole: self._fits(entry, whole), default=None) if is_told else None

    def _fits(self, entry: Entry, whole: Entry) -> int:
        """Return how many lines of the entry's list print a percentage of `whole`: they are divided alike."""
        return sum(_is_of(each, whole.count) for each in self._beside_of[_row(entry)] if each is not entry)


def _have_a_common_base(rates: Sequence[Rate]) -> bool:
    """Whether one number exists of which every count is its printed percentage."""
    least, most = 0.0, float("inf")
    for each in rates:
        scale, number, count = 100 * 10**each.rate.decimals, each.rate.number, each.count.number
        if number <= 0 or count <= 0:
            return False
        least, most = max(least, count * scale / (number + 1)), min(most, count * scale / (number - 0.5))
    return least <= most


def _is_of(entry: Entry, base: Value) -> bool:
    rate = entry.rate
    return rate is not None and gives(entry.count.number, base.number, rate.number, rate.decimals)


def _row(entry: Entry) -> tuple[int, int]:
    """Return which list of lines an entry belongs to."""
    return id(entry.above), _depth(entry)


def _sum(total: Entry, parts: Sequence[Entry], why: str, *, sure: bool, whole: bool) -> Sum:
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


def _all_parts(group: Group) -> tuple[list[Entry], str, bool] | None:
    """Return the lines that are claimed to make up the total, what says so, and whether that is sure; None if nothing does."""
    total, parts = group.total, group.parts
    for kept in _runs(group):
        if len(kept) > 1 and _added(kept) == _number(total):
            return kept, "adds up", True
    for kept in _runs(group):
        if len(kept) > 1 and _shares_add_up(total, kept):
            return kept, "shares", True
    if any(is_rest(part.label) for part in parts) or WHOLE_LEADS.search(total.lead):
        return parts, "words", True
    if _is_copied(total, parts):
        return parts, "copy", True
    if _is_done_and_not(total, parts) or (len(parts) == 2 and are_opposite(parts[0].label, parts[1].label)):
        return parts, "opposite", True
    return _all_but_a_slip(group)


def _all_but_a_slip(group: Group) -> tuple[list[Entry], str, bool] | None:
    """Return the lines that miss the total by no more than a slip of the pen, if any do."""
    total = _number(group.total)
    for kept in _runs(group):
        difference = _added(kept) - total
        near = len(kept) > 1 and abs(difference) * 50 <= total
        if near and is_a_slip([total, *map(_number, kept)], difference):
            return kept, "close", len(kept) > 2 or abs(difference) <= 10
    return None


def _is_done_and_not(total: Entry, parts: Sequence[Entry]) -> bool:
    """Whether the parts are those who did and those who did not, each with its share, and come to more than there are."""
    cannot = [part for part in parts if is_cannot(part.label) and part.rate is not None]
    done = [part for part in parts if part.rate is not None and part not in cannot and is_done(part.label)]
    return len(parts) == 2 and len(done) == len(cannot) == 1 and _number(total) < _added(parts) <= 1.1 * _number(total)


def _is_copied(total: Entry, parts: Sequence[Entry]) -> bool:
    """Whether the parts come to more than the total, and two of them print the very same count and percentage."""
    over = _added(parts) - _number(total)
    seen: set[tuple[int, str]] = set()
    for part in parts:
        key = (_number(part), part.rate.written if part.rate is not None else "")
        if key[1] and key in seen and 0 < over <= key[0] and len(parts) > 2:
            return True
        seen.add(key)
    return False


def _runs(group: Group) -> Iterator[list[Entry]]:
    """Yield the lists that may be all parts: all of them; beside a total also the first few."""
    yield group.parts
    if group.beside:
        for length in range(len(group.parts) - 1, 1, -1):
            yield group.parts[:length]


def _shares_add_up(total: Entry, parts: Sequence[Entry]) -> bool:
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


def _same_unit(first: Entry, second: Entry) -> bool:
    return first.unit == second.unit or first.unit in MIXABLE or second.unit in MIXABLE


def _numbered(parts: Sequence[Entry]) -> bool:
    """Whether the lines carry numbers or letters of their own."""
    return all(part.code and not part.code.rpartition(" ")[2].startswith(("-", "+", "•", "*")) for part in parts)


def _depth(entry: Entry) -> int:
    return len(entry.code.split(" "))


def _section(entry: Entry) -> str:
    return entry.code.split(".")[0] if entry.code[:1] in "IVX" else ""


def _number(entry: Entry) -> int:
    return entry.count.number


def _added(parts: Iterable[Entry]) -> int:
    return sum(map(_number, parts))
