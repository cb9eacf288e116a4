"""A town of two teams that closes its days: short words for what happens in it."""

import uuid
from typing import Any

from sqlalchemy import select

from rules.findings import Finding, errors
from rules.time import Instant
from tests.workflow.world import World
from workflow.actions.close_period import Closed, close_period, receive_close
from workflow.actions.move_task import move_task
from workflow.actions.note_phoned import note_phoned
from workflow.actions.reopen_period import answer_reopening, ask_reopening
from workflow.closing.frozen import Frozen, read_frozen
from workflow.closing.kept import bytes_of_close, kept_close
from workflow.tables import Close, Membership, Task, Team
from workflow.verify.run import verify


class Days:
    """The world, and what people do in it about its periods."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.store.read() as session:
            teams = session.execute(select(Team.code, Team.id).where(Team.unit_id == world.unit_id))
            self.teams: dict[str, uuid.UUID] = {row.code: row.id for row in teams}

    def at(self, text: str) -> Instant:
        """Move the clock, and let it look."""
        moment = self.world.go_to(text)
        self.world.tick()
        return moment

    def report(self, period: str, team: str) -> Task:
        """The team's duty to report on a period."""
        return self.world.rows(Task, Task.item == "daily-report", Task.occurrence == period, Task.scope == team)[0]

    def move(self, login: str, period: str, team: str, move: str, **values: Any) -> dict[str, Any]:
        """Send, accept or return a report."""
        task = self.report(period, team)
        return self.world.command(login, lambda b, c, a: {"state": move_task(
            b, c, task.id, move, actor=a, state_version=task.state_version, **values).state})  # fmt: skip

    def close(self, period: str, login: str = "hai", **values: Any) -> Closed:
        """Close a period and return what was kept."""
        found: list[Closed] = []

        def work(book, context, actor):
            found.append(close_period(book, context, period, actor=actor, **values))
            return {"sha256": found[0].sha256}

        self.world.command(login, work)
        return found[0]

    def ask(self, login: str, period: str, reason: str = "tổ 2 bổ sung") -> None:
        """Ask to open a period again."""
        self.world.command(login, lambda b, c, a: {"id": str(ask_reopening(b, c, period, actor=a, reason=reason))})

    def answer(self, login: str, period: str, *, agree: bool = True) -> None:
        """Agree, or not."""
        self.world.command(login, lambda b, c, a: {"at": answer_reopening(b, c, period, actor=a, agree=agree).as_of})

    def receive(self, login: str, period: str, revision: int) -> None:
        """Note that the superior has it."""
        self.world.command(login, lambda b, c, a: {"is": receive_close(b, c, period, revision, actor=a).status})

    def phone(self, period: str, team: str, n: int, said_by: str, login: str = "hai", **values: Any) -> None:
        """Note what somebody said by telephone."""
        with self.world.store.read() as session:
            member = session.execute(
                select(Membership.id).where(
                    Membership.unit_id == self.world.unit_id, Membership.account_id == self.world.account(said_by)
                )
            ).scalar_one()
        self.world.command(login, lambda b, c, a: {"id": str(note_phoned(
            b, c, period, self.teams[team], n, actor=a, said_by_id=member, **values))})  # fmt: skip

    def kept(self, period: str, revision: int | None = None, scope: str = "unit") -> tuple[Close, Frozen]:
        """A close and what it holds."""
        with self.world.store.read() as session:
            found = kept_close(session, self.world.context(), period, revision=revision, scope=scope)
            held = read_frozen(bytes_of_close(session, self.world.unit_id, found.id))
        return self.world.rows(Close, Close.id == found.id)[0], held

    def wrong(self) -> list[Finding]:
        """Prove everything about the unit that needs no key, and return what is wrong."""
        with self.world.store.read() as session:
            found = errors(verify(session, [self.world.unit_id]).violations)
        return [each for each in found if each.check != "I5-personal"]
