"""The plan of another pack as one to fill in: on the days of this campaign, with its posts as far as it has them, and what is still to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final

from rules.pack import Pack, PackRefused, load_files
from rules.pack.model import Duty, PlanTask, Post
from rules.pack.rebase import RebaseRefused, rebase
from rules.said import Part, Said
from workflow.errors import BadInput
from workflow.planfile.export import FIRST_ROW, SHEET, write_rows
from workflow.planfile.headers import COLUMNS
from workflow.planfile.judge import MEND_THAT_FIRST, judge
from workflow.planfile.model import JudgedRow
from workflow.planfile.read import PlanRow, PlanSheet
from workflow.planfile.who import Directory, NotFoundByName
from workflow.planfile.words import cells_of
from workflow.roster.archive import SheetRefused
from workflow.roster.columns import Column
from workflow.roster.headers import squashed

_FIELDS: Final = {column.field: Column(place, column.header) for place, column in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Todo:
    """What there is to do in a row of the template. Without `is_needed` it can be taken as it is."""

    row: int
    label: str
    is_needed: bool
    said: str


def write_from_template(target: IO[bytes], pack: Pack, template: Pack, *, title: str) -> list[Todo]:
    """Write the plan of another pack as one to fill in, its days moved so that it begins when the campaign does; return what is to do.

    An owner is this campaign's post of the same name, else of the same code, else the only one of the same role; else the cell is empty.
    Raises BadInput if the other plan cannot be moved to this campaign's days; then nothing was written.
    """
    moved = _moved(template, pack)
    items: list[PlanTask | Duty] = [*moved.model.plan.tasks, *moved.model.plan.duties]
    numbers, who = {item.id: str(n) for n, item in enumerate(items, start=1)}, Directory(moved)
    fitted = _Fitted(pack, moved)
    rows = [fitted.cells(item, cells_of(item, moved, who, numbers)) for item in items]
    found = _judged(rows, pack)
    todos = [
        _todo(row, who.label(item.owner), fitted.dropped(item, who)) for row, item in zip(found, items, strict=False)
    ]
    left = sum(todo is not None and todo.is_needed for todo in todos)
    subtitle = f"Theo kế hoạch mẫu “{template.model.pack.label.vi}”, ngày đã dời theo đợt này. Sửa rồi gửi lại."
    subtitle += f" {left} dòng còn phải sửa: xem cột “Cần làm”." if left else ""
    write_rows(target, pack, rows, (title, subtitle), todos=[todo.said if todo is not None else "" for todo in todos])
    return [todo for todo in todos if todo is not None]


def _moved(template: Pack, pack: Pack) -> Pack:
    begins = pack.model.pack.starts
    if template.model.pack.starts == begins:
        return template
    try:
        return load_files(rebase(template, {"starts": begins}, pack_id=f"{template.id[:50].rstrip('-')}-mau").files)
    except RebaseRefused as refused:
        why = refused.args[0]
    except PackRefused as refused:
        why = next(found.message for found in refused.findings if found.severity == "error")
    raise BadInput(where="Kế hoạch mẫu", what=Said("không dời được sang ngày của đợt này: %(why)s", why=Part(why)))


class _Fitted:
    """The rows of one pack's plan with the names of another campaign."""

    def __init__(self, pack: Pack, template: Pack) -> None:
        self._pack, self._template, self._who = pack, template, Directory(pack)
        self._posts: dict[str, Post | None] = {}

    def cells(self, item: PlanTask | Duty, cells: Mapping[str, str]) -> dict[str, str]:
        """Return the cells of an item as this campaign may take them."""
        owner = self._post(item.owner)
        known = self._pack.plan_items.get(item.id)
        told = {column.field: cells.get(column.field, "") for column in COLUMNS}
        told["owner"] = self._who.label(owner.id) if owner is not None else ""
        told["support"] = "; ".join(name for code in getattr(item, "support", ()) if (name := self._supporter(code)))
        told["window"] = self._window(told["window"])
        if known is None or squashed(known.label.vi) != squashed(item.label.vi):
            told["id"] = ""
        return told

    def dropped(self, item: PlanTask | Duty, who: Directory) -> list[str]:
        """Return whom an item names as supporting and this campaign has not."""
        return [who.label(code) for code in getattr(item, "support", ()) if not self._supporter(code)]

    def _post(self, code: str) -> Post | None:
        if code not in self._posts:
            self._posts[code] = self._nearest(self._template.posts[code])
        return self._posts[code]

    def _nearest(self, post: Post) -> Post | None:
        try:
            return self._who.owner(post.label.vi)
        except NotFoundByName:
            pass
        alike = [each for each in self._pack.model.pack.posts if (each.role, each.per) == (post.role, post.per)]
        same = [each for each in alike if each.id == post.id]
        return (same or alike)[0] if len(same or alike) == 1 else None

    def _supporter(self, code: str) -> str:
        """Return what this campaign calls a unit or post that supports; empty if it has none."""
        if code in self._template.posts:
            post = self._post(code)
            return self._who.label(post.id) if post is not None else ""
        body = next((each for each in self._template.model.pack.bodies if each.id == code), None)
        here = {each.id for each in self._pack.model.pack.bodies}
        names = {squashed(each.label.vi): each.id for each in self._pack.model.pack.bodies}
        found = names.get(squashed(body.label.vi)) if body is not None else None
        return self._who.label(found or code) if found or code in here else ""

    def _window(self, label: str) -> str:
        labels = [window.label.vi for window in self._pack.model.pack.windows.values()]
        return label if label in labels else labels[0] if label and len(labels) == 1 else ""


def _sheet(rows: Sequence[Mapping[str, str]]) -> PlanSheet:
    """Return rows as they are read from the file that they are written to."""
    return PlanSheet(SHEET, _FIELDS, tuple(PlanRow(n, cells) for n, cells in enumerate(rows, start=FIRST_ROW)), (), ())


def _judged(rows: Sequence[Mapping[str, str]], pack: Pack) -> Sequence[JudgedRow]:
    """Return what the rows would come to if they were sent back as they are; nothing if the plan as a whole is to blame."""
    try:
        return judge(_sheet(rows), pack).rows
    except SheetRefused:
        return ()


def _todo(row: JudgedRow, owner: str, dropped: Sequence[str]) -> Todo | None:
    """Return what there is to say of a row; one that only waits for another row has nothing of its own."""
    own = [each for each in row.rejections if each.todo != MEND_THAT_FIRST]
    wrongs = [each for each in own if each.column != _FIELDS["owner"].label or each.value]
    lacks = owner if len(wrongs) < len(own) else ""
    said = [f"Ghi đơn vị chủ trì (mẫu: {owner})"] if lacks else []
    said += [f"{each.column.partition(' – ')[2] or each.cell}: {each.reason}. {each.todo}" for each in wrongs]
    said += [f"Đơn vị phối hợp của mẫu không có ở đây: {', '.join(dropped)}"] if dropped else []
    return Todo(row.number, row.label, bool(own), "; ".join(said)) if said else None
