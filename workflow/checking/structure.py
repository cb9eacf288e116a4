"""From the entries of running text to what they claim: which parts make up which total, and what cannot be more than what."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from workflow.checking.bases import Bases
from workflow.checking.claims import Claim, Claims, Fits, Same, Sum, Together, Within
from workflow.checking.groups import (
    MOST_PARTS,
    Group,
    Lists,
    all_parts,
    are_apart,
    is_numbered,
    number,
    row_of,
    same_unit,
    sum_of,
)
from workflow.checking.model import Entry
from workflow.checking.words import SOME, are_out_and_in, counted_as, is_cannot, is_done, is_lagging


def claims_of(entries: Sequence[Entry]) -> Claims:
    """Return what the entries of a document claim together."""
    return _Structure(entries).claims()


class _Structure:
    def __init__(self, entries: Sequence[Entry]) -> None:
        self._lists = Lists(entries)
        self._bases = Bases(self._lists)
        self._claims: list[Claim] = []
        self._together = Together()

    def claims(self) -> Claims:
        groups = self._lists.groups()
        for group in groups:
            if group.how in ("beside", "pair"):
                self._bases.belong(group)
        for entry in self._lists.entries:
            self._over(entry)
        for group in groups:
            self._sums(group)
        self._same_below()
        self._came_back()
        shared = self._bases.of_shared_wholes()
        self._claims += [*shared, *self._bases.rates()]
        return Claims(tuple(self._claims), self._together.places)

    def _sums(self, group: Group) -> None:
        total, parts = group.total, group.parts
        chosen = all_parts(group) if len(parts) > 1 else None
        if chosen is not None:
            kept, why, sure = chosen
            self._bases.together(total, kept)
            self._claims.append(sum_of(total, kept, why, sure=sure, whole=group.how == "beside"))
            self._completion(total, kept)
            self._bases_add_up(total, kept)
        elif group.how == "under" and total.lead not in ("", ":") and len(parts) > 1:
            apart = are_apart(total, parts)
            if apart is not None:
                counts = tuple(part.count for part in parts)
                self._claims.append(Fits(total.where, total.count, counts, sure=apart))
        if group.how in ("under", "beside") and _is_nested(group):
            self._claims += [Within(part.where, part.count, total.count) for part in parts if part.unit == total.unit]

    def _bases_add_up(self, total: Entry, parts: Sequence[Entry]) -> None:
        """Claim that what parts are written over adds up as they do: 471/486 and 598/612 are 1.069/1.098."""
        overs = [part.over for part in parts if part.over is not None]
        if (
            total.over is not None
            and len(overs) == len(parts)
            and any(each.number != total.over.number for each in overs)
        ):
            self._claims.append(
                Sum("children", total.where, total.over, tuple(overs), why="adds up",
                    names=tuple(part.code for part in parts), total_name=total.code)
            )  # fmt: skip

    def _completion(self, total: Entry, parts: Iterable[Entry]) -> None:
        """Claim that those who took part are not more than all without those who cannot."""
        kept = list(parts)
        cannot = [part for part in kept if is_cannot(part.label)]
        done = [part for part in kept if is_done(part.label) and not is_lagging(part.label) and part not in cannot]
        if len(done) == 1 and cannot:
            apart = tuple(part.count for part in cannot)
            self._claims.append(
                Within(
                    done[0].where,
                    done[0].count,
                    total.count,
                    apart,
                    "completion",
                    names=tuple(counted_as(part.label) for part in cannot),
                )
            )

    def _came_back(self) -> None:
        """Claim that no more comes back than was handed out."""
        for run in self._lists.runs():
            for out, back in pairwise(run):
                if are_out_and_in(out.label, back.label) and not out.bound:
                    self._claims.append(Within(back.where, back.count, out.count))

    def _over(self, entry: Entry) -> None:
        """Bind a base behind a slash to the total that it stands for."""
        if entry.over is None:
            return
        totals = self._bases.wholes(entry)
        equal = next((each for each in totals if each.count.number == entry.over.number), None)
        if equal is not None:
            self._together.bind(equal.count, entry.over)
        elif totals and self._others_over(entry, totals[0].count.number):
            self._claims.append(Same(entry.where, entry.over, totals[0].count))

    def _others_over(self, entry: Entry, base: int) -> bool:
        """Whether at least two other lines of the same list are written over `base`."""
        same = [
            each
            for each in self._lists.beside[row_of(entry)][:MOST_PARTS]
            if each is not entry and each.over is not None
        ]
        return sum(each.over is not None and each.over.number == base for each in same) >= 2

    def _same_below(self) -> None:
        """Bind a line to the one line below it that prints the same number: they are one number, copied."""
        for entry in self._lists.entries:
            above = entry.above
            if above is not None and number(above) == number(entry) and same_unit(above, entry):
                self._together.bind(above.count, entry.count)


def _is_nested(group: Group) -> bool:
    """Whether the parts stand under the total and not only after it: none can be larger."""
    total, parts = group.total, group.parts
    if group.how == "beside":
        return False
    lead = total.lead or (SOME if parts and parts[0].node == total.node else "")
    return bool(parts) and (
        lead not in ("", ":") or "." in parts[0].code.rpartition(".")[2] or all(map(is_numbered, parts))
    )
