"""Times typed at a terminal near New Year: a day without its year lies on the side where it must."""

import pytest

from rules.time import at, show
from workflow.cli import kinds
from workflow.cli.kinds import AHEAD, BEHIND, INSTANT, InstantType


@pytest.mark.parametrize(
    ("kind", "text", "now", "moment"),
    [
        (BEHIND, "18:30 30/12", "2026-01-02 09:00", "2025-12-30 18:30"),
        (AHEAD, "8:00 2/1", "2025-12-30 09:00", "2026-01-02 08:00"),
        (AHEAD, "8:00 29/12", "2025-12-30 09:00", "2025-12-29 08:00"),
        (INSTANT, "8:00 2/1", "2025-12-30 09:00", "2025-01-02 08:00"),
        (BEHIND, "8:00", "2026-01-02 09:00", "2026-01-02 08:00"),
    ],
)
def test_a_moment(monkeypatch: pytest.MonkeyPatch, kind: InstantType, text: str, now: str, moment: str) -> None:
    monkeypatch.setattr(kinds, "_today", lambda ctx: at(now))

    assert show(kind.convert(text, None, None)) == moment
