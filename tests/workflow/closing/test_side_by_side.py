"""A superior's units side by side: frozen bytes added where packs agree, missing units named, sums checked, nobody's name."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, update

from tests.workflow.conftest import NewWorld
from tests.workflow.documents.closes import cat_thanh
from tests.workflow.documents.world_of_papers import close_by_hand
from tests.workflow.officials import appoint
from tests.workflow.world import World
from workflow.closing.consolidate import Parts, UnitClose, consolidate
from workflow.closing.frozen import Frozen
from workflow.closing.side_by_side import SideBySide, side_by_side
from workflow.closing.side_by_side_sheet import write_side_by_side
from workflow.errors import NotFound
from workflow.tables import Close, Membership, Post, PostHolding

PERIOD = "2025-05-24 16:00"


def put_above(world: World, first: World, login: str) -> None:
    """Give the account of `login`, a superior of another unit, the same post in this one."""
    ids, now, unit = world.ids, world.clock.now(), world.unit_id
    member, post = ids.new(now), ids.new(now)
    rows: dict[Any, dict[str, Any]] = {
        Membership: {
            "unit_id": unit, "id": member, "account_id": first.account(login), "name": "Mai Văn Cấp", "name_sort": "cap",
            "from_at": 0, "version": 1,
        },
        Post: {"unit_id": unit, "id": post, "code": "superior", "role": "superior", "label": "Cấp trên", "scope": "unit"},
        PostHolding: {"unit_id": unit, "id": ids.new(now), "post_id": post, "membership_id": member, "from_at": 0},
    }  # fmt: skip
    with world.store.write() as session:
        for model, row in rows.items():
            session.execute(insert(model), row)


def closed(world: World, **figures: int) -> Frozen:
    """Close a unit by hand: a day of a town of 9.000, with other figures where they are given."""
    made = cat_thanh_with(figures)
    frozen = replace(made, unit=world.code, name=f"Thị trấn {world.code}", pack_hash=world.pack.hash, period=PERIOD)
    close_by_hand(world, as_of=PERIOD, figures=frozen)
    return frozen


def cat_thanh_with(figures: dict[str, int]) -> Frozen:
    """Return the close made by hand, with other counts in lines and figures; what is nought is not printed."""
    frozen, pack, _ = cat_thanh()
    told = {**frozen.figures, **figures}
    always = {line.code for line in pack.model.figures.lines if line.print == "always"}
    lines = [replace(line, count=told[line.figure]) for line in frozen.lines]
    return replace(frozen, figures=told, lines=tuple(line for line in lines if line.count or line.code in always))


def read(world: World, login: str, period: str | None = None) -> SideBySide:
    with world.store.read() as session:
        return side_by_side(
            session, world.account(login), world.pack.model.pack.pack, now=world.clock.now(), period=period
        )


def test_units_stand_side_by_side_and_are_added(worlds: NewWorld) -> None:
    first, second, third = worlds(), worlds(), worlds()
    for world in (first, second, third):
        world.go_to("2025-05-24 17:00")
    login = appoint(first, "superior")
    for world in (second, third):
        put_above(world, first, login)
    assert read(first, login).periods == ()
    kept = {world.unit_id: closed(world, **more) for world, more in ((first, {}), (second, {"dead": 0, "abroad": 152}))}

    found = read(first, login)

    seen = found.seen
    assert (found.periods, seen.period, seen.total) == ((PERIOD,), PERIOD, 18_000)
    assert {unit.code for unit in seen.closed} == {first.code, second.code}
    assert [unit.code for unit in seen.missing] == [third.code]
    assert ("missing-unit", "warning", third.code) in {(one.check, one.severity, one.where) for one in seen.findings}
    assert [one for one in seen.findings if one.severity == "error"] == []
    dead = next(
        line
        for line in seen.lines
        if line.label == next(each.label for each in kept[first.unit_id].lines if each.figure == "dead")
    )
    assert (dead.count, dead.by_unit) == (12, {first.code: 12, second.code: 0}), (
        "what is nought is not printed, but it is known"
    )
    for line in seen.lines:
        counts = [next((each.count for each in frozen.lines if each.code == line.code), 0) for frozen in kept.values()]
        assert line.count == (None if None in counts else sum(n or 0 for n in counts)), line.code
    whole = next(line for line in seen.lines if line.count == 8426)
    assert (whole.base, whole.percent) == (14_000, "60,19 %")
    assert next(str(one.message) for one in seen.findings if one.check == "unconfirmed").endswith(
        "1 tổ chưa xác nhận (Tổ công tác 6)."
    )
    assert "Nguyễn" not in repr([(line.label, line.by_unit, line.why) for line in seen.lines])
    with pytest.raises(NotFound):
        read(first, login, "2025-05-23 16:00")
    with pytest.raises(NotFound):
        read(first, "hai")

    content = io.BytesIO()
    assert write_side_by_side(content, seen, campaign="Đợt", marked="ai tải") == len(seen.lines)
    content.seek(0)
    sheet = CalamineWorkbook.from_filelike(content).get_sheet_by_name("Tổng hợp").to_python()
    added = {row[0]: row[5] for row in sheet[1:] if len(row) > 5 and row[0]}
    assert [added[line.code] for line in seen.lines if line.count is not None] == [
        line.count for line in seen.lines if line.count is not None
    ]

    with first.store.write() as session:
        forged = kept[second.unit_id].to_bytes().replace(b'"total":9000', b'"total":9001')
        session.execute(update(Close).where(Close.unit_id == second.unit_id).values(figures=forged))
    assert "changed-close" in {one.check for one in read(first, login).seen.findings}


def test_what_packs_do_not_mean_alike_is_not_added_and_a_wrong_sum_is_sent_back() -> None:
    frozen = replace(cat_thanh()[0], senders=())
    one, two, *_ = (line for line in frozen.lines if line.count is not None)
    numbered = (replace(one, code="1", count=10, base=None), replace(two, code="2", count=6, base=None))
    rest = replace(two, code="3", count=4, base=None)
    sound = replace(frozen, unit="a", lines=(*numbered, rest), total=10)
    wrong = replace(sound, unit="b", lines=(*numbered, replace(rest, count=5)))
    other = replace(sound, unit="c", lines=(*numbered, replace(rest, label="Một việc khác")))
    parts = [Parts("1", ("2", "3"))]

    def summed(*closes: Frozen) -> Any:
        return consolidate(PERIOD, [UnitClose(each.unit, each.unit, each) for each in closes], parts)

    assert [line.count for line in summed(sound, sound).lines] == [10, 6, 4], "one unit twice is one unit"
    bad = summed(sound, wrong)
    assert [line.count for line in bad.lines] == [20, 12, 9]
    said = [(each.where, str(each.message)) for each in bad.findings if each.severity == "error"]
    assert said == [
        ("b", "b, mục 1: 6 + 5 = 11 ≠ 10 (thừa 1). Trả lại đơn vị."),
        ("mục 1", "Tổng hợp, mục 1: 12 + 9 = 21 ≠ 20 (thừa 1)."),
    ]
    apart = summed(sound, other)
    assert [line.count for line in apart.lines] == [20, 12, None]
    assert apart.lines[2].why == "Không cộng: các đơn vị hiểu mục này khác nhau."
    lacking = summed(sound, replace(sound, unit="d", unit_name="d", pack_hash="another", lines=numbered))
    assert lacking.lines[2].why == "Không cộng: d không có mục này."
    silent = summed(sound, replace(sound, unit="e", unit_name="e", lines=(*numbered, replace(rest, count=None))))
    assert silent.lines[2].why == "Chưa cộng được: e chưa có số liệu của cơ quan chủ quản."
    above = summed(replace(sound, lines=(replace(numbered[0], base=9),)))
    assert [each.check for each in above.findings if each.severity == "error"] == ["above-base"]
    assert json.dumps([each.to_json() for each in bad.findings], ensure_ascii=False)
