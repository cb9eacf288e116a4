"""A small catalogue and a table of rows on every edge, for comparing the readers of the language."""

import random
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Engine, MetaData, Table, Text

from rules.language import LARGEST, Catalogue, Context, Fact, Type
from rules.time import DAY, HOUR, at

NOW = at("2025-05-17 08:00")
EVERYWHERE = frozenset(Context)


def _fact(name: str, type_: Type, *, nullable: bool = False, values: dict[str, str] | None = None) -> Fact:
    return Fact(name, type_, f"nhãn {name}", f"label {name}", EVERYWHERE, nullable, values=values)


STATES = {"registered": "Đã đăng ký", "activated": "Đã kích hoạt", "submitted": "Đã góp ý"}
WORLD = Catalogue(
    [
        _fact("now", Type.INSTANT),
        _fact("n1", Type.INT, nullable=True),
        _fact("n2", Type.INT),
        _fact("n3", Type.INT, nullable=True),
        _fact("t1", Type.TEXT, nullable=True),
        _fact("t2", Type.TEXT),
        _fact("t3", Type.TEXT, nullable=True),
        _fact("s1", Type.TEXT, nullable=True, values=STATES),
        _fact("i1", Type.INSTANT, nullable=True),
        _fact("i2", Type.INSTANT, nullable=True),
        _fact("i3", Type.INSTANT),
        _fact("d1", Type.DURATION, nullable=True),
        _fact("plan.until", Type.INSTANT),
        _fact("b1", Type.BOOL, nullable=True),
        _fact("b2", Type.BOOL),
    ]
)

TEXTS = [
    "", "a", "A", "b", "B", "aB", "z", "Z", " a", "a ", "%", "_", "a%b", "a_b", "axb", "ab", "'", '"', "i", "I", "İ", "ı", "ß", "SS",
    "đ", "Đ", "é", "e\u0301", "É", "Ấp 1", "ấp 1", "A\u0302\u0301p 1", "🙂", "🙂a", "\uffff", "registered", "Registered",
]  # fmt: skip
NUMBERS = [-LARGEST, -LARGEST + 1, -3, -1, 0, 1, 2, 3, 17, 18, LARGEST - 1, LARGEST]
LENGTHS = [-LARGEST, -HOUR, -1, 0, 1, HOUR - 1, HOUR, HOUR + 1, 48 * HOUR, LARGEST]
INSTANTS = [
    -LARGEST, at("1912-02-29 23:59"), -1, 0, 1, NOW - 48 * HOUR - 1, NOW - 48 * HOUR, NOW - 48 * HOUR + 1, NOW - HOUR,
    NOW - HOUR + 1, NOW - 1, NOW, NOW + 1, NOW + HOUR, NOW + DAY, LARGEST,
]  # fmt: skip
POOLS: dict[Type, list[Any]] = {
    Type.INT: NUMBERS, Type.TEXT: TEXTS, Type.INSTANT: INSTANTS, Type.DURATION: LENGTHS, Type.BOOL: [True, False],
}  # fmt: skip
_STORED = {Type.TEXT: Text(), Type.BOOL: Boolean()}

ROWS = Table(
    "rows",
    MetaData(),
    Column("id", BigInteger(), primary_key=True, autoincrement=False),
    Column("clock", BigInteger(), nullable=False),
    *(Column(f.name, _STORED.get(f.type, BigInteger()), nullable=f.nullable) for f in WORLD if f.name != "now"),
)
COLUMNS = {column.name: column for column in ROWS.c}


def rows(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Return rows of edge values, in which each nullable fact is missing about every fourth time."""
    chance = random.Random(seed)

    def value(fact: Fact) -> Any:
        if fact.nullable and chance.random() < 0.25:
            return None
        pool = [*STATES] if fact.values else POOLS[fact.type]
        return chance.choice(pool)

    facts = [fact for fact in WORLD if fact.name != "now"]
    return [
        {"id": number, "clock": chance.choice(INSTANTS)} | {fact.name: value(fact) for fact in facts}
        for number in range(count)
    ]


def fill(engine: Engine, data: list[dict[str, Any]]) -> None:
    """Store the rows."""
    ROWS.metadata.drop_all(engine)
    ROWS.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(ROWS.insert(), data)
