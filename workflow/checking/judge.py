"""Claims that do not hold, said in sentences: the numbers, by how much, and the readings that would explain it."""

from collections.abc import Iterator, Sequence
from typing import Final

from rules.findings import Finding, Repair, Severity
from rules.said import Figure, Said, listed
from workflow.checking.claims import Claim, Claims, Fits, NotLess, Rate, Same, Sum, Within, as_printed, gives
from workflow.checking.model import Value
from workflow.checking.repairs import Candidate, repairs_of, told_for
from workflow.numbers import decimal_vi, integer_vi, percent_units

MOST_PARTS: Final = 16
SHOWN: Final = 2
"""How many places of a reading are named."""


def judge(claims: Claims) -> list[Finding]:
    """Return a finding for each claim that does not hold, with the readings that mend it, the best first."""
    candidates = repairs_of(claims)
    return [finding_of(claim, told_for(claim, candidates)) for claim in claims.claims if not claim.holds(as_printed)]


def finding_of(claim: Claim, candidates: Sequence[Candidate] = ()) -> Finding:
    """Return what is said of a claim that does not hold; without readings where no pen can have slipped."""
    severity: Severity = "error" if claim.sure else "warning"
    message, numbers = _told(claim)
    return Finding(claim.check, severity, claim.where, message, numbers, tuple(map(repair_of, candidates)))


def repair_of(candidate: Candidate) -> Repair:
    """Return a reading as findings carry it: every place it changes, and the checks it mends."""
    first = candidate.places[0]
    wheres = list(dict.fromkeys(place.where for place in candidate.places))
    where: str = listed(wheres[:SHOWN])
    if len(wheres) > SHOWN:
        where = Said("%(where)s và %(n)s chỗ khác", where=where, n=len(wheres) - SHOWN)
    proposed = decimal_vi(candidate.number, first.decimals) if first.decimals else integer_vi(candidate.number)
    if first.written.rstrip().endswith("%"):
        proposed += "%"
    return Repair(where, first.written, proposed, tuple(f"{claim.check}: {claim.where}" for claim in candidate.mends))


def _told(claim: Claim) -> tuple[Said, dict[str, object]]:
    match claim:
        case Sum():
            return _told_sum(claim)
        case Rate():
            return _told_rate(claim)
        case Same():
            return _told_same(claim)
        case Within():
            return _told_within(claim)
        case Fits():
            return _told_fits(claim)
        case NotLess():
            message = Said(
                "số lũy kế %(now)s ít hơn kỳ trước (%(before)s); số đã làm không thể giảm.",
                now=_n(claim.now), before=_n(claim.before),
            )  # fmt: skip
            return message, {"now": claim.now.number, "before": claim.before.number}
    raise TypeError(claim)


def _told_sum(claim: Sum) -> tuple[Said, dict[str, object]]:
    added = claim.added(as_printed)
    difference = added - claim.total.number
    shown = _shown(claim) if len(claim.parts) <= MOST_PARTS else Said("tổng của %(n)s số", n=len(claim.parts))
    more = (
        Said("thừa %(n)s", n=Figure(_whole(difference, claim.total)))
        if difference > 0
        else Said("thiếu %(n)s", n=Figure(_whole(-difference, claim.total)))
    )
    message = Said(
        "%(parts)s = %(added)s ≠ %(total)s (%(more)s).",
        parts=shown, added=Figure(_whole(added, claim.total)), total=_n(claim.total), more=more,
    )  # fmt: skip
    numbers: dict[str, object] = {
        "total": claim.total.number, "sum": added, "difference": difference, "parts": [part.number for part in claim.parts],
        "names": list(claim.names), "why": claim.why,
    }  # fmt: skip
    return message, numbers


def _shown(claim: Sum) -> str:
    """Return the parts as they are added and taken away."""
    shown: str = _n(claim.parts[0])
    for sign, part in zip(claim.signs[1:] or (1,) * len(claim.parts), claim.parts[1:], strict=False):
        shown = Said("%(first)s + %(then)s" if sign > 0 else "%(first)s − %(then)s", first=shown, then=_n(part))
    return shown


def _told_rate(claim: Rate) -> tuple[Said, dict[str, object]]:
    count, base, rate = claim.count.number, claim.base.number, claim.rate
    numbers: dict[str, object] = {"count": count, "base": base, "printed": rate.written}
    if base <= 0:
        return Said("in tỷ lệ %(rate)s trên mẫu số 0.", rate=Figure(rate.written)), numbers
    right = decimal_vi(percent_units(count, base, rate.decimals), rate.decimals) + "%"
    numbers["computed"] = right
    message = Said(
        "%(count)s/%(base)s = %(right)s, văn bản in %(printed)s.",
        count=_n(claim.count), base=_n(claim.base), right=Figure(right), printed=Figure(rate.written),
    )  # fmt: skip
    return message, numbers


def _told_same(claim: Same) -> tuple[Said, dict[str, object]]:
    message = Said(
        "mẫu số in là %(first)s, các mục khác tính trên %(second)s.",
        first=_n(claim.first), second=_n(claim.second),
    )  # fmt: skip
    return message, {"printed": claim.first.number, "others": claim.second.number}


def _told_within(claim: Within) -> tuple[Said, dict[str, object]]:
    room = claim.room(as_printed)
    numbers: dict[str, object] = {"part": claim.part.number, "whole": claim.whole.number, "room": room}
    if not claim.apart:
        message = Said(
            "%(part)s nhiều hơn số mà nó là một phần (%(whole)s).",
            part=_n(claim.part),
            whole=_n(claim.whole),
        )
        return message, numbers
    apart = sum(each.number for each in claim.apart)
    share = decimal_vi(percent_units(claim.part.number, room, 2), 2) + "%" if room > 0 else "–"
    message = Said(
        "trừ %(apart)s (%(called)s) thì còn %(room)s, mà in %(part)s đã làm: %(share)s, quá 100%%.",
        apart=Figure(integer_vi(apart)), called=_called(claim.names), room=Figure(integer_vi(room)), part=_n(claim.part), share=Figure(share),
    )  # fmt: skip
    return message, {**numbers, "apart": apart, "share": share}


def _called(names: Sequence[str]) -> str:
    """Return the document's own words for what is taken away."""
    return listed([f"“{name}”" for name in names if name] or ["–"])


def _told_fits(claim: Fits) -> tuple[Said, dict[str, object]]:
    added = claim.added(as_printed)
    shown: str = _n(claim.parts[0])
    for part in claim.parts[1:]:
        shown = Said("%(first)s + %(then)s", first=shown, then=_n(part))
    if len(claim.parts) > MOST_PARTS:
        shown = Said("tổng của %(n)s số", n=len(claim.parts))
    message = Said(
        "%(parts)s = %(added)s, nhiều hơn số mà chúng là các phần (%(whole)s).",
        parts=shown, added=Figure(_whole(added, claim.whole)), whole=_n(claim.whole),
    )  # fmt: skip
    return message, {"whole": claim.whole.number, "sum": added, "parts": [part.number for part in claim.parts]}


def _n(value: Value) -> Figure:
    return Figure(_whole(value.number, value))


def _whole(number: int, like: Value) -> str:
    return decimal_vi(number, like.decimals) if like.decimals else integer_vi(number)


def cut_rates(claims: Claims) -> Iterator[Rate]:
    """Yield the percentages that were cut off where rounding would give another last digit."""
    for claim in claims.claims:
        if isinstance(claim, Rate) and claim.holds(as_printed):
            exact = percent_units(claim.count.number, claim.base.number, claim.rate.decimals)
            if exact != claim.rate.number and gives(
                claim.count.number, claim.base.number, claim.rate.number, claim.rate.decimals
            ):
                yield claim
