"""Boxes for days and times near New Year: what must lie ahead is of the next year, what must lie behind of the last one."""

from types import SimpleNamespace

import pytest
from flask import Flask
from wtforms import Form

from rules.time import at, show
from web import forms
from web.audit.forms import LedgerForm
from web.forms import CutOffField, DayField, MomentField
from web.team.forms import CoverForm


class Boxes(Form):
    ahead = MomentField(ahead=True, alone="end")
    behind = MomentField()
    cut = CutOffField()
    day = DayField()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    """Return a way to type something into a box at an instant."""

    def read(box: str, text: str, now: str):
        monkeypatch.setattr(forms, "here", SimpleNamespace(now=at(now)))
        with Flask(__name__).app_context():
            field = Boxes()[box]
            field.process_formdata([text])
            return field.data

    return read


@pytest.mark.parametrize(
    ("box", "text", "now", "moment"),
    [
        ("ahead", "2/1", "2025-12-30 09:00", "2026-01-03 00:00"),
        ("ahead", "18:30 2/1", "2025-12-30 09:00", "2026-01-02 18:30"),
        ("ahead", "18:30 29/12", "2025-12-30 09:00", "2025-12-29 18:30"),
        ("behind", "18:30 30/12", "2026-01-02 09:00", "2025-12-30 18:30"),
        ("behind", "18:30 2/1", "2025-12-30 09:00", "2025-01-02 18:30"),
        ("cut", "18:30 30/12", "2026-01-02 09:00", "2025-12-30 18:30"),
    ],
)
def test_a_moment(typed, box: str, text: str, now: str, moment: str) -> None:
    assert show(typed(box, text, now)) == moment


@pytest.mark.parametrize(("text", "now", "day"), [("2/1", "2025-12-30 09:00", "2026-01-02"), ("30/12", "2026-01-02 09:00", "2025-12-30")])  # fmt: skip
def test_a_day(typed, text: str, now: str, day: str) -> None:
    assert str(typed("day", text, now)) == day


def test_boxes_say_on_which_side_their_days_lie() -> None:
    assert LedgerForm.day.kwargs["side"] == "behind"
    assert CoverForm.until.kwargs["side"] == "ahead"
