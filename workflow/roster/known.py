"""Judging staged rows against who is known already: new, changed, the same, or in conflict.

By ID number first; without a match, by name and birth within the household. Set-based: a list of the whole unit costs a dozen
statements. It may run outside the write lock, and once more inside if the ledger moved meanwhile. Blank cells say nothing: a list
without phones takes nobody's phone away.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from workflow.gateway.enter import nothing_in_force, states_of
from workflow.gateway.statistics import refresh_statistics
from workflow.queries.campaigns import CampaignContext
from workflow.roster.undone import is_said_anew, was_undone
from workflow.tables import Case, Door, RosterRow, Subject, table_of

_rows, _subjects, _doors, _cases = table_of(RosterRow), table_of(Subject), table_of(Door), table_of(Case)
_same_file, _homes = _rows.alias("same_file"), _subjects.alias("homes")
_old_homes = _subjects.alias("old_homes")

REASONS: Final = {
    "two_known": ("Số ĐDCN này đang đứng tên hai hồ sơ trong sổ", "Gộp hai hồ sơ đó trước, rồi nhập lại dòng này"),
    "other_person": (
        "Số ĐDCN này trong sổ là của người có họ tên và ngày sinh khác",
        "Đối chiếu thẻ căn cước, sửa số ĐDCN hoặc đính chính hồ sơ đã có",
    ),
    "other_number": (
        "Trong hộ đã có người trùng họ tên, ngày sinh nhưng số ĐDCN khác",
        "Đối chiếu thẻ căn cước, sửa số ĐDCN ở dòng này hoặc ở hồ sơ đã có",
    ),
    "several": ("Trong hộ có nhiều người trùng họ tên, ngày sinh", "Bổ sung số ĐDCN để phân biệt"),
    "same_person": ("Là cùng một người với một dòng ở trên trong tệp", "Giữ một dòng, xóa dòng kia"),
    "merged": ("Hồ sơ của người này vừa được gộp vào hồ sơ khác", "Kiểm tra lại tệp rồi nhập lại"),
    "other_area": ("Đã có trong sổ ở địa bàn khác", "Dùng “Chuyển hộ” để chuyển địa bàn, rồi nhập lại"),
}
"""Check → why a row is handed back once the known people are looked at, and what to do."""


@dataclass(frozen=True)
class KnownRejection:
    """A staged row that conflicts with what is known. `check` is a key of `REASONS`."""

    check: str
    row: int
    name: str
    reason: str
    todo: str


def judge_known(session: Session, context: CampaignContext, file_id: uuid.UUID, *, kind: str) -> list[KnownRejection]:
    """Judge every staged row of a file: created, updated, unchanged or rejected. Returns the rejections in row order.

    Known subjects take the place of the ids that were staged. Safe to run again.
    """
    judging = _Judging(session, context, file_id, kind)
    judging.start_again()
    if judging.knows_anybody():
        refresh_statistics(session, _rows, _subjects, _doors, _cases)
        judging.match()
        judging.place()
        judging.compare()
    return sorted(judging.rejections, key=lambda each: each.row)


def known_rejections(kept: Mapping[str, Sequence[int]]) -> list[KnownRejection]:
    """Return the rejections of a judging that was kept as row numbers by check, in row order; names are not kept."""
    found = [KnownRejection(check, row, "", *REASONS[check]) for check, rows in kept.items() for row in rows]
    return sorted(found, key=lambda each: each.row)


def personal_change() -> ColumnElement[bool]:
    """Return the condition that a row says something else about its known subject; blanks and lesser accounts do not.

    They do where only an undone import knew the subject.
    """
    r, s = _rows.c, _subjects.c
    differs = [and_(r[name].is_not(None), r[name].is_distinct_from(s[name])) for name in COMPARED]
    return or_(birth_differs(), account_rises(), *differs, is_said_anew())


COMPARED: Final = ("name_fold", "sex", "relation", "residence", "id_index", "phone_index")
"""Names are compared without accents and case: lists in capitals change nobody's name."""


def birth_differs() -> ColumnElement[bool]:
    """Return the condition that the row's birth is another one, or more exact; a bare year agrees with a date in it."""
    r, s = _rows.c.birth_on, _subjects.c.birth_on
    return and_(r.is_not(None), or_(s.is_(None), func.substr(s, 1, func.length(r)) != r))


def account_rises() -> ColumnElement[bool]:
    """Return the condition that the row's account is further than the known one; lists never take an account away."""
    return and_(_rows.c.account.is_not(None), _rank(_rows.c.account) > _rank(_subjects.c.account))


def account_falls() -> ColumnElement[bool]:
    """Return the condition that the row states less than is known: reported, not applied."""
    return and_(_rows.c.account.is_not(None), _rank(_rows.c.account) < _rank(_subjects.c.account))


def moves_house() -> ColumnElement[bool]:
    """Return the condition that the row places a known person in another household."""
    return and_(_subjects.c.kind == "person", _subjects.c.household_id.is_distinct_from(_rows.c.household_id))


def of_known() -> ColumnElement[bool]:
    """Return the join of rows to the subjects they were matched to."""
    return and_(_subjects.c.unit_id == _rows.c.unit_id, _subjects.c.id == _rows.c.subject_id)


def _rank(account: Any) -> ColumnElement[int]:
    return case((account == "activated", 3), (account == "registered", 2), (account == "none", 1), else_=0)


class _Judging:
    """One run of the judging. `mine` selects the file's rows that are not rejected."""

    def __init__(self, session: Session, context: CampaignContext, file_id: uuid.UUID, kind: str) -> None:
        self.session, self.context, self.kind = session, context, kind
        self.file = and_(_rows.c.unit_id == context.unit_id, _rows.c.file_id == file_id)
        self.mine = and_(self.file, _rows.c.judgement != "rejected")
        self.new = and_(self.file, _rows.c.judgement == "created")
        self.matched = and_(self.file, _rows.c.judgement == "unchanged")
        self.file_id = file_id
        self.rejections: list[KnownRejection] = []

    def start_again(self) -> None:
        again = and_(self.file, _rows.c.judgement != "created")
        self.session.execute(update(_rows).where(again).values(judgement="created"))

    def knows_anybody(self) -> bool:
        statement = select(literal(1)).where(_subjects.c.unit_id == self.context.unit_id).limit(1)
        return self.session.execute(statement).first() is not None

    def match(self) -> None:
        """Find the known subject of each row."""
        known = (_subjects.c.unit_id == self.context.unit_id, _subjects.c.kind == self.kind)
        live = _subjects.c.merged_into_id.is_(None)
        twice = select(_subjects.c.id_index).where(*known, live, _subjects.c.id_index.is_not(None))
        twice = twice.group_by(_subjects.c.id_index).having(func.count() > 1)
        self._reject("two_known", and_(self.new, _rows.c.id_index.in_(twice)))
        self.session.execute(
            update(_rows)
            .where(self.new, *known, live, _subjects.c.id_index == _rows.c.id_index)
            .values(subject_id=_subjects.c.id, judgement="unchanged")
        )
        self._match_by_name()
        self._reject("merged", and_(self.new, exists(select(literal(1)).where(of_known()))))
        place = func.row_number().over(partition_by=_same_file.c.subject_id, order_by=_same_file.c.row_no)
        ranked = select(_same_file.c.row_no, place.label("place")).where(
            _same_file.c.unit_id == self.context.unit_id,
            _same_file.c.file_id == self.file_id,
            _same_file.c.judgement == "unchanged",
        )
        later = ranked.subquery()
        self._reject(
            "same_person", and_(self.matched, _rows.c.row_no.in_(select(later.c.row_no).where(later.c.place > 1)))
        )

    def _match_by_name(self) -> None:
        pairs = self._pairs().subquery()
        named = select(pairs.c.row_no)
        self._reject("other_number", and_(self.new, _rows.c.row_no.in_(named.where(pairs.c.conflict))))
        several = named.group_by(pairs.c.row_no).having(func.count() > 1)
        self._reject("several", and_(self.new, _rows.c.row_no.in_(several)))
        self.session.execute(
            update(_rows)
            .where(self.new, pairs.c.row_no == _rows.c.row_no)
            .values(subject_id=pairs.c.id, judgement="unchanged")
        )

    def _pairs(self) -> Any:
        """Return rows still unmatched with the known subjects of the same name, birth and household (or area)."""
        r, s = _same_file.c, _subjects.c
        same_birth = or_(
            r.birth_on.is_(None),
            s.birth_on.is_(None),
            func.substr(s.birth_on, 1, func.length(r.birth_on)) == r.birth_on,
            func.substr(r.birth_on, 1, func.length(s.birth_on)) == s.birth_on,
        )
        conflict = and_(r.id_index.is_not(None), s.id_index.is_not(None), r.id_index != s.id_index, ~was_undone())
        pairs = select(r.row_no, s.id, func.coalesce(conflict, literal(False)).label("conflict")).where(
            r.unit_id == self.context.unit_id,
            r.file_id == self.file_id,
            r.judgement == "created",
            s.unit_id == r.unit_id,
            s.kind == self.kind,
            s.merged_into_id.is_(None),
            s.name_fold == r.name_fold,
            same_birth,
        )
        if self.kind != "person":
            return pairs.where(s.area_id == r.area_id, s.household_key.is_not_distinct_from(r.household_key))
        return pairs.where(
            _homes.c.unit_id == r.unit_id,
            _homes.c.area_id == r.area_id,
            _homes.c.household_key == r.household_key,
            _homes.c.kind == "household",
            s.household_id == _homes.c.id,
        )

    def place(self) -> None:
        """Put known households, doors and cases in the place of staged ones."""
        if self.kind == "person":
            self._place_households()
        else:
            self._set(self.matched, household_id=_rows.c.subject_id)
        door = and_(
            _doors.c.unit_id == _rows.c.unit_id,
            _doors.c.campaign_id == self.context.id,
            _doors.c.household_id == _rows.c.household_id,
        )
        self._share_new_doors(door)
        self._set(self.mine, door, door_id=_doors.c.id)
        main = and_(
            _cases.c.unit_id == _rows.c.unit_id,
            _cases.c.campaign_id == self.context.id,
            _cases.c.track == self.context.pack.main_track.id,
            _cases.c.subject_id == _rows.c.subject_id,
        )
        self._set(self.matched, main, case_id=_cases.c.id)

    def _place_households(self) -> None:
        same_key = and_(
            _homes.c.unit_id == _rows.c.unit_id,
            _homes.c.area_id == _rows.c.area_id,
            _homes.c.household_key == _rows.c.household_key,
            _homes.c.kind == "household",
        )
        self._set(self.mine, same_key, household_id=_homes.c.id)
        at_home = and_(
            of_known(),
            _old_homes.c.unit_id == _subjects.c.unit_id,
            _old_homes.c.id == _subjects.c.household_id,
            _old_homes.c.area_id == _rows.c.area_id,
            or_(_rows.c.household_key.is_(None), _same_address()),
        )
        self._set(self.matched, at_home, household_id=_subjects.c.household_id)
        self._stay_together()

    def _stay_together(self) -> None:
        """Rows of people not known yet go where the first known person of the same household of the file is."""
        place = func.row_number().over(partition_by=_same_file.c.door_id, order_by=_same_file.c.row_no)
        ranked = select(_same_file.c.door_id, _same_file.c.household_id, place.label("place")).where(
            _same_file.c.unit_id == self.context.unit_id,
            _same_file.c.file_id == self.file_id,
            _same_file.c.judgement == "unchanged",
        )
        inner = ranked.subquery()
        first = select(inner.c.door_id, inner.c.household_id).where(inner.c.place == 1).subquery()
        self._set(self.new, first.c.door_id == _rows.c.door_id, household_id=first.c.household_id)

    def _share_new_doors(self, door: ColumnElement[bool]) -> None:
        """Give all rows of a known household without a door here the same new one."""
        place = func.row_number().over(partition_by=_same_file.c.household_id, order_by=_same_file.c.row_no)
        ranked = select(_same_file.c.household_id, _same_file.c.door_id, place.label("place")).where(
            _same_file.c.unit_id == self.context.unit_id,
            _same_file.c.file_id == self.file_id,
            _same_file.c.judgement != "rejected",
        )
        inner = ranked.subquery()
        first = select(inner.c.household_id, inner.c.door_id).where(inner.c.place == 1).subquery()
        same = and_(first.c.household_id == _rows.c.household_id, first.c.door_id != _rows.c.door_id)
        self._set(self.mine, and_(same, ~exists(select(literal(1)).where(door))), door_id=first.c.door_id)

    def compare(self) -> None:
        """Tell changed rows from unchanged ones, and hand back what cannot be meant."""
        other_name = and_(_rows.c.name_fold.is_distinct_from(_subjects.c.name_fold), birth_differs())
        told = and_(_subjects.c.name_fold.is_not(None), _subjects.c.birth_on.is_not(None))
        named = and_(of_known(), told, other_name, ~was_undone())
        self._reject("other_person", and_(self.matched, exists(select(literal(1)).where(named))))
        if self.kind != "person":
            elsewhere = and_(of_known(), _subjects.c.area_id != _rows.c.area_id)
            self._reject("other_area", and_(self.matched, exists(select(literal(1)).where(elsewhere))))
        changed = exists(select(literal(1)).where(of_known(), or_(personal_change(), moves_house())))
        self._set(self.matched, changed, judgement="updated")
        for profile in self._profiles():
            tracks = list(states_of(profile))
            here = select(func.count()).where(
                _cases.c.unit_id == _rows.c.unit_id,
                _cases.c.campaign_id == self.context.id,
                _cases.c.subject_id == _rows.c.subject_id,
                _cases.c.track.in_(tracks),
                or_(_cases.c.left_at.is_(None), ~nothing_in_force(_cases.c)),
            )
            lacking = and_(_rows.c.entry_state == profile, here.scalar_subquery() < len(tracks))
            self._set(self.matched, lacking, judgement="updated")

    def _profiles(self) -> list[str]:
        profiles = self.session.scalars(select(_rows.c.entry_state).where(self.matched).distinct())
        return sorted(filter(None, profiles))

    def _set(self, *conditions: ColumnElement[bool], **values: Any) -> None:
        self.session.execute(update(_rows).where(*conditions).values(**values))

    def _reject(self, check: str, condition: ColumnElement[bool]) -> None:
        found = self.session.execute(select(_rows.c.row_no, _rows.c.name).where(condition)).all()
        if not found:
            return
        reason, todo = REASONS[check]
        self.rejections += [KnownRejection(check, row.row_no, row.name or "", reason, todo) for row in found]
        self.session.execute(update(_rows).where(condition).values(judgement="rejected"))


def _same_address() -> ColumnElement[bool]:
    told = or_(_rows.c.lane.is_not(None), _rows.c.house_no.is_not(None))
    same = [_rows.c[name].is_not_distinct_from(_old_homes.c[name]) for name in ("lane", "house_no")]
    return and_(told, *same)


__all__ = [
    "REASONS",
    "KnownRejection",
    "account_falls",
    "account_rises",
    "judge_known",
    "known_rejections",
    "moves_house",
    "of_known",
    "personal_change",
]
