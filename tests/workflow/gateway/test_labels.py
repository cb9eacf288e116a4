"""Messages name things as people do: labels, never ids."""

import re

import pytest

from rules.pack import Pack, TrackRules
from tests.workflow.conftest import pack_called
from workflow import errors
from workflow.access import ROLE_LABELS
from workflow.gateway.labels import FINISHED, label_of, movers_of

PACKS = ["cat-thanh-2025", "an-lac-2025", "phan-loai-rac-2026"]


def tracks(pack: Pack) -> list[TrackRules]:
    return list(pack.tracks.values())


@pytest.mark.parametrize("name", PACKS)
def test_movers_are_named_by_label(name: str) -> None:
    for track in tracks(pack_called(name)):
        for move in track.moves.values():
            words = movers_of(move)
            assert words
            assert not any(role in words for role in (*ROLE_LABELS, "roster", "correction"))


@pytest.mark.parametrize("name", PACKS)
def test_finished_contacts_read_alike_and_the_rest_by_their_label(name: str) -> None:
    for track in tracks(pack_called(name)):
        for state_name, state in track.states.items():
            finished = state.done or state.exit == "declined"
            hidden = "Không thể liên hệ" if state.sensitive else state.label.vi
            assert label_of(track, state_name) == (FINISHED if finished else hidden)
            assert label_of(track, state_name, openly=True) == (FINISHED if finished else state.label.vi)
        assert label_of(track, "gone_with_an_old_pack") == "không rõ"


def test_every_refusal_is_a_sentence_with_what_to_do() -> None:
    todo = ("Kiểm tra", "Liên hệ", "Tải lại", "Sửa lại", "Hủy", "x")
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.WorkflowError)
    ]

    for kind in kinds:
        sentence = str(kind(**dict.fromkeys(re.findall(r"%\((\w+)\)s", kind.message), "x")))
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0] in "“x"
        assert kind is errors.WorkflowError or any(word in sentence for word in todo)
