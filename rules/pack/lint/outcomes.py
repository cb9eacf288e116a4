"""Checks of what a visit may find: each effect says one thing, and every name in it exists."""

from itertools import pairwise
from typing import Final

from rules.pack.build import sources_of
from rules.pack.draft import Draft
from rules.pack.lint.deadlines import FOLLOW_UP, check_deadline
from rules.pack.lint.known import Known
from rules.pack.lint.names import report_repeats
from rules.pack.model import Effect, Outcome, Track
from rules.pack.yaml_nodes import Path

EFFECT_KEYS: Final = ("count_attempt", "contact", "follow_up", "move", "request")
_AT_THE_DOOR: Final = {"member", "team_leader", "area_head", "support_desk"}


def check_outcomes(draft: Draft, known: Known) -> None:
    """Check every outcome and that their short codes differ."""
    outcomes = draft.model.path.outcomes
    report_repeats(draft, "path", "mã", ((one.code, ("outcomes", name, "code")) for name, one in outcomes.items()))
    for name, outcome in outcomes.items():
        path: Path = ("outcomes", name)
        if not known.tracks.check(draft, "path", (*path, "track"), outcome.track):
            continue
        found = known.track(outcome.track)
        for number, effect in enumerate(outcome.effects):
            if found:
                _check_effect(draft, known, (*path, "effects", number), outcome, effect, *found)
        if found:
            _check_moves_follow(draft, path, outcome, found[1])


def _check_effect(
    draft: Draft, known: Known, path: Path, outcome: Outcome, effect: Effect, track_name: str, track: Track
) -> None:
    given = [key for key in EFFECT_KEYS if getattr(effect, key) is not None]
    if len(given) != 1:
        said = f"ở đây có {', '.join(given)}: tách thành từng mục" if given else "ở đây chưa có gì"
        draft.say(
            "one-effect", "path", path, f"mỗi mục của 'effects' làm đúng một việc ({', '.join(EFFECT_KEYS)}); {said}"
        )
    if effect.follow_up:
        check_deadline(draft, "path", (*path, "follow_up"), effect.follow_up, FOLLOW_UP)
    if outcome.scope == "door" and (effect.move or effect.request):
        key = "move" if effect.move else "request"
        message = f"kết quả của cả hộ không chuyển từng người: đổi 'scope: person', hoặc bỏ '{key}'"
        draft.say("door-effect", "path", (*path, key), message)
    _check_move(draft, known, (*path, "move"), effect.move, track_name, track)
    _check_request(draft, known, (*path, "request"), effect.request, track_name, track)


def _check_moves_follow(draft: Draft, path: Path, outcome: Outcome, track: Track) -> None:
    """Effects run in order, so a second move must start where the first one ends."""
    moves = [(n, effect.move) for n, effect in enumerate(outcome.effects) if effect.move in track.moves]
    for (_, first), (number, second) in pairwise(moves):
        before, after = track.moves[first or ""], track.moves[second or ""]
        if before.to in track.states and before.to not in sources_of(after, track):
            message = f"bước '{second}' không bắt đầu từ '{before.to}', nơi bước '{first}' vừa dẫn tới"
            draft.say("effect-order", "path", (*path, "effects", number, "move"), message)


def _check_move(draft: Draft, known: Known, path: Path, move: str | None, track_name: str, track: Track) -> None:
    if move is None or not known.moves(track_name).check(draft, "path", path, move):
        return
    if not _AT_THE_DOOR.intersection(track.moves[move].by):
        message = f"bước '{move}' không cho người đi gõ cửa làm: thêm 'member' vào 'by' của bước"
        draft.say("effect-mover", "path", path, message)


def _check_request(draft: Draft, known: Known, path: Path, state: str | None, track_name: str, track: Track) -> None:
    if state is None or not known.states(track_name).check(draft, "path", path, state):
        return
    if track.states[state].exit is None:
        draft.say("request", "path", path, f"'{state}' không phải lối ra: chỉ lối ra mới cần đề nghị")
    elif track.states[state].confirm_by is None and track.states[state].exit != "declined":
        message = f"đề nghị '{state}' không ai xác nhận: ghi 'confirm_by' ở trạng thái đó, hoặc dùng 'move'"
        draft.say("request", "path", path, message)
