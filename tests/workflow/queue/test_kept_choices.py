"""What may be said is kept from one page to the next: never another answer than the one worked out anew."""

from itertools import product
from types import SimpleNamespace

import pytest

from rules.pack import load_pack, shipped_packs
from workflow.queries import choices
from workflow.queries.choices import AT_HOME, AT_THE_DESK, FACTS, choices_for_case

PACKS = {name: load_pack(path) for name, path in shipped_packs().items()}
ROLES = (("member",), ("team_leader",), ("area_head",), ("support_desk",), ("coordinator", "member"))


def a_case(track, state: str, **facts: object) -> SimpleNamespace:
    rules = track.states[state]
    given = dict.fromkeys(FACTS) | {
        "state": state, "stage": track.stage_after(None, state), "is_open": rules.is_open, "is_done": rules.done,
        "exit_class": rules.exit, "attempts": 0, "unnamed": False, "created_at": 1, "entered_at": 1,
    }  # fmt: skip
    return SimpleNamespace(track=track.id, **(given | facts))


@pytest.mark.parametrize("name", PACKS)
def test_what_is_kept_is_what_is_worked_out_anew(name):
    pack = PACKS[name]
    for track in pack.tracks.values():
        assert track.guard_edges is not None
        around = {edge + step for edge in track.guard_edges for step in (-1, 0, 1)} | {0, 2**50}
        for state in track.states:
            for stage in track.line:
                case = a_case(track, state, stage=stage)
                for now, roles, waits, modes in product(around, ROLES, (False, True), (AT_HOME, AT_THE_DESK)):
                    kept = choices_for_case(pack, case, roles, waits=waits, now=now, modes=modes)
                    asked = choices._Asked(frozenset(roles), frozenset(modes), waits)
                    anew = choices._choices(pack, track, case, asked, now)
                    assert kept == (() if state in track.finished_states else anew)


def test_an_answer_is_worked_out_once_while_nothing_passes_that_a_guard_looks_at():
    pack = PACKS["cat-thanh-2025"]
    track = pack.main_track
    case = a_case(track, "activated")
    begin, end = track.guard_edges
    first = choices_for_case(pack, case, ("member",), waits=False, now=begin + 1)

    assert choices_for_case(pack, case, ("member",), waits=False, now=end - 1) is first
    assert choices_for_case(pack, case, ("member",), waits=False, now=end) is not first
    assert {each.outcome for each in first} - {
        each.outcome for each in choices_for_case(pack, case, ("member",), waits=False, now=end)
    } == {"took_part", "took_part_not_deducted"}


def test_no_more_answers_are_kept_than_there_is_room_for(monkeypatch):
    pack = PACKS["cat-thanh-2025"]
    monkeypatch.setattr(choices, "MOST_KEPT", 3)
    monkeypatch.setattr(choices, "_kept", type(choices._kept)())
    for state in pack.main_track.states:
        choices_for_case(pack, a_case(pack.main_track, state), ("member",), waits=False, now=0)
    assert len(choices._kept) == 3
