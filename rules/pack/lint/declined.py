"""Checks that ending contact stays what it is: final, neutral, discreet. Nothing may list, confirm, chase or single it out."""

from typing import Final

from rules.pack.draft import Draft
from rules.pack.model import State, Track
from rules.pack.yaml_nodes import Path

LEAVERS: Final = ("roster", "correction")
"""Only the person's own submission (seen in a list) or a correction of the record ends it."""

_FORBIDDEN: Final = {
    "open": "không để mở: đã kết thúc liên hệ thì không ai đến nữa; bỏ 'open: true'",
    "confirm_by": "không ai xác nhận việc kết thúc liên hệ: bỏ 'confirm_by'",
    "evidence": "không đòi giấy tờ của người kết thúc liên hệ: bỏ 'evidence'",
    "awaits": "không chờ gì thêm: bỏ 'awaits'",
    "next": "không hẹn lại người đã kết thúc liên hệ: bỏ 'next'",
    "stage": "không gán bước cho người kết thúc liên hệ: bỏ 'stage'",
}


def declined_states(track: Track) -> list[str]:
    """Return the states of a track in which contact has ended."""
    return [name for name, state in track.states.items() if state.exit == "declined"]


def check_declined(draft: Draft) -> None:
    """Check every state of class `declined`, the moves around it, and the outcomes and rules that name it."""
    for name, track in draft.model.path.tracks.items():
        for state in declined_states(track):
            _check_state(draft, ("tracks", name, "states", state), track.states[state])
        _check_moves(draft, ("tracks", name, "moves"), track)
    _check_requests(draft)


def _check_state(draft: Draft, path: Path, state: State) -> None:
    for key, message in _FORBIDDEN.items():
        if getattr(state, key):
            draft.say("declined", "path", (*path, key), message)


def _check_moves(draft: Draft, path: Path, track: Track) -> None:
    declined = declined_states(track)
    for name, move in track.moves.items():
        place = (*path, name)
        if any(source in declined for source in move.from_):
            for mover in move.by:
                if mover not in LEAVERS:
                    message = f"'{mover}' không được đưa ai ra khỏi 'đã kết thúc liên hệ': chỉ roster hoặc correction"
                    draft.say("declined", "path", _mover_path(draft, place, move.by, mover), message)
        if move.to in declined and "rule" in move.by:
            message = "không quy tắc nào tự kết thúc liên hệ thay người dân: bỏ 'rule'"
            draft.say("declined", "path", _mover_path(draft, place, move.by, "rule"), message)


def _mover_path(draft: Draft, path: Path, movers: tuple[str, ...], mover: str) -> Path:
    place = (*path, "by", movers.index(mover))
    return place if place in draft.read["path"].values else path


def _check_requests(draft: Draft) -> None:
    every = {state for track in draft.model.path.tracks.values() for state in declined_states(track)}
    for name, outcome in draft.model.path.outcomes.items():
        for number, effect in enumerate(outcome.effects):
            if effect.request in every:
                message = "kết thúc liên hệ không phải là đề nghị chờ duyệt: dùng 'move', không dùng 'request'"
                draft.say("declined", "path", ("outcomes", name, "effects", number, "request"), message)
        moves = [effect.move for effect in outcome.effects if effect.move]
        if outcome.asks and any(_leads_to(draft, outcome.track, move, every) for move in moves):
            message = "không hỏi thêm gì người kết thúc liên hệ: bỏ 'asks'"
            draft.say("declined", "path", ("outcomes", name, "asks"), message)


def _leads_to(draft: Draft, track: str | None, move: str, targets: set[str]) -> bool:
    tracks = draft.model.path.tracks
    chosen = [tracks[track]] if track in tracks else list(tracks.values()) if track is None else []
    return any(move in each.moves and each.moves[move].to in targets for each in chosen)
