"""Rules over teams, judged for quarters that were missed: by what was known then, whatever has been recorded since."""

from collections.abc import Callable

import pytest

from rules.pack import load_files
from rules.time import at, show
from tests.databases import WORLDS
from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.sweeps.gap import Deeds, called, left, live, minutes
from tests.workflow.sweeps.test_relayed_day import ABOVE
from tests.workflow.world import PACKS, World
from workflow.tables import Escalation

DAY, BEFORE = "2025-05-20", "2025-05-19"
GAP = (f"{DAY} 15:30", f"{DAY} 16:40")
RULE = "reports-missed-twice"
Act = Callable[[Days], object]
pytestmark = pytest.mark.slow


@pytest.fixture
def new_town(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Days]:
    """Make towns of two teams on 20 May at 14:00. Of the days before, the report of the 19th is owed by both, and no other."""
    teams = [post for post in small.posts() if post.scope in ("T1", "T2")]
    monkeypatch.setattr(small, "posts", lambda: [*teams, *ABOVE])

    return lambda: until_the_day(Days(worlds()))


def until_the_day(days: Days) -> Days:
    """Live until 20 May at 14:00: of the days before, team 1 owes the report of the 19th, team 2 has sent it, and no other is owed."""
    for date in range(15, 19):
        days.at(f"2025-05-{date} 10:00")
        for team in ("T1", "T2"):
            days.move("hai", f"2025-05-{date}", team, "waive", reason="không hỏi đến")
    days.at(f"{BEFORE} 10:00")
    days.move("dung", BEFORE, "T2", "submit")
    days.at(f"{DAY} 14:00")
    return days


def sends(period: str = DAY, happened: str | None = None) -> Act:
    when = {} if happened is None else {"happened_at": at(happened)}
    return lambda days: days.move("an", period, "T1", "submit", **when)


def hears(move: str, period: str = DAY) -> Act:
    return lambda days: days.move("hai", period, "T1", move, reason="báo cáo trống")


def opened(days: Days) -> list[tuple[str, bool, str | None]]:
    """Return when the rule became true for team 1, and how its episode stands."""
    found = days.world.rows(Escalation, Escalation.rule_id == RULE, Escalation.subject_id == days.teams["T1"])
    return [(show(one.due_at)[11:], one.is_open, one.closed_because) for one in found]


IN_THE_GAP: dict[str, tuple[Deeds, list[tuple[str, bool, str | None]]]] = {
    "sent late": ({f"{DAY} 16:20": sends()}, [("16:00", False, "resolved")]),
    "sent in time, said late": (
        {f"{DAY} 16:20": sends(happened=f"{DAY} 15:50")},
        [("16:00", False, "resolved")],
    ),
    "sent in time": ({f"{DAY} 15:50": sends()}, []),
    "the older one sent": ({f"{DAY} 16:05": sends(BEFORE)}, [("16:00", False, "resolved")]),
    "the older one sent before": ({f"{DAY} 15:55": sends(BEFORE)}, []),
    "the older one sent and returned": (
        {f"{DAY} 16:05": sends(BEFORE), f"{DAY} 16:20": hears("return", BEFORE)},
        [("16:00", True, None)],
    ),
    "excused": ({f"{DAY} 16:10": hears("waive", BEFORE)}, [("16:00", False, "resolved")]),
    "excused before": ({f"{DAY} 15:40": hears("waive")}, []),
    "returned": (
        {f"{DAY} 15:20": sends(), f"{DAY} 16:10": hears("return"), f"{DAY} 16:20": sends()},
        [("16:15", False, "resolved")],
    ),
    "returned and left": ({f"{DAY} 15:50": sends(), f"{DAY} 16:10": hears("return")}, [("16:15", True, None)]),
    "accepted and opened again": (
        {
            f"{DAY} 15:20": sends(), f"{DAY} 15:40": hears("accept"), f"{DAY} 16:02": hears("reopen"),
            f"{DAY} 16:17": sends(), f"{DAY} 16:18": hears("accept"),
        },
        [("16:15", False, "resolved")],
    ),
    "in order between two quarters": (
        {f"{DAY} 15:20": sends(), f"{DAY} 16:03": hears("return"), f"{DAY} 16:12": sends()},
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(IN_THE_GAP))
def test_what_is_recorded_in_a_gap_changes_nothing_of_the_quarters_before_it(
    new_town: Callable[[], Days], name: str
) -> None:
    deeds, wanted = IN_THE_GAP[name]
    seen = []
    for stopped in (None, GAP):
        days = new_town()
        live(days, minutes(f"{DAY} 14:05", f"{DAY} 16:45", stopped=stopped), deeds)
        seen.append((opened(days), called(days.world), left(days.world), days.wrong()))

    ran, stood = seen
    assert ran[0] == wanted
    assert stood == ran
    assert not stood[3]


ALWAYS = """
  - id: {id}
    label: {{vi: "Thử: {id}", en: "Try: {id}"}}
    on: team
    when: open_cases >= 0
    anchor: campaign.collect_from
    group: team
    ladder: [{{to: chair}}]{starts}
    source: "thử"
"""


@pytest.mark.parametrize(
    "moments", [("2025-05-14 12:00", "2025-05-15 00:10", "2025-05-17 08:00"), ("2025-05-17 08:00",)]
)
def test_nothing_opens_before_its_anchor_or_before_its_rule_starts(worlds: NewWorld, moments: tuple[str, ...]) -> None:
    files = {path.name: path.read_text("utf-8") for path in (PACKS / "cat-thanh-2025").glob("*.yaml")}
    files["escalations.yaml"] += ALWAYS.format(id="always", starts="")
    files["escalations.yaml"] += ALWAYS.format(id="later", starts="\n    starts: 2025-05-16")
    number = next(WORLDS)
    days = Days(World(worlds().store, load_files(files), code=f"moc-{number}", seed=number))
    for moment in moments:
        days.at(moment)

    found = days.world.rows(Escalation, Escalation.rule_id.in_(["always", "later"]))
    assert {(one.rule_id, show(one.due_at)) for one in found} == {
        ("always", "2025-05-15 00:00"),
        ("later", "2025-05-16 00:00"),
    }
    assert not days.wrong()
