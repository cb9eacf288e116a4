"""Putting a household on the list in tests, as plainly as the ledger allows: rows, one `enter` event each, the roll-up."""

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from workflow.gateway.door import open_door
from workflow.ledger.book import Cell
from workflow.people.names import fold, sort_key
from workflow.tables import Area, Assignment, Case, Door, Subject, TeamArea, table_of

if TYPE_CHECKING:
    pass


def enter_household(world, people, *, area, lane, house, tracks=()):
    with world.book() as (book, context):
        area_id = book.session.scalar(select(Area.id).where(Area.unit_id == world.unit_id, Area.code == area))
        team_id = book.session.scalar(
            select(TeamArea.team_id).where(TeamArea.unit_id == world.unit_id, TeamArea.area_id == area_id)
        )
        household, door_id = book.new_id(), book.new_id()
        base = {
            "unit_id": world.unit_id,
            "area_id": area_id,
            "unnamed": False,
            "value_version": 1,
            "created_at": book.now,
        }
        book.session.execute(
            insert(table_of(Subject)), {**base, "id": household, "kind": "household", "lane": lane, "house_no": house}
        )
        book.session.execute(
            insert(table_of(Door)),
            {
                "unit_id": world.unit_id,
                "id": door_id,
                "campaign_id": context.id,
                "household_id": household,
                "area_id": area_id,
                "team_id": team_id,
                "place_sort": f"{lane}/{house}",
                "open_cases": 0,
                "attempts": 0,
                "priority": 0,
                "version": 1,
                "state_version": 1,
                "created_at": book.now,
            },
        )
        cases = []
        for person in people:
            name, account = person if isinstance(person, tuple) else (person, "activated")
            subject = book.new_id()
            book.session.execute(
                insert(table_of(Subject)),
                {
                    **base,
                    "id": subject,
                    "kind": "person",
                    "household_id": household,
                    "name": name,
                    "name_fold": fold(name),
                    "name_sort": sort_key(name),
                    "account": account,
                    "residence": "permanent",
                },
            )
            for track in (context.pack.main_track, *(context.pack.tracks[name] for name in tracks)):
                case_id = book.new_id()
                state = track.entry_state({"account": account})
                stage = track.stage_after(None, state)
                book.session.execute(
                    insert(table_of(Case)),
                    {
                        "unit_id": world.unit_id,
                        "id": case_id,
                        "campaign_id": context.id,
                        "track": track.id,
                        "subject_id": subject,
                        "door_id": door_id,
                        "state": state,
                        "stage": stage,
                        "is_open": track.is_open(state),
                        "is_done": False,
                        "area_id": area_id,
                        "team_id": team_id,
                        "unnamed": False,
                        "entered_at": book.now,
                        "last_happened_at": book.now,
                        "attempts": 0,
                        "version": 1,
                        "state_version": 1,
                        "created_at": book.now,
                    },
                )
                book.append(
                    "enter",
                    cause="roster",
                    campaign_id=context.id,
                    case_id=case_id,
                    door_id=door_id,
                    version=1,
                    track=track.id,
                    state=state,
                    stage=stage,
                    area_id=area_id,
                    team_id=team_id,
                )
                book.move_cell(None, Cell(context.id, track.id, area_id, team_id, state, stage, False), book.now)
                cases.append(case_id)
        if team_id is not None:
            book.session.execute(
                insert(table_of(Assignment)),
                {
                    "unit_id": world.unit_id,
                    "id": book.new_id(),
                    "door_id": door_id,
                    "team_id": team_id,
                    "from_at": book.now,
                    "from_no": book.last_no,
                },
            )
        book.flush()
        opened = open_door(book, context, door_id)
        opened.touched.update(opened.cases)
        opened.save()
    return door_id, cases
