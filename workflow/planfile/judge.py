"""Every row of a plan's spreadsheet against the plan: what it would make of the plan, or why it is not taken. Pure but for the file.

What a column does not say stays as it is; a column that is not in the file says nothing. The plan that comes out is a text of the
pack like any other and passes the pack's own check; what that finds is said at the row.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from rules.deadlines import DeadlineError, describe, parse, parse_every
from rules.pack import Pack
from rules.pack.model import Duty, PlanFile, PlanTask
from rules.said import Said
from workflow.plan.counted import since_words
from workflow.plan.schedule import slot_of_task
from workflow.planfile.checked import check_plan, clauses_of, refused_whole
from workflow.planfile.doubts import Present, doubts_of, not_read
from workflow.planfile.headers import HEADER_OF
from workflow.planfile.match import Item, Matcher
from workflow.planfile.model import Change, Judged, JudgedRow, Outcome
from workflow.planfile.numbers import Names, lost_row, names_of, rows_of_one_number
from workflow.planfile.one_row import RowReader, Taken
from workflow.planfile.read import PlanRow, PlanSheet
from workflow.planfile.unread import Unread, quoted_text
from workflow.planfile.who import Directory
from workflow.planfile.words import cells_of, events_of, opens_words
from workflow.roster.findings import Rejection
from workflow.roster.headers import squashed

NOT_THEIRS: Final = (
    "chính mình, hoặc người được làm thay, phải chịu trách nhiệm việc này: khi làm thay không tự đổi kế hoạch của việc ấy",
    "Nhờ người khác có quyền thay kế hoạch gửi dòng này",
)
"""Why a row is handed back that would change what its sender may not change, and what to do."""

MEND_THAT_FIRST: Final = "Sửa dòng đó trước"
"""What to do with a row that only waits for another one that was handed back."""
_WORDLESS: Final = Unread("chưa ghi nội dung công việc", "Ghi nội dung, hoặc xóa dòng")


def judge(
    sheet: PlanSheet,
    pack: Pack,
    *,
    borne: Collection[str] = (),
    not_theirs: Collection[str] = (),
    present: Present | None = None,
) -> Judged:
    """Return what a file comes to.

    `borne` has the codes that tasks of the campaign bear already, also those of earlier plans; `not_theirs` those of items that whoever
    sent the file may not change. Without `present` nothing is said of how the campaign stands.
    """
    return _Judge(sheet, pack, borne, not_theirs, present).run()


class _Judge:
    def __init__(
        self, sheet: PlanSheet, pack: Pack, borne: Collection[str], not_theirs: Collection[str], present: Present | None
    ) -> None:
        self.present = present
        self.same_number = rows_of_one_number(sheet.rows)
        self.sheet, self.pack, self.not_theirs = sheet, pack, not_theirs
        self.who = Directory(pack)
        plan = pack.model.plan
        self.items: list[Item] = [*plan.tasks, *plan.duties]
        self.matcher = Matcher(self.items, borne)
        self.reader = RowReader(sheet, pack, self.who)
        self.rejected: dict[int, list[Rejection]] = {}
        self.matched: dict[int, Item] = {}
        self.named: dict[int, str] = {}
        self.labels = {item.id: item.label.vi for item in self.items}

    def run(self) -> Judged:
        self._match()
        numbers = names_of(self.sheet.rows, self.named, [item.id for item in self.items])
        events = numbers.and_events(events_of(self.pack))
        taken = {
            row.number: found for row in self.sheet.rows if (found := self._read(row, numbers, events)) is not None
        }
        plan = self._settle(taken)
        spoken_of = {item.id for item in self.matched.values()}
        lost = {squashed(row.cells["label"]) for row in self.sheet.rows if row.number not in self.named}
        vanished = tuple(
            each for each in self.items if each.id not in spoken_of and squashed(each.label.vi) not in lost
        )
        self.labels |= {each.item.id: each.item.label.vi for each in taken.values()}
        rows = tuple(self._judged(row, taken.get(row.number)) for row in self.sheet.rows)
        seen = tuple(not_read(self.sheet.rows, self.matched, self.present)) if self.present is not None else ()
        return Judged(self.sheet, self.pack.hash, rows, vanished, plan, seen)

    def _match(self) -> None:
        """Say which item each row speaks of; a row of which that cannot be said is handed back."""
        worded = [row for row in self.sheet.rows if row.cells["label"]]
        found = self.matcher.items_of(worded, self.reader.marks)
        for row in self.sheet.rows:
            item = found.get(row.number, _WORDLESS)
            if isinstance(item, Unread):
                self._reject(row, "id" if row.cells.get("id") else "label", item.reason, item.todo)
                continue
            self.named[row.number] = item.id if item is not None else self.matcher.new_id(row)
            if item is not None:
                self.matched[row.number] = item

    def _read(self, row: PlanRow, numbers: Names, events: Names) -> Taken | None:
        if row.is_hidden:
            self._reject(row, "", "dòng này đang bị ẩn trong tệp", "Bỏ ẩn dòng rồi gửi lại")
            return None
        if row.number not in self.named:
            return None
        found = self.reader.read(row, self.matched.get(row.number), self.named[row.number], numbers, events)
        for field, reason, todo in found.wrongs:
            self._reject(row, field, reason, todo)
        if found.changes and found.item.id in self.not_theirs:
            self._reject(row, found.changes[0], *NOT_THEIRS)
            return None
        return found if not found.wrongs else None

    def _settle(self, taken: dict[int, Taken]) -> PlanFile:
        """Return the plan with what was taken, once the pack's own check has nothing to say of it.

        A row that the check refuses is handed back and the rest is looked at again: each round leaves out at least one row.
        """
        names = {name: number for number, name in self.named.items()}
        rows = {row.number: row for row in self.sheet.rows}
        while True:
            self._drop_orphans(taken, names, rows)
            plan = self._plan(taken)
            if not any(each.is_new or each.changes for each in taken.values()):
                return plan
            wrongs = check_plan(plan, self.pack, {each.item.id for each in taken.values() if each.alters})
            if not wrongs:
                return plan
            fresh = {n: wrong for item, wrong in wrongs.items() if (n := names.get(item)) in taken and taken[n].alters}
            if not fresh:
                raise refused_whole(next(iter(wrongs.values()))[1])
            for number, (field, reason) in fresh.items():
                self._reject(rows[number], field, reason, "Sửa ô này rồi gửi lại")
                del taken[number]

    def _drop_orphans(self, taken: dict[int, Taken], names: Mapping[str, int], rows: Mapping[int, PlanRow]) -> None:
        """Hand back what waits for an item that was itself handed back."""
        known = {item.id for item in self.items}
        while True:
            there = known | {each.item.id for each in taken.values()}
            orphans = {
                n: lost for n, each in taken.items() if (lost := [e for e in clauses_of(each.item) if e not in there])
            }
            if not orphans:
                return
            for number, lost in orphans.items():
                at = names.get(lost[0], lost_row(lost[0]))
                reason = Said("chờ việc ở dòng %(n)s, mà dòng ấy bị trả lại", n=at if at is not None else lost[0])
                field = "after" if lost[0] in getattr(taken[number].item, "after", ()) else "due"
                self._reject(rows[number], field, reason, MEND_THAT_FIRST)
                del taken[number]

    def _plan(self, taken: Mapping[int, Taken]) -> PlanFile:
        changed = {each.item.id: each.item for each in taken.values()}
        new = [each.item for number, each in taken.items() if number not in self.matched]
        plan = self.pack.model.plan
        tasks = [changed.get(task.id, task) for task in plan.tasks] + [
            item for item in new if isinstance(item, PlanTask)
        ]
        duties = [changed.get(duty.id, duty) for duty in plan.duties] + [item for item in new if isinstance(item, Duty)]
        return PlanFile(tasks=tuple(tasks), duties=tuple(duties))

    def _judged(self, row: PlanRow, taken: Taken | None) -> JudgedRow:
        known = self.matched.get(row.number)
        wrongs = tuple(self.rejected.get(row.number, ()))
        if taken is None:
            return JudgedRow(
                row.number, quoted_text(row.cells.get("no", "")), "rejected", quoted_text(row.cells.get("label", "")), row.section,
                quoted_text(row.cells.get("owner", "")), quoted_text(row.cells.get("due", "")), known, rejections=wrongs,
            )  # fmt: skip
        item = taken.item
        changes = tuple(self._change(known, item, field) for field in taken.changes) if known is not None else ()
        outcome: Outcome = "created" if known is None else "updated" if changes else "unchanged"
        return JudgedRow(
            row.number, row.cells.get("no", ""), outcome, item.label.vi, row.section, self.pack.posts[item.owner].label.vi,
            self._due(item), item, changes, notes=taken.notes, doubts=self._doubts(row, taken),
        )  # fmt: skip

    def _doubts(self, row: PlanRow, taken: Taken) -> tuple[str, ...]:
        if self.present is None:
            return ()
        alike = self.same_number.get(row.number, ())
        return tuple(doubts_of(row, taken.item, is_new=taken.is_new, changes=taken.changes, alike=alike, pack=self.pack, present=self.present))  # fmt: skip

    def _due(self, item: Item) -> str:
        return due_shown(item, self.pack, self.labels)

    def _change(self, before: Item, after: Item, field: str) -> Change:
        numbers = self.labels
        old, new = (cells_of(item, self.pack, self.who, numbers) for item in (before, after))
        if field == "due":
            return Change(field, HEADER_OF[field], self._due(before), self._due(after))
        if field == "opens":
            texts = [opens_words(getattr(item, "opens", None), self.pack) for item in (before, after)]
            return Change(field, HEADER_OF[field], *texts)
        return Change(field, HEADER_OF[field], old.get(field, ""), new.get(field, ""))

    def _reject(self, row: PlanRow, field: str, reason: str, todo: str) -> None:
        column = self.sheet.where(field) if field else ""
        told = Rejection(row.number, column, quoted_text(row.cells.get(field, "")) if column else "", reason, todo)
        self.rejected.setdefault(row.number, []).append(told)


def due_shown(item: Item, pack: Pack, labels: Mapping[str, str]) -> str:
    """Return an item's deadline in the plan's words with its last moment, where it has one: "trước ngày 20/5 (hết Thứ Hai 19/5)".

    One that counts from a task names it, as `labels` call it.
    """
    since = since_words(item, pack, labels)
    spec: Any = parse(item.due)
    if isinstance(item, Duty):
        return describe(spec, None, every=parse_every(item.every))
    try:
        return describe(spec, slot_of_task(item, pack).due_at, since=since)
    except (DeadlineError, ValueError):
        return describe(spec, None, since=since)
