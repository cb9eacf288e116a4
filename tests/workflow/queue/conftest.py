"""Who asks for the queue, and what they get."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, update

from tests.workflow.world import World
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_page import DoorPage, door_page
from workflow.queries.queue import QueuePage, queue_of
from workflow.tables import Door, Membership, Subject, table_of
from workflow.vault import PHONE, Vault


@pytest.fixture
def vault(tmp_path) -> Vault:
    """Keys of an installation of its own."""
    return Vault.create(tmp_path / "vault.json")


def queue(world: World, login: str = "an", **how) -> QueuePage:
    """Return the queue of somebody at the clock's instant."""
    with world.store.read() as session:
        return queue_of(session, world.actor(login), world.context(), now=world.clock.now(), **how)


def page(world: World, door, login: str = "an", **how) -> DoorPage:
    """Return a door as somebody sees it at the clock's instant."""
    with world.store.read() as session:
        return door_page(session, world.actor(login), world.context(), door, now=world.clock.now(), **how)


def houses(found: QueuePage) -> list[str]:
    """Return house numbers in the order of the queue."""
    return [door.house_no for door in found.doors]


def give(world: World, door, login: str | None) -> None:
    """Put a door straight into somebody's hands: a test needs the row, not the hand-over."""
    with world.store.write() as session:
        member = None if login is None else session.scalar(
            select(Membership.id).where(Membership.unit_id == world.unit_id, Membership.account_id == world.account(login))
        )  # fmt: skip
        table = table_of(Door)
        session.execute(
            update(table).where(table.c.unit_id == world.unit_id, table.c.id == door).values(assignee_id=member)
        )


def set_door(world: World, door, **values) -> None:
    """Set columns of a door."""
    table = table_of(Door)
    with world.store.write() as session:
        session.execute(update(table).where(table.c.unit_id == world.unit_id, table.c.id == door).values(**values))


def set_phone(world: World, vault: Vault, case, number: str) -> None:
    """Give a person a sealed phone number."""
    index = vault.index(number, PHONE)
    cipher = vault.encrypt(number, world.unit_id.bytes + PHONE.encode() + index)
    table = table_of(Subject)
    with world.store.write() as session:
        session.execute(
            update(table)
            .where(table.c.unit_id == world.unit_id, table.c.id == world.case(case).subject_id)
            .values(phone_cipher=cipher, phone_index=index)
        )


@contextmanager
def statements(world: World):
    """Collect the statements that a block sends."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append(statement)

    event.listen(world.store.reader, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(world.store.reader, "before_cursor_execute", note)


def as_context(world: World) -> CampaignContext:
    """Return the campaign."""
    return world.context()
