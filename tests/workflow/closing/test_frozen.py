"""What a close holds: the same bytes for the same figures, and nothing lost on the way back."""

import json
import unicodedata
from dataclasses import asdict

from workflow.closing.frozen import (
    Frozen,
    FrozenLate,
    FrozenPhoned,
    FrozenPlace,
    FrozenReopening,
    FrozenTeam,
    Previous,
    read_frozen,
)
from workflow.ledger.canonical import canonical_value


def a_close(**values: object) -> Frozen:
    told = {
        "unit": "thu", "unit_name": unicodedata.normalize("NFD", "Thị trấn Thử"), "campaign": "c", "name": "Đợt", "pack_hash": "h",
        "period": "2025-05-24", "revision": 2, "period_from": None, "as_of": 5, "cut_no": 7, "total": 3,
        "figures": {"b": 1, "a": None}, "lines": (), "targets": (), "areas": (), "teams": (FrozenPlace("T1", "Tổ 1", {"1": 3}, "100 %", 3),),
        "senders": (FrozenTeam("T1", "Tổ 1", "missing", None, True, None),), "late": (FrozenLate("", 1, {"b": 1}),), "since": {},
        "findings": ({"check": "x", "numbers": {"n": [1, 2]}, "repairs": []},), "previous": Previous("2025-05-23", 1, 1, 2, "s"),
        "phoned": (FrozenPhoned("T1", 2, "An", "Hai", 4),), "reopening": FrozenReopening("vì", "An", 1, "Hai", 2),
    }  # fmt: skip
    return Frozen(**{**told, **values})  # type: ignore[arg-type]


def test_the_bytes_are_canonical_and_read_back() -> None:
    frozen = a_close()
    told = frozen.to_bytes()

    assert json.loads(told) == canonical_value(asdict(frozen))
    assert (
        told
        == json.dumps(
            canonical_value(asdict(frozen)), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        ).encode()
    )
    assert read_frozen(told).to_bytes() == told
    assert [team.code for team in frozen.missing] == ["T1"]
    assert a_close(figures={"a": None, "b": 1}).to_bytes() == told


def test_what_a_later_version_adds_is_left_out_and_what_an_earlier_lacks_is_empty() -> None:
    told = json.loads(a_close().to_bytes())
    told["more"] = 1
    told["teams"][0]["more"] = 1
    for name in ("phoned", "reopening", "during", "scope"):
        del told[name]

    read = read_frozen(json.dumps(told).encode())

    assert (read.phoned, read.reopening, read.during, read.scope) == ((), None, {}, "unit")
