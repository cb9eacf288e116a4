"""Sets a unit up from a filled-in form: the form judged, then unit, campaign and plan in one transaction."""

from dataclasses import dataclass
from pathlib import Path

from rules.pack import Pack
from rules.time import Instant
from workflow.actions.found_unit import UnitPlan, found_unit
from workflow.actions.open_campaign import open_campaign
from workflow.actions.open_plan import open_plan
from workflow.errors import BadInput
from workflow.ids import IdSource
from workflow.ledger.book import open_book
from workflow.roster.archive import SheetRefused
from workflow.setup.form import Form
from workflow.setup.read_xlsx_form import read_xlsx_form
from workflow.setup.read_yaml_form import read_yaml_form
from workflow.store import Store


@dataclass(frozen=True)
class UnitSetUp:
    """What was made. `vacant` counts posts that nobody holds yet, `without_team` areas that no team works. `is_over`: the campaign's
    last day is past by the unit's clock, so that no visit can be recorded. `tasks_left_out` and `reports_left_out` count what of the
    plan nobody is asked for, because it was due before: tasks of teams and areas, and periods of reports.
    """

    unit: str
    campaign: str
    areas: int
    teams: int
    accounts: int
    posts: int
    vacant: int
    without_team: int
    tasks: int
    tasks_left_out: int
    reports_left_out: int
    is_over: bool


def read_form(path: Path) -> Form:
    """Return the filled-in form in a YAML or XLSX file. Raises BadInput or SheetRefused if it is neither."""
    kind = path.suffix.lower()
    if kind in (".yaml", ".yml"):
        return read_yaml_form(path)
    if kind == ".xlsx":
        return read_xlsx_form(path)
    if kind in (".xls", ".ods"):
        raise SheetRefused("extension", f"Tệp “{path.name}” là dạng bảng tính khác", "Lưu lại dạng .xlsx rồi chạy lại")
    raise BadInput(where=f"Tệp {path.name}", what="phải là .yaml hoặc .xlsx; xem mẫu bằng “tungnha init --sample”")


def set_up(
    store: Store, plan: UnitPlan, pack: Pack, *, now: Instant, ids: IdSource, campaign: str | None = None
) -> UnitSetUp:
    """Found the unit, open the campaign and its plan: all in one transaction. Raises BadInput if the code is taken."""
    with store.write() as session:
        unit_id = found_unit(session, plan, now=now, ids=ids)
        context = open_campaign(session, unit_id, pack, now=now, code=campaign)
        book = open_book(session, unit_id, now, ids=ids, pack_hash=pack.hash)
        opened = open_plan(book, context)
        book.close()
    worked = {area for team in plan.teams for area in team.areas}
    return UnitSetUp(
        unit=plan.code,
        campaign=context.code,
        areas=len(plan.areas),
        teams=len(plan.teams),
        accounts=len(plan.people),
        posts=len(plan.posts),
        vacant=sum(1 for post in plan.posts if not post.holders),
        without_team=sum(1 for area in plan.areas if area.code not in worked),
        tasks=opened.tasks,
        tasks_left_out=opened.tasks_left_out,
        reports_left_out=len(opened.reports_left_out),
        is_over=context.ends_at <= now,
    )
