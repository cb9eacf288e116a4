"""One row read into one item: every cell that says something, and everything that is wrong with it at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.deadlines import Every, NoDeadline, Within, parse, parse_every
from rules.pack import Pack
from rules.pack.model import Duty, Label, PlanTask, Post
from rules.said import Said
from workflow.people.names import UnstorableText, nfc
from workflow.plan.texts import TextRefused, clean_reason
from workflow.planfile.deadline_cells import Due, due_mark_of, read_due, read_opens
from workflow.planfile.evidence import evidence_words, read_evidence, same_evidence
from workflow.planfile.match import Item, Marks
from workflow.planfile.numbers import predecessors
from workflow.planfile.read import PlanRow, PlanSheet
from workflow.planfile.unread import Unread, quoted_text
from workflow.planfile.who import Directory, NotFoundByName
from workflow.planfile.words import per_words, read_per, same_due, same_opens
from workflow.roster.headers import squashed

LONGEST_TEXT = 200
_DUTY_LACKS = {"support": "đơn vị phối hợp", "evidence": "kết quả", "after": "việc làm trước", "opens": "ngày bắt đầu"}


@dataclass
class Taken:
    """An item as a row would have it. `changes` names the fields that differ from the plan; `wrongs` are field, reason, what to do."""

    item: Item
    is_new: bool
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    wrongs: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def alters(self) -> bool:
        """Whether the plan would be another one for it."""
        return self.is_new or bool(self.changes)


class RowReader:
    """Reads rows of one file for one pack."""

    refusals = (Unread, NotFoundByName)

    def __init__(self, sheet: PlanSheet, pack: Pack, who: Directory) -> None:
        self.sheet, self.pack, self.who = sheet, pack, who
        self._windows = {squashed(key): name for name, w in pack.model.pack.windows.items() for key in (name, w.label.vi, w.label.en or "")}  # fmt: skip

    def marks(self, row: PlanRow) -> Marks:
        """Return what tells a row from others of the same words, however far its cells can be read."""
        text, place = row.cells["due"], squashed(row.cells.get("clause") or _clause(row))
        try:
            owner = self.who.owner(row.cells["owner"]).id
        except NotFoundByName:
            owner = squashed(row.cells["owner"])
        try:
            due = read_due(text, self.pack, None)
        except Unread:
            return Marks(owner, squashed(text), place)
        counted = isinstance(due.spec, Within) and due.spec.event is not None
        return Marks(owner, due_mark_of(due), place, squashed(text) if counted else "")

    def read(
        self, row: PlanRow, known: Item | None, name: str, numbers: Mapping[str, str], events: Mapping[str, str]
    ) -> Taken:
        """Return what a row makes of the item it speaks of (`known`), or of a new one called `name`."""
        wrongs: list[tuple[str, str, str]] = []
        told: dict[str, Any] = {}
        for column, read in (
            ("label", lambda text: self._text(text, 500)),
            ("owner", self._owner),
            ("support", self.who.support),
            ("due", lambda text: read_due(text, self.pack, events)),
            ("evidence", lambda text: self._evidence(text, known)),
            ("after", lambda text: predecessors(text, numbers)),
            ("per", lambda text: read_per(text) if text else None),
            ("window", self._window),
            ("opens", lambda text: read_opens(text, self.pack)),
            ("note", lambda text: self._text(text, LONGEST_TEXT)),
            ("clause", lambda text: self._text(text, LONGEST_TEXT)),
        ):
            if column not in row.cells:
                continue
            try:
                told[column] = read(row.cells[column])
            except self.refusals as wrong:
                wrongs.append((column, wrong.reason, wrong.todo))
        taken = Taken(known or _NOTHING, known is None, wrongs=wrongs)
        if wrongs:
            return taken
        return self._changed(known, told, taken) if known is not None else self._new(row, name, told, taken)

    def _changed(self, known: Item, told: Mapping[str, Any], taken: Taken) -> Taken:
        due, post, per = told["due"], told["owner"], told.get("per")
        values: dict[str, Any] = {}
        recurs = isinstance(known, Duty) and parse_every(known.every).kind != "once"
        if recurs != (due.every is not None) and not (recurs and same_due(known.due, due.spec)):
            self._kind_changed(taken, recurs=recurs)
            return taken
        if told["label"] != nfc(known.label.vi):
            values["label"] = Label(vi=told["label"])
        if post.id != known.owner:
            values["owner"] = post.id
        if per not in (None, known.per) or (post.id != known.owner and post.per not in ("unit", known.per)):
            what = Said("việc đã có đang giao “%(per)s”, không đổi phạm vi được", per=per_words(known.per))
            taken.wrongs.append(("per" if per not in (None, known.per) else "owner", what, "Giữ như cũ; cần đổi thì hủy việc cũ rồi ghi thành một dòng mới không có mã"))  # fmt: skip
            return taken
        values.update(self._due(known, due, told))
        if told.get("note") and told["note"] != nfc(known.source or ""):
            values["source"] = told["note"]
        if told.get("clause") and told["clause"] != nfc(known.clause):
            values["clause"] = told["clause"]
        if not isinstance(known, Duty):
            values.update(self._of_task(known, told, due))
        names = {"source": "note", "every": "due"}
        taken.item = known.model_copy(update=values)
        taken.changes = tuple(dict.fromkeys(names.get(name, name) for name in values))
        return taken

    def _due(self, known: Item, due: Due, told: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if not same_due(known.due, due.spec) and not self._says_the_same(known, due):
            values["due"] = str(due.spec)
        if isinstance(known, Duty) and due.every is not None:
            every = parse_every(known.every)
            window = told.get("window") or every.window
            asked = Every(due.every.kind, due.every.weekday, window)
            if asked != every:
                values["every"] = str(asked)
        return values

    def _says_the_same(self, known: Item, due: Due) -> bool:
        """Whether a reason for no deadline is the plan's own, written in one line."""
        spec = parse(known.due)
        return isinstance(spec, NoDeadline) and isinstance(due.spec, NoDeadline) and squashed(spec.reason) == squashed(due.spec.reason)  # fmt: skip

    def _of_task(self, known: PlanTask, told: Mapping[str, Any], due: Due) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in ("support", "after"):
            if name in told and set(told[name]) != set(getattr(known, name)):
                values[name] = told[name]
        if "evidence" in told and not same_evidence(known.evidence, told["evidence"]):
            values["evidence"] = told["evidence"]
        opens = told.get("opens") or due.opens
        if ("opens" in told or due.opens) and not same_opens(known.opens, opens, self.pack):
            values["opens"] = opens
        return values

    def _new(self, row: PlanRow, name: str, told: Mapping[str, Any], taken: Taken) -> Taken:
        due, post = told["due"], told["owner"]
        per = told.get("per") or post.per
        if post.per not in ("unit", per):
            taken.wrongs.append(("per", Said("“%(post)s” có ở nhiều nơi nên việc phải là “%(per)s”", post=post.label.vi, per=per_words(post.per)), "Sửa cột này hoặc để trống"))  # fmt: skip
            return taken
        values = {
            "id": name, "label": Label(vi=told["label"]), "clause": told.get("clause") or _clause(row), "owner": post.id, "per": per,
            "due": str(due.spec), "source": told.get("note"),
        }  # fmt: skip
        if due.every is None:
            lists = {key: told[key] for key in ("support", "after", "evidence") if told.get(key)}
            taken.item = PlanTask(**values, **lists, opens=told.get("opens") or due.opens)
            return taken
        window = told.get("window") or self._only_window()
        if window is None:
            names = ", ".join(f"“{w.label.vi}”" for w in self.pack.model.pack.windows.values())
            todo = (
                "Ghi một trong: %(names)s"
                if "window" in row.cells
                else "Thêm cột “Giai đoạn” và ghi một trong: %(names)s"
            )
            taken.wrongs.append(("window" if "window" in row.cells else "due", "việc lặp lại chưa nói trong giai đoạn nào", Said(todo, names=names)))  # fmt: skip
            return taken
        taken.item = Duty(**values, every=str(Every(due.every.kind, due.every.weekday, window)))
        lacks = [words for key, words in _DUTY_LACKS.items() if told.get(key)]
        if lacks:
            taken.notes = (
                Said("Việc lặp lại không giữ %(what)s; cột ấy bị bỏ qua ở dòng này.", what=", ".join(lacks)),
            )
        return taken

    def _kind_changed(self, taken: Taken, *, recurs: bool) -> None:
        what = "việc này lặp lại, còn hạn ghi là một lần" if recurs else "việc này làm một lần, còn hạn ghi là lặp lại"
        taken.wrongs.append(
            ("due", what, "Giữ loại hạn như cũ, hoặc ghi thành một dòng mới không có mã, với nội dung khác")
        )

    def _only_window(self) -> str | None:
        windows = list(self.pack.model.pack.windows)
        return windows[0] if len(windows) == 1 else None

    def _window(self, text: str) -> str | None:
        if not text:
            return None
        name = self._windows.get(squashed(text))
        if name is None:
            names = ", ".join(f"“{w.label.vi}”" for w in self.pack.model.pack.windows.values())
            raise Unread(
                Said("đợt không có giai đoạn “%(name)s”", name=quoted_text(text)),
                Said("Ghi một trong: %(names)s", names=names),
            )
        return name

    def _owner(self, text: str) -> Post:
        if not text:
            raise Unread("chưa ghi đơn vị chủ trì", "Ghi đúng một đơn vị; nếu dòng là tiêu đề mục thì bỏ số hoặc gộp ô")
        return self.who.owner(text)

    def _evidence(self, text: str, known: Item | None) -> Any:
        if isinstance(known, PlanTask) and text == evidence_words(known.evidence):
            return known.evidence
        found = read_evidence(text)
        for each in found:
            self._text(each.label.vi, LONGEST_TEXT)
        return found

    def _text(self, text: str, longest: int) -> str | None:
        try:
            return clean_reason(text, longest=longest)
        except (TextRefused, UnstorableText) as refused:
            reason, _, todo = str(refused).partition("; ")
            raise Unread(reason, todo[:1].upper() + todo[1:] or "Xóa ô này và gõ lại") from None


def _clause(row: PlanRow) -> str:
    """Return the place in the plan of a row that names none: its section and number."""
    number = Said("việc %(n)s", n=row.cells["no"]) if row.cells.get("no") else Said("dòng %(n)s", n=row.number)
    return f"{row.section[:120]}, {number}" if row.section else str(number)


_NOTHING = PlanTask(id="x", label=Label(vi="x"), clause="x", owner="x", due="none because x")
"""Stands where a row came to no item; what has a wrong is not looked at."""
