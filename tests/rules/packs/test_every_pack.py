"""What must be true of every pack: clean, cited, reachable, and blind to opinions."""

import unicodedata
from collections.abc import Iterator

import pytest

from rules.pack import Pack, check_files, check_folder
from rules.time import DAY, at
from tests.rules.packs.conftest import folders

OPINION = ("tán thành", "đồng ý", "phản đối", "ủng hộ", "nhất trí", "approv", "agree", "oppos", "vote")


@pytest.mark.parametrize("name", sorted(folders()))
def test_the_check_has_nothing_to_say(name):
    assert [str(found) for found in check_folder(folders()[name])] == []


def test_texts_are_composed_and_need_no_byte_order_mark(pack):
    for name, text in pack.files.items():
        assert text == unicodedata.normalize("NFC", text), name
        assert not text.startswith("\ufeff")


def test_every_rule_has_an_example_that_holds(pack):
    holding = {example.rule for example in pack.model.examples.rules if example.holds}

    assert {rule.id for rule in pack.rules} <= holding


def test_an_example_turned_round_is_found(pack):
    files = dict(pack.files)
    files["examples.yaml"] = files["examples.yaml"].replace("holds: true", "holds: false", 1)

    found = check_files(files)

    assert [finding.check for finding in found if finding.severity == "error"] == ["example"]


def _person_level_texts(pack: Pack) -> Iterator[str]:
    for track in pack.tracks.values():
        for name, state in track.states.items():
            yield from (name, state.label.vi, state.label.en or "", *state.evidence)
        for name, move in track.moves.items():
            yield from (name, move.model.label.vi, move.model.label.en or "")
    for name, outcome in pack.outcomes.items():
        yield from (name, outcome.label.vi, outcome.label.en or "")
    for rule in pack.rules:
        yield from (rule.id, rule.model.label.vi, rule.model.label.en or "")
    for item in pack.model.path.guidance:
        yield from (item.text.vi, item.text.en or "")


def test_nothing_about_a_person_can_say_how_they_answered(pack):
    for text in _person_level_texts(pack):
        assert not [word for word in OPINION if word in text.casefold()], text


def test_what_others_count_is_never_counted_here(pack):
    for figure in pack.model.figures.figures:
        told = any(word in f"{figure.id} {figure.label.vi}".casefold() for word in ("approved", "tán thành"))
        assert told == (figure.external is not None), figure.id


def test_ending_contact_is_final_quiet_and_asks_for_nothing(pack):
    for track in pack.tracks.values():
        ended = [name for name, state in track.states.items() if state.exit == "declined"]
        for name in ended:
            state = track.states[name]
            assert state.label.vi == "Đã kết thúc liên hệ"
            assert (state.is_open, state.confirm_by, state.evidence, state.next) == (False, None, (), None)
            assert {mover for move in track.moves_from(name) for mover in move.by} <= {"roster", "correction"}
        asked = {effect.request for outcome in pack.outcomes.values() for effect in outcome.effects}
        assert not asked & set(ended)


def test_no_clock_ever_chases_a_finished_person(pack):
    """A grid of silences and attempts over every state that is not open: no rule about people may hold."""
    track = pack.main_track
    long_ago = pack.span.opens_at
    for rule in pack.case_rules(track.id):
        for state in set(track.states) - set(track.open_states):
            for attempts in (0, 3, 9):
                for days in (1, 3, 8, 30):
                    facts = {
                        "state": state, "stage": track.line[0], "attempts": attempts, "entered_at": long_ago,
                        "created_at": long_ago, "last_contact": None, "follow_up_at": long_ago,
                        "is_open": False, "is_done": track.is_done(state), "exit_class": track.exit_class(state),
                    }  # fmt: skip
                    assert not rule.when_py(facts, long_ago + days * DAY), (rule.id, state)


def test_every_state_move_and_outcome_says_where_it_comes_from(pack):
    for track in pack.tracks.values():
        for name, state in track.states.items():
            assert state.source, name
        for name, move in track.moves.items():
            assert move.model.source, name
    for name, outcome in pack.outcomes.items():
        assert outcome.source, name


def test_every_exit_can_be_found_at_a_door_and_undone(pack):
    for track in pack.tracks.values():
        moved = {
            track.moves[effect.move].target
            for outcome in pack.outcomes.values()
            for effect in outcome.effects
            if effect.move and pack.track_of(outcome_name(pack, outcome)) is track
        }
        asked = {effect.request for outcome in pack.outcomes.values() for effect in outcome.effects if effect.request}
        for name, state in track.states.items():
            if state.exit:
                assert name in moved | asked, name
                assert track.moves_from(name), name
            if state.confirm_by:
                assert name in asked, name
                assert name not in moved, name


def outcome_name(pack: Pack, outcome: object) -> str:
    """Return the name of an outcome."""
    return next(name for name, one in pack.outcomes.items() if one is outcome)


def test_a_confirmed_exit_has_a_move_that_the_confirming_role_may_fire(pack):
    for track in pack.tracks.values():
        for name, state in track.states.items():
            if state.confirm_by:
                movers = {mover for move in track.moves.values() if move.target == name for mover in move.by}
                assert state.confirm_by in movers, name


def test_codes_for_paper_are_short_and_unique(pack):
    codes = [outcome.code for outcome in pack.outcomes.values()]

    assert len(codes) == len(set(codes))
    assert all(len(code) <= 2 for code in codes)


def test_a_task_without_a_day_says_why(pack):
    for task in pack.model.plan.tasks:
        if task.due.startswith("none"):
            assert len(task.due.removeprefix("none because ")) > 15, task.id


def test_every_english_label_is_there_and_is_not_the_vietnamese_one(pack):
    for track in pack.tracks.values():
        for state in track.states.values():
            assert state.label.en
            assert state.label.en != state.label.vi
    assert all(outcome.label.en for outcome in pack.outcomes.values())
    assert all(line.label.en for line in pack.model.figures.lines)


def test_the_campaign_lies_in_the_year_of_its_name(pack):
    assert at(f"{pack.id[-4:]}-01-01 00:00") <= pack.span.opens_at
