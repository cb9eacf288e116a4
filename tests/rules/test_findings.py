"""The one shape of findings."""

from rules.findings import Finding, Repair, errors
from rules.pack.draft import finding_at
from rules.pack.positions import Position

KEYS = ["check", "severity", "where", "message", "numbers", "repairs"]


def test_every_kind_of_finding_has_the_same_six_keys() -> None:
    repair = Repair("dòng 2", "3.976", "3.975", ("sum",))
    plain = Finding("sum", "error", "dòng 2", "không khớp", {"printed": 3976}, (repair,))
    of_pack = finding_at("path.yaml", Position(3, 7), "unknown-name", "không có", "warning")

    assert list(plain.to_json()) == list(of_pack.to_json()) == KEYS
    assert plain.to_json()["repairs"] == [
        {"where": "dòng 2", "printed": "3.976", "proposed": "3.975", "mends": ["sum"]}
    ]
    assert str(of_pack) == "path.yaml:3:7: không có"
    assert errors([plain, of_pack]) == [plain]
