"""I1, cases: the row says what its history says, and counts its events."""

from collections.abc import Iterator
from itertools import chain

from sqlalchemy import Text, and_, func, literal, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of, unnamed_places
from workflow.tables import Case, Event
from workflow.verify.history import PLACE, history
from workflow.verify.scope import Scope


def check_cases(scope: Scope) -> Iterator[Finding]:
    """Yield each case whose row differs from its last effective event; one whose entry was voided must have left."""
    case, step = alias_of(Case), history(scope)
    last = (
        select(step.case_id, step.kind, step.state, step.stage, *(step[name] for name in PLACE), step.happened_at)
        .where(step.from_end == 1)
        .subquery()
    )
    end, has_left = last.c, case.left_at.is_not(None)
    differs = or_(
        case.state != end.state, case.stage != end.stage, case.last_happened_at != end.happened_at,
        *(case[name].is_distinct_from(end[name]) for name in PLACE),
        and_(end.kind == "leave", ~has_left), and_(end.kind != "leave", has_left),
    )  # fmt: skip
    changed = select(case.id, case.state, end.state.label("said")).where(
        case.unit_id == scope.unit_id, case.id == end.case_id, differs
    )
    bare = select(case.id, case.state, literal(None, Text).label("said")).where(
        case.unit_id == scope.unit_id, ~has_left, case.id.not_in(select(end.case_id))
    )
    for row in chain(scope.rows(changed), scope.rows(bare)):
        message = (
            f"Hồ sơ đang ghi “{row.state}”, sổ nói “{row.said}” (hoặc khác tổ, người giữ). Dữ liệu đã bị sửa ngoài sổ."
        )
        yield scope.wrong("I1-case", f"hồ sơ {row.id.hex}", message, case=row.id, state=row.state, ledger=row.said)


def check_entered(scope: Scope) -> Iterator[Finding]:
    """Yield each case that says it entered its state at another instant than its last change of state."""
    case, step = alias_of(Case), history(scope)
    changed = (
        select(step.case_id, func.max(step.happened_at).label("at"))
        .where(step.kind.in_(("enter", "move", "migrate")))
        .group_by(step.case_id)
        .subquery()
        .c
    )
    wrong = select(case.id).where(
        case.unit_id == scope.unit_id, case.id == changed.case_id, case.entered_at != changed.at
    )
    for row in scope.rows(wrong):
        message = "Giờ vào trạng thái khác với sổ, nên quy tắc nhắc việc tính sai. Dữ liệu đã bị sửa ngoài sổ."
        yield scope.wrong("I1-case", f"hồ sơ {row.id.hex}", message, case=row.id)


def check_versions(scope: Scope) -> Iterator[Finding]:
    """Yield each case whose version is not the number of its events, and each event numbered out of turn."""
    case, event = alias_of(Case), alias_of(Event)
    counted = (
        select(event.case_id, func.count().label("n"))
        .where(event.unit_id == scope.unit_id, event.case_id.is_not(None))
        .group_by(event.case_id)
        .subquery()
    )
    statement = (
        select(case.id, case.version, func.coalesce(counted.c.n, 0).label("n"))
        .select_from(case.id.table.outerjoin(counted, case.id == counted.c.case_id))
        .where(case.unit_id == scope.unit_id, case.version != func.coalesce(counted.c.n, 0))
    )
    for row in scope.rows(statement):
        message = f"Hồ sơ ghi bản {row.version} nhưng sổ có {row.n} sự kiện. Có sự kiện bị thêm hoặc bớt ngoài sổ."
        yield scope.wrong("I1-version", f"hồ sơ {row.id.hex}", message, case=row.id, version=row.version, events=row.n)
    yield from _out_of_turn(scope)


def _out_of_turn(scope: Scope) -> Iterator[Finding]:
    event, case = alias_of(Event), alias_of(Case)
    turn = func.row_number().over(partition_by=event.case_id, order_by=event.ledger_no)
    numbered = (
        select(event.ledger_no, event.case_id, event.version, turn.label("turn"))
        .where(event.unit_id == scope.unit_id, event.case_id.is_not(None))
        .subquery()
        .c
    )
    known = select(case.id).where(case.unit_id == scope.unit_id, case.id == numbered.case_id).exists()
    wrong = or_(numbered.version.is_distinct_from(numbered.turn), ~known)
    for row in scope.rows(select(*numbered).where(wrong)):
        message = f"Sự kiện số {row.ledger_no} là lần thứ {row.turn} của hồ sơ nhưng ghi bản {row.version}, hoặc hồ sơ không còn."
        yield scope.wrong("I1-version", f"số sổ {row.ledger_no}", message, ledger_no=row.ledger_no, case=row.case_id)


def check_flags(scope: Scope) -> Iterator[Finding]:
    """Yield each combination of state and flags that the campaign's pack does not give; one finding for all alike."""
    case = alias_of(Case)
    kinds = (
        case.campaign_id, case.track, case.state, case.is_open, case.is_done, case.exit_class,
        case.left_at.is_not(None).label("has_left"),
    )  # fmt: skip
    grouped = select(*kinds, func.count().label("n")).where(case.unit_id == scope.unit_id)
    for row in scope.rows(grouped.group_by(*kinds[:-1], case.left_at.is_not(None))):
        pack = scope.pack_of(row.campaign_id)
        track = pack.tracks.get(row.track) if pack else None
        if track is None or row.state not in track.states:
            message = f"{row.n} hồ sơ ở trạng thái “{row.state}” mà gói quy tắc đang dùng không có."
        elif (bool(row.is_open), bool(row.is_done), row.exit_class) == (
            track.is_open(row.state) and not row.has_left, track.is_done(row.state), track.exit_class(row.state),
        ):  # fmt: skip
            continue
        else:
            message = f"{row.n} hồ sơ “{row.state}” ghi sai còn việc / đã xong / lý do so với gói quy tắc."
        yield scope.wrong("I1-flags", f"trạng thái {row.state}", message, state=row.state, cases=row.n)


def check_unnamed(scope: Scope) -> Iterator[Finding]:
    """Yield each case whose mark "not yet named" differs from what the ledger told last."""
    case, places = alias_of(Case), unnamed_places(scope.unit_id, scope.head.ledger_no)
    joined = case.id.table.outerjoin(places, places.c.case_id == case.id)
    is_place = places.c.case_id.is_not(None)
    statement = select(case.id).select_from(joined).where(case.unit_id == scope.unit_id, case.unnamed != is_place)
    for row in scope.rows(statement):
        message = "Dấu “chưa có tên” khác với sổ, nên số liệu theo danh sách giấy sai. Dữ liệu đã bị sửa ngoài sổ."
        yield scope.wrong("I1-case", f"hồ sơ {row.id.hex}", message, case=row.id)
