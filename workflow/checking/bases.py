"""What each percentage of a text is of: what it is written over, the whole that it is a part of, or what its words name."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from workflow.checking.claims import Claim, Rate, as_printed, gives
from workflow.checking.groups import (
    MOST_PARTS,
    Group,
    Lists,
    added_up,
    comes_to,
    is_numbered,
    number,
    row_of,
    same_unit,
    sum_of,
)
from workflow.checking.model import Entry, Value
from workflow.checking.slips import is_a_slip
from workflow.checking.words import alike, telling_words


class Bases:
    """The bases of the percentages in a document."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._total_of: dict[int, Entry] = {}
        self._parts_with: dict[int, set[int]] = defaultdict(set)
        self._by_number = sorted((number(entry), at) for at, entry in enumerate(lists.entries))
        self._by_word: dict[str, list[Entry]] = defaultdict(list)
        for entry in lists.entries:
            for word in telling_words(entry.label):
                self._by_word[word].append(entry)

    def belong(self, group: Group) -> None:
        """Note that lines follow a total, which their percentages may be of."""
        for part in group.parts:
            if number(part) <= number(group.total):
                self._total_of.setdefault(id(part), group.total)

    def together(self, total: Entry, parts: Sequence[Entry]) -> None:
        """Note that lines are all parts of one whole: none of them is the base of another."""
        everyone = {id(part) for part in parts} - {id(total)}
        for part in parts:
            self._parts_with[id(part)] |= everyone

    def rates(self) -> list[Rate]:
        """Return what the percentages claim, without those whose base is just not printed.

        That is so where several all fail on their likeliest base and all fit one other number.
        """
        made = [rate for entry in self._lists.entries if (rate := self._rate(entry)) is not None]
        of_base: dict[int, list[Rate]] = defaultdict(list)
        for rate in made:
            if rate.entry.over is None and rate.entry.told_base is None:
                of_base[id(rate.base)].append(rate)
        lost = {
            id(rate)
            for told in of_base.values()
            if len(told) > 1 and not any(rate.holds(as_printed) for rate in told) and _have_a_common_base(told)
            for rate in told
        }
        return [rate for rate in made if id(rate) not in lost]

    def _rate(self, entry: Entry) -> Rate | None:
        """Return the claim that an entry's percentage is of what it is written over, or of the likeliest base that gives it.

        A base from elsewhere in the document is believed where nothing nearer is due; else it is doubted.
        """
        rate, count = entry.rate, entry.count
        if rate is None or entry.bound:
            return None
        if entry.told_base is not None:
            return Rate(entry.where, count, entry.told_base, rate, entry)
        if entry.over is not None:
            return Rate(entry.where, count, entry.over, rate, entry)
        base = next((each for each in self._near(entry) if is_of(entry, each)), None)
        expected, sure = self._expected(entry), True
        if base is None:
            elsewhere = self._elsewhere(entry)
            if expected is not None:
                base, sure = expected.count, same_unit(expected, entry) and elsewhere is None
            elif rate.decimals:
                base, sure = elsewhere, False
        return None if base is None else Rate(entry.where, count, base, rate, entry, sure=sure)

    def _elsewhere(self, entry: Entry) -> Value | None:
        """Return the first number of the document that gives the percentage, of those that it may be of at all."""
        rate, others = entry.rate, self._parts_with[id(entry)]
        if rate is None or rate.number <= 0:
            return None
        exact = number(entry) * 100 * 10**rate.decimals / rate.number
        spread = exact / rate.number + 2
        begin = bisect_left(self._by_number, (int(exact - spread), 0))
        end = bisect_right(self._by_number, (int(exact + spread) + 1, 0))
        places = sorted(at for _, at in self._by_number[begin : min(end, begin + MOST_PARTS)])
        found = (self._lists.entries[at] for at in places)
        return next(
            (each.count for each in found if each is not entry and is_of(entry, each.count) and id(each) not in others),
            None,
        )

    def of_shared_wholes(self) -> list[Claim]:
        """Return that lines whose percentages come to 100 make up the number that most of these are of."""
        claims: list[Claim] = []
        for run in self._lists.runs():
            for parts in _come_to_100(run):
                if id(parts[1]) not in self._parts_with[id(parts[0])]:
                    claims += self._whole_of(parts)
        return claims

    def _whole_of(self, parts: list[Entry]) -> Iterator[Claim]:
        before = [
            each
            for each in self._lists.of_passage[parts[0].passage] + self.wholes(parts[0]) + self._earlier(parts[0])
            if each not in parts and all(same_unit(each, part) and number(part) <= number(each) for part in parts)
        ]
        fitting = [(sum(is_of(part, each.count) for part in parts), each) for each in before]
        most, whole = max(fitting, key=lambda pair: pair[0], default=(0, parts[0]))
        slip = is_a_slip(map(number, parts), added_up(parts) - number(whole))
        if 2 * most > len(parts) or (2 * most == len(parts) and slip):
            self.together(whole, parts)
            for part in parts:
                self._total_of[id(part)] = whole
            if not comes_to(whole, parts):
                yield sum_of(whole, parts, "shares", sure=True, whole=False)

    def _earlier(self, entry: Entry) -> list[Entry]:
        """Return the lines before an entry in its list, the nearest first."""
        beside = self._lists.beside[row_of(entry)][:MOST_PARTS]
        return beside[: beside.index(entry)][::-1] if entry in beside else []

    def wholes(self, entry: Entry) -> list[Entry]:
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

    def _near(self, entry: Entry) -> Iterator[Value]:
        """Yield the numbers near an entry that its percentage may be of, the likeliest first."""
        wholes = self.wholes(entry)
        yield from (each.count for each in wholes)
        yield from self._named(entry)
        beside = [*self._lists.of_passage[entry.passage], *self._lists.beside[row_of(entry)][:MOST_PARTS]]
        others = self._parts_with[id(entry)]
        yield from (
            each.count
            for each in beside
            if each is not entry and number(each) >= number(entry) and id(each) not in others
        )
        yield from (each.over for each in wholes if each.over is not None)

    def _named(self, entry: Entry) -> list[Value]:
        """Return the counts of the lines that the words behind the percentage name: "… trên tổng số cử tri"."""
        if not entry.of_what:
            return []
        words = telling_words(entry.of_what)
        likely = {id(each): each for word in words for each in self._by_word.get(word, ())[:MOST_PARTS]}
        return [each.count for each in likely.values() if each is not entry and alike(each.label, entry.of_what) >= 0.4]

    def _expected(self, entry: Entry) -> Entry | None:
        """Return the entry that the percentage must be of if the document is right; None if nothing says so."""
        if entry.of_what and not self._named(entry):
            return None
        wholes = [each for each in self.wholes(entry) if each.unit in (entry.unit, "") or not entry.unit]
        above = entry.above
        is_told = self._total_of.get(id(entry)) is not None or (
            above is not None and (above.lead not in ("", ":") or above.node == entry.node or is_numbered(entry))
        )
        return max(wholes, key=lambda whole: self._fits(entry, whole), default=None) if is_told else None

    def _fits(self, entry: Entry, whole: Entry) -> int:
        """Return how many lines of the entry's list print a percentage of `whole`: they are divided alike."""
        beside = self._lists.beside[row_of(entry)][:MOST_PARTS]
        return sum(is_of(each, whole.count) for each in beside if each is not entry)


def is_of(entry: Entry, base: Value) -> bool:
    """Whether an entry's percentage is that of a base."""
    rate, count = entry.rate, entry.count
    blur = base.blur if count.blur else 0
    return rate is not None and gives(count.number, base.number, rate.number, rate.decimals, count.blur, blur)


def _come_to_100(run: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Yield the neighbours whose percentages come to 100 within what rounding can do, the longest first from each place."""
    at = 0
    while at < len(run):
        end, added, blur = at, 0.0, 0.0
        while end < len(run) and added < 100 - blur:
            rate = run[end].rate
            if rate is None or run[end].over is not None or not same_unit(run[at], run[end]):
                break
            added, blur, end = added + rate.number / 10**rate.decimals, blur + 0.51 / 10**rate.decimals, end + 1
        if end - at > 1 and abs(added - 100) <= blur:
            yield list(run[at:end])
            at = end
        else:
            at += 1


def _have_a_common_base(rates: Sequence[Rate]) -> bool:
    """Whether one number exists of which every count is its printed percentage."""
    least, most = 0.0, float("inf")
    for each in rates:
        scale, printed, count = 100 * 10**each.rate.decimals, each.rate.number, each.count.number
        if printed <= 0 or count <= 0:
            return False
        least, most = max(least, count * scale / (printed + 1)), min(most, count * scale / (printed - 0.5))
    return least <= most
