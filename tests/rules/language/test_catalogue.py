"""The declared facts: complete, in both languages, and kept out of the contexts where they would mislead."""

import re
from pathlib import Path

import pytest

import rules.language
from rules.language import CATALOGUE, Context, LanguageError, Type, parse


@pytest.mark.parametrize("fact", list(CATALOGUE), ids=lambda fact: fact.name)
def test_every_fact_says_what_it_means_in_both_languages(fact):
    assert fact.label_vi
    assert fact.label_en
    assert fact.contexts
    assert re.fullmatch(r"[a-z_0-9]+(\.[a-z_]+)?", fact.name)
    assert all((fact.values or {"": "x"}).values())
    assert fact.parameter == fact.name.startswith("campaign.")
    assert (fact.type is Type.INT) == bool(fact.unit)


@pytest.mark.parametrize(
    ("name", "contexts"),
    [
        ("now", {Context.CASE, Context.TASK, Context.TEAM, Context.FIGURE}),
        ("happened_at", {Context.GATEWAY}),
        ("state", {Context.GATEWAY, Context.CASE, Context.FIGURE}),
        ("resident", {Context.POPULATION}),
        ("due_at", {Context.TASK, Context.FIGURE}),
        ("pace", {Context.TEAM, Context.FIGURE}),
        ("campaign.collect_until", set(Context)),
    ],
)
def test_contexts_decide_where_a_fact_may_stand(name, contexts):
    for context in Context:
        if context in contexts:
            parse(name, CATALOGUE, context, expects=CATALOGUE[name].type)
        else:
            with pytest.raises(LanguageError, match="không dùng được"):
                parse(name, CATALOGUE, context, expects=CATALOGUE[name].type)


def test_nothing_can_hold_how_a_person_answered():
    words = " ".join(f"{f.name} {f.label_vi} {f.label_en} {' '.join(f.values or {})}" for f in CATALOGUE).lower()

    assert not re.search(r"tán thành|approve|opinion|answer(?!\b)|agree|vote", words)


def test_every_example_of_the_guide_is_read():
    guide = (Path(rules.language.__file__).parent / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```(population|gateway|case|task|team|figure)\n(.*?)```", guide, re.DOTALL)

    assert len(examples) >= 6
    for context, text in examples:
        for line in filter(None, text.splitlines()):
            parse(line, CATALOGUE, Context[context.upper()])


def test_the_guide_names_every_fact_and_function():
    guide = (Path(rules.language.__file__).parent / "README.md").read_text(encoding="utf-8")

    assert [fact.name for fact in CATALOGUE if f"`{fact.name}`" not in guide] == []
