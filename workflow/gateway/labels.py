"""What states, movers and conditions are called in messages to people."""

from collections.abc import Mapping

from rules.language import explain
from rules.pack import MoveRules, TrackRules
from rules.time import Instant
from workflow.access import roles_in_words

FINISHED = "Đã kết thúc liên hệ"
"""How every finished contact reads: took part, took part but not yet reconciled, and did not take part."""

LEFT = "đã rời danh sách"
NO_PERSON = "đầu mối tổng hợp (bước này chỉ đến từ danh sách, quy tắc hoặc đính chính)"


def is_finished(track: TrackRules, state: str) -> bool:
    """Whether contact has ended, one way or another. Nothing that a person sees may tell the ways apart."""
    return state in track.states and (track.is_done(state) or track.exit_class(state) == "declined")


def label_of(track: TrackRules, state: str) -> str:
    """Return the label of a state for a message; finished contacts all read alike."""
    if is_finished(track, state):
        return FINISHED
    return track.states[state].label.vi if state in track.states else "không rõ"


def movers_of(move: MoveRules) -> str:
    """Return who may make a move, in words."""
    return roles_in_words(move.by) or NO_PERSON


def why_refused(move: MoveRules, facts: Mapping[str, object], at: Instant) -> str:
    """Return the comparisons for which a guard does not hold, with what they saw, and what to do."""
    if move.guard is None:
        return ""
    reasons = "; ".join(str(reason) for reason in explain(move.guard, facts, at).reasons)
    return f"{reasons}. Kiểm tra lại ngày giờ và những bước trước đó rồi ghi lại"
