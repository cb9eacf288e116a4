"""What an import has to say besides the judging of single rows: one finding each, a sentence with its number."""

from collections.abc import Mapping
from typing import Final

from rules.said import Figure, Said
from rules.time import Instant, show
from workflow.numbers import integer_vi
from workflow.roster.findings import Finding, Rejection, rows_handed_back, rows_named

_REFUSED: Final = {
    "order": "đã có việc ghi sau thời điểm của danh sách, giữ nguyên trạng thái",
    "guard": "chưa đủ điều kiện để chuyển trạng thái theo danh sách; kiểm tra từng người",
    "window": "thời điểm của danh sách nằm ngoài đợt, không chuyển trạng thái",
    "no_step": "đang ở trạng thái mà danh sách không chuyển được; kiểm tra từng người",
}


def _n(count: int) -> Figure:
    return Figure(integer_vi(count))


def handed_back(rejections: list[Rejection]) -> list[Finding]:
    """Return one finding for each reason for which rows were handed back."""
    rows: dict[tuple[str, str], list[int]] = {}
    for each in rejections:
        rows.setdefault((each.reason, each.todo), []).append(each.row)
    return [
        Finding(
            "row_conflicts",
            "warning",
            rows_named(numbers),
            rows_handed_back(len(numbers), reason, todo),
            {"rows": len(numbers)},
        )
        for (reason, todo), numbers in rows.items()
    ]


def outside(count: int) -> list[Finding]:
    """People of the list who belong to no track of the campaign: known from now on, but nobody is sent to them."""
    if not count:
        return []
    message = Said(
        "%(count)s người trong danh sách không thuộc diện của đợt này: có tên trong sổ, không có việc phải làm.",
        count=_n(count),
    )
    return [Finding("outside_population", "info", "", message, {"rows": count})]


def entered_when(as_of: Instant, happened_at: Instant) -> list[Finding]:
    """The list is older than the campaign, so people enter on its first instant."""
    if as_of >= happened_at:
        return []
    message = Said(
        "Danh sách chốt lúc %(as_of)s, trước khi đợt bắt đầu; mọi người vào danh sách từ %(at)s.",
        as_of=show(as_of),
        at=show(happened_at),
    )
    return [Finding("before_start", "info", "", message)]


def without_team(doors: int) -> list[Finding]:
    """Doors of areas that no team works."""
    if not doors:
        return []
    message = Said(
        "%(doors)s hộ ở địa bàn chưa có tổ công tác; phân công tổ cho địa bàn đó rồi chạy “Phân công”.", doors=_n(doors)
    )
    return [Finding("no_team", "warning", "", message, {"doors": doors})]


def refused_moves(counts: Mapping[str, int]) -> list[Finding]:
    """People whose account rose on the list but whose case could not follow."""
    findings = []
    for reason, count in sorted(counts.items()):
        if reason != "moved":
            why = _REFUSED.get(reason, "không chuyển trạng thái được theo danh sách")
            findings.append(
                Finding(
                    f"not_moved_{reason}",
                    "warning",
                    "",
                    Said("%(count)s người %(why)s.", count=_n(count), why=Said(why)),
                    {"cases": count},
                )
            )
    return findings


def lesser_accounts(count: int) -> list[Finding]:
    """People of whom the list states less than is known."""
    if not count:
        return []
    message = Said(
        "%(count)s người có tình trạng định danh trong danh sách thấp hơn trong sổ; giữ nguyên như trong sổ.",
        count=_n(count),
    )
    return [Finding("lesser_account", "warning", "", message, {"rows": count})]


def missing(count: int) -> list[Finding]:
    """People of the earlier list whom a complete one leaves out: told by the check, before anybody applies it."""
    if not count:
        return []
    message = Said(
        "%(count)s người có trong danh sách trước nhưng không có trong danh sách đầy đủ này; không ai bị xóa, hãy xác minh.",
        count=_n(count),
    )
    return [Finding("missing_from_list", "warning", "", message, {"people": count})]
