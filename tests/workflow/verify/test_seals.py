"""Seals: the same bytes on both databases, one chain, safe to repeat; anchors as files."""

import hashlib
import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from rules.time import HOUR
from tests.databases import new_database
from tests.workflow.figures.test_counts import random_history
from tests.workflow.figures.world import World, events_of, new_store
from workflow.errors import BadInput, NotFound
from workflow.ids import id_of
from workflow.ledger.canonical import canonical_event, canonical_value
from workflow.ledger.seals import (
    GENESIS,
    anchor,
    read_anchors,
    seal_unit,
    write_anchors,
)
from workflow.tables import Seal, UnitHead


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[World]]:
    """The same random history in SQLite and in PostgreSQL."""
    worlds = [
        World(new_store(new_database(kind, tmp_path_factory.mktemp("seals"), "seals")))
        for kind in ("sqlite", "postgresql")
    ]
    for world in worlds:
        random_history(world, random.Random(11), steps=50)
        world.later(1)
        with world.book() as book:
            odd = {"nhãn": "Hòa" + "\u0300", "dấu": ["\u1ea5", 2**53, None, True], "id": "x" * 40}
            book.append("note", campaign_id=world.campaign_id, data=odd)
    yield worlds
    for world in worlds:
        world.store.dispose()


def seal(world: World) -> Seal | None:
    """Seal the unit in a transaction of its own."""
    with world.store.write() as session:
        return seal_unit(session, world.unit_id, world.now)


def test_both_databases_seal_to_the_same_bytes(worlds: list[World]) -> None:
    first = [seal(world) for world in worlds]

    assert first[0] is not None
    assert first[1] is not None
    assert first[0].seal == first[1].seal
    assert first[0].seal == hashlib.sha256(bytes(32) + bytes.fromhex(first[0].digest)).hexdigest()
    assert (first[0].seal_no, first[0].first_no, first[0].events) == (1, 1, first[0].last_no)


def test_a_second_seal_chains_and_a_repeat_adds_nothing(worlds: list[World]) -> None:
    for world in worlds:
        seal(world)
        assert seal(world) is None
        world.enter("activated")
        second = seal(world)
        assert second is not None
        with world.store.read() as session:
            rows = session.scalars(select(Seal).where(Seal.unit_id == world.unit_id).order_by(Seal.seal_no)).all()
            head = session.get(UnitHead, world.unit_id)
        assert (rows[-1].previous, rows[-1].first_no) == (rows[-2].seal, rows[-2].last_no + 1)
        assert head is not None
        assert (head.seal_no, head.sealed_no) == (rows[-1].seal_no, rows[-1].last_no)


def test_canonical_events_are_composed_sorted_and_whole(worlds: list[World]) -> None:
    for world in worlds:
        row = events_of(world)[-2]
        text = canonical_event(row._mapping).decode()
        told = json.loads(text)
        assert list(told) == sorted(told)
        assert set(told) == set(row._mapping)
        assert told["unit_id"] == world.unit_id.hex


def test_values_are_written_one_way() -> None:
    assert canonical_value("e" + "\u0302") == "\u00ea"
    assert canonical_value({"b": uuid.UUID(int=1), "a": [b"\x01", None]}) == {"b": "0" * 31 + "1", "a": ["01", None]}


def test_anchors_go_to_a_file_and_come_back(worlds: list[World], tmp_path: Path) -> None:
    seal(worlds[0])
    with worlds[0].store.read() as session:
        one = anchor(session, worlds[0].unit_id)
        none = anchor(session, id_of("nowhere"))

    write_anchors(tmp_path / "moc.json", [one, none])

    read = read_anchors(tmp_path / "moc.json")
    assert read[worlds[0].unit_id] == one
    assert (none["seal_no"], none["seal"]) == (0, GENESIS)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"anchors": [{}]}', '{"anchors": [{"unit_id": "x"}]}', '{"anchors": 5}']
)
def test_a_file_that_is_no_anchor_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "moc.json").write_text(text, "utf-8")

    with pytest.raises(BadInput, match="không phải tệp mốc niêm phong"):
        read_anchors(tmp_path / "moc.json")


def test_a_missing_anchor_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="không đọc được"):
        read_anchors(tmp_path / "absent.json")


def test_an_unknown_unit_is_refused(worlds: list[World]) -> None:
    with worlds[0].store.write() as session, pytest.raises(NotFound):
        seal_unit(session, id_of("nowhere"), HOUR)
