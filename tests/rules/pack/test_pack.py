"""The compiled pack: what the engine asks of it."""

from datetime import date

import pytest

from rules.language import ALWAYS, Type
from rules.machine import GuardRefused, NoSuchMove, WrongState
from rules.pack import Pack, load_files, with_campaign
from rules.time import DAY, HOUR, MINUTE, at
from tests.rules.pack.samples import SMALL


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_files(SMALL)


def test_windows_and_campaign_are_exclusive_instants(pack: Pack) -> None:
    collect = pack.windows["collect"]

    assert (collect.from_at, collect.until_at) == (at("2025-05-15 00:00"), at("2025-05-28 00:00"))
    assert pack.campaign_facts() == {
        "campaign.starts_at": at("2025-05-10 00:00"),
        "campaign.ends_at": at("2025-06-01 00:00"),
        "campaign.collect_from": at("2025-05-15 00:00"),
        "campaign.collect_until": at("2025-05-28 00:00"),
    }
    assert (pack.span.opens_at, pack.span.closes_at) == (at("2025-05-10 00:00"), at("2025-06-01 00:00"))


def test_keywords_in_from_are_spelled_out(pack: Pack) -> None:
    moves = pack.main_track.moves

    assert moves["submit"].sources == ("registered", "activated", "card_expired")
    assert moves["come_back"].sources == ("dead", "card_expired")
    assert moves["submit"].by == ("member", "team_leader")


def test_the_guard_tests_when_it_happened(pack: Pack) -> None:
    track, now = pack.main_track, at("2025-05-29 08:00")
    in_time, late = {"happened_at": at("2025-05-27 23:59")}, {"happened_at": at("2025-05-28 00:00")}

    assert track.fire("activated", "submit", in_time, now) == "submitted"
    with pytest.raises(GuardRefused):
        track.fire("activated", "submit", late, now)
    with pytest.raises(WrongState):
        track.fire("dead", "submit", in_time, now)
    with pytest.raises(NoSuchMove):
        track.fire("activated", "vanish", in_time, now)


def test_entry_population_and_stages(pack: Pack) -> None:
    track = pack.main_track

    assert track.entry_state({"account": "activated"}) == "activated"
    assert track.entry_state({"account": None}) == "registered"
    assert track.belongs({"resident": True, "eligible": True}, 0)
    assert not track.belongs({"resident": True, "eligible": False}, 0)
    assert track.stage_after(None, "registered") == "registered"
    assert track.stage_after("activated", "dead") == "activated"
    assert track.stage_after("activated", "unreconciled") == "submitted"
    assert track.stage_after("submitted", "registered") == "submitted"
    assert track.stage_after(None, "dead") == "registered"
    assert [track.rank(name) for name in ("registered", "submitted", "unreconciled", "dead", None)] == [0, 2, 2, -1, -1]


def test_open_done_and_exit(pack: Pack) -> None:
    track = pack.main_track

    assert track.open_states == ("registered", "activated", "card_expired")
    assert track.is_done("unreconciled")
    assert not track.is_open("declined")
    assert (track.exit_class("declined"), track.exit_class("activated")) == ("declined", None)
    assert [move.name for move in track.moves_from("submitted")] == ["find_unreconciled"]
    assert [move.name for move in track.moves_from("declined", by="roster")] == ["submit_alone"]
    assert track.moves_from("declined", by="member") == []


def test_rules_are_compiled_with_their_delays(pack: Pack) -> None:
    silent, late = pack.rules
    facts = {"state": "registered", "entered_at": at("2025-05-15 08:00"), "last_contact": None}

    assert pack.case_rules("path") == (silent,)
    due = at("2025-05-16 15:00")
    assert [silent.times.called_at(level, due) - due for level in (1, 2, 3)] == [0, 24 * HOUR, 24 * HOUR + 90 * MINUTE]
    assert [silent.times.next_at(level, due) for level in (1, 3)] == [due + 24 * HOUR, None]
    assert silent.anchor.type is Type.INSTANT
    assert silent.anchor_py(facts, 0) == at("2025-05-15 08:00")
    assert silent.earliest_py(facts) == at("2025-05-17 08:00")
    assert silent.when_py(facts, at("2025-05-17 08:00"))
    assert not silent.when_py(facts, at("2025-05-17 08:00") - 1)
    assert (late.track, late.times.after, late.follow_up) == (None, (None,), None)


def test_conditions_of_the_plan_are_compiled(pack: Pack) -> None:
    _, holds = pack.done_when["staff-first"]

    assert holds({"figure:staff_open": 0}, 0)
    assert not holds({"figure:staff_open": 1}, 0)


def test_outcomes_and_posts_by_name(pack: Pack) -> None:
    assert pack.track_of("took_part").id == "path"
    assert pack.posts["clerk"].body == "office"
    assert pack.parameters == {"goal": 90}
    assert pack.calendar.name == "vn"


def test_other_campaign_dates_move_the_windows_and_the_guards(pack: Pack) -> None:
    moved = with_campaign(
        pack,
        starts=date(2025, 6, 10),
        ends=date(2025, 6, 30),
        windows={"collect": (date(2025, 6, 15), date(2025, 6, 27))},
    )
    facts = {"happened_at": at("2025-06-20 08:00")}

    assert moved.hash == pack.hash
    assert moved.windows["collect"].until_at == at("2025-06-28 00:00")
    assert moved.main_track.fire("activated", "submit", facts, 0) == "submitted"
    with pytest.raises(GuardRefused):
        pack.main_track.fire("activated", "submit", facts, 0)


def test_a_parameter_is_a_number_in_expressions() -> None:
    path = SMALL["path.yaml"].replace("population: resident and eligible", "population: age >= parameter.goal")
    track = load_files({**SMALL, "path.yaml": path}).main_track

    assert track.belongs({"age": 90}, 0)
    assert not track.belongs({"age": 89}, 0)
    assert not track.belongs({"age": None}, 0)


def test_a_rule_without_now_may_hold_at_any_time() -> None:
    text = SMALL["escalations.yaml"].replace(
        "and now - later(entered_at, last_contact) >= hours(48)", "and attempts > 2"
    )
    files = {**SMALL, "escalations.yaml": text, "examples.yaml": "rules: []"}
    rule = load_files(files).rules[0]

    assert rule.earliest_py({"state": "registered", "attempts": 3}) == ALWAYS


def test_many_rules_compile_quickly(pack: Pack) -> None:
    assert DAY == 24 * HOUR
    rules = "rules:\n" + "".join(
        f"  - {{id: r-{n}, label: r, when: attempts > {n}, anchor: entered_at, ladder: [{{to: chair}}], source: s}}\n"
        for n in range(300)
    )

    assert len(load_files({**SMALL, "escalations.yaml": rules, "examples.yaml": "rules: []"}).rules) == 300
