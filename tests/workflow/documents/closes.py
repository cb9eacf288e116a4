"""Closes made by hand: An Lạc as its paper has it with 3.975, and a day of Cát Thành with fifteen areas and a missing team."""

from functools import cache

from rules.pack import Pack, load_pack
from rules.pack.load import shipped_packs
from rules.pack.model import Line
from rules.time import at
from workflow.closing.frozen import (
    Frozen,
    FrozenLate,
    FrozenLine,
    FrozenPlace,
    FrozenTarget,
    FrozenTeam,
    Previous,
)
from workflow.figures.lines import NOT_BELOW_UNIT, OTHERS_FIGURE, is_done_line
from workflow.numbers import percent_vi
from workflow.plan.narrative import Activity, Counted, Narrative

AN_LAC = {
    "listed": 4546, "submitted": 3975, "unreconciled": 6, "took_part": 3981, "dead": 4, "army": 185, "prison": 5,
    "abroad": 207, "no_phone": 111, "card_expired": 36, "sim_pending": 17, "not_consulted": 571, "not_met_or_ended": 0,
    "ineligible": 4, "unavailable": 397, "recoverable": 164, "listed_minus_ineligible": 4542, "reachable": 4145,
    "highest": 3975, "highest_with_unreconciled": 3981, "highest_with_recoverable": 4145,
}  # fmt: skip
CAT_THANH = {
    "listed": 9000, "took_part": 4213, "submitted": 4200, "unreconciled": 13, "not_consulted": 388, "dead": 12, "army": 90,
    "prison": 3, "abroad": 140, "no_phone": 80, "card_expired": 33, "sim_pending": 10, "moved_out": 20,
    "not_met_or_ended": 4399, "active_level_2": 7000, "not_activated": 1200, "without_account": 800, "documents_linked": 1500,
    "licences_linked": 500, "vehicles_linked": 400, "insurances_linked": 560, "organisations_linked": 40, "documents": 4000,
    "licences": 1300, "vehicles": 1200, "insurances": 1400, "organisations": 100, "staff_finished": 300, "staff": 320,
    "recoverable": 123,
}  # fmt: skip


@cache
def pack_of(name: str) -> Pack:
    """Return a shipped pack."""
    return load_pack(shipped_packs()[name])


def an_lac() -> tuple[Frozen, Pack, Narrative]:
    """Return the close of 22:00 on 29 May, its pack, and what was done."""
    pack, as_of = pack_of("an-lac-2025"), at("2025-05-29 22:00")
    sentence = "G1. Trên 95% người trong danh sách tham gia góp ý: 3.981 trên 4.546 (87,57 %); cần 4.319, còn thiếu 338, cao nhất chỉ còn có thể 3.981, không thể đạt."
    target = FrozenTarget(
        "G1", "Trên 95% người trong danh sách tham gia góp ý", 3981, 4546, "all_listed", 4319, 338, 3981, False, False, None, "giả định", sentence,
    )  # fmt: skip
    places = [(505, 441, 64, 0)] * 8 + [(506, 447, 59, 0)]
    frozen = _frozen("an-lac", "Phường An Lạc", pack, as_of, AN_LAC, (target,), _places("Khu dân cư", places))
    narrative = Narrative(
        900,
        (
            Activity("conference", "Hội nghị quán triệt, triển khai kế hoạch", True, ("Biên bản hội nghị",), (Counted("Số hội nghị", 1, False),)),
            Activity("publish-documents", "Đăng tài liệu phục vụ lấy ý kiến", True, ("Kế hoạch số 05/KH-UBDTSĐBSHP ngày 05/5/2025", "Kế hoạch số 260/KH-BCA-C06 ngày 05/5/2025")),
            Activity("articles", "Phát tin bài trên Trang thông tin điện tử", True, (), (Counted("Số lượt tin bài", 30, True),)),
            Activity("broadcasts", "Đài truyền thanh phường phát tuyên truyền", True, (), (Counted("Số lượt phát", 50, True),)),
            Activity("guide-members", "Hướng dẫn đoàn viên, hội viên", False),
        ),
        ("Nhiều người cao tuổi <70 & phải dùng điện thoại của cán bộ.",),
    )  # fmt: skip
    return frozen, pack, narrative


def cat_thanh() -> tuple[Frozen, Pack, Narrative]:
    """Return a close with one of fifteen teams missing, a count by telephone and late entries."""
    pack, as_of = pack_of("cat-thanh-2025"), at("2025-05-24 16:00")
    places = [(600, 281, 25, 294)] * 14 + [(600, 279, 38, 283)]
    senders = tuple(
        FrozenTeam(f"T{n:02d}", f"Tổ công tác {n}", "missing" if n == 6 else "accepted", as_of, False, as_of - 5_760_000_000, 123 if n == 6 else None)
        for n in range(1, 16)
    )  # fmt: skip
    target = FrozenTarget(
        "T1", "Trên 95% có ý kiến tán thành", None, 7000, "active_level_2", 6651, 2438, 6900, False, True, 4213, "Mục II.1.2",
        "T1. Trên 95% có ý kiến tán thành: chưa có số liệu của cơ quan chủ quản; theo dõi bằng số đã tham gia: 4.213 trên 7.000 (60,19 %); cần 6.651, còn thiếu 2.438.",
    )  # fmt: skip
    frozen = _frozen(
        "cat-thanh", "Thị trấn Cát Thành", pack, as_of, CAT_THANH, (target,), _places("Tổ dân phố", places), senders=senders,
        late=(FrozenLate("", 3, {"took_part": 1}),), since={"took_part": 215, "listed": 0, "not_consulted": -2},
        previous=Previous("2025-05-23", 1, as_of - 86_400_000_000, 500, "ab" * 32),
    )  # fmt: skip
    return frozen, pack, Narrative(900)


def _places(name: str, rows: list[tuple[int, ...]]) -> tuple[FrozenPlace, ...]:
    return tuple(
        FrozenPlace(f"K{n:02d}", f"{name} {n}", dict(zip(("1", "2", "3", "4"), row, strict=True)), percent_vi(row[1], row[0]), row[0])
        for n, row in enumerate(rows, 1)
    )  # fmt: skip


def _frozen(unit, name, pack, as_of, figures, targets, areas, **more):
    told = {each.id: figures.get(each.id) for each in pack.model.figures.figures}
    lines = tuple(
        _line(pack, told, line) for line in pack.model.figures.lines if line.print == "always" or told[line.figure]
    )
    return Frozen(
        unit=unit, unit_name=name, campaign=pack.id, name=pack.model.pack.label.vi, pack_hash=pack.hash, period=str(as_of)[:10],
        revision=1, period_from=None, as_of=as_of, cut_no=1234, total=told["listed"], figures=told, lines=lines, targets=targets,
        areas=areas, teams=(), **{"senders": (), "late": (), "since": {}, **more},
    )  # fmt: skip


def _line(pack: Pack, told: dict[str, int | None], line: Line) -> FrozenLine:
    policy = next((each for each in pack.model.figures.policies if each.id == line.policy), None)
    count, base = told[line.figure], told[policy.base] if policy else None
    external = next(each.external for each in pack.model.figures.figures if each.id == line.figure)
    return FrozenLine(
        line.code, line.label.vi, line.figure, count, base, line.policy, policy.label.vi if policy else None,
        percent_vi(count, base, line.decimals) if count is not None and base else None, line.unit.vi, is_done_line(pack, line),
        None if count is not None else OTHERS_FIGURE if external else NOT_BELOW_UNIT,
    )  # fmt: skip
