"""A roster file from its first byte to judged rows, in one pass and little memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path

from rules.said import Said
from workflow.roster.columns import ROWS_LOOKED_AT, Needs, recognise
from workflow.roster.findings import Finding
from workflow.roster.judge import RosterRow, RowJudge
from workflow.roster.sheet import NumberedRow, Sheet, open_sheet
from workflow.roster.tally import Tally
from workflow.roster.words import Account

ORDINARY = Needs()


@dataclass(frozen=True, slots=True)
class Declared:
    """What the file is said to be: the day it states, and what its rows mean where they do not say.

    `aliases` (header → field) and `account_words` (text → account) are the pack's additions to the words known here.
    """

    as_of: date
    area: str = ""
    account: Account | None = None
    needs: Needs = ORDINARY
    aliases: Mapping[str, str] | None = None
    account_words: Mapping[str, Account] | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster being read. Take `rows` to their end before asking for `findings`."""

    sheet: Sheet
    judge: RowJudge
    _rows: Iterator[NumberedRow]

    @property
    def tally(self) -> Tally:
        """Rejections, doubts, repairs and counts so far."""
        return self.judge.tally

    def rows(self) -> Iterator[RosterRow]:
        """Yield the people who can be taken; none if the columns do not suffice. Once only."""
        return self.judge.accepted(self._rows) if self.judge.layout.usable else iter(())

    def findings(self) -> list[Finding]:
        """Return what there is to say about sheets, columns and rows."""
        if not self.judge.layout.usable:
            return [*self._other_sheets(), *self.judge.layout.findings]
        return [*self._other_sheets(), *self.judge.findings()]

    def _other_sheets(self) -> list[Finding]:
        if not self.sheet.other_names:
            return []
        names = ", ".join(f"“{name}”" for name in self.sheet.other_names[:10])
        message = Said(
            "Chỉ đọc trang tính “%(name)s”. Không đọc: %(names)s. Muốn nhập trang khác, chọn trang đó.",
            name=self.sheet.name,
            names=names,
        )
        return [Finding("other_sheets", "warning", "", message, {"sheets": len(self.sheet.other_names)})]


@contextmanager
def open_roster(
    path: Path, declared: Declared, *, file_name: str | None = None, sheet: str | None = None
) -> Iterator[Roster]:
    """Open a roster file for judging; raise SheetRefused if it is no honest spreadsheet."""
    with open_sheet(path, file_name=file_name, sheet=sheet) as opened:
        rows = opened.rows()
        head = list(islice(rows, ROWS_LOOKED_AT))
        layout = recognise(head, declared.needs, merged=opened.merged, aliases=declared.aliases)
        judge = RowJudge(
            layout,
            declared.needs,
            as_of=declared.as_of,
            area=declared.area,
            account=declared.account,
            account_words=declared.account_words,
        )
        yield Roster(opened, judge, chain(head, rows))
