"""Questions about a tree, parameters, and the readers' dealings with figures and bad facts."""

import pytest
from sqlalchemy import column

from rules.language import (
    ALWAYS,
    CATALOGUE,
    NEVER,
    Context,
    LanguageError,
    Type,
    bind,
    earliest,
    edges,
    evaluator,
    facts_used,
    literals,
    parse,
    to_text,
    uses_now,
)
from rules.language.sql import earliest_sql, to_sql
from rules.time import HOUR, at

NOW = at("2025-05-17 08:00")


def case_rule(text: str):
    return parse(text, CATALOGUE, Context.CASE)


def test_facts_used_names_what_must_be_supplied():
    node = case_rule("state == 'registered' and now - later(entered_at, last_contact) >= hours(48)")

    assert facts_used(node) == {"state", "entered_at", "last_contact"}
    assert uses_now(node)
    assert not uses_now(case_rule("attempts < 3"))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (
            "happened_at >= at('2025-05-15 00:00') and not (happened_at < at('2025-05-20 00:00'))",
            ("2025-05-15 00:00", "2025-05-20 00:00"),
        ),
        ("stage == 'activated'", ()),
        ("at('2025-05-15 00:00') == happened_at or stage == 'activated'", ("2025-05-15 00:00",)),
        ("happened_at - days(2) >= at('2025-05-15 00:00')", None),
        ("happened_at >= created_at", None),
        ("happened_at >= at('2025-05-15 00:00') and later(happened_at, last_contact) >= created_at", None),
    ],
)
def test_edges_are_the_instants_that_a_fact_is_compared_with(text, days):
    found = edges(parse(text, CATALOGUE, Context.GATEWAY), "happened_at")
    assert found == (None if days is None else {at(day) for day in days})


def test_literals_are_the_states_a_rule_mentions():
    node = case_rule("state == 'a' and (stage in ['b', 'c'] or 'd' != stage) and not state in ['e']")

    assert literals(node, "state") == {"a", "e"}
    assert literals(node, "stage") == {"b", "c", "d"}
    assert literals(node, "attempts") == frozenset()


def test_bound_parameters_become_constants_and_sums_are_worked_out():
    until = at("2025-05-27 16:00")
    node = bind(case_rule("now >= campaign.collect_until - hours(2)"), {"campaign.collect_until": until})

    assert facts_used(node) == frozenset()
    assert to_text(node) == "now >= at('2025-05-27 14:00')"
    assert evaluator(node)({}, until - 2 * HOUR) is True
    assert earliest(node)({}) == until - 2 * HOUR


def test_a_bound_length_of_odd_microseconds_is_still_printed_readably():
    rule = case_rule("now - entered_at > campaign.ends_at - campaign.starts_at")
    node = bind(rule, {"campaign.ends_at": 90_000_001, "campaign.starts_at": 0})
    again = case_rule(to_text(node))

    for entered in (NOW - 90_000_001, NOW - 90_000_002):
        assert evaluator(again)({"entered_at": entered}, NOW) is evaluator(node)({"entered_at": entered}, NOW)


def test_unbound_parameters_stay_facts():
    node = bind(case_rule("now >= campaign.collect_until"), {"campaign.starts_at": 0})

    assert facts_used(node) == {"campaign.collect_until"}


@pytest.mark.parametrize(("name", "value"), [("attempts", 1), ("campaign.ends_at", 2**60), ("campaign.ends_at", None)])
def test_only_parameters_can_be_bound_and_only_to_whole_numbers(name, value):
    node = case_rule("attempts < 3 and now < campaign.ends_at")

    with pytest.raises(ValueError, match=r"tham số|số nguyên"):
        bind(node, {name: value})


def test_a_figure_is_supplied_by_its_key_and_never_becomes_sql():
    node = parse("figure('staff_open', area=area) == 0 and now >= due_at", CATALOGUE, Context.TASK)

    assert facts_used(node) == {"figure:staff_open[area=@area]", "area", "due_at"}
    facts = {"figure:staff_open[area=@area]": 0, "area": "tdp-1", "due_at": NOW}
    assert evaluator(node)(facts, NOW) is True
    assert evaluator(node)(facts | {"figure:staff_open[area=@area]": None}, NOW) is False
    assert earliest(node)(facts) == NOW
    for translate in (lambda: to_sql(node, {}, NOW), lambda: earliest_sql(node, {})):
        with pytest.raises(LanguageError, match="figure"):
            translate()


def test_a_missing_column_is_named():
    with pytest.raises(LanguageError, match="attempts"):
        to_sql(case_rule("attempts < 3"), {"state": column("state")}, NOW)


@pytest.mark.parametrize(
    ("facts", "said"), [({}, "thiếu attempts"), ({"attempts": "3"}, "sai loại"), ({"attempts": None}, "trống")]
)
def test_bad_facts_are_a_sentence_and_not_a_traceback(facts, said):
    with pytest.raises(LanguageError, match=said):
        evaluator(case_rule("attempts < 3"))(facts, NOW)


def test_the_48_hours_of_silence_begin_at_the_later_contact():
    first = earliest(case_rule("state == 'registered' and now - later(entered_at, last_contact) >= hours(48)"))
    entered, visited = at("2025-05-15 08:00"), at("2025-05-16 09:30")

    assert first({"state": "registered", "entered_at": entered, "last_contact": None}) == entered + 48 * HOUR
    assert first({"state": "registered", "entered_at": entered, "last_contact": visited}) == visited + 48 * HOUR
    assert first({"state": "submitted", "entered_at": entered, "last_contact": None}) == NEVER
    assert earliest(case_rule("now < campaign.ends_at"))({"campaign.ends_at": NOW}) == ALWAYS
    assert earliest(case_rule("now >= follow_up_at"))({"follow_up_at": None}) == NEVER


def test_a_window_that_ends_before_it_begins_never_opens():
    first = earliest(case_rule("now >= entered_at and now < created_at"))

    assert first({"entered_at": 10, "created_at": 10}) == NEVER
    assert first({"entered_at": 10, "created_at": 11}) == 10


def test_the_anchor_is_a_value():
    node = parse("later(entered_at, last_contact)", CATALOGUE, Context.CASE, expects=Type.INSTANT)

    assert evaluator(node)({"entered_at": 5, "last_contact": None}, NOW) == 5
    assert evaluator(node)({"entered_at": 5, "last_contact": 7}, NOW) == 7
