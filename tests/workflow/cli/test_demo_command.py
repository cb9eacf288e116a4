"""`tungnha demo`: builds once, shows again, sweeps away what was left half-built, and never mixes with real units."""

from dataclasses import replace
from importlib import import_module

import pytest

from rules.pack import load_pack, shipped_packs
from rules.time import at
from tests.workflow.cli.conftest import call
from workflow.demo.units import plan_unit
from workflow.ids import IdSource
from workflow.setup.set_up import set_up

PACKS = {"an-lac": "an-lac-2025", "cat-thanh": "cat-thanh-2025"}


@pytest.fixture
def built(monkeypatch):
    """Stand in for the builder: the units without their people. Gives what it was asked to build, call by call."""
    asked = []

    def build(store, _vault, *, now, seed, only, progress):
        asked.append((seed, only))
        progress("…")
        for code in only:
            pack = load_pack(shipped_packs()[PACKS[code]])
            plan = replace(plan_unit(pack, code, kind="phường"), clock_offset=at("2025-05-24 15:38") - now)
            set_up(store, plan, pack, now=at("2025-05-05 08:00"), ids=IdSource(seed=seed + len(code)))

    monkeypatch.setattr("workflow.cli.demo.build_demo", build)
    return asked


def test_both_units_are_built_and_the_report_of_an_lac_is_printed(empty, built):
    shown = empty.run("demo").stdout

    assert built == [(2025, ("an-lac", "cat-thanh"))]
    assert "(an-lac-2025)" in shown
    assert "Tính đến trước 22:00 ngày 29/5/2025" in shown
    assert "Đã dựng an-lac, cat-thanh" in shown
    assert "report cat-thanh-2025" in shown


def test_a_second_run_shows_what_is_there_and_fresh_builds_anew(empty, built):
    empty.run("demo", "--only", "an-lac")

    again = empty.json("demo", "--only", "an-lac")
    empty.run("demo", "--only", "cat-thanh")
    fresh = empty.json("demo", "--fresh", "--seed", "7")

    assert again["built"] == []
    assert fresh["built"] == ["an-lac", "cat-thanh"]
    assert built == [(2025, ("an-lac",)), (2025, ("cat-thanh",)), (7, ("an-lac", "cat-thanh"))]


def test_what_was_left_half_built_is_swept_away(empty, built, monkeypatch):
    module = import_module("workflow.cli.demo")
    whole = module.build_demo

    def half(store, vault, *, now, **rest):
        whole(store, vault, now=at("2025-05-24 15:38"), **rest)  # no clock of its own yet
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "build_demo", half)
    assert "Đã dừng theo yêu cầu" in empty.refused("demo")
    monkeypatch.setattr(module, "build_demo", whole)

    assert empty.json("demo")["built"] == ["an-lac", "cat-thanh"]


def test_a_database_with_real_units_is_left_alone(empty, built):
    form = empty.folder / "don-vi.yaml"
    call("init", "--sample", form)
    empty.run("init", form)

    for options in ((), ("--fresh",)):
        refusal = empty.refused("demo", *options)
        assert "đã có đơn vị thật (phuong-mau)" in refusal
    assert built == []
    assert [each["unit"] for each in empty.json("tick")] == ["phuong-mau"]
