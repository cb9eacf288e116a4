"""What every command starts from: the installation, the unit it is about, who acts, and what time it is."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from rules.time import MINUTE, Instant, moment_vi, show
from workflow.access import Actor, actor_by_login
from workflow.actions.command import Answer, Sender, run_command
from workflow.clock import Clock, FixedClock, OffsetClock, SystemClock
from workflow.errors import BadInput, NotConfigured, NotFound
from workflow.ids import IdSource
from workflow.ledger.book import Book
from workflow.migrations import migrate
from workflow.operations.backup import heads_of
from workflow.queries.campaigns import CampaignContext, all_units, campaign_by_id, campaigns_of
from workflow.settings import Settings
from workflow.store import Store
from workflow.vault import Vault


@dataclass(frozen=True)
class UnitRow:
    """A unit as commands need it."""

    id: uuid.UUID
    code: str
    name: str
    is_demo: bool
    clock_offset: int


@dataclass
class Instance:
    """One call of the tool. Use `opened`: it closes the database at the end."""

    settings: Settings
    unit_code: str | None
    login: str | None
    chosen_now: Instant | None
    debug: bool

    @classmethod
    @contextmanager
    def opened(
        cls,
        folder: Path | None,
        *,
        unit: str | None = None,
        login: str | None = None,
        chosen_now: Instant | None = None,
        debug: bool = False,
    ) -> "Iterator[Instance]":
        """Give an instance for one command and close its database afterwards."""
        instance = cls(Settings.read(folder), unit, login, chosen_now, debug)
        try:
            yield instance
        finally:
            if "store" in instance.__dict__:
                instance.store.dispose()

    @cached_property
    def store(self) -> Store:
        """The database, which must be there and at this release's revision."""
        store = Store(self.settings.database_url)
        path = store.url.database
        if store.is_sqlite and (not path or not Path(path).exists()):
            raise NotConfigured(
                what=f"Chưa có cơ sở dữ liệu ở {self.settings.instance}",
                todo="Chạy “tungnha init” để lập đơn vị, hoặc “tungnha demo” để xem thử",
            )
        try:
            with store.read() as session:
                revision = migrate.current(session.connection())
        except BaseException:
            store.dispose()
            raise
        if revision != migrate.head():
            store.dispose()
            raise NotConfigured(
                what=f"Cơ sở dữ liệu ở bản {revision or 'trống'}, chương trình cần bản {migrate.head()}",
                todo="Sao lưu rồi chạy “tungnha migrate”" if revision else "Chạy “tungnha init” hoặc “tungnha migrate”",
            )
        return store

    @cached_property
    def vault(self) -> Vault:
        """The keys of personal columns."""
        return Vault.from_environment(os.environ) or Vault.open(self.settings.key_file)

    @cached_property
    def ids(self) -> IdSource:
        """Where new ids come from."""
        return IdSource()

    @property
    def real_now(self) -> Instant:
        """What the machine's clock says."""
        return SystemClock().now()

    def units(self) -> list[UnitRow]:
        """Return the unit asked for, or all of them."""
        with self.store.read() as session:
            rows = [UnitRow(row.id, row.code, row.name, row.is_demo, row.clock_offset) for row in all_units(session)]
        if self.unit_code is None:
            return rows
        chosen = [row for row in rows if row.code == self.unit_code]
        if not chosen:
            raise BadInput(where=f"Đơn vị {self.unit_code}", what=f"không có; có: {_codes(rows)}")
        return chosen

    @cached_property
    def unit(self) -> UnitRow:
        """The unit that the command is about: the one asked for, else the only one."""
        rows = self.units()
        if not rows:
            raise NotConfigured(what="Chưa có đơn vị nào", todo="Chạy “tungnha init” để lập đơn vị")
        if len(rows) > 1:
            raise click.UsageError(f"Có {len(rows)} đơn vị; hãy chọn một bằng --unit: {_codes(rows)}.")
        return rows[0]

    def clock_of(self, unit: UnitRow) -> Clock:
        """Return the clock that the unit lives by: the chosen instant, else the machine's, shifted for a demonstration."""
        if self.chosen_now is not None:
            return FixedClock(self.chosen_now)
        return OffsetClock(SystemClock(), unit.clock_offset) if unit.clock_offset else SystemClock()

    def writing_clock(self, unit: UnitRow) -> Clock:
        """Return the clock for writing. In a real unit only the machine's clock dates what is recorded."""
        if self.chosen_now is not None and not unit.is_demo:
            raise BadInput(
                where="--now",
                what=f"“{unit.code}” là đơn vị thật nên chỉ ghi theo đồng hồ máy; bỏ --now, "
                "hoặc lập một đơn vị tập dượt bằng “tungnha init --rehearsal”",
            )
        self.check_not_back(unit, self.chosen_now)
        return self.clock_of(unit)

    def check_not_back(self, unit: UnitRow, wanted: Instant | None) -> None:
        """Refuse to write at a chosen instant that lies before what the unit's ledger already holds."""
        if wanted is None:
            return
        with self.store.read() as session:
            recorded_at = next(int(str(head["recorded_at"])) for head in heads_of(session) if head["code"] == unit.code)
        if wanted < recorded_at:
            written, free = moment_vi(recorded_at), show(-(-recorded_at // MINUTE) * MINUTE)
            raise BadInput(
                where=moment_vi(wanted),
                what=f"sổ của “{unit.code}” đã ghi đến {written}; chọn “{free}” hoặc sau đó",
            )

    def campaign(self, session: Session, code: str | None = None) -> CampaignContext:
        """Return the unit's campaign called `code`, else its only one."""
        known = campaigns_of(session, self.unit.id)
        chosen = [each for each in known if code in (None, each.code)]
        names = ", ".join(each.code for each in known) or "chưa có đợt nào"
        if not chosen:
            raise BadInput(where=f"Đợt {code or ''}".strip(), what=f"đơn vị “{self.unit.code}” không có; có: {names}")
        if len(chosen) > 1:
            raise click.UsageError(f"Đơn vị “{self.unit.code}” có nhiều đợt; hãy chọn một bằng --campaign: {names}.")
        return chosen[0]

    def actor(self, session: Session, *, now: Instant) -> Actor:
        """Return who acts, with the posts held at `now`."""
        if not self.login:
            raise click.UsageError(
                "Lệnh này do một người làm; hãy ghi --as TÊN_ĐĂNG_NHẬP trước tên lệnh (“tungnha whoami” liệt kê)."
            )
        return self.member(session, self.login, now=now)

    def member(self, session: Session, login: str, *, now: Instant) -> Actor:
        """Return a colleague in the unit by login."""
        try:
            return actor_by_login(session, self.unit.id, login, now=now)
        except NotFound:
            raise BadInput(
                where=f"Tài khoản {login}",
                what=f"không có vị trí nào trong đơn vị “{self.unit.code}” vào {moment_vi(now)}; xem các tên đăng nhập bằng “tungnha whoami”",
            ) from None

    def command(
        self,
        campaign: CampaignContext,
        actor: Actor,
        key: str,
        request: dict[str, Any],
        work: Callable[[Book, CampaignContext, Actor], Answer],
    ) -> Answer:
        """Carry out `work` once as `actor`, under `key`; a repeat returns the stored answer."""
        clock = self.writing_clock(self.unit)

        def in_book(book: Book, who: Actor) -> Answer:
            context = campaign_by_id(book.session, campaign.unit_id, campaign.id)
            book.pack_hash = context.pack.hash
            return work(book, context, who)

        sender = Sender(campaign.unit_id, actor.account_id, key)
        return run_command(self.store, clock, self.ids, sender, request, in_book)


def new_key() -> str:
    """Return a key for a command that was given none."""
    return f"cli-{uuid.uuid4()}"


def _codes(rows: list[UnitRow]) -> str:
    return ", ".join(row.code for row in rows) or "chưa có đơn vị nào"


pass_instance = click.make_pass_decorator(Instance)
json_option = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON cho chương trình khác đọc.")
campaign_option = click.option(
    "--campaign", "campaign_code", metavar="MÃ", help="Mã đợt. Không cần nếu chỉ có một đợt."
)
