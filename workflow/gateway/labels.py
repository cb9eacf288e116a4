"""What states, movers and conditions are called in messages to people."""

from collections.abc import Mapping

from rules.language import explain
from rules.pack import MoveRules, TrackRules
from rules.said import Named, Said, all_of
from rules.time import Instant
from workflow.access import roles_in_words
from workflow.queries.door_list import ENDED_LABEL as FINISHED
from workflow.queries.door_list import as_seen, is_finished

__all__ = ["FINISHED", "LEFT", "NO_PERSON", "is_finished", "label_of", "movers_of", "state_shown", "why_refused"]

LEFT = "đã rời danh sách"
UNKNOWN = "không rõ"
NO_PERSON = "đầu mối tổng hợp (bước này chỉ đến từ danh sách, quy tắc hoặc đính chính)"


def label_of(track: TrackRules, state: str, *, openly: bool = False) -> str:
    """Return the label of a state for a message; finished contacts all read alike.

    Messages go to whoever asks, so a sensitive state is named only to those who handle the case (`openly`).
    """
    label = as_seen(track, state, openly=openly)[1] if state in track.states else UNKNOWN
    return label if isinstance(label, Named) else Said(label)


def state_shown(track: TrackRules, state: str, *, openly: bool = False) -> str:
    """Return the name of a state as an answer shows it: `finished` for every finished contact."""
    return as_seen(track, state, openly=openly)[0] if state in track.states else state


def movers_of(move: MoveRules) -> str:
    """Return who may make a move, in words."""
    return roles_in_words(move.by) or NO_PERSON


def why_refused(move: MoveRules, facts: Mapping[str, object], at: Instant) -> str:
    """Return the comparisons for which a guard does not hold, with what they saw, and what to do."""
    if move.guard is None:
        return ""
    reasons = all_of(reason.said for reason in explain(move.guard, facts, at).reasons)
    return Said("%(reasons)s. Kiểm tra lại ngày giờ và những bước trước đó rồi ghi lại", reasons=reasons)
