"""I1, chains: each case enters once, every move starts where the one before ended, and the recorded stage and place follow."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from rules.findings import Finding
from workflow.verify.history import PLACE, history
from workflow.verify.scope import Scope

CHECK = "I1-chain"


def check_chains(scope: Scope) -> Iterator[Finding]:
    """Yield each effective event that does not follow from the one before it."""
    step = history(scope)
    first = step.position == 1
    starts_wrong = and_(first, or_(step.kind != "enter", step.from_state.is_not(None)))
    follows_wrong = and_(
        ~first,
        or_(step.kind == "enter", step.before_kind == "leave", step.from_state.is_distinct_from(step.before_state)),
    )
    changed_state = and_(step.kind == "transfer", step.state != step.from_state)
    elsewhere = or_(*(step[name].is_distinct_from(step[f"before_{name}"]) for name in PLACE))
    moved_away = and_(step.kind == "move", ~first, elsewhere)
    wrong = or_(starts_wrong, follows_wrong, changed_state, moved_away)
    for row in scope.rows(select(step.ledger_no, step.case_id, step.from_state, step.before_state).where(wrong)):
        message = (
            f"Lịch sử hồ sơ không nối nhau ở số {row.ledger_no}: bắt đầu từ “{row.from_state}”, trước đó là "
            f"“{row.before_state}”. Có người sửa sổ; so với bản sao lưu."
        )
        yield scope.wrong(CHECK, f"số sổ {row.ledger_no}", message, ledger_no=row.ledger_no, case=row.case_id)


def check_stages(scope: Scope) -> Iterator[Finding]:
    """Yield each kind of step whose recorded stage is not the furthest one reached; one finding for all alike."""
    step = history(scope)
    kinds = (step.pack_hash, step.track, step.before_stage, step.state, step.stage)
    for row in scope.rows(
        select(*kinds, func.min(step.ledger_no).label("no"), func.count().label("n")).group_by(*kinds)
    ):
        pack = scope.packs(row.pack_hash)
        track = pack.tracks.get(row.track) if pack else None
        if track is None or row.state not in track.states:
            message = f"Số {row.no}: gói quy tắc không có trạng thái “{row.state}” của “{row.track}”."
            yield scope.wrong("I1-stage", f"số sổ {row.no}", message, ledger_no=row.no, events=row.n)
        elif track.stage_after(row.before_stage, row.state) != row.stage:
            message = f"Số {row.no} ghi mức xa nhất “{row.stage}”, đúng là “{track.stage_after(row.before_stage, row.state)}”."
            yield scope.wrong("I1-stage", f"số sổ {row.no}", message, ledger_no=row.no, events=row.n)
