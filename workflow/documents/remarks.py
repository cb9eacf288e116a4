"""What a paper must say about its own figures: teams that nobody confirmed, counts by telephone, late entries, what it replaces."""

from rules.pack import Pack
from workflow.closing.frozen import Frozen, FrozenLate, FrozenTeam
from workflow.documents.marked import figure, plain
from workflow.documents.wording import hour_and_day
from workflow.numbers import integer_vi


def remarks(frozen: Frozen, pack: Pack, *, name: str = "gc") -> list[str]:
    """Return the remarks, each one sentence; empty if there is nothing to remark. `name` begins the names of their numbers."""
    said = [_missing(frozen, name), *_phoned(frozen, name), _late(frozen, pack, name), _revised(frozen)]
    return [text for text in said if text]


def _missing(frozen: Frozen, name: str) -> str:
    if not frozen.missing:
        return ""
    teams = "; ".join(_team(team) for team in frozen.missing)
    n, of = integer_vi(len(frozen.missing)), integer_vi(len(frozen.senders))
    return (
        f"Ghi chú: {figure(f'{name}_thieu', n)}/{figure(f'{name}_so_to', of)} tổ công tác chưa xác nhận số liệu ({teams}); "
        "số của các tổ này lấy theo sổ ghi tại giờ chốt."
    )


def _team(team: FrozenTeam) -> str:
    synced = (
        f"cập nhật lần cuối {hour_and_day(team.last_synced_at)}" if team.last_synced_at else "chưa cập nhật lần nào"
    )
    return f"{plain(team.name)}, {synced}"


def _phoned(frozen: Frozen, name: str) -> list[str]:
    told = [
        f"{plain(team.name)}: {figure(f'{name}_dt_{plain(team.code)}', integer_vi(team.phoned))}"
        for team in frozen.senders
        if team.phoned is not None
    ]
    if not told:
        return []
    return [f"Số báo nhanh qua điện thoại, chưa đối chiếu, không cộng vào các số trên: {'; '.join(told)}."]


def _late(frozen: Frozen, pack: Pack, name: str) -> str:
    whole = next((late for late in frozen.late if not late.team), None)
    late = whole or (_added(frozen.late) if frozen.late else None)
    if late is None or not late.entries:
        return ""
    labels = {each.id: each.label.vi for each in pack.model.figures.figures}
    shown = {line.figure for line in frozen.lines if "." not in line.code}
    moved = "; ".join(
        f"{plain(labels.get(key, key))} {'+' if number > 0 else '-'}{figure(f'{name}_bs_{key}', integer_vi(abs(number)))}"
        for key, number in sorted(late.change.items())
        if number and key in shown
    )
    told = f": {moved}" if moved else ""
    return (
        f"Số bổ sung: {figure(f'{name}_bs', integer_vi(late.entries))} lượt ghi của các kỳ trước đến sau giờ chốt kỳ trước, "
        f"đã tính vào kỳ này{told}."
    )


def _added(late: tuple[FrozenLate, ...]) -> FrozenLate:
    change: dict[str, int] = {}
    for each in late:
        for key, number in each.change.items():
            change[key] = change.get(key, 0) + number
    return FrozenLate("", sum(each.entries for each in late), change)


def _revised(frozen: Frozen) -> str:
    if frozen.revises is None:
        return ""
    return f"Bản này thay số liệu chốt trước đó của cùng kỳ (lần {frozen.revises.revision}, sổ ghi đến số {integer_vi(frozen.revises.cut_no)})."
