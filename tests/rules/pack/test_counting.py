"""Figures counted before anybody exists agree with counting people."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from rules.pack.draft import Draft
from rules.pack.lint.counting import Counts, Pair, pairs_of
from rules.pack.lint.known import Known
from tests.rules.pack.samples import SMALL

BASE = Draft(SMALL)
TRACK = BASE.model.path.tracks["path"]
PEOPLE = st.lists(st.sampled_from(sorted(pairs_of(TRACK))), max_size=40)
LEAVES = ("all: true", "stage_at_least: activated", "exits: [ineligible, remediable]", "states: [registered, declined]")


def by_hand(name: str, people: list[Pair], figures: Mapping[str, str]) -> int:
    """Count people one by one, as a clerk would."""
    text = figures[name]
    if text.startswith(("sum", "minus")):
        parts = text.split("[")[1].rstrip("]").split(", ")
        values = [by_hand(part, people, figures) for part in parts]
        return sum(values) if text.startswith("sum") else values[0] - values[1]
    active, gone = ("activated", "submitted"), ("dead", "card_expired")
    return sum(
        {
            "all: true": True,
            "stage_at_least: activated": stage in active,
            "exits: [ineligible, remediable]": state in gone,
            "states: [registered, declined]": state in ("registered", "declined"),
        }[text]
        for state, stage in people
    )


@given(st.data(), PEOPLE)
def test_counts_per_pair_add_up_to_counting_people(data: st.DataObject, people: list[Pair]) -> None:
    figures = {f"f{number}": text for number, text in enumerate(LEAVES)}
    for number in range(4, 8):
        names = st.sampled_from(sorted(figures))
        one, other = data.draw(names), data.draw(names)
        figures[f"f{number}"] = f"{data.draw(st.sampled_from(['sum', 'minus']))}: [{one}, {other}]"
    lines = "".join(f"  - {{id: {name}, label: x, {text}}}\n" for name, text in figures.items())
    draft = Draft({**SMALL, "figures.yaml": f"figures:\n{lines}"})
    counts = Counts(draft, Known(draft))

    for name in figures:
        counted = counts.of(name)
        assert counted is not None
        assert sum(counted.times.get(pair, 0) for pair in people) == by_hand(name, people, figures)


def test_a_ring_an_import_and_a_declaration_count_nothing() -> None:
    lines = "figures:\n  - {id: a, label: a, sum: [b]}\n  - {id: b, label: b, sum: [a]}\n  - {id: c, label: c, external: x}\n"
    draft = Draft({**SMALL, "figures.yaml": lines})
    counts = Counts(draft, Known(draft))

    assert [counts.of(name) for name in ("a", "b", "c", "nothing")] == [None] * 4
